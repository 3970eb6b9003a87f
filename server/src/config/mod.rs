//! Settings, from a file and the environment (which wins), checked at boot with every mistake listed at once.

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf};

use habilitation::documents::Scanner;
use store::MasterKey;

mod key_file;
mod reader;
mod refusals;
#[cfg(test)]
mod tests;

pub use refusals::is_local_origin;

use reader::Reader;

use crate::heads::Destination;

const PREFIX: &str = "HABILIS_";

#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// Without trailing slash.
    pub base_url: String,
    pub data_dir: PathBuf,
    pub database_url: String,
    /// At least one: the first seals, all of them can open.
    pub master_keys: Vec<MasterKey>,
    pub master_key_file: PathBuf,
    /// Without it, mails go to the demonstration's mailbox, which only a local site accepts.
    pub smtp_url: Option<String>,
    /// The mail server takes addresses with accents before the at sign (SMTPUTF8, RFC 6531).
    pub smtp_utf8: bool,
    pub mail_from: String,
    /// Where the built front end is: `assets/` and `pkg/`.
    pub site_dir: PathBuf,
    pub demo: bool,
    pub theme: Theme,
    /// Base URL of the public company directory; the embedded one answers when there is none.
    pub directory_url: Option<String>,
    /// More sandbox cases, in the official format.
    pub sandbox_dir: Option<PathBuf>,
    pub log_format: LogFormat,
    /// How many proxies stand in front, to read the right entry of `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// The antivirus every document goes through; none is scanned when there is none.
    pub scanner: Option<Scanner>,
    /// Whether calls are rate-limited, by address and by habilitation; tests and measures that call a lot turn it off.
    pub rate_limits: bool,
    /// Where the heads of the journals are sent.
    pub journal_heads: Vec<Destination>,
    /// Accepted settings that the operator should know about, logged once at the start.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Theme {
    Own,
    /// An official distribution of the State design system, served from this folder.
    Dsfr(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Every mistake of the configuration, one a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the configuration has {} mistake(s):", self.0.len())?;
        for mistake in &self.0 {
            writeln!(f, "  - {mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

/// A configuration with its mistakes; it may be used only when there are none.
pub struct Looked {
    pub config: Config,
    pub mistakes: Vec<String>,
}

impl Looked {
    fn whole(self) -> Result<Config, Mistakes> {
        if self.mistakes.is_empty() { Ok(self.config) } else { Err(Mistakes(self.mistakes)) }
    }
}

const KNOWN: [&str; 20] = [
    "LISTEN",
    "BASE_URL",
    "DATA_DIR",
    "DATABASE_URL",
    "MASTER_KEY_FILE",
    "SMTP_URL",
    "SMTP_UTF8",
    "MAIL_FROM",
    "SITE_DIR",
    "DEMO",
    "THEME",
    "THEME_DIR",
    "DIRECTORY_URL",
    "SANDBOX_DIR",
    "LOG_FORMAT",
    "TRUSTED_PROXIES",
    "RATE_LIMITS",
    "CLAMAV_URL",
    "CLAMAV_TIMEOUT",
    "JOURNAL_HEADS",
];

impl Config {
    /// Reads `HABILIS_CONFIG` (a TOML file of lower-case names without the prefix), then `HABILIS_*`.
    pub fn load() -> Result<Self, Mistakes> {
        Self::look().whole()
    }

    /// The same, with its mistakes instead of an error, so that more of them can be looked for.
    pub fn look() -> Looked {
        let mut mistakes = Vec::new();
        let environment = variables(&mut mistakes);
        let Some(file) = environment.get("CONFIG").cloned() else { return Self::read(&environment, mistakes) };
        let mut values = read_file(&file, &mut mistakes);
        let tells =
            ["SMTP_URL", "DATABASE_URL", "DIRECTORY_URL"].iter().any(|name| values.get(*name).is_some_and(|url| refusals::holds_password(url)));
        values.extend(environment.into_iter().filter(|(name, _)| name != "CONFIG"));
        let mut looked = Self::read(&values, mistakes);
        if tells && !looked.config.is_local() {
            looked.mistakes.extend(refusals::open_to_others(&file));
        }
        looked
    }

    pub fn from_values(values: &BTreeMap<String, String>, mistakes: Vec<String>) -> Result<Self, Mistakes> {
        Self::read(values, mistakes).whole()
    }

    fn read(values: &BTreeMap<String, String>, mistakes: Vec<String>) -> Looked {
        let mut reader = Reader::new(values, mistakes);
        reader.refuse_unknown(&KNOWN);
        reader.refuse_unseen();
        let listen: SocketAddr = reader.parse("LISTEN", "127.0.0.1:3000", "an address and port such as 127.0.0.1:3000");
        let base_url = reader.base_url(listen);
        let data_dir = PathBuf::from(reader.text("DATA_DIR", "data"));
        let mut config = Self {
            listen,
            base_url,
            database_url: reader.text("DATABASE_URL", &format!("sqlite://{}/habilis.sqlite", data_dir.display())),
            master_keys: Vec::new(),
            master_key_file: reader.optional("MASTER_KEY_FILE").map_or_else(|| data_dir.join("master.key"), PathBuf::from),
            smtp_url: reader.optional("SMTP_URL"),
            smtp_utf8: reader.flag("SMTP_UTF8", false),
            mail_from: reader.text("MAIL_FROM", "Habilis <ne-pas-repondre@habilis.example>"),
            site_dir: PathBuf::from(reader.text("SITE_DIR", "site")),
            demo: reader.flag("DEMO", false),
            theme: reader.theme(),
            directory_url: reader.optional("DIRECTORY_URL").map(|url| url.trim_end_matches('/').to_owned()),
            sandbox_dir: reader.optional("SANDBOX_DIR").map(PathBuf::from),
            log_format: reader.log_format(),
            trusted_proxies: reader.parse("TRUSTED_PROXIES", "0", "a number"),
            scanner: reader.scanner(),
            rate_limits: reader.flag("RATE_LIMITS", true),
            journal_heads: reader.journal_heads(),
            data_dir,
            notes: Vec::new(),
        };
        refusals::check(&mut reader, &config);
        key_file::read(&mut reader, &mut config);
        config.notes = reader.notes;
        Looked { config, mistakes: reader.mistakes }
    }

    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether only this machine reaches the site (demonstration, development): some settings are accepted only then.
    pub fn is_local(&self) -> bool {
        is_local_origin(&self.base_url)
    }
}

/// Reads the environment. A value that is not UTF-8 is a mistake: it would otherwise be ignored silently, and its setting with it.
#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
fn variables(mistakes: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        if name.starts_with("TEST_") || name == "BIN" {
            continue;
        }
        match value.into_string() {
            Ok(value) => _ = values.insert(name.to_owned(), value),
            Err(_) => mistakes.push(format!("{PREFIX}{name} is not a text in UTF-8")),
        }
    }
    values
}

fn read_file(path: &str, mistakes: &mut Vec<String>) -> BTreeMap<String, String> {
    let read =
        std::fs::read_to_string(path).map_err(|error| error.to_string()).and_then(|text| text.parse::<toml::Table>().map_err(|e| e.to_string()));
    match read {
        Ok(table) => {
            table.into_iter().map(|(name, value)| (name.to_uppercase(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))).collect()
        }
        Err(error) => {
            mistakes.push(format!("{PREFIX}CONFIG: {path} cannot be read: {error}"));
            BTreeMap::new()
        }
    }
}
