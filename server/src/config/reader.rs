//! Reads settings one by one from their text, and collects their mistakes.

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::Path, time::Duration};

use habilitation::documents::Scanner;
use url::Url;

use super::{LogFormat, PREFIX, Theme};
use crate::heads::Destination;

pub(super) struct Reader<'a> {
    values: &'a BTreeMap<String, String>,
    pub mistakes: Vec<String>,
    pub notes: Vec<String>,
}

impl<'a> Reader<'a> {
    pub fn new(values: &'a BTreeMap<String, String>, mistakes: Vec<String>) -> Self {
        Self { values, mistakes, notes: Vec::new() }
    }

    pub fn mistake(&mut self, name: &str, what: impl fmt::Display) {
        self.mistakes.push(format!("{PREFIX}{name} {what}"));
    }

    pub fn note(&mut self, name: &str, what: impl fmt::Display) {
        self.notes.push(format!("{PREFIX}{name} {what}"));
    }

    pub fn refuse_unknown(&mut self, known: &[&str]) {
        let unknown: Vec<String> = self.values.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            self.mistake(&name, "is not a setting");
        }
    }

    /// Refuses invisible characters: some settings are shown, for instance in mails; in others they come from a bad paste.
    pub fn refuse_unseen(&mut self) {
        let found = self.values.iter().filter_map(|(name, value)| Some((name.clone(), domain::text::unreadable(value)?)));
        for (name, hidden) in found.collect::<Vec<_>>() {
            self.mistake(&name, format!("holds a character nobody sees (U+{:04X})", u32::from(hidden)));
        }
    }

    pub fn optional(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub fn text(&self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    pub fn parse<T: std::str::FromStr>(&mut self, name: &str, default: &str, expected: &str) -> T {
        let text = self.text(name, default);
        if let Ok(value) = text.parse() {
            return value;
        }
        self.mistake(name, format!("is {text:?}; it should be {expected}"));
        default.parse().ok().expect("every default is written to parse")
    }

    pub fn flag(&mut self, name: &str, default: bool) -> bool {
        self.parse(name, if default { "true" } else { "false" }, "true or false")
    }

    pub fn base_url(&mut self, listen: SocketAddr) -> String {
        let text = self.text("BASE_URL", &format!("http://localhost:{}", listen.port()));
        match Url::parse(&text) {
            // Cookies, links and redirections are compared with this text as it is written.
            Ok(url) if is_origin(&url) && url.origin().ascii_serialization() != text.trim_end_matches('/') => {
                self.mistake("BASE_URL", format!("is {text:?}; write it as browsers do: {}", url.origin().ascii_serialization()));
            }
            Ok(url) if is_origin(&url) => {
                if url.scheme() == "http" && !super::is_local_origin(&text) {
                    self.mistake("BASE_URL", "must be https, except on localhost");
                }
            }
            _ => self.mistake("BASE_URL", format!("is {text:?}; it should be an origin such as https://habilis.example")),
        }
        text.trim_end_matches('/').to_owned()
    }

    pub fn log_format(&mut self) -> LogFormat {
        match self.text("LOG_FORMAT", "text").as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            other => {
                let what = format!("is {other:?}; it is text or json");
                self.mistake("LOG_FORMAT", what);
                LogFormat::Text
            }
        }
    }

    pub fn journal_heads(&mut self) -> Vec<Destination> {
        let text = self.text("JOURNAL_HEADS", "log");
        let read: Vec<_> = text.split(',').map(Destination::parse).collect();
        read.into_iter().filter_map(|to| to.map_err(|what| self.mistake("JOURNAL_HEADS", what)).ok()).collect()
    }

    pub fn scanner(&mut self) -> Option<Scanner> {
        let seconds: u64 = self.parse("CLAMAV_TIMEOUT", "30", "a number of seconds");
        if !(1..=600).contains(&seconds) {
            self.mistake("CLAMAV_TIMEOUT", format!("is {seconds}; it should be between 1 and 600 seconds"));
        }
        let url = self.optional("CLAMAV_URL")?;
        let scanner = Scanner::parse(&url, Duration::from_secs(seconds));
        if scanner.is_none() {
            self.mistake("CLAMAV_URL", format!("is {url:?}; it should be tcp://host:port or unix:/path/to/socket"));
        }
        scanner
    }

    pub fn theme(&mut self) -> Theme {
        match (self.text("THEME", "own").as_str(), self.optional("THEME_DIR")) {
            ("own", _) => Theme::Own,
            ("dsfr", Some(dir)) if Path::new(&dir).join("dsfr.min.css").is_file() => Theme::Dsfr(dir.into()),
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

fn is_origin(url: &Url) -> bool {
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    matches!(url.scheme(), "http" | "https") && bare
}
