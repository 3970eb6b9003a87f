//! The address of the database, read as the driver reads it.

use std::{path::PathBuf, str::FromStr};

use sea_orm::sqlx::{
    postgres::{PgConnectOptions, PgSslMode},
    sqlite::SqliteConnectOptions,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseAddress {
    Sqlite(PathBuf),
    /// In memory: lost when the process ends.
    Memory,
    Postgres {
        /// The host is this machine.
        local: bool,
        /// The address requires TLS.
        encrypted: bool,
    },
}

/// # Errors
/// What the driver says of an address it cannot read, to be read after the name of the setting.
pub fn parse(url: &str) -> Result<DatabaseAddress, String> {
    if url.starts_with("sqlite:") {
        let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
        if path.starts_with(":memory:") || path.contains("mode=memory") {
            return Ok(DatabaseAddress::Memory);
        }
        let (file, settings) = path.split_once('?').unwrap_or((path, ""));
        if file.is_empty() {
            return Err("names no file: write sqlite://, then its path".to_owned());
        }
        let options = SqliteConnectOptions::from_str(url).map_err(|error| format!("is not an address of a database: {error}"))?;
        if settings.split('&').any(|one| matches!(one, "mode=ro" | "immutable=1" | "immutable=true")) {
            return Err("opens the database to be read alone: the site writes to it (mode=rwc)".to_owned());
        }
        return Ok(DatabaseAddress::Sqlite(options.get_filename().to_owned()));
    }
    if !["postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err("should begin with sqlite:// or postgres://".to_owned());
    }
    let options = PgConnectOptions::from_str(url).map_err(|error| format!("is not an address of a database: {error}"))?;
    let host = options.get_host();
    let encrypted = matches!(options.get_ssl_mode(), PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    Ok(DatabaseAddress::Postgres { local: options.get_socket().is_some() || host.is_empty() || host.starts_with('/') || is_local(host), encrypted })
}

/// Whether a host can only be this machine.
pub fn is_local(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_the_driver_reads_them() {
        let postgres = |local, encrypted| Ok(DatabaseAddress::Postgres { local, encrypted });
        for (url, expected) in [
            ("sqlite://data/habilis.sqlite", Ok(DatabaseAddress::Sqlite("data/habilis.sqlite".into()))),
            ("sqlite:///var/lib/h.sqlite?mode=rwc", Ok(DatabaseAddress::Sqlite("/var/lib/h.sqlite".into()))),
            ("sqlite::memory:", Ok(DatabaseAddress::Memory)),
            ("sqlite://:memory:", Ok(DatabaseAddress::Memory)),
            ("sqlite://file:x?mode=memory", Ok(DatabaseAddress::Memory)),
            ("postgres://h@base.interne/habilis", postgres(false, false)),
            ("postgres://h@base.interne/habilis?sslmode=disable", postgres(false, false)),
            ("postgres://h@base.interne/habilis?sslmode=allow", postgres(false, false)),
            ("postgres://h@base.interne/habilis?sslmode=prefer", postgres(false, false)),
            ("postgres://h@base.interne/habilis?sslmode=require", postgres(false, true)),
            ("postgresql://h@base.interne/habilis?ssl-mode=verify-full", postgres(false, true)),
            ("postgres://h@localhost/habilis", postgres(true, false)),
            ("postgres://h@127.0.0.1:5433/habilis?sslmode=disable", postgres(true, false)),
            ("postgres://h@[::1]/habilis", postgres(true, false)),
            ("postgres:///habilis?host=/run/postgresql", postgres(true, false)),
            ("postgres://h@%2Frun%2Fpostgresql/habilis", postgres(true, false)),
            ("postgres://h@localhost/habilis?host=base.interne", postgres(false, false)),
            ("postgres://h@localhost/habilis?hostaddr=192.0.2.1", postgres(false, false)),
            ("sqlite://", Err("names no file: write sqlite://, then its path".to_owned())),
            ("sqlite:", Err("names no file: write sqlite://, then its path".to_owned())),
            ("sqlite://?mode=rwc", Err("names no file: write sqlite://, then its path".to_owned())),
            ("sqlite://x?mode=ro", Err("opens the database to be read alone: the site writes to it (mode=rwc)".to_owned())),
            ("sqlite://x?cache=shared&immutable=1", Err("opens the database to be read alone: the site writes to it (mode=rwc)".to_owned())),
            ("mysql://x", Err("should begin with sqlite:// or postgres://".to_owned())),
        ] {
            assert_eq!(parse(url), expected, "{url}");
        }
        for url in ["postgres://h@base:port/habilis", "postgres://h@base/habilis?sslmode=perhaps", "sqlite://x?mode=perhaps"] {
            assert!(parse(url).expect_err(url).starts_with("is not an address of a database"), "{url}");
        }
    }
}
