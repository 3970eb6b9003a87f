//! Settings that are valid on their own and yet must not be served: secrets in clear, a public demonstration, a site without its files.
//! What only concerns other machines is accepted on a local site.

use std::{
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use store::database_url::{self, DatabaseAddress, is_local};
use url::Url;

use super::{Config, PREFIX, reader::Reader};
use crate::heads::Destination;

/// More proxies than this in a row is a mistake of somebody's.
const MAX_PROXIES: usize = 16;

/// Plain http at a loopback address, which only this machine can reach.
pub fn is_local_origin(base_url: &str) -> bool {
    Url::parse(base_url).is_ok_and(|url| url.scheme() == "http" && url.host_str().is_some_and(is_local))
}

/// Whether the URL holds a password, before the host or among the parameters.
pub(super) fn holds_password(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case("password")))
}

/// The first folder above this path where every user may replace files (writable by all, without the sticky bit).
pub(super) fn open_folder_above(path: &Path) -> Option<PathBuf> {
    let real = path.canonicalize().or_else(|_| std::path::absolute(path)).ok()?;
    real.ancestors().skip(1).find(|folder| folder.metadata().is_ok_and(|found| found.permissions().mode() & 0o1002 == 0o002)).map(Path::to_owned)
}

pub(super) fn lies_in(path: &Path, folder: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    // A file that is not there yet lies where its folder does.
    let there = if path.exists() { real(path) } else { real(path.parent().unwrap_or(path)) };
    there.starts_with(real(folder))
}

/// The file of the database, for SQLite.
pub(super) fn database_file(config: &Config) -> Option<PathBuf> {
    match database_url::parse(&config.database_url) {
        Ok(DatabaseAddress::Sqlite(file)) => Some(file),
        _ => None,
    }
}

/// The mistake of a configuration file that holds a password and is open to everybody. Its group may read it: that may be the group of
/// the process.
pub(super) fn open_to_others(file: &str) -> Option<String> {
    let mode = Path::new(file).metadata().ok()?.permissions().mode() & 0o777;
    (mode & 0o007 != 0).then(|| format!("{PREFIX}CONFIG: {file} holds a password and may be read by everybody (mode {mode:03o}): chmod 640"))
}

pub(super) fn check(reader: &mut Reader<'_>, config: &Config) {
    listen(reader, config);
    database(reader, config);
    mail(reader, config);
    directory(reader, config);
    folders(reader, config);
    heads(reader, config);
    if config.trusted_proxies > MAX_PROXIES {
        reader.mistake("TRUSTED_PROXIES", format!("is {}; it is how many proxies stand in front of the site", config.trusted_proxies));
    }
    if config.is_local() {
        return;
    }
    if config.demo {
        reader.mistake("DEMO", "is true: everybody would read the mails and know the passwords; it is for http on localhost alone");
    }
    if !config.rate_limits {
        reader.mistake("RATE_LIMITS", "is false: passwords could be tried without end; it is for http on localhost alone");
    }
    if config.trusted_proxies == 0 {
        reader.note("TRUSTED_PROXIES", "is 0: behind a proxy for TLS, every visitor would seem to come from the proxy, and be slowed down together");
    }
    if reader.optional("CLAMAV_URL").and_then(|url| Url::parse(&url).ok()).and_then(|url| url.host_str().map(is_local)) == Some(false) {
        reader.note("CLAMAV_URL", "names another machine: documents travel to it in clear, on a network that must be yours alone");
    }
}

fn listen(reader: &mut Reader<'_>, config: &Config) {
    let ip = config.listen.ip().to_canonical();
    if config.is_local() && !ip.is_loopback() {
        reader.mistake(
            "LISTEN",
            format!(
                "is {}, which other machines reach, while HABILIS_BASE_URL is plain http: listen on 127.0.0.1, or set an https address",
                config.listen
            ),
        );
    }
}

fn database(reader: &mut Reader<'_>, config: &Config) {
    match database_url::parse(&config.database_url) {
        Err(why) => reader.mistake("DATABASE_URL", why),
        Ok(DatabaseAddress::Memory) => reader.mistake("DATABASE_URL", "keeps everything in memory: it would be gone with the process"),
        Ok(DatabaseAddress::Postgres { local: false, encrypted: false }) if !config.is_local() => reader.mistake(
            "DATABASE_URL",
            "lets the database be spoken to in clear: add ?sslmode=verify-full (or require); disable, allow and prefer, the default, do not hold",
        ),
        Ok(DatabaseAddress::Sqlite(file)) => {
            if let Err(why) = holds_a_database(&file, config) {
                reader.mistake("DATABASE_URL", format!("names {}, which {why}", file.display()));
            }
            if config.is_local() {
                return;
            }
            // The data directory is closed by the boot; what is above it is not.
            let seen = if lies_in(&file, &config.data_dir) { &config.data_dir } else { &file };
            if let Some(folder) = open_folder_above(seen) {
                let (file, folder) = (file.display(), folder.display());
                reader.mistake("DATABASE_URL", format!("names {file}, below {folder} where everybody writes: they could put their own in its place"));
            }
        }
        Ok(_) => {}
    }
}

