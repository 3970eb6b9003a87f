//! Lists as files: what is in them, who gets them, what a spreadsheet must not run.

use std::{io::Read, time::Duration};

use domain::{form::Answers, request::route};
use store::request::{self, NewRequest};

use crate::{
    browser::Browser,
    road::{self, APPLICANT, FRANCECONNECT, cast},
    site::{PASSWORD, SIRET, TestSite},
};

const CSV: &str = "/instruction/liste.csv";

/// Asks for the export of a list from its page; returns the address of its progress.
async fn ask(browser: &Browser, query: &str) -> String {
    let page = browser.open(&format!("/instruction?{query}")).await;
    browser.submit(page.form("/instruction/exports")).await.is(303).location()
}

fn sheet(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").expect("a sheet").read_to_string(&mut text).expect("text");
    text
}

#[tokio::test]
async fn a_filtered_list_is_a_csv_file_that_excel_opens_and_runs_nothing() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    for name in ["=HYPERLINK(\"a\")", "+33", "@SOMME(A1)", "Cantine; \"bio\"", "Médiathèque"] {
        road::file(&cast.applicant, FRANCECONNECT, name, None).await;
    }
    let file = cast.legal.get(&format!("{CSV}?onglet=equipes")).await;
    assert_eq!(file.is(200).header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"demandes-2026-11-23.csv\"");
    assert!(file.bytes.starts_with(b"\xef\xbb\xbf"), "Excel wants a byte order mark");
    let lines: Vec<&str> = file.body.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert!(lines[0].starts_with("Numéro;Projet;Service;État;Organisation;SIRET;Demandeur;"), "{}", lines[0]);
    assert!(lines[1].starts_with("D1;\"'=HYPERLINK(\"\"a\"\")\";FranceConnect;"), "{}", lines[1]);
    assert!(lines[2].starts_with("D2;\"'+33\";") && lines[3].starts_with("D3;\"'@SOMME(A1)\";"), "{lines:?}");
    assert!(lines[4].starts_with("D4;\"Cantine; \"\"bio\"\"\";"), "{}", lines[4]);
    for part in ["COMMUNE DE CLAMART", "21920023500014", "jeanne roux", APPLICANT, "2026-11-23", "Équipe juridique", "2026-11-30"] {
        assert!(lines[5].contains(part), "{part}: {}", lines[5]);
    }
    let one = cast.legal.get(&format!("{CSV}?onglet=toutes&q=mediatheque")).await;
    assert_eq!(one.body.lines().count(), 2, "the filters hold");
    assert_eq!(cast.legal.get(&format!("{CSV}?onglet=toutes&q=rien")).await.body.lines().count(), 1, "an empty list is a header");
    assert_eq!(cast.data_team.get(&format!("{CSV}?onglet=toutes")).await.body.lines().count(), 1, "nobody exports what they do not read");
    cast.applicant.get(CSV).await.is(404);
}

#[tokio::test]
async fn a_workbook_is_made_aside_and_given_to_whoever_asked_for_a_day() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    for name in ["=1+1", "Médiathèque & <Co>"] {
        road::file(&cast.applicant, FRANCECONNECT, name, None).await;
    }
    let path = ask(&cast.legal, "onglet=equipes").await;
    let waiting = cast.legal.open(&path).await;
    waiting.says("0 ligne sur 2");
    assert_eq!(waiting.header("refresh"), "3", "the page comes again by itself");
    cast.legal.get(&format!("{path}/fichier")).await.is(404);
    assert_eq!(site.app.habilitation.run_exports().await.expect("made"), 1);
    let ready = cast.legal.open(&path).await;
    ready.says("2 demandes. Vous seul pouvez le télécharger");
    assert_eq!(ready.header("refresh"), "");
    let file = cast.legal.get(&ready.attribute("main a[href$='/fichier']", "href").expect("a link")).await;
    assert!(file.is(200).header("content-type").contains("spreadsheetml"));
    let text = sheet(&file.bytes);
    assert!(text.contains("Médiathèque &amp; &lt;Co&gt;") && text.contains("'=1+1") && !text.contains("<f>"), "{text}");
    for other in [&cast.team, &cast.applicant] {
        other.get(&path).await.is(404);
        other.get(&format!("{path}/fichier")).await.is(404);
    }
    site.pass(25);
    cast.legal.sign_in(road::LEGAL, PASSWORD).await;
    cast.legal.get(&path).await.is(404);
    assert_eq!(site.app.habilitation.purge_exports().await.expect("purged"), 1);
    assert_eq!(site.app.habilitation.purge_exports().await.expect("purged"), 0);
}

