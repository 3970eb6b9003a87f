//! Words of requests, found by their beginnings: FTS5 in SQLite, a text-search vector in PostgreSQL. Both follow the
//! column `folded` by themselves, in the transaction that writes it.

use domain::{request::State, search::Term};

use crate::sql::Sql;

/// What is asked for in words: those a request must hold, and numbers that are the request's own or begin one of its words.
struct Asked<'a> {
    words: Vec<&'a str>,
    digits: Vec<(i64, &'a str)>,
}

impl<'a> Asked<'a> {
    fn of(terms: &'a [Term]) -> Self {
        let mut asked = Self { words: Vec::new(), digits: Vec::new() };
        for term in terms {
            match term {
                Term::Word(word) => asked.words.push(word),
                Term::Digits(number, word) => asked.digits.push((*number, word)),
                Term::Request(_) | Term::Habilitation(_) => {}
            }
        }
        asked
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.digits.is_empty()
    }

    /// Every word, the numbers among them.
    fn all(&self) -> Vec<&'a str> {
        self.words.iter().copied().chain(self.digits.iter().map(|(_, word)| *word)).collect()
    }

    /// Each number with the words left once it is the request's own.
    fn numbered(&self) -> impl Iterator<Item = (i64, Vec<&'a str>)> + '_ {
        self.digits.iter().map(|(number, _)| {
            let others = self.digits.iter().filter(|(other, _)| other != number).map(|(_, word)| *word);
            (*number, self.words.iter().copied().chain(others).collect())
        })
    }
}

/// The conditions on the request `r`; nothing when nothing is asked. `tags` narrow what SQLite finds: see [`tags`]. Where
/// many are found, it rather walks the index of lists and asks of each number whether it was found: the plus sign says so.
pub(crate) fn conditions(sql: &mut Sql, terms: &[Term], tags: &str, many: bool) -> Vec<String> {
    let mut conditions = Vec::new();
    let asked = Asked::of(terms);
    if !asked.is_empty() {
        conditions.push(if sql.is_postgres() {
            postgres(sql, &asked)
        } else {
            let plus = if many { "+" } else { "" };
            format!("{plus}r.number IN ({})", sqlite(sql, &asked, tags))
        });
    }
    for term in terms {
        match term {
            Term::Word(_) | Term::Digits(..) => {}
            Term::Request(number) => conditions.push(format!("r.number = {}", sql.bind(*number))),
            Term::Habilitation(number) => {
                conditions.push(format!("r.id IN (SELECT h.request_id FROM habilitation h WHERE h.number = {})", sql.bind(*number)));
            }
        }
    }
    conditions
}

/// What the index of words of SQLite is asked beside words: that the request was sent, for one of these services, in this
/// state.
pub(crate) fn tags(services: &[&[String]], state: Option<State>) -> String {
    let mut all = vec!["sent".to_owned()];
    all.extend(services.iter().map(|some| {
        let some: Vec<String> = some.iter().map(|slug| format!("\"µ{}\"", slug.replace('-', "µ").replace('"', ""))).collect();
        if some.is_empty() { "none".to_owned() } else { format!("({})", some.join(" OR ")) }
    }));
    all.extend(state.map(|state| format!("\"{}\"", state.as_str())));
    format!("tags : ({})", all.join(" AND "))
}

/// How many requests are found by nothing but words; none where SQLite cannot tell from its index of words alone.
pub(crate) fn only_words(sql: &mut Sql, terms: &[Term], tags: &str) -> Option<String> {
    let asked = Asked::of(terms);
    let alone = !sql.is_postgres() && !asked.is_empty() && asked.words.len() + asked.digits.len() == terms.len();
    alone.then(|| format!("SELECT COUNT(*) FROM ({})", sqlite(sql, &asked, tags)))
}

/// The numbers of the requests found. Words hold letters and digits only: nothing in them is read as an operator.
fn sqlite(sql: &mut Sql, asked: &Asked<'_>, tags: &str) -> String {
    let matching = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
        if words.is_empty() { tags.to_owned() } else { format!("folded : ({}) AND {tags}", words.join(" AND ")) }
    };
    let mut text = format!("SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {}", sql.bind(matching(&asked.all())));
    for (number, others) in asked.numbered() {
        let others = sql.bind(matching(&others));
        let number = sql.bind(number);
        text.push_str(&format!(" UNION SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {others} AND w.rowid = {number}"));
    }
    text
}

fn postgres(sql: &mut Sql, asked: &Asked<'_>) -> String {
    let matching = |words: &[&str]| words.iter().map(|word| format!("'{word}':*")).collect::<Vec<_>>().join(" & ");
    let mut either = vec![format!("r.words @@ to_tsquery('simple', {})", sql.bind(matching(&asked.all())))];
    for (number, others) in asked.numbered() {
        let number = sql.bind(number);
        let others = (!others.is_empty()).then(|| format!(" AND r.words @@ to_tsquery('simple', {})", sql.bind(matching(&others))));
        either.push(format!("(r.number = {number}{})", others.unwrap_or_default()));
    }
    format!("({})", either.join(" OR "))
}
