//! What is sealed at rest opens only where it belongs, and is resealed with another key while the site serves.

use std::collections::BTreeSet;

use domain::{
    events::{Consumer, Event, Mail},
    ids::ClientRowId,
    ports::Environment,
};
use store::{ConnectionTrait, Paging, Statement, client, mailbox, outbox, reseal, second_factor, signing_key};

use crate::{
    boot::{House, NEW, OLD},
    road::{self, APPLICANT, FRANCECONNECT, LEGAL},
    site::TestSite,
};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n\x00\xff%%EOF";

#[tokio::test]
async fn every_column_of_bytes_is_one_that_rotation_knows() {
    let site = TestSite::new().await;
    let db = &site.app.cx.db;
    let columns = if site.app.config.database_url.starts_with("sqlite:") {
        "SELECT t.name || '.' || c.name AS name FROM sqlite_master t JOIN pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND lower(c.type) = 'blob' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE 'request_words%'"
    } else {
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'bytea'"
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), columns)).await.expect("read");
    let found: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "name").expect("a name")).collect();
    assert_eq!(found, reseal::columns().into_iter().collect::<BTreeSet<_>>());
}

fn service(cx: &store::Cx, name: &str) -> client::Client {
    client::Client {
        id: cx.new_id(),
        client_id: name.to_owned(),
        realm: "franceconnect".to_owned(),
        environment: Environment::Sandbox,
        request: None,
        name: name.to_owned(),
        organisation_name: String::new(),
        siret: String::new(),
        secret_hash: String::new(),
        secret_unseen: true,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        scopes: Vec::new(),
        sector: name.to_owned(),
        active: true,
        revision: 0,
    }
}

/// Gives the sealed value of each of two rows to the other.
async fn swap(site: &TestSite, table: &str, key: &str, column: &str) {
    for sql in [
        format!("CREATE TABLE swapped AS SELECT {key} AS row_key, {column} AS value FROM {table}"),
        format!("UPDATE {table} SET {column} = (SELECT value FROM swapped WHERE row_key <> {key})"),
        "DROP TABLE swapped".to_owned(),
    ] {
        site.app.cx.db.execute_unprepared(&sql).await.expect("swapped");
    }
}

#[tokio::test]
async fn a_secret_moved_to_another_row_does_not_open() {
    let site = TestSite::new().await;
    let cx = &site.app.cx;
    let services = [service(cx, "a"), service(cx, "b")];
    for one in &services {
        client::create(cx, &cx.db, one, &one.name).await.expect("created");
    }
    let reveal = async |id: ClientRowId| client::reveal_secret(cx, &cx.db, id).await;
    swap(&site, "client", "id", "secret_sealed").await;
    assert!(reveal(services[0].id).await.is_err(), "the secret of another service was shown");

    let tx = cx.begin().await.expect("begun");
    for to in ["a@ville.fr", "b@ville.fr"] {
        let mail = Mail { to: to.into(), subject: "Lien".into(), body: "https://…".into(), author: None };
        outbox::publish(cx, &tx, None, &Event::Mail(mail)).await.expect("published");
    }
    tx.commit().await.expect("committed");
    assert_eq!(outbox::waiting(cx, Consumer::Delivery, Paging::of(1)).await.expect("read").total, 2);
    swap(&site, "outbox", "id", "payload").await;
    outbox::waiting(cx, Consumer::Delivery, Paging::of(1)).await.expect_err("a message took the place of another");
    swap(&site, "outbox", "id", "payload").await;
    site.settle().await;

    signing_key::add_first(cx, &cx.db, "franceconnect/sandbox", b"a key").await.expect("added");
    assert_eq!(signing_key::of_issuer(cx, &cx.db, "franceconnect/sandbox").await.expect("read"), [b"a key".to_vec()]);
    let moved = "UPDATE signing_key SET issuer = 'franceconnect/production', slot = 'franceconnect/production/1'";
    cx.db.execute_unprepared(moved).await.expect("moved");
    signing_key::of_issuer(cx, &cx.db, "franceconnect/production").await.expect_err("the key of a sandbox signs for production");

    let mut accounts = Vec::new();
    for (email, secret) in [("a.a@ville.fr", b"1"), ("b.b@ville.fr", b"2")] {
        let account = site.add_account(email).await;
        let factor = second_factor::SecondFactor { secret: secret.to_vec(), last_step: 0, demonstration: false, created_at: cx.now() };
        second_factor::install(cx, &cx.db, account, &factor).await.expect("installed");
        accounts.push(account);
    }
    swap(&site, "second_factor", "account_id", "secret").await;
    second_factor::find(cx, &cx.db, accounts[0]).await.expect_err("a code of somebody else's opens");
    swap(&site, "second_factor", "account_id", "secret").await;
    assert!(second_factor::find(cx, &cx.db, accounts[0]).await.expect("read").is_some());
}

