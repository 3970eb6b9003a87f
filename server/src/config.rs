//! Settings, from a file and the environment (which wins), checked at boot with every mistake listed at once.

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf, time::Duration};

use habilitation::documents::Scanner;

const PREFIX: &str = "HABILIS_";

#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// Without trailing slash.
    pub base_url: String,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub master_key: [u8; 32],
    /// Mails go to the demonstration's mailbox when there is none.
    pub smtp_url: Option<String>,
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
    /// Whether addresses and habilitations are slowed down; tests and measures that call a lot turn it off.
    pub rate_limits: bool,
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

const KNOWN: [&str; 18] = [
    "LISTEN",
    "BASE_URL",
    "DATA_DIR",
    "DATABASE_URL",
    "MASTER_KEY_FILE",
    "SMTP_URL",
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
];

impl Config {
    /// Reads `HABILIS_CONFIG` (a TOML file of lower-case names without the prefix), then `HABILIS_*`.
    pub fn load() -> Result<Self, Mistakes> {
        let environment: BTreeMap<String, String> = variables();
        let mut mistakes = Vec::new();
        let mut values = environment.get("CONFIG").map(|path| read_file(path, &mut mistakes)).unwrap_or_default();
        values.extend(environment.into_iter().filter(|(name, _)| name != "CONFIG"));
        Self::from_values(&values, mistakes)
    }

    pub fn from_values(values: &BTreeMap<String, String>, mistakes: Vec<String>) -> Result<Self, Mistakes> {
        let mut reader = Reader { values, mistakes };
        reader.refuse_unknown();
        let listen: SocketAddr = reader.parse("LISTEN", "127.0.0.1:3000", "an address and port such as 127.0.0.1:3000");
        let base_url = reader.base_url(listen);
        let data_dir = PathBuf::from(reader.text("DATA_DIR", "data"));
        let database_url = reader.database_url(&data_dir);
        let master_key = reader.master_key(&data_dir);
        let theme = reader.theme();
        let scanner = reader.scanner();
        let log_format = match reader.text("LOG_FORMAT", "text").as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            other => {
                reader.mistake("LOG_FORMAT", format!("is {other:?}; it is text or json"));
                LogFormat::Text
            }
        };
        let config = Self {
            listen,
            base_url,
            database_url,
            master_key,
            smtp_url: reader.optional("SMTP_URL"),
            mail_from: reader.text("MAIL_FROM", "Habilis <ne-pas-repondre@habilis.example>"),
            site_dir: PathBuf::from(reader.text("SITE_DIR", "site")),
            demo: reader.flag("DEMO", false),
            theme,
            directory_url: reader.directory_url(),
            sandbox_dir: reader.optional("SANDBOX_DIR").map(PathBuf::from),
            log_format,
            trusted_proxies: reader.parse("TRUSTED_PROXIES", "0", "a number"),
            scanner,
            rate_limits: reader.flag("RATE_LIMITS", true),
            data_dir,
        };
        if reader.mistakes.is_empty() { Ok(config) } else { Err(Mistakes(reader.mistakes)) }
    }

    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
fn variables() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?.strip_prefix(PREFIX)?.to_owned(), value.into_string().ok()?)))
        .filter(|(name, _)| !name.starts_with("TEST_") && name != "BIN")
        .collect()
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

struct Reader<'a> {
    values: &'a BTreeMap<String, String>,
    mistakes: Vec<String>,
}