/// Heads prove later that the journals were not altered: whoever can alter the journals must not be able to write where heads are kept.
fn heads(reader: &mut Reader<'_>, config: &Config) {
    for destination in &config.journal_heads {
        let what = match destination {
            Destination::File(path) if is_same_file(path, &config.master_key_file) => {
                format!("names {}, the file of the master keys: heads would be written into it", path.display())
            }
            Destination::File(path) if database_file(config).is_some_and(|database| is_same_file(path, &database)) => {
                format!("names {}, the file of the database: heads would be written into it", path.display())
            }
            Destination::File(path) if !config.is_local() && lies_with_data(path, config) => {
                format!("names {}, which lies with the data it vouches for: write elsewhere", path.display())
            }
            Destination::Mail(address) if !config.is_local() && address.rsplit_once('@').is_some_and(|(_, domain)| is_reserved(domain)) => {
                format!("names {address}, where nobody reads: set an address of yours")
            }
            Destination::Mail(address) if !address.is_ascii() && !config.smtp_utf8 => {
                format!("names {address}, whose accents the mail server does not take: set another, or HABILIS_SMTP_UTF8=true")
            }
            _ => continue,
        };
        reader.mistake("JOURNAL_HEADS", what);
    }
}

pub(super) fn lies_with_data(path: &Path, config: &Config) -> bool {
    let database = database_file(config).and_then(|file| file.parent().map(Path::to_owned));
    [Some(config.data_dir.clone()), database].into_iter().flatten().any(|folder| lies_in(path, &folder))
}

/// Whether both paths lead to the same file, hard links included.
fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.metadata(), other.metadata()) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => one == other,
    }
}

fn mail(reader: &mut Reader<'_>, config: &Config) {
    match delivery::settings::sender_domain(&config.mail_from) {
        None => reader
            .mistake("MAIL_FROM", format!("is {:?}; it should be an address such as Habilis <ne-pas-repondre@votre-domaine.fr>", config.mail_from)),
        Some(domain) if !config.is_local() && is_reserved(&domain) => {
            reader.mistake("MAIL_FROM", format!("is at {domain}, which nobody can answer to: set an address of yours"));
        }
        Some(_) => {}
    }
    let Some(url) = &config.smtp_url else {
        if !config.is_local() {
            reader.mistake("SMTP_URL", "is missing: mails, and the links they carry, would pile up in the database instead of leaving");
        }
        return;
    };
    match delivery::settings::server(url) {
        // The address may hold a password: it is not repeated.
        Err(why) => reader.mistake("SMTP_URL", format!("is not the address of a mail server: {why}")),
        Ok(server) if !config.is_local() && !server.encrypted && !is_local(&server.host) => reader.mistake(
            "SMTP_URL",
            format!("would send mails and passwords to {} in clear: write smtps://, or add ?tls=required for STARTTLS", server.host),
        ),
        Ok(_) => {}
    }
}

/// Domains that RFC 2606 and RFC 6761 keep for examples and tests.
fn is_reserved(domain: &str) -> bool {
    let domain = domain.to_lowercase();
    let within = |name: &str| domain == name || domain.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
    ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"].into_iter().any(within)
}

fn directory(reader: &mut Reader<'_>, config: &Config) {
    let Some(text) = &config.directory_url else { return };
    match Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()) {
        None => reader.mistake("DIRECTORY_URL", format!("is {text:?}; it should be an address such as https://recherche-entreprises.api.gouv.fr")),
        Some(url) if !config.is_local() && url.scheme() == "http" && !url.host_str().is_some_and(is_local) => {
            reader.mistake("DIRECTORY_URL", "is plain http: what it answers could be changed on the way; write https");
        }
        Some(_) => {}
    }
}

fn folders(reader: &mut Reader<'_>, config: &Config) {
    if let Err(why) = writable(&config.data_dir) {
        reader.mistake("DATA_DIR", format!("({}) {why}", config.data_dir.display()));
    }
    if holds_the_program(&config.data_dir) {
        let folder = config.data_dir.display();
        reader.mistake(
            "DATA_DIR",
            format!("({folder}) has the program itself below it, and the boot closes that folder to others: name one of its own"),
        );
    }
    if let Some(folder) = config.sandbox_dir.as_ref().filter(|folder| !folder.is_dir()) {
        reader.mistake("SANDBOX_DIR", format!("({}) is not a folder", folder.display()));
    }
    let missing: Vec<&str> = ["assets", "pkg"].into_iter().filter(|part| !config.site_dir.join(part).is_dir()).collect();
    if !missing.is_empty() {
        let what = format!("({}) has no {}: pages would come without their style and scripts", config.site_dir.display(), missing.join(" and no "));
        if config.is_local() { reader.note("SITE_DIR", what) } else { reader.mistake("SITE_DIR", what) }
    }
}

/// The boot makes the data directory and the file, no other folder.
fn holds_a_database(file: &Path, config: &Config) -> Result<(), &'static str> {
    if file.is_dir() {
        return Err("is a folder");
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.exists() {
        let made = std::path::absolute(folder).ok() == std::path::absolute(&config.data_dir).ok();
        return if made { Ok(()) } else { Err("lies in a folder that is not there") };
    }
    writable(folder).map_err(|_| "lies in a folder that cannot be written to")
}

/// Whether the folder contains this program, as `/`, `/usr` or an installation folder does.
fn holds_the_program(folder: &Path) -> bool {
    let program = std::env::current_exe().and_then(std::fs::canonicalize);
    program.is_ok_and(|program| folder.canonicalize().is_ok_and(|folder| program.starts_with(folder)))
}

/// A folder that is not there yet is made in the first one above it that is.
fn writable(folder: &Path) -> Result<(), &'static str> {
    let there = std::path::absolute(folder).map_err(|_| "cannot be found")?;
    let Some(there) = there.ancestors().find(|one| one.exists()) else { return Err("cannot be found") };
    if !there.is_dir() {
        return Err("is not a folder, or lies below a file");
    }
    rustix::fs::access(there, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).map_err(|_| "cannot be written to")
}
