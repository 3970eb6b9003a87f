//! Words of requests, found by their beginnings: FTS5 in SQLite, a text-search vector in PostgreSQL. Both follow the
//! column `folded` by themselves, in the transaction that writes it.

use domain::search::Term;

use crate::sql::Sql;

/// The conditions on the request `r`; nothing when nothing is asked.
pub(crate) fn conditions(sql: &mut Sql, terms: &[Term]) -> Vec<String> {
    let mut conditions = Vec::new();
    let words: Vec<&str> = terms
        .iter()
        .filter_map(|term| match term {
            Term::Word(word) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    if !words.is_empty() {
        conditions.push(begins(sql, &words));
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
                let word = begins(sql, &[word]);
                conditions.push(format!("(r.number = {number} OR {word})"));
            }
        }
    }
    conditions
}

/// Words hold letters and digits only: nothing in them is read as an operator. The plus sign keeps SQLite from going
/// to the long rows of requests one by one: it walks the index of lists and asks of each number whether it was found.
fn begins(sql: &mut Sql, words: &[&str]) -> String {
    if sql.is_postgres() {
        let query: Vec<String> = words.iter().map(|word| format!("'{word}':*")).collect();
        format!("r.words @@ to_tsquery('simple', {})", sql.bind(query.join(" & ")))
    } else {
        let query: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
        format!("+r.number IN (SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {})", sql.bind(query.join(" AND ")))
    }
}