impl Reader<'_> {
    fn mistake(&mut self, name: &str, what: impl fmt::Display) {
        self.mistakes.push(format!("{PREFIX}{name} {what}"));
    }

    fn refuse_unknown(&mut self) {
        let unknown: Vec<String> = self.values.keys().filter(|name| !KNOWN.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            self.mistake(&name, "is not a setting");
        }
    }

    fn optional(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    fn parse<T: std::str::FromStr>(&mut self, name: &str, default: &str, expected: &str) -> T {
        let text = self.text(name, default);
        if let Ok(value) = text.parse() {
            return value;
        }
        self.mistake(name, format!("is {text:?}; it should be {expected}"));
        default.parse().ok().expect("every default is written to parse")
    }

    fn flag(&mut self, name: &str, default: bool) -> bool {
        self.parse(name, if default { "true" } else { "false" }, "true or false")
    }

    fn base_url(&mut self, listen: SocketAddr) -> String {
        let text = self.text("BASE_URL", &format!("http://localhost:{}", listen.port()));
        match url::Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none() => {
                if url.scheme() == "http" && !matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
                    self.mistake("BASE_URL", "must be https, except on localhost");
                }
            }
            _ => self.mistake("BASE_URL", format!("is {text:?}; it should be an origin such as https://habilis.example")),
        }
        text.trim_end_matches('/').to_owned()
    }

    /// Names and addresses of public bodies come from there: nobody on the way may write them.
    fn directory_url(&mut self) -> Option<String> {
        let text = self.optional("DIRECTORY_URL")?;
        let parsed = url::Url::parse(&text).ok();
        let local = |url: &url::Url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if !parsed.is_some_and(|url| url.scheme() == "https" || (url.scheme() == "http" && local(&url))) {
            self.mistake("DIRECTORY_URL", format!("is {text:?}; it should begin with https://"));
        }
        Some(text.trim_end_matches('/').to_owned())
    }

    fn database_url(&mut self, data_dir: &std::path::Path) -> String {
        let url = self.optional("DATABASE_URL").unwrap_or_else(|| format!("sqlite://{}/habilis.sqlite", data_dir.display()));
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) {
            self.mistake("DATABASE_URL", "should begin with sqlite:// or postgres://");
        }
        url
    }

    /// 64 hexadecimal digits in a file; made on first use when no file is named.
    fn master_key(&mut self, data_dir: &std::path::Path) -> [u8; 32] {
        let named = self.optional("MASTER_KEY_FILE").map(PathBuf::from);
        let path = named.clone().unwrap_or_else(|| data_dir.join("master.key"));
        if named.is_none() && !path.exists() {
            return make_master_key(&path).unwrap_or_else(|error| {
                self.mistake("DATA_DIR", format!("cannot hold the master key: {error}"));
                [0; 32]
            });
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let mut key = [0; 32];
        if hex::decode_to_slice(text.trim(), &mut key).is_err() {
            self.mistake("MASTER_KEY_FILE", format!("({}) should hold 64 hexadecimal digits", path.display()));
        }
        key
    }

    fn scanner(&mut self) -> Option<Scanner> {
        let seconds: u64 = self.parse("CLAMAV_TIMEOUT", "30", "a number of seconds");
        let url = self.optional("CLAMAV_URL")?;
        let scanner = Scanner::parse(&url, Duration::from_secs(seconds));
        if scanner.is_none() {
            self.mistake("CLAMAV_URL", format!("is {url:?}; it should be tcp://host:port or unix:/path/to/socket"));
        }
        scanner
    }

    fn theme(&mut self) -> Theme {
        match (self.text("THEME", "own").as_str(), self.optional("THEME_DIR")) {
            ("own", _) => Theme::Own,
            ("dsfr", Some(dir)) if std::path::Path::new(&dir).join("dsfr.min.css").is_file() => Theme::Dsfr(dir.into()),
            ("dsfr", _) => {
                self.mistake("THEME_DIR", "should be the folder of an official distribution, with dsfr.min.css");
                Theme::Own
            }
            (other, _) => {
                let what = format!("is {other:?}; it is own or dsfr");
                self.mistake("THEME", what);
                Theme::Own
            }
        }
    }
}

fn make_master_key(path: &std::path::Path) -> std::io::Result<[u8; 32]> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};

    use domain::Entropy;

    let mut key = [0; 32];
    domain::clock::SystemEntropy.fill(&mut key);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", hex::encode(key))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_asked_over_https() {
        for (url, accepted) in [
            ("https://recherche-entreprises.api.gouv.fr", true),
            ("http://127.0.0.1:4000/", true),
            ("http://localhost:4000", true),
            ("http://recherche-entreprises.api.gouv.fr", false),
            ("http://localhost.evil.example", false),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("recherche-entreprises", false),
        ] {
            let values = BTreeMap::from([("DIRECTORY_URL".to_owned(), url.to_owned())]);
            let mut reader = Reader { values: &values, mistakes: vec![] };
            assert_eq!(reader.directory_url().as_deref(), Some(url.trim_end_matches('/')));
            assert_eq!(reader.mistakes.is_empty(), accepted, "{url}: {:?}", reader.mistakes);
        }
    }

    #[test]
    fn every_mistake_is_listed_at_once() {
        let values = [
            ("LISTEN", "nowhere"),
            ("BASE_URL", "http://habilis.fr"),
            ("DATABASE_URL", "mysql://x"),
            ("MASTER_KEY_FILE", "/does/not/exist"),
            ("DEMO", "perhaps"),
            ("THEME", "dsfr"),
            ("CLAMAV_URL", "clamd:3310"),
            ("LISTENN", "typo"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        let Mistakes(lines) = Config::from_values(&values, vec![]).expect_err("eight mistakes");
        assert_eq!(lines.len(), 8, "{lines:#?}");
        assert!(lines.iter().all(|line| line.starts_with("HABILIS_")), "{lines:#?}");
    }
}
