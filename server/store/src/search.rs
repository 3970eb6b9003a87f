//! Search of requests by the beginnings of their words: FTS5 in SQLite, a text-search vector in PostgreSQL. Both are in a table
//! of their own, `request_words`, which triggers update in the transaction that writes the request.

use domain::{
    request::State,
    search::{Number, Term},
};
use sea_orm::ConnectionTrait;

use crate::{Result, sql::Sql};

/// The alternatives in which some terms are read as the number of the request: those numbers, and the terms left to be found as
/// words. Each term that may be a number makes one alternative, and all of them together make one more.
fn numbered(terms: &[Term]) -> Vec<(Vec<Number>, Vec<&Term>)> {
    let all: Vec<(usize, Number)> = terms.iter().enumerate().filter_map(|(place, term)| Some((place, term.number?))).collect();
    let without = |chosen: &[(usize, Number)]| {
        let others = terms.iter().enumerate().filter(|(place, _)| !chosen.iter().any(|(number, _)| number == place));
        (chosen.iter().map(|(_, number)| *number).collect(), others.map(|(_, term)| term).collect())
    };
    let together = (all.len() > 1).then(|| without(&all));
    all.iter().map(|one| without(std::slice::from_ref(one))).chain(together).collect()
}

/// How a search by words is to be run.
#[derive(Default)]
pub(crate) struct Plan {
    /// Restricts the matches by service and state: see [`tags`].
    pub tags: String,
    /// Words of so many requests that they are tested on each row found by the other words rather than looked up in the index,
    /// whose whole list PostgreSQL would read.
    pub common: Vec<String>,
    /// Whether every word is a common one.
    pub many: bool,
}

/// Share of the requests from which a word is a common one.
const COMMON: f64 = 0.2;

/// The common words among these, according to PostgreSQL's statistics; none in SQLite.
pub(crate) async fn common(db: &impl ConnectionTrait, terms: &[Term]) -> Result<Vec<String>> {
    let mut sql = Sql::new(db);
    if !sql.is_postgres() || terms.is_empty() {
        return Ok(Vec::new());
    }
    let word = |term: &Term| format!("(CAST({} AS text), {})", sql.bind(term.word.as_str()), term.whole);
    let words = terms.iter().map(word).collect::<Vec<_>>().join(", ");
    let text = format!(
        "SELECT a.word FROM (VALUES {words}) a (word, whole) JOIN (SELECT e.word, e.share FROM pg_stats s, \
         UNNEST(CAST(CAST(s.most_common_elems AS text) AS text[]), s.most_common_elem_freqs) e (word, share) \
         WHERE s.schemaname = current_schema() AND s.tablename = 'request_words' AND s.attname = 'words') e \
         ON e.word = a.word OR NOT a.whole AND starts_with(e.word, a.word) GROUP BY a.word HAVING SUM(e.share) > {COMMON}"
    );
    Ok(sql.all(db, text).await?.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?)
}

impl Plan {
    pub fn new(tags: String, common: Vec<String>, terms: &[Term]) -> Self {
        let many = terms.iter().all(|term| common.contains(&term.word));
        // When every word is common, the index is used for them all the same.
        Self { tags, common: if many { Vec::new() } else { common }, many }
    }
}

/// The condition on the request `r`; `None` without any term. When many requests match, SQLite had better walk the index of the
/// list and test each number: the unary plus keeps it from starting from the numbers found.
pub(crate) fn conditions(sql: &mut Sql, terms: &[Term], plan: &Plan, many: bool) -> Option<String> {
    if terms.is_empty() {
        return None;
    }
    Some(if sql.is_postgres() {
        format!("r.number IN (SELECT w.number FROM request_words w WHERE {})", lines(sql, terms, plan))
    } else {
        let plus = if many { "+" } else { "" };
        format!("{plus}r.number IN ({})", sqlite(sql, terms, if many { "" } else { &plan.tags }))
    })
}

/// SQL of the number that is meant; 0, which no request has, when there is no such habilitation: FTS5 takes a null number for
/// any number.
fn meant(sql: &mut Sql, number: Number) -> String {
    match number {
        Number::Request(number) => sql.bind(number),
        Number::Habilitation(number) => {
            let number = sql.bind(number);
            format!("(SELECT COALESCE(MIN(n.number), 0) FROM habilitation h JOIN request n ON n.id = h.request_id WHERE h.number = {number})")
        }
    }
}

/// A request's service, and the one asked for together with it; empty if there is none.
pub(crate) type Pair = (String, String);