async fn attached(site: &TestSite) -> (crate::browser::Browser, String) {
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let form = browser.open(&path).await.form(&path).attach("legal_document", "acte.pdf", PDF).press("enregistrer");
    browser.submit(form).await.is(303);
    let document = browser.open(&path).await.attribute("a[href*='/documents/']", "href").expect("a document");
    (browser, document)
}

#[tokio::test]
async fn documents_are_sealed_on_the_disk_and_those_in_clear_are_read_until_they_are() {
    let site = TestSite::new().await;
    let (browser, document) = attached(&site).await;
    let folder = site.app.config.data_dir.join("documents");
    let file = std::fs::read_dir(&folder).expect("the folder").next().expect("a file").expect("read").path();
    let sealed = std::fs::read(&file).expect("read");
    assert!(!sealed.windows(4).any(|part| part == b"%PDF"), "in clear");
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&file.metadata().expect("read").permissions()) & 0o777, 0o600);
    assert_eq!(browser.get(&document).await.is(200).bytes, PDF);

    // As an older version left it.
    std::fs::write(&file, PDF).expect("written");
    assert_eq!(browser.get(&document).await.is(200).bytes, PDF);
    let done = site.app.habilitation.reseal_files().await.expect("sealed");
    assert_eq!((done.done, done.lost), (1, 0));
    assert!(!std::fs::read(&file).expect("read").windows(4).any(|part| part == b"%PDF"), "still in clear");
    assert_eq!(browser.get(&document).await.is(200).bytes, PDF);
    assert_eq!(std::fs::read_dir(&folder).expect("the folder").count(), 1, "nothing is left beside");

    for (what, bytes) in [
        ("other bytes in clear", b"%PDF-1.7 autre".to_vec()),
        ("cut off", sealed[..sealed.len() - 1].to_vec()),
        ("emptied after its mark", sealed[..9].to_vec()),
        ("changed", [&sealed[..60], &[sealed[60] ^ 1], &sealed[61..]].concat()),
    ] {
        std::fs::write(&file, bytes).expect("written");
        assert_eq!(browser.get(&document).await.status.as_u16(), 500, "{what}");
    }
}

#[tokio::test]
async fn a_file_of_many_pieces_opens_whole_in_its_order_and_under_its_name() {
    let site = TestSite::new().await;
    let cx = &site.app.cx;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    for size in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001] {
        let plain: Vec<u8> = (0..size).map(|at: u32| u8::try_from(at % 251).expect("small")).collect();
        let file = store::sealed_file::create(&path).expect("made");
        store::sealed_file::write(cx, "document:1", file, plain.as_slice()).expect("written");
        assert!(store::sealed_file::read(cx, "document:1", &path).expect("read") == plain, "{size}");
        assert!(store::sealed_file::read(cx, "document:2", &path).is_err(), "under another name");
        let whole = std::fs::read(&path).expect("read");
        let piece = 9 + 4 + 65_536 + 49;
        if whole.len() > piece {
            std::fs::write(&path, &whole[..piece]).expect("written");
            assert!(store::sealed_file::read(cx, "document:1", &path).is_err(), "cut off after a piece");
            let swapped = [&whole[..9], &whole[piece..], &whole[9..piece]].concat();
            std::fs::write(&path, swapped).expect("written");
            assert!(store::sealed_file::read(cx, "document:1", &path).is_err(), "pieces in another order");
        }
    }
}

