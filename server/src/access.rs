//! Who may take which route. The committed table `server/access.txt` is checked by a test against the router, and
//! each of its lines by a request: a route nobody thought about fails the build.

/// One line of the table: a route and what each visitor gets from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub method: String,
    pub path: String,
    /// Statuses for: nobody, a stranger with an account, the applicant, a reviewer, the technical contact, an
    /// administrator without any other role.
    pub statuses: Vec<u16>,
}

pub const VISITORS: [&str; 6] = ["anonyme", "compte", "demandeur", "instructeur", "technique", "administrateur"];

/// Blank lines and lines that begin with `#` are comments.
pub fn parse(table: &str) -> Result<Vec<Access>, String> {
    table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [method, path, statuses @ ..] = words.as_slice() else { return Err(format!("too short: {line}")) };
            let statuses: Result<Vec<u16>, _> = statuses.iter().map(|status| status.parse()).collect();
            let statuses = statuses.map_err(|_| format!("not a status: {line}"))?;
            if statuses.len() != VISITORS.len() {
                return Err(format!("{} statuses, {} visitors: {line}", statuses.len(), VISITORS.len()));
            }
            Ok(Access { method: (*method).to_owned(), path: (*path).to_owned(), statuses })
        })
        .collect()
}
