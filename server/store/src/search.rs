//! Words of requests, found by their beginnings: FTS5 in SQLite, a text-search vector in PostgreSQL, both in a
//! table of their own (`request_words`) that follows the requests by itself, in the transaction that writes them.

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

/// The conditions on the request `r`; nothing when nothing is asked. `tags` narrow what the words find: see [`tags`]. Where
/// many are found, SQLite rather walks the index of lists and asks of each number whether it was found: the plus sign says so.
pub(crate) fn conditions(sql: &mut Sql, terms: &[Term], tags: &str, many: bool) -> Vec<String> {
    let mut conditions = Vec::new();
    let asked = Asked::of(terms);
    if !asked.is_empty() {
        conditions.push(if sql.is_postgres() {
            format!("r.number IN (SELECT w.number FROM request_words w WHERE {})", postgres(sql, &asked, tags))
        } else {
            let plus = if many { "+" } else { "" };
            format!("{plus}r.number IN ({})", sqlite(sql, &asked, tags, !many))
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

/// What the index of words is asked beside words: that the request was sent, for one of these services, in this state.
pub(crate) fn tags(sql: &Sql, services: &[&[String]], state: Option<State>) -> String {
    let postgres = sql.is_postgres();
    let (quote, and, or) = if postgres { ('\'', " & ", " | ") } else { ('"', " AND ", " OR ") };
    let one = |slug: &String| {
        let slug = if postgres { slug.clone() } else { slug.replace('-', "µ") };
        format!("{quote}µ{slug}{quote}")
    };
    let mut all: Vec<String> = services
        .iter()
        .map(|some| {
            let some: Vec<String> = some.iter().filter(|slug| is_slug(slug)).map(one).collect();
            if some.is_empty() { format!("{quote}none{quote}") } else { format!("({})", some.join(or)) }
        })
        .collect();
    all.extend(state.map(|state| format!("{quote}{}{}{quote}", if postgres { "µ=" } else { "" }, state.as_str())));
    if postgres {
        return all.join(and);
    }
    all.push("sent".to_owned());
    format!("tags : ({})", all.join(and))
}

/// Anything else is the name of no service, and must not be read as an operator.
fn is_slug(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn alone(asked: &Asked<'_>, terms: &[Term]) -> bool {
    !asked.is_empty() && asked.words.len() + asked.digits.len() == terms.len()
}

/// How many requests are found by nothing but words; none where something else is asked.
pub(crate) fn count(sql: &mut Sql, terms: &[Term], tags: &str) -> Option<String> {
    let asked = Asked::of(terms);
    alone(&asked, terms).then(|| {
        if sql.is_postgres() {
            format!("SELECT COUNT(*) FROM request_words w WHERE {}", postgres(sql, &asked, tags))
        } else {
            format!("SELECT COUNT(*) FROM ({})", sqlite(sql, &asked, tags, true))
        }
    })
}

/// `FROM` and `WHERE` of the lines `w` found by nothing but words, with the instant they were sent; none where something
/// else is asked, and in SQLite, whose words know no instant.
pub(crate) fn lines(sql: &mut Sql, terms: &[Term], tags: &str) -> Option<String> {
    let asked = Asked::of(terms);
    (sql.is_postgres() && alone(&asked, terms)).then(|| format!("FROM request_words w WHERE {}", postgres(sql, &asked, tags)))
}

/// The numbers of the requests found. Words hold letters and digits only: nothing in them is read as an operator. To narrow
/// a word of many requests by a tag of nearly all costs more than to ask the requests.
fn sqlite(sql: &mut Sql, asked: &Asked<'_>, tags: &str, narrowed: bool) -> String {
    let matching = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
        let folded = format!("folded : ({})", words.join(" AND "));
        match (words.is_empty(), narrowed) {
            (true, _) => tags.to_owned(),
            (false, true) => format!("{folded} AND {tags}"),
            (false, false) => folded,
        }
    };
    let mut text = format!("SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {}", sql.bind(matching(&asked.all())));
    for (number, others) in asked.numbered() {
        let others = sql.bind(matching(&others));
        let number = sql.bind(number);
        text.push_str(&format!(" UNION SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {others} AND w.rowid = {number}"));
    }
    text
}

/// The condition on the words `w`.
fn postgres(sql: &mut Sql, asked: &Asked<'_>, tags: &str) -> String {
    let matching = |words: &[&str]| words.iter().map(|word| format!("'{word}':*")).chain([tags.to_owned()]).collect::<Vec<_>>().join(" & ");
    let mut either = vec![format!("w.words @@ CAST({} AS tsquery)", sql.bind(matching(&asked.all())))];
    for (number, others) in asked.numbered() {
        let number = sql.bind(number);
        either.push(format!("(w.number = {number} AND w.words @@ CAST({} AS tsquery))", sql.bind(matching(&others))));
    }
    format!("({})", either.join(" OR "))
}