/// Restricts the search in the index: the request asks for one of these pairs of services (`wanted`) or for none of them, and
/// is in one of these states. Empty when nothing restricts it.
pub(crate) fn tags(sql: &Sql, pairs: &[Pair], wanted: bool, states: &[State]) -> String {
    let postgres = sql.is_postgres();
    let (and, or, not) = if postgres { (" & ", " | ", " & !") } else { (" AND ", " OR ", " NOT ") };
    let named = pairs.iter().filter(|(first, second)| is_slug(first) && is_slug(second));
    let pairs: Vec<String> =
        named
            .map(|(first, second)| {
                if postgres {
                    format!("'µ{first}+{second}'")
                } else {
                    format!("\"µ{}µµ{}\"", first.replace('-', "µ"), second.replace('-', "µ"))
                }
            })
            .collect();
    let mut told = String::new();
    if !states.is_empty() {
        let states: Vec<String> =
            states.iter().map(|state| if postgres { format!("'µ={}'", state.as_str()) } else { format!("\"{}\"", state.as_str()) }).collect();
        let states = states.join(or);
        told.push_str(&if postgres { format!("{and}({states})") } else { format!("{and}tags : ({states})") });
    }
    let all = pairs.join(or);
    match (all.as_str(), wanted) {
        ("", true) => told.push_str(&if postgres { format!("{and}'µ'") } else { format!("{and}pair : none") }),
        ("", false) => {}
        (all, _) => {
            told.push_str(if wanted { and } else { not });
            told.push_str(&if postgres { format!("({all})") } else { format!("pair : ({all})") });
        }
    }
    told
}

/// Anything else names no service, and could be read as an operator of the query.
fn is_slug(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// SQL of how many requests the words and tags find.
pub(crate) fn count(sql: &mut Sql, terms: &[Term], plan: &Plan) -> String {
    if sql.is_postgres() {
        format!("SELECT COUNT(*) FROM request_words w WHERE {}", lines(sql, terms, plan))
    } else {
        format!("SELECT COUNT(*) FROM ({})", sqlite(sql, terms, &plan.tags))
    }
}

/// SQL of the numbers of the requests found. Words hold letters and digits only: nothing in them is read as an operator. Only
/// submitted requests have words.
fn sqlite(sql: &mut Sql, terms: &[Term], tags: &str) -> String {
    let matching = |terms: &[&Term]| {
        let words: Vec<String> = terms.iter().map(|term| format!("\"{}\"{}", term.word, if term.whole { "" } else { " *" })).collect();
        let words = if words.is_empty() { "tags : sent".to_owned() } else { format!("words : ({})", words.join(" AND ")) };
        format!("{words}{tags}")
    };
    let all: Vec<&Term> = terms.iter().collect();
    let mut text = format!("SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {}", sql.bind(matching(&all)));
    for (numbers, others) in numbered(terms) {
        let others = sql.bind(matching(&others));
        text.push_str(&format!(" UNION SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {others}"));
        for number in numbers {
            text.push_str(&format!(" AND w.rowid = {}", meant(sql, number)));
        }
    }
    text
}

/// The condition on the rows `w` of `request_words`, in PostgreSQL. The operator `@@` uses the index; the function of the same
/// meaning, `ts_match_vq`, is evaluated row by row.
pub(crate) fn lines(sql: &mut Sql, terms: &[Term], plan: &Plan) -> String {
    let (common, rare): (Vec<&Term>, Vec<&Term>) = terms.iter().partition(|term| plan.common.contains(&term.word));
    let mut all: Vec<String> = query(&rare, &plan.tags).map(|query| format!("w.words @@ CAST({} AS tsquery)", sql.bind(query))).into_iter().collect();
    all.extend(query(&common, "").map(|query| format!("ts_match_vq(w.words, CAST({} AS tsquery))", sql.bind(query))));
    let mut either = vec![all.join(" AND ")];
    for (numbers, others) in numbered(terms) {
        let mut all: Vec<String> = numbers.into_iter().map(|number| format!("w.number = {}", meant(sql, number))).collect();
        all.extend(query(&others, &plan.tags).map(|query| format!("ts_match_vq(w.words, CAST({} AS tsquery))", sql.bind(query))));
        either.push(format!("({})", all.join(" AND ")));
    }
    format!("({})", either.join(" OR "))
}

/// The text query for these words, or their beginnings, and these tags; `None` when there are none.
fn query(terms: &[&Term], tags: &str) -> Option<String> {
    let words = terms.iter().map(|term| format!("'{}'{}", term.word, if term.whole { "" } else { ":*" })).collect::<Vec<_>>().join(" & ");
    let all = format!("{words}{tags}");
    let all = if words.is_empty() { all.trim_start_matches(" & ") } else { &all };
    (!all.is_empty()).then(|| all.to_owned())
}
