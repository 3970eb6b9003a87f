//! Words of requests, found by their beginnings: FTS5 in SQLite, a text-search vector in PostgreSQL. Both follow the
//! column `folded` by themselves, in the transaction that writes it.

use domain::{request::State, search::Term};

use crate::sql::Sql;

/// The conditions on the request `r`; nothing when nothing is asked. `tags` narrow what SQLite finds: see [`tags`]. Where
/// many are found, it rather walks the index of lists and asks of each number whether it was found: the plus sign says so.
pub(crate) fn conditions(sql: &mut Sql, terms: &[Term], tags: &str, many: bool) -> Vec<String> {
    let mut conditions = Vec::new();
    let words: Vec<&str> = terms
        .iter()
        .filter_map(|term| match term {
            Term::Word(word) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    if !words.is_empty() {
        conditions.push(begins(sql, &words, tags, many));
    }
    for term in terms {
        match term {
            Term::Word(_) => {}
            Term::Request(number) => conditions.push(format!("r.number = {}", sql.bind(*number))),
            Term::Habilitation(number) => {
                conditions.push(format!("r.id IN (SELECT h.request_id FROM habilitation h WHERE h.number = {})", sql.bind(*number)));
            }
            Term::Digits(number, word) => {
                let number = sql.bind(*number);
                let word = begins(sql, &[word], tags, many);
                conditions.push(format!("(r.number = {number} OR {word})"));
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
    let words: Vec<&str> = terms.iter().map(|term| if let Term::Word(word) = term { Some(word.as_str()) } else { None }).collect::<Option<_>>()?;
    let asked = !words.is_empty() && !sql.is_postgres();
    asked.then(|| format!("SELECT COUNT(*) FROM request_words w WHERE w.request_words MATCH {}", sql.bind(sqlite(&words, tags))))
}

fn sqlite(words: &[&str], tags: &str) -> String {
    let query: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
    format!("folded : ({}) AND {tags}", query.join(" AND "))
}

/// Words hold letters and digits only: nothing in them is read as an operator.
fn begins(sql: &mut Sql, words: &[&str], tags: &str, many: bool) -> String {
    if sql.is_postgres() {
        let query: Vec<String> = words.iter().map(|word| format!("'{word}':*")).collect();
        format!("r.words @@ to_tsquery('simple', {})", sql.bind(query.join(" & ")))
    } else {
        let plus = if many { "+" } else { "" };
        format!("{plus}r.number IN (SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {})", sql.bind(sqlite(words, tags)))
    }
}
