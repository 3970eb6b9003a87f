//! Who may take which route. The committed table `server/access.txt` is checked by a test against the router, and
//! each of its lines by a request: a route nobody thought about fails the build.

/// One line of the table: a route and what each visitor gets from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub method: String,
    pub path: String,
    /// One for each of [`VISITORS`].
    pub statuses: Vec<u16>,
    /// Why the route is a 404 for every account, when it is.
    pub reason: String,
}

/// Nobody, an account without any role, the applicant, a reviewer, the technical contact, an administrator without any other role, a
/// manager, the applicant of another organisation.
pub const VISITORS: [&str; 8] = ["anonyme", "compte", "demandeur", "instructeur", "technique", "administrateur", "gestionnaire", "ailleurs"];

impl Access {
    /// Whether the route is a 404 for every account.
    pub fn is_closed(&self) -> bool {
        self.statuses.iter().skip(1).all(|status| *status == 404)
    }
}

/// As the table has it.
impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { method, path, statuses, reason } = self;
        write!(f, "{method:<5}{path:<72}{}", statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" "))?;
        if reason.is_empty() { Ok(()) } else { write!(f, " # {reason}") }
    }
}

/// Blank lines and lines that begin with `#` are comments.
pub fn parse(table: &str) -> Result<Vec<Access>, String> {
    table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (facts, reason) = line.split_once(" # ").unwrap_or((line, ""));
            let words: Vec<&str> = facts.split_whitespace().collect();
            let [method, path, statuses @ ..] = words.as_slice() else { return Err(format!("too short: {line}")) };
            let statuses: Result<Vec<u16>, _> = statuses.iter().map(|status| status.parse()).collect();
            let statuses = statuses.map_err(|_| format!("not a status: {line}"))?;
            if statuses.len() != VISITORS.len() {
                return Err(format!("{} statuses, {} visitors: {line}", statuses.len(), VISITORS.len()));
            }
            Ok(Access { method: (*method).to_owned(), path: (*path).to_owned(), statuses, reason: reason.trim().to_owned() })
        })
        .collect()
}
