use std::os::unix::fs::PermissionsExt;

use super::*;

const KEY: &str = "6b0e1f8c52a94d77b3e0c81d2f96a5047e3d9b1c4a6f8205d7e1b93c5f0a2846";

/// A temporary folder with the files that a public site needs.
struct House(tempfile::TempDir);

impl House {
    fn new() -> Self {
        let house = Self(tempfile::tempdir().expect("a folder"));
        for folder in ["data", "site/assets", "site/pkg", "secrets", "bare"] {
            std::fs::create_dir_all(house.path(folder)).expect("made");
        }
        house.key("secrets/master.key", KEY);
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn key(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
        self.mode(name, 0o600);
    }

    fn mode(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).expect("set");
    }

    fn open(&self) -> BTreeMap<String, String> {
        let path = |name: &str| self.path(name).display().to_string();
        [
            ("BASE_URL", "https://habilis.ville.fr".to_owned()),
            ("DATABASE_URL", "postgres://habilis@base.interne/habilis?sslmode=verify-full".to_owned()),
            ("DATA_DIR", path("data")),
            ("SITE_DIR", path("site")),
            ("MASTER_KEY_FILE", path("secrets/master.key")),
            ("SMTP_URL", "smtps://habilis:secret@mail.interne".to_owned()),
            ("MAIL_FROM", "Habilis <ne-pas-repondre@ville.fr>".to_owned()),
            ("TRUSTED_PROXIES", "1".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn local(&self) -> BTreeMap<String, String> {
        let mut values = self.open();
        values.insert("BASE_URL".into(), "http://localhost:3000".into());
        values
    }

    fn read(&self, mut values: BTreeMap<String, String>, change: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        for (name, value) in change {
            let value = value.replace("{house}", &self.0.path().display().to_string());
            if value.is_empty() {
                values.remove(*name)
            } else {
                values.insert((*name).to_owned(), value)
            };
        }
        Config::from_values(&values, Vec::new()).map_err(|mistakes| mistakes.0)
    }
}

/// Changes to the settings of a public site, the mistake expected, and whether a local site accepts them.
type Refused = (&'static [(&'static str, &'static str)], &'static str, bool);

const REFUSED: &[Refused] = &[
    (&[("DEMO", "true")], "HABILIS_DEMO is true: everybody would read the mails", true),
    (&[("BASE_URL", "HTTPS://Habilis.Ville.FR")], "write it as browsers do: https://habilis.ville.fr", false),
    (&[("BASE_URL", "https:habilis.ville.fr")], "write it as browsers do: https://habilis.ville.fr", false),
    (&[("BASE_URL", "https:\\\\habilis.ville.fr")], "write it as browsers do: https://habilis.ville.fr", false),
    (&[("BASE_URL", "https://habi\tlis.ville.fr")], "write it as browsers do: https://habilis.ville.fr", false),
    (&[("BASE_URL", "https://habilis.ville.fr:443")], "write it as browsers do: https://habilis.ville.fr", false),
    (&[("RATE_LIMITS", "false")], "HABILIS_RATE_LIMITS is false: passwords could be tried without end", true),
    (&[("MASTER_KEY_FILE", "")], "HABILIS_MASTER_KEY_FILE is missing", true),
    (&[("MASTER_KEY_FILE", "{house}/nothing")], "cannot be read", false),
    (&[("MASTER_KEY_FILE", "{house}/secrets/zeros")], "holds a key that is made of zeros", true),
    (&[("MASTER_KEY_FILE", "{house}/secrets/same")], "holds a key that is one byte over and over", true),
    (&[("MASTER_KEY_FILE", "{house}/secrets/sequence")], "holds a key that is a sequence", true),
    (&[("MASTER_KEY_FILE", "{house}/secrets/old-zeros")], "holds a key that is made of zeros", true),
    (&[("MASTER_KEY_FILE", "{house}/secrets/nonsense")], "should hold 64 hexadecimal digits", false),
    (&[("MASTER_KEY_FILE", "{house}/secrets/group")], "may be read by others (mode 640)", true),
    (&[("MASTER_KEY_FILE", "{house}/secrets/world")], "may be read by others (mode 604)", true),
    (&[("MASTER_KEY_FILE", "{house}/data/master.key")], "lies with the data it seals", true),
    (&[("MASTER_KEY_FILE", "{house}/bare/../data/master.key")], "lies with the data it seals", true),
    (&[("MASTER_KEY_FILE", "{house}/bare/master.key"), ("DATABASE_URL", "sqlite://{house}/bare/h.sqlite")], "lies with the data it seals", true),
    (&[("MASTER_KEY_FILE", "{house}/secrets/linked")], "has another name elsewhere (a hard link)", true),
    (&[("MASTER_KEY_FILE", "{house}/everybody/master.key")], "where everybody writes", true),
    (&[("MASTER_KEY_FILE", "{house}/everybody/below/master.key")], "where everybody writes", true),
    (&[("DATABASE_URL", "sqlite://{house}/everybody/h.sqlite")], "where everybody writes", true),
    (&[("DATABASE_URL", "sqlite://{house}/everybody/below/h.sqlite")], "where everybody writes", true),
    (&[("JOURNAL_HEADS", "log,file:{house}/secrets/master.key")], "HABILIS_JOURNAL_HEADS names", false),
    (&[("JOURNAL_HEADS", "file:{house}/bare/other-name")], "the file of the master keys", false),
    (&[("JOURNAL_HEADS", "file:{house}/data/heads")], "lies with the data it vouches for", true),
    (&[("JOURNAL_HEADS", "file:{house}/bare/../data/heads")], "lies with the data it vouches for", true),
    (&[("JOURNAL_HEADS", "mailto:rssi@ville.example")], "where nobody reads", true),
    (&[("JOURNAL_HEADS", "mailto:sécurité@ville.fr")], "whose accents the mail server does not take", false),
    (&[("DATABASE_URL", "postgres://h@base.interne/h")], "HABILIS_DATABASE_URL lets the database be spoken to in clear", true),
    (&[("DATABASE_URL", "postgres://h@base.interne/h?sslmode=disable")], "spoken to in clear", true),
    (&[("DATABASE_URL", "postgres://h@base.interne/h?sslmode=allow")], "spoken to in clear", true),
    (&[("DATABASE_URL", "postgres://h@192.0.2.7/h?sslmode=prefer")], "spoken to in clear", true),
    (&[("DATABASE_URL", "postgres://h@base:port/h")], "HABILIS_DATABASE_URL is not an address of a database", false),
    (&[("DATABASE_URL", "mysql://x")], "HABILIS_DATABASE_URL should begin with sqlite:// or postgres://", false),
    (&[("DATABASE_URL", "sqlite://")], "HABILIS_DATABASE_URL names no file", false),
    (&[("DATABASE_URL", "sqlite://{house}/data/h.sqlite?mode=ro")], "to be read alone", false),
    (&[("DATABASE_URL", "sqlite://{house}/site/assets?mode=rwc")], "which is a folder", false),
    (&[("DATABASE_URL", "sqlite://{house}/nowhere/h.sqlite?mode=rwc")], "lies in a folder that is not there", false),
    (&[("DATABASE_URL", "sqlite://{house}/bare/h.sqlite"), ("JOURNAL_HEADS", "file:{house}/bare/h.sqlite")], "the file of the database", false),
    (&[("DATABASE_URL", "sqlite::memory:")], "HABILIS_DATABASE_URL keeps everything in memory", false),
    (&[("SMTP_URL", "")], "HABILIS_SMTP_URL is missing", true),
    (&[("SMTP_URL", "nonsense")], "HABILIS_SMTP_URL is not the address of a mail server", false),
    (&[("SMTP_URL", "https://mail.interne")], "HABILIS_SMTP_URL is not the address of a mail server", false),
    (&[("SMTP_URL", "smtp://mail.interne")], "in clear: write smtps://, or add ?tls=required", true),
    (&[("SMTP_URL", "smtp://u:p@192.0.2.7:587?tls=opportunistic")], "to 192.0.2.7 in clear", true),
    (&[("MAIL_FROM", "Habilis")], "HABILIS_MAIL_FROM is \"Habilis\"", false),
    (&[("MAIL_FROM", "")], "HABILIS_MAIL_FROM is at habilis.example", true),
    (&[("MAIL_FROM", "x@example.org")], "HABILIS_MAIL_FROM is at example.org", true),
    (&[("MAIL_FROM", "Hab\u{202e}ilis <x@ville.fr>")], "HABILIS_MAIL_FROM holds a character nobody sees (U+202E)", false),
    (&[("DIRECTORY_URL", "annuaire")], "HABILIS_DIRECTORY_URL is \"annuaire\"", false),
    (&[("DIRECTORY_URL", "ftp://annuaire.fr")], "HABILIS_DIRECTORY_URL is \"ftp://annuaire.fr\"", false),
    (&[("DIRECTORY_URL", "http://annuaire.fr")], "HABILIS_DIRECTORY_URL is plain http", true),
    (&[("CLAMAV_URL", "http://clamd:3310")], "HABILIS_CLAMAV_URL is", false),
    (&[("CLAMAV_TIMEOUT", "0")], "HABILIS_CLAMAV_TIMEOUT is 0", false),
    (&[("TRUSTED_PROXIES", "one")], "HABILIS_TRUSTED_PROXIES is \"one\"", false),
    (&[("TRUSTED_PROXIES", "-1")], "HABILIS_TRUSTED_PROXIES is \"-1\"", false),
    (&[("TRUSTED_PROXIES", "4000")], "HABILIS_TRUSTED_PROXIES is 4000", false),
    (&[("SITE_DIR", "{house}/bare")], "has no assets and no pkg", true),
    (&[("DATA_DIR", "{house}/secrets/zeros")], "is not a folder, or lies below a file", false),
    (&[("DATA_DIR", "{house}/secrets/zeros/data")], "is not a folder, or lies below a file", false),
    (&[("SANDBOX_DIR", "{house}/nothing")], "HABILIS_SANDBOX_DIR", false),
    (&[("THEME", "dsfr")], "HABILIS_THEME_DIR should be", false),
    (&[("LOG_FORMAT", "xml")], "HABILIS_LOG_FORMAT is", false),
    (&[("LISTENN", "typo")], "HABILIS_LISTENN is not a setting", false),
];

fn furnished() -> House {
    let house = House::new();
    let sequence: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
    for (name, text) in [
        ("secrets/zeros", "00".repeat(32)),
        ("secrets/same", "ab".repeat(32)),
        ("secrets/sequence", sequence),
        ("secrets/old-zeros", format!("2:{KEY}\n1:{}", "00".repeat(32))),
        ("secrets/nonsense", "secret".to_owned()),
        ("secrets/group", KEY.to_owned()),
        ("secrets/world", KEY.to_owned()),
        ("data/master.key", KEY.to_owned()),
        ("bare/master.key", KEY.to_owned()),
    ] {
        house.key(name, &text);
    }
    for folder in ["everybody/below", "sticky"] {
        std::fs::create_dir_all(house.path(folder)).expect("made");
    }
    for name in ["secrets/first", "everybody/master.key", "everybody/below/master.key", "sticky/master.key"] {
        house.key(name, KEY);
    }
    std::fs::hard_link(house.path("secrets/first"), house.path("secrets/linked")).expect("linked");
    std::os::unix::fs::symlink(house.path("secrets/master.key"), house.path("bare/other-name")).expect("linked");
    house.mode("everybody", 0o777);
    house.mode("sticky", 0o1777);
    house.mode("secrets/group", 0o640);
    house.mode("secrets/world", 0o604);
    house
}

#[test]
fn a_site_in_the_open_is_refused_what_would_betray_it_each_with_its_sentence() {
    let house = furnished();
    let good = house.read(house.open(), &[]).expect("this much is right");
    assert!(!good.is_local() && good.notes.is_empty(), "{:?}", good.notes);
    for (change, sentence, local) in REFUSED {
        let said = house.read(house.open(), change).expect_err(sentence);
        let [said] = said.as_slice() else { panic!("one sentence for {change:?}, not {said:#?}") };
        assert!(said.starts_with("HABILIS_") && said.contains(sentence), "{change:?}: {said}");
        assert!(!said.contains("secret@") && !said.contains(&KEY[..8]), "a secret is told: {said}");
        let here = house.read(house.local(), change);
        assert_eq!(here.is_ok(), *local, "on this machine, {change:?}: {:?}", here.err());
    }
}

#[test]
fn what_is_on_this_machine_or_encrypted_needs_no_more() {
    let house = furnished();
    for change in [
        [("DATABASE_URL", "postgres://h@localhost/h?sslmode=disable")],
        [("DATABASE_URL", "postgres:///h?host=/run/postgresql")],
        [("DATABASE_URL", "postgres://h@base.interne/h?sslmode=require")],
        [("DATABASE_URL", "sqlite://{house}/data/h.sqlite")],
        [("SMTP_URL", "smtp://127.0.0.1:1025")],
        [("SMTP_URL", "smtp://[::1]:1025")],
        [("SMTP_URL", "smtp://u:p@mail.interne:587?tls=required")],
        [("DIRECTORY_URL", "http://localhost:8080")],
        [("DIRECTORY_URL", "https://recherche-entreprises.api.gouv.fr/")],
        [("CLAMAV_URL", "unix:/run/clamav/clamd.ctl")],
        [("DATA_DIR", "{house}/new/data")],
        [("LISTEN", "0.0.0.0:3000")],
        [("MASTER_KEY_FILE", "{house}/sticky/master.key")],
        [("JOURNAL_HEADS", "log,file:{house}/bare/heads,mailto:rssi@ville.fr")],
    ] {
        if let Err(said) = house.read(house.open(), &change) {
            panic!("{change:?}: {said:#?}");
        }
    }
    assert!(!house.path("new").exists(), "reading a configuration makes nothing");
}

#[test]
fn plain_http_is_for_this_machine_and_listens_there() {
    let house = furnished();
    for (base_url, listen, sentence) in [
        ("http://localhost:3000", "127.0.0.1:3000", None),
        ("http://127.0.0.1:3000", "127.0.0.1:3000", None),
        ("http://[::1]:3000", "[::1]:3000", None),
        ("http://localhost:3000", "0.0.0.0:3000", Some("HABILIS_LISTEN is 0.0.0.0:3000, which other machines reach")),
        ("http://localhost:3000", "[::]:3000", Some("HABILIS_LISTEN is [::]:3000, which other machines reach")),
        ("http://localhost:3000", "192.0.2.7:3000", Some("which other machines reach")),
        ("http://habilis.ville.fr", "127.0.0.1:3000", Some("HABILIS_BASE_URL must be https, except on localhost")),
        ("http://localhost.ville.fr", "127.0.0.1:3000", Some("HABILIS_BASE_URL must be https, except on localhost")),
        ("https://habilis.ville.fr/site", "127.0.0.1:3000", Some("it should be an origin")),
        ("https://moi:secret@habilis.ville.fr", "127.0.0.1:3000", Some("it should be an origin")),
        ("https://habilis.ville.fr?x", "127.0.0.1:3000", Some("it should be an origin")),
        ("habilis.ville.fr", "127.0.0.1:3000", Some("it should be an origin")),
    ] {
        let read = house.read(house.open(), &[("BASE_URL", base_url), ("LISTEN", listen)]);
        match sentence {
            None => assert!(read.is_ok(), "{base_url} on {listen}: {:?}", read.err()),
            Some(sentence) => {
                let said = read.expect_err(sentence);
                assert!(said.len() == 1 && said[0].contains(sentence), "{base_url} on {listen}: {said:#?}");
            }
        }
    }
}

#[test]
fn on_this_machine_the_key_is_made_and_said_so() {
    let house = House::new();
    let change = [("MASTER_KEY_FILE", ""), ("SMTP_URL", ""), ("DATABASE_URL", "")];
    let refused = house.read(house.local(), &[&change[..], &[("DEMO", "perhaps")]].concat());
    assert!(refused.is_err() && !house.path("data/master.key").exists(), "no key for what is not served");
    let first = house.read(house.local(), &change).expect("a demonstration");
    let [note] = first.notes.as_slice() else { panic!("{:?}", first.notes) };
    assert!(note.contains("a master key was made in") && note.contains("data/master.key"), "{note}");
    let file = house.path("data/master.key").metadata().expect("made");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    let second = house.read(house.local(), &change).expect("the same");
    assert_eq!(second.master_keys, first.master_keys);
    assert!(second.notes.is_empty(), "{:?}", second.notes);
}

#[test]
fn what_is_accepted_and_should_be_known_is_said() {
    let house = furnished();
    let notes = |values, change: &[(&str, &str)]| house.read(values, change).expect("accepted").notes;
    let said = notes(house.open(), &[("TRUSTED_PROXIES", ""), ("CLAMAV_URL", "tcp://clamd.interne:3310")]);
    assert!(said.len() == 2 && said[0].contains("TRUSTED_PROXIES is 0") && said[1].contains("in clear"), "{said:?}");
    let said = notes(house.local(), &[("MASTER_KEY_FILE", "{house}/secrets/zeros"), ("SITE_DIR", "{house}/bare")]);
    assert!(said.len() == 2 && said[0].contains("HABILIS_SITE_DIR") && said[1].contains("made of zeros"), "{said:?}");
}

#[test]
fn every_mistake_is_listed_at_once() {
    let house = furnished();
    let change = [
        ("LISTEN", "nowhere"),
        ("BASE_URL", "http://habilis.fr"),
        ("DATABASE_URL", "mysql://x"),
        ("MASTER_KEY_FILE", "/does/not/exist"),
        ("DEMO", "perhaps"),
        ("THEME", "dsfr"),
        ("CLAMAV_URL", "clamd:3310"),
        ("SMTP_URL", ""),
        ("LISTENN", "typo"),
    ];
    let lines = house.read(house.open(), &change).expect_err("nine mistakes");
    assert_eq!(lines.len(), 9, "{lines:#?}");
    assert!(lines.iter().all(|line| line.starts_with("HABILIS_")), "{lines:#?}");
}

#[test]
fn heads_of_the_journals_go_to_several_places_and_to_the_log_unless_told_otherwise() {
    let house = House::new();
    let heads = |value: &str| house.read(house.open(), &[("JOURNAL_HEADS", value)]).map(|config| config.journal_heads);
    assert_eq!(heads(""), Ok(vec![Destination::Log]));
    let several = vec![Destination::Log, Destination::File("/tmp/heads".into()), Destination::Mail("rssi@a.fr".to_owned())];
    assert_eq!(heads("log, file:/tmp/heads,mailto:rssi@a.fr"), Ok(several));
    let lines = heads("log,disk,file:heads").expect_err("two mistakes");
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines.iter().all(|line| line.starts_with("HABILIS_JOURNAL_HEADS")), "{lines:#?}");
}

#[test]
fn a_data_directory_with_the_program_below_it_is_refused() {
    let house = House::new();
    let program = std::env::current_exe().expect("this program");
    for folder in program.ancestors().skip(1).take(2) {
        let said = house.read(house.local(), &[("DATA_DIR", &folder.display().to_string())]).expect_err("refused");
        assert!(said.iter().any(|line| line.contains("has the program itself below it")), "{said:#?}");
    }
}
