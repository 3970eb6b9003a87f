//! What the binary refuses to serve, and the reason that it gives.

use std::{
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use habilis::{
    Process,
    config::Config,
    serve::{Senses, build},
};
use habilitation::accounts::AccountError;
use store::ConnectionTrait;
use tempfile::TempDir;
use testkit::TestDatabase;

pub const OLD: &str = "6b0e1f8c52a94d77b3e0c81d2f96a5047e3d9b1c4a6f8205d7e1b93c5f0a2846";
pub const NEW: &str = "c41a7be9035d862f9e10b7d46c8f235ae9714d0b6f2c8835a1d0e7946b3f5c12";
const ADMIN: &str = "administration@habilis.example";

/// The binary with a database and folders of its own, on this machine.
pub struct House {
    pub database: TestDatabase,
    folder: TempDir,
    pub port: u16,
    demo: bool,
}

impl House {
    pub async fn new(demo: bool) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let house = Self { database: TestDatabase::create().await, folder: tempfile::tempdir().expect("a folder"), port, demo };
        house.keys(&format!("1:{OLD}"));
        house
    }

    fn elsewhere(mut self, demo: bool) -> Self {
        self.demo = demo;
        self
    }

    pub fn keys(&self, text: &str) {
        std::fs::write(self.key_file(), format!("{text}\n")).expect("written");
    }

    fn key_file(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn settings(&self) -> [(&'static str, String); 7] {
        [
            ("LISTEN", format!("127.0.0.1:{}", self.port)),
            ("BASE_URL", self.url("")),
            ("DATABASE_URL", self.database.url().to_owned()),
            ("DATA_DIR", self.data().display().to_string()),
            ("MASTER_KEY_FILE", self.key_file().display().to_string()),
            ("DEMO", self.demo.to_string()),
            ("RATE_LIMITS", "false".to_owned()),
        ]
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn command(&self, arguments: &[&str], change: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, value) in self.settings() {
            command.env(format!("HABILIS_{name}"), value);
        }
        for (name, value) in change {
            command.env(format!("HABILIS_{name}"), value);
        }
        command
    }

    /// Whether it succeeded, and all it said.
    fn run_with(&self, arguments: &[&str], change: &[(&str, &str)], input: &str) -> (bool, String) {
        let mut child = self.command(arguments, change).spawn().expect("the binary starts");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("taken");
        let output = child.wait_with_output().expect("ended");
        (output.status.success(), [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat())
    }

    pub fn run(&self, arguments: &[&str]) -> String {
        let (done, said) = self.run_with(arguments, &[], "");
        assert!(done, "{arguments:?}: {said}");
        said
    }

    #[track_caller]
    fn refuses(&self, arguments: &[&str], sentence: &str) {
        let (done, said) = self.run_with(arguments, &[], "");
        assert!(!done && said.contains(sentence), "{arguments:?}: {said}");
    }

    fn add_user(&self) {
        let user = ["user", "add", "--email", "jeanne.roux@clamart.example", "--given-name", "Jeanne", "--family-name", "Roux"];
        let (done, said) = self.run_with(&user, &[], "Portail famille 92\n");
        assert!(done, "{said}");
    }

    pub async fn serve(&self) -> Serving {
        let child = self.command(&["serve"], &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        let serving = Serving(child);
        for _ in 0..400 {
            if reqwest::get(self.url("/readyz")).await.is_ok_and(|answer| answer.status() == 200) {
                return serving;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server did not become ready");
    }

    /// The same database and folders, in this process.
    pub async fn app(&self) -> Process {
        let values = self.settings().map(|(name, value)| (name.to_owned(), value)).into();
        build(Config::from_values(&values, Vec::new()).expect("valid"), Senses::default()).await.expect("built")
    }

    async fn sql(&self, text: &str) {
        let db = store::connect(self.database.url()).await.expect("connected");
        db.execute_unprepared(text).await.expect("carried out");
        db.close().await.expect("closed");
    }
}

/// A server that is killed at the end of the test, whatever its outcome.
pub struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const OPENING: [&[&str]; 3] = [&["check-config"], &["serve"], &["clock", "run"]];

#[tokio::test]
async fn seeding_outside_the_demonstration_is_refused_before_anything_is_written() {
    let house = House::new(false).await;
    for command in [["demo", "seed"].as_slice(), &["demo", "seed", "--json"], &["demo", "copies", "--requests", "20"]] {
        house.refuses(command, "HABILIS_DEMO is not true");
    }
    assert!(!house.data().exists());
    let db = store::connect(house.database.url()).await.expect("connected");
    db.execute_unprepared("SELECT 1 FROM account").await.expect_err("not even the tables");
}

#[tokio::test]
async fn a_seeded_database_is_not_served_outside_the_demonstration() {
    let house = House::new(true).await;
    house.run(&["demo", "seed"]);
    house.run(&["check-config"]);
    let house = house.elsewhere(false);
    for command in OPENING {
        house.refuses(command, "names a database of the demonstration, whose passwords everybody knows");
    }
    // Nor do its accounts open anything where the database was taken over all the same.
    let taken = house.app().await;
    let from = &domain::network::Origin::from(std::net::IpAddr::from([127, 0, 0, 1]));
    let entered = taken.habilitation.sign_in(ADMIN, "Demonstration-2026", from).await;
    assert!(matches!(entered, Err(AccountError::Credentials)), "{entered:?}");
    let entered = taken.habilitation.sign_in("technique@clamart.example", "Demonstration-2026", from).await;
    assert!(matches!(entered, Err(AccountError::Credentials)), "{entered:?}");
    let house = house.elsewhere(true);
    assert!(house.app().await.habilitation.sign_in(ADMIN, "Demonstration-2026", from).await.is_ok());
}

#[tokio::test]
async fn a_database_seeded_before_databases_were_marked_is_known_too() {
    let house = House::new(true).await;
    house.run(&["demo", "seed"]);
    for sql in [
        "DROP TABLE kept_key",
        "DROP TABLE database_mark",
        "DROP TABLE demonstration_account",
        "DELETE FROM seaql_migrations WHERE version = 'm0031_boot'",
    ] {
        house.sql(sql).await;
    }
    let house = house.elsewhere(false);
    for command in OPENING {
        house.refuses(command, "names a database of the demonstration");
    }
    house.elsewhere(true).run(&["migrate"]);
}

#[tokio::test]
async fn the_mails_of_people_are_not_shown_by_a_demonstration() {
    let house = House::new(false).await;
    house.add_user();
    house.run(&["check-config"]);
    let house = house.elsewhere(true);
    for command in [OPENING.as_slice(), &[&["demo", "seed"]]].concat() {
        house.refuses(command, "the database holds accounts of people: everybody would read their mails");
    }
    house.elsewhere(false).run(&["check-config"]);
}

#[tokio::test]
async fn check_config_says_at_once_what_the_settings_and_the_database_have_against_them() {
    let house = House::new(false).await;
    house.run(&["check-config"]);
    assert!(!house.data().exists(), "looking makes nothing");
    house.add_user();
    house.keys(&format!("1:{NEW}"));
    let house = house.elsewhere(true);
    let (done, said) = house.run_with(&["check-config"], &[], "");
    assert!(!done && said.contains("2 mistake(s)") && said.contains("accounts of people") && said.contains("HABILIS_MASTER_KEY_FILE"), "{said}");
    let zeros = house.data().join("zeros.key");
    std::fs::write(&zeros, "00".repeat(32)).expect("written");
    let zeros = zeros.display().to_string();
    let change =
        [("BASE_URL", "https://habilis.ville.fr"), ("MASTER_KEY_FILE", zeros.as_str()), ("SMTP_URL", "nonsense"), ("MAIL_FROM", "x@ville.fr")];
    let (done, said) = house.run_with(&["check-config"], &change, "");
    assert!(!done, "{said}");
    for sentence in [
        "the database holds accounts of people",
        "is not the one this database was sealed with",
        "DEMO is true",
        "RATE_LIMITS is false",
        "made of zeros",
        "may be read by others",
        "lies with the data",
        "SMTP_URL is not",
    ] {
        assert!(said.contains(sentence), "{sentence}: {said}");
    }
    let file = house.data().join("habilis.toml");
    for setting in [
        "smtp_url = \"smtps://habilis:secret@mail.interne\"",
        "directory_url = \"https://habilis:secret@annuaire.fr\"",
        "database_url = \"postgres://base.interne/habilis?sslmode=require&user=habilis&password=secret@\"",
    ] {
        std::fs::write(&file, format!("{setting}\n")).expect("written");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).expect("set");
        let change = [("BASE_URL", "https://habilis.ville.fr"), ("CONFIG", file.to_str().expect("a path"))];
        let (_, said) = house.run_with(&["check-config"], &change, "");
        assert!(said.contains("holds a password and may be read by everybody (mode 644)") && !said.contains("secret@"), "{said}");
    }
    let unreachable = [("DATABASE_URL", "postgres://habilis@127.0.0.1:1/habilis"), ("DEMO", "false")];
    let (done, said) = house.run_with(&["check-config"], &unreachable, "");
    assert!(!done && said.contains("the database cannot be read"), "{said}");
}

#[tokio::test]
async fn a_key_that_is_not_the_databases_is_told_before_anything_is_served() {
    let house = House::new(false).await;
    house.add_user();
    house.run(&["check-config"]);
    house.keys(NEW);
    for command in OPENING {
        house.refuses(command, "the master key is not the one this database was sealed with");
    }
    house.keys(&format!("2:{NEW}\n{OLD}"));
    for command in [OPENING[0], OPENING[2]] {
        house.run(command);
    }
}

#[tokio::test]
async fn an_older_database_keeps_its_subjects_and_knows_its_key() {
    let house = House::new(false).await;
    house.add_user();
    // The signing keys are made at the first look.
    let serving = house.serve().await;
    let jwks = reqwest::get(house.url("/franceconnect/sandbox/api/v2/jwks")).await.expect("an answer");
    assert!(jwks.status().is_success(), "{}", jwks.status());
    drop(serving);
    house.sql("DELETE FROM kept_key").await;
    house.keys(NEW);
    for command in OPENING {
        house.refuses(command, "the master key is not the one this database was sealed with");
    }
    house.keys(&format!("2:{NEW}\n1:{OLD}"));
    let mut secret = [0; 32];
    hex::decode_to_slice(OLD, &mut secret).expect("a key");
    let before = store::Keys::new(&secret);
    let keys = &house.app().await.cx.keys;
    assert_eq!(keys.sub("broker.sub", "somebody"), before.sub("broker.sub", "somebody"));
    assert_eq!(keys.mac("recovery_code", "code"), before.mac("recovery_code", "code"));
    // A new database draws its own.
    let new = House::new(false).await;
    new.run(&["migrate"]);
    assert_ne!(new.app().await.cx.keys.sub("broker.sub", "somebody"), before.sub("broker.sub", "somebody"));
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o777
}

#[tokio::test]
async fn what_is_written_is_for_the_process_alone_and_wider_modes_are_closed() {
    let house = House::new(true).await;
    let (data, sqlite) = (house.data(), house.data().join("habilis.sqlite"));
    let url = format!("sqlite://{}", sqlite.display());
    let run = |arguments: &[&str]| {
        let (done, said) = house.run_with(arguments, &[("DATABASE_URL", &url)], "");
        assert!(done, "{said}");
    };
    run(&["demo", "seed"]);
    assert_eq!((mode(&data), mode(&sqlite), mode(&data.join("portail-famille.json"))), (0o700, 0o600, 0o600));
    let db = store::connect(&url).await.expect("connected");
    db.execute_unprepared("UPDATE counter SET value = value").await.expect("written, so that the log is there");
    for (folder, file) in [("documents", "documents/x.pdf"), ("exports", "exports/x.xlsx")] {
        std::fs::create_dir_all(data.join(folder)).expect("made");
        std::fs::write(data.join(file), "%PDF").expect("written");
        std::fs::set_permissions(data.join(folder), PermissionsExt::from_mode(0o755)).expect("set");
        std::fs::set_permissions(data.join(file), PermissionsExt::from_mode(0o644)).expect("set");
    }
    let files = ["habilis.sqlite", "habilis.sqlite-wal", "habilis.sqlite-shm", "portail-famille.json"];
    for file in files {
        std::fs::set_permissions(data.join(file), PermissionsExt::from_mode(0o664)).expect("set");
    }
    std::fs::set_permissions(&data, PermissionsExt::from_mode(0o755)).expect("set");
    run(&["migrate"]);
    for path in [PathBuf::new(), "documents".into(), "exports".into()] {
        assert_eq!(mode(&data.join(&path)), 0o700, "{}", path.display());
    }
    for file in [&files[..], &["documents/x.pdf", "exports/x.xlsx"]].concat() {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    db.close().await.expect("closed");
}

#[tokio::test]
async fn a_folder_everybody_writes_to_holds_no_data() {
    let house = House::new(false).await;
    let shared = house.folder.path().join("shared");
    std::fs::create_dir(&shared).expect("made");
    std::fs::set_permissions(&shared, PermissionsExt::from_mode(0o1777)).expect("set");
    let (done, said) = house.run_with(&["migrate"], &[("DATA_DIR", &shared.display().to_string())], "");
    assert!(!done && said.contains("is a folder everybody writes to"), "{said}");
    assert_eq!(shared.metadata().expect("there").permissions().mode() & 0o7777, 0o1777, "and it is left as it was");
}