#[tokio::test]
async fn everything_comes_under_the_new_key_and_the_old_one_is_put_away() {
    let site = TestSite::new().await;
    let cx = &site.app.cx;
    let (browser, document) = attached(&site).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let one = service(cx, "a");
    client::create(cx, &cx.db, &one, "secret").await.expect("created");
    signing_key::add_first(cx, &cx.db, "franceconnect/sandbox", b"a key").await.expect("added");
    let account = site.add_account(APPLICANT).await;
    let factor = second_factor::SecondFactor { secret: b"1".to_vec(), last_step: 0, demonstration: false, created_at: cx.now() };
    second_factor::install(cx, &cx.db, account, &factor).await.expect("installed");
    let sub = cx.keys.sub("broker.sub", "somebody");

    let file = &site.app.config.master_key_file;
    let old = std::fs::read_to_string(file).expect("the key");
    std::fs::write(file, format!("2027:{NEW}\nold:{old}")).expect("written");
    let key = |verb: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_habilis"))
            .args(["key", verb])
            .env("HABILIS_DATABASE_URL", &site.app.config.database_url)
            .env("HABILIS_DATA_DIR", &site.app.config.data_dir)
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        said
    };
    let before = key("list");
    assert!(before.contains("2027: 0 value(s), 0 file(s), current") && !before.contains("no longer used"), "{before}");
    let rotated = key("rotate");
    assert!(rotated.contains("old: 0 value(s), 0 file(s), no longer used") && rotated.contains("No longer used: old."), "{rotated}");
    assert!(rotated.contains("1 file(s), current"), "{rotated}");
    let again = key("rotate");
    assert!(again.contains("0 value(s) and file(s) sealed anew"), "{again}");

    // The site that served all the while.
    assert_eq!(browser.get(&document).await.is(200).bytes, PDF);
    legal.open("/instruction").await;
    assert_eq!(cx.keys.sub("broker.sub", "somebody"), sub);

    std::fs::write(file, format!("2027:{NEW}")).expect("written");
    assert!(cx.keys.refresh().expect("read"));
    assert_eq!(browser.get(&document).await.is(200).bytes, PDF);
    assert_eq!(client::reveal_secret(cx, &cx.db, one.id).await.expect("opened").as_deref(), Some("secret"));
    assert_eq!(signing_key::of_issuer(cx, &cx.db, "franceconnect/sandbox").await.expect("opened"), [b"a key".to_vec()]);
    assert_eq!(second_factor::find(cx, &cx.db, account).await.expect("opened").map(|found| found.secret), Some(b"1".to_vec()));
    let config = habilis::config::Config { master_keys: store::MasterKey::parse_file(NEW).expect("a key"), ..site.app.config.clone() };
    let anew = habilis::serve::build(config, habilis::serve::Senses::default()).await.expect("built");
    assert_eq!(anew.cx.keys.sub("broker.sub", "somebody"), sub, "what services know people by stays");
}

#[tokio::test]
async fn a_site_that_serves_goes_on_while_its_key_is_changed() {
    let house = House::new(false).await;
    house.run(&["migrate"]);
    let serving = house.serve().await;
    let app = house.app().await;
    house.keys(&format!("2:{NEW}\n1:{OLD}"));
    let rotating = {
        let house = std::sync::Arc::new(house);
        let copy = house.clone();
        (house, tokio::task::spawn_blocking(move || copy.run(&["key", "rotate"])))
    };
    let (house, rotating) = rotating;
    let mut asked = 0;
    // Each sign-up leaves a sealed mail, which another task of the server opens.
    while !rotating.is_finished() || asked < 3 {
        sign_up(&house, asked).await;
        asked += 1;
    }
    let rotated = rotating.await.expect("ended");
    assert!(rotated.contains("1: 0 value(s), 0 file(s), no longer used"), "{rotated}");
    for _ in 0..100 {
        if outbox::pending(&app.cx.db).await.expect("counted") == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(outbox::pending(&app.cx.db).await.expect("counted"), 0, "a mail could not be opened");
    let delivered = mailbox::latest(&app.cx.db, 10_000).await.expect("read");
    assert_eq!(delivered.len(), asked);
    drop(serving);
    house.keys(&format!("2:{NEW}"));
    let _serving = house.serve().await;
    let listed = house.run(&["key", "list"]);
    assert!(!listed.contains("not in the file"), "{listed}");
}

#[expect(clippy::disallowed_methods, reason = "a browser with cookies, not the application's client")]
async fn sign_up(house: &House, number: usize) {
    let browser = reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let page = browser.get(house.url("/inscription")).send().await.expect("a page").text().await.expect("text");
    let csrf = scraper::Selector::parse("main input[name=csrf]").expect("a selector");
    let token = scraper::Html::parse_document(&page).select(&csrf).next().and_then(|i| i.value().attr("value")).expect("a token").to_owned();
    let email = format!("jeanne.roux{number}@ville.fr");
    let form =
        [("csrf", token.as_str()), ("given_name", "Jeanne"), ("family_name", "Roux"), ("email", email.as_str()), ("password", "Portail famille 92")];
    let answer = browser.post(house.url("/inscription")).form(&form).send().await.expect("an answer");
    assert!(answer.status().is_success() || answer.status().is_redirection(), "{}", answer.status());
}
