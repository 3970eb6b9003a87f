//! What is done from the command line is recorded in the journal of the administration.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use domain::Clock;

use crate::{
    road::ADMIN,
    site::{PASSWORD, TestSite},
};

fn run(site: &TestSite, arguments: &[&str], typed: &str) -> String {
    let config = &site.app.config;
    let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"))
        .args(arguments)
        .env("HABILIS_DATABASE_URL", &config.database_url)
        .env("HABILIS_DATA_DIR", &config.data_dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    command.stdin.take().expect("piped").write_all(typed.as_bytes()).expect("typed");
    let output = command.wait_with_output().expect("ended");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn every_command_that_changes_something_leaves_its_line() {
    let site = TestSite::new().await;
    let admin = site.administrator(ADMIN).await;
    let password = format!("{PASSWORD}\n");
    let add = ["user", "add", "--email", "marie.sand@habilis.example", "--given-name", "Mar\u{200b}ie", "--family-name", "Sand"];
    let client =
        ["client", "add", "--realm", "franceconnect", "--environment", "sandbox", "--name", "Portail", "--redirect-uri", "https://a.example/retour"];
    let rights = [&add[..], &["--admin", "--review", "franceconnect:juridique", "--reader", "api-particulier"]].concat();
    let reset = ["user", "reset-factor", "--email", ADMIN];
    site.app.habilitation.install_demonstration_factor(site.add_account(ADMIN).await).await.expect("installed");
    for (arguments, typed, expected) in [
        (&add[..], password.as_str(), &["Compte créé"][..]),
        (&rights, &password, &["Administration du site donnée", "Rôle donné", "Rôle donné", "Mot de passe remplacé"]),
        // The same again changes the password and nothing else.
        (&rights, &password, &["Mot de passe remplacé"]),
        (&client, "", &["Fournisseur de services ajouté"]),
        (&["clock", "run"], "", &["Échéances traitées"]),
        (&["journal", "verify"], "", &[]),
        (&reset, "", &["Double authentification retirée"]),
    ] {
        let all = store::Paging { number: 1, size: 100 };
        let before = store::admin_event::list(&site.app.cx.db, &Default::default(), all).await.expect("read").items.len();
        run(&site, arguments, typed);
        let lines = store::admin_event::list(&site.app.cx.db, &Default::default(), all).await.expect("read").items;
        let new: Vec<&str> = lines[..lines.len() - before].iter().map(|line| line.kind.label()).collect();
        assert_eq!(new, expected, "{arguments:?}");
        assert!(lines[..lines.len() - before].iter().all(|line| line.by.account.is_none()), "{arguments:?}");
    }
    let marie = domain::contact::Email::parse("marie.sand@habilis.example").expect("an address");
    let marie = store::account::by_email(&site.app.cx.db, &marie).await.expect("read").expect("added");
    assert_eq!(marie.given_name, "Marie");
    // The factor of this administrator was just taken away: somebody else reads.
    drop(admin);
    let other = site.administrator("anne.autre@habilis.example").await;
    let journal = other.open("/administration/journal").await;
    for expected in ["Ligne de commande", "Marie Sand", "Administration du site", "Portail (sandbox)"] {
        journal.says(expected);
    }
    // The commands write by the clock of the machine, which is ahead of the one of this site.
    site.clock.set(domain::clock::SystemClock.now());
    site.settle().await;
}

#[tokio::test]
async fn only_the_people_of_the_demonstration_have_passwords_everybody_knows() {
    for demo in ["false", "true"] {
        let site = TestSite::with(&[("DEMO", demo)]).await;
        for (password, accepted) in [("short", false), ("demonstration", false), ("motdepasse123", false), (PASSWORD, true)] {
            let form = habilitation::accounts::SignUp {
                given_name: "Marie".into(),
                family_name: "Sand".into(),
                email: "marie.sand@habilis.example".into(),
                password: password.into(),
            };
            let added = site.app.habilitation.operating().add_account(&form, &[], false).await;
            assert_eq!(added.is_ok(), accepted, "demonstration {demo}, {password}");
        }
    }
}
