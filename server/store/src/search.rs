//! Words of requests, found by their beginnings: FTS5 in SQLite, a text-search vector in PostgreSQL, both in a
//! table of their own (`request_words`) that follows the requests by itself, in the transaction that writes them.

use domain::{request::State, search::Term};
use sea_orm::ConnectionTrait;

use crate::{Result, sql::Sql};

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

/// How the words of a search are asked for.
#[derive(Default)]
pub(crate) struct Plan {
    /// What narrows the words found: see [`tags`].
    pub tags: String,
    /// Words of so many requests that what the others find is asked for them, rather than the index. PostgreSQL would read
    /// its whole list of each.
    pub common: Vec<String>,
    /// Whether every word is a common one.
    pub many: bool,
}

/// Of the requests, the share from which a word is a common one.
const COMMON: f64 = 0.2;

/// The common words among these, as PostgreSQL counted them the last time it gathered its statistics; none in SQLite.
pub(crate) async fn common(db: &impl ConnectionTrait, terms: &[Term]) -> Result<Vec<String>> {
    let mut sql = Sql::new(db);
    let asked = Asked::of(terms).all();
    if !sql.is_postgres() || asked.is_empty() {
        return Ok(Vec::new());
    }
    let words = asked.iter().map(|word| format!("(CAST({} AS text))", sql.bind(*word))).collect::<Vec<_>>().join(", ");
    let text = format!(
        "SELECT a.word FROM (VALUES {words}) a (word) JOIN (SELECT e.word, e.share FROM pg_stats s, \
         UNNEST(CAST(CAST(s.most_common_elems AS text) AS text[]), s.most_common_elem_freqs) e (word, share) \
         WHERE s.schemaname = current_schema() AND s.tablename = 'request_words' AND s.attname = 'words') e \
         ON starts_with(e.word, a.word) GROUP BY a.word HAVING SUM(e.share) > {COMMON}"
    );
    Ok(sql.all(db, text).await?.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?)
}

impl Plan {
    pub fn new(tags: String, common: Vec<String>, terms: &[Term]) -> Self {
        let many = Asked::of(terms).all().iter().all(|word| common.iter().any(|common| common == word));
        // With no other word, the index is asked for them.
        Self { tags, common: if many { Vec::new() } else { common }, many }
    }
}

/// The conditions on the request `r`; nothing when nothing is asked. Where many are found, SQLite rather walks the index of
/// lists and asks of each number whether it was found: the plus sign says so.
pub(crate) fn conditions(sql: &mut Sql, terms: &[Term], plan: &Plan, many: bool) -> Vec<String> {
    let mut conditions = Vec::new();
    let asked = Asked::of(terms);
    if !asked.is_empty() {
        conditions.push(if sql.is_postgres() {
            format!("r.number IN (SELECT w.number FROM request_words w WHERE {})", postgres(sql, &asked, plan))
        } else {
            let plus = if many { "+" } else { "" };
            format!("{plus}r.number IN ({})", sqlite(sql, &asked, if many { "" } else { &plan.tags }))
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

/// A request's service, and the one asked for together with it, or nothing.
pub(crate) type Pair = (String, String);

/// What the index of words is asked beside words: that the request asks for one of these pairs of services, or for none of
/// them, and is in one of these states. Empty when that is all the same.
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

/// Anything else is the name of no service, and must not be read as an operator.
fn is_slug(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether nothing is asked for but words.
pub(crate) fn alone(terms: &[Term]) -> bool {
    let asked = Asked::of(terms);
    !asked.is_empty() && asked.words.len() + asked.digits.len() == terms.len()
}

/// How many requests are found by nothing but words.
pub(crate) fn count(sql: &mut Sql, terms: &[Term], plan: &Plan) -> String {
    if sql.is_postgres() {
        format!("SELECT COUNT(*) FROM request_words w WHERE {}", lines(sql, terms, plan))
    } else {
        format!("SELECT COUNT(*) FROM ({})", sqlite(sql, &Asked::of(terms), &plan.tags))
    }
}

/// The condition on the lines `w` of the table of words, in PostgreSQL.
pub(crate) fn lines(sql: &mut Sql, terms: &[Term], plan: &Plan) -> String {
    postgres(sql, &Asked::of(terms), plan)
}

/// The numbers of the requests found. Words hold letters and digits only: nothing in them is read as an operator. Only what
/// was sent has words.
fn sqlite(sql: &mut Sql, asked: &Asked<'_>, tags: &str) -> String {
    let matching = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
        let words = if words.is_empty() { "tags : sent".to_owned() } else { format!("words : ({})", words.join(" AND ")) };
        format!("{words}{tags}")
    };
    let mut text = format!("SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {}", sql.bind(matching(&asked.all())));
    for (number, others) in asked.numbered() {
        let others = sql.bind(matching(&others));
        let number = sql.bind(number);
        text.push_str(&format!(" UNION SELECT w.rowid FROM request_words w WHERE w.request_words MATCH {others} AND w.rowid = {number}"));
    }
    text
}

/// The condition on the words `w`. The operator asks the index, the function of the same meaning a line.
fn postgres(sql: &mut Sql, asked: &Asked<'_>, plan: &Plan) -> String {
    let (common, rare): (Vec<&str>, Vec<&str>) = asked.all().into_iter().partition(|word| plan.common.iter().any(|common| common == word));
    let mut all: Vec<String> = query(&rare, &plan.tags).map(|query| format!("w.words @@ CAST({} AS tsquery)", sql.bind(query))).into_iter().collect();
    all.extend(query(&common, "").map(|query| format!("ts_match_vq(w.words, CAST({} AS tsquery))", sql.bind(query))));
    let mut either = vec![all.join(" AND ")];
    for (number, others) in asked.numbered() {
        let number = format!("w.number = {}", sql.bind(number));
        let others = query(&others, &plan.tags).map(|query| format!("ts_match_vq(w.words, CAST({} AS tsquery))", sql.bind(query)));
        either.push(format!("({})", [number].into_iter().chain(others).collect::<Vec<_>>().join(" AND ")));
    }
    format!("({})", either.join(" OR "))
}

/// These beginnings of words and these tags; none where nothing is asked.
fn query(words: &[&str], tags: &str) -> Option<String> {
    let words = words.iter().map(|word| format!("'{word}':*")).collect::<Vec<_>>().join(" & ");
    let all = format!("{words}{tags}");
    let all = if words.is_empty() { all.trim_start_matches(" & ") } else { &all };
    (!all.is_empty()).then(|| all.to_owned())
}