#[tokio::test]
async fn three_workbooks_at_a_time_and_the_rights_of_the_moment() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    road::file(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
    let mut last = String::new();
    for _ in 0..3 {
        last = ask(&cast.legal, "onglet=toutes").await;
    }
    let page = cast.legal.open("/instruction").await;
    let refused = cast.legal.submit(page.form("/instruction/exports")).await;
    refused.is(422).says("Vous avez déjà 3 exports en cours");
    let legal = site.add_account(road::LEGAL).await;
    let tx = site.app.cx.begin().await.expect("a transaction");
    store::role::take_back(&tx, legal, FRANCECONNECT, Some("juridique")).await.expect("taken back");
    store::role::give(&tx, legal, &domain::actor::Grant::new(road::API_PARTICULIER, None, domain::actor::Role::Reader)).await.expect("given");
    tx.commit().await.expect("committed");
    assert_eq!(site.app.habilitation.run_exports().await.expect("made"), 3);
    let file = cast.legal.get(&format!("{last}/fichier")).await;
    assert!(!sheet(&file.is(200).bytes).contains("Médiathèque"), "what was asked for yesterday is given with the rights of today");
}

/// Requests of the town hall under review by the legal team, as many as asked.
async fn many(site: &TestSite, number: u32) {
    let cx = &site.app.cx;
    let applicant = site.add_account(APPLICANT).await;
    let service = site.app.habilitation.form(FRANCECONNECT, None).expect("shipped");
    let body = store::organisation::by_siret(&cx.db, &SIRET.parse().expect("valid")).await.expect("read").expect("joined");
    let tx = cx.begin().await.expect("a transaction");
    for position in 0..number {
        let (title, answers) = (format!("Projet {position:04}"), Answers::default());
        let new = NewRequest {
            id: cx.new_id(),
            service: FRANCECONNECT,
            variant: None,
            with_service: None,
            catalogue_version: service.version,
            begun_version: None,
            organisation: body.id,
            applicant,
            relies_on: None,
            continues: None,
            title: &title,
            folded: &title,
            answers: &answers,
        };
        let id = new.id;
        request::create(&tx, new, cx.now()).await.expect("created");
        let mut one = request::by_id(&tx, id).await.expect("read").expect("created");
        one.round = 1;
        one.first_submitted_at = Some(cx.now());
        one.phase = one.phase.submit(cx.now(), 1, route(service)).expect("a draft");
        request::save(&tx, &one, cx.now()).await.expect("saved");
    }
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_long_list_is_whole_and_its_progress_is_seen() {
    const NUMBER: u32 = 1703;
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    many(&site, NUMBER).await;
    let file = cast.legal.get(&format!("{CSV}?onglet=toutes")).await;
    let numbers: Vec<&str> = file.body.lines().skip(1).filter_map(|line| line.split(';').next()).collect();
    let expected: Vec<String> = (1..=NUMBER).map(|number| format!("D{number}")).collect();
    assert_eq!(numbers, expected, "each request once, in order, over the pieces it is read in");

    let path = ask(&cast.legal, "onglet=toutes").await;
    cast.legal.open(&path).await.says("0 ligne sur 1 703");
    // So many steps that a page is answered between two of them, however slow the machine is.
    let room = site.app.habilitation.clone().with_export_chunk(10);
    let making = tokio::spawn(async move { room.run_exports().await.expect("made") });
    let mut seen = Vec::new();
    while !making.is_finished() {
        let page = cast.legal.open(&path).await;
        seen.extend(page.attribute("progress", "value").and_then(|value| value.parse::<u32>().ok()));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(making.await.expect("no panic"), 1);
    assert!(seen.is_sorted() && seen.iter().any(|done| (1..NUMBER).contains(done)), "{seen:?}");
    cast.legal.open(&path).await.says("1 703 demandes");
    let file = cast.legal.get(&format!("{path}/fichier")).await;
    let text = sheet(&file.is(200).bytes);
    assert_eq!(text.matches("<row ").count(), 1 + NUMBER as usize);
    assert!(text.contains("Projet 0000") && text.contains("Projet 0499") && text.contains("Projet 0500") && text.contains("Projet 1702"));
}

#[tokio::test]
async fn a_workbook_that_is_slow_to_save_is_not_begun_again_by_another_process() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    road::file(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
    let path = ask(&cast.legal, "onglet=toutes").await;
    let folder = site.app.config.data_dir.join("exports");
    tokio::fs::create_dir_all(&folder).await.expect("a folder");
    // A pipe that nobody reads yet stands where the file goes: the save waits at its door.
    let pipe = folder.join(path.replace("/instruction/exports/", "")).with_extension("xlsx");
    assert!(tokio::process::Command::new("mkfifo").arg(&pipe).status().await.expect("run").success());
    let room = site.app.habilitation.clone().with_sign_of_life(Duration::from_millis(20));
    let making = tokio::spawn(async move { room.run_exports().await.expect("made") });
    for _ in 0..200 {
        if cast.legal.open(&path).await.attribute("progress", "value").as_deref() == Some("1") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut taken = Vec::new();
    for _ in 0..3 {
        site.pass_seconds(100);
        tokio::time::sleep(Duration::from_millis(500)).await;
        taken.extend(store::export::claim(&site.app.cx).await.expect("read"));
    }
    // Let in before anything is asserted: a thread left at the door would keep the test from ending.
    let mut read = Vec::new();
    let mut file = tokio::fs::File::open(&pipe).await.expect("opened");
    tokio::io::AsyncReadExt::read_to_end(&mut file, &mut read).await.expect("read");
    assert_eq!(making.await.expect("no panic"), 1);
    assert!(taken.is_empty(), "taken over while it was being saved");
}
