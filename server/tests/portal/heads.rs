//! The heads of the journals kept outside the database reveal what it alone cannot: an end cut off, an older copy restored, a
//! journal rewritten even with the key.

use std::{net::Ipv4Addr, path::Path};

use domain::{ids::RequestId, request::JournalKind};
use habilis::{heads, serve};
use store::chain::{Chain, Head, head, purge_before};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    chain::{behind_its_back, check, journal, written},
    road,
    site::TestSite,
};

/// A file of heads beside the site's data, and the site that appends to it.
async fn with_file() -> (TestSite, tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("heads").display().to_string();
    let site = TestSite::with(&[("JOURNAL_HEADS", &format!("file:{path}"))]).await;
    (site, folder, path)
}

async fn leave(site: &TestSite) {
    heads::send_last(&site.app, &[]).await.expect("sent");
}

/// Adds lines as the site itself does.
async fn add_lines(site: &TestSite, id: RequestId, count: usize) {
    let tx = site.app.cx.begin().await.expect("a transaction");
    for _ in 0..count {
        store::journal::write(&site.app.cx, &tx, id, JournalKind::Refused, None, "Jamais dit").await.expect("written");
    }
    tx.commit().await.expect("committed");
}

async fn purge(site: &TestSite) {
    site.pass(1);
    let tx = site.app.cx.begin().await.expect("a transaction");
    purge_before(&site.app.cx, &tx, Chain::Requests, site.app.cx.now()).await.expect("read").expect("whole");
    tx.commit().await.expect("committed");
}

/// Removes the last line, in a way that the database alone does not reveal.
async fn cut_off(site: &TestSite) {
    behind_its_back(site, "DELETE FROM journal WHERE seq = 4; UPDATE counter SET value = 3 WHERE name = 'journal'").await;
    assert_eq!(check(site).await.map(|whole| whole.lines), Ok(3), "the chain alone is whole");
    let (code, said) = journal(site, &["verify"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("--against FILE"), "{said}");
}

#[tokio::test]
async fn a_journal_compared_with_nothing_is_named() {
    let (site, _folder, path) = with_file().await;
    written(&site).await;
    leave(&site).await;
    let text = std::fs::read_to_string(&path).expect("heads");
    for (kept, alone) in [("journal", "admin_event"), ("admin_event", "journal")] {
        let heads: String = text.lines().filter(|line| line.contains(&format!(" {kept} "))).collect();
        std::fs::write(&path, heads).expect("written");
        let (code, said) = journal(&site, &["verify", "--against", &path]);
        assert_eq!(code, Some(4), "{said}");
        assert!(said.contains(&format!("has no head to compare {alone} with")) && said.contains(&format!("{kept}: holds 1 head(s)")), "{said}");
    }
    // What is told of one does not hide that the other was not looked at.
    std::fs::write(&path, text.lines().filter(|line| line.contains(" journal ")).collect::<String>()).expect("written");
    cut_off(&site).await;
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("admin_event: no head of"), "{said}");
}

#[tokio::test]
async fn journals_that_hold_every_head_pass() {
    let (site, _folder, path) = with_file().await;
    leave(&site).await;
    let id = written(&site).await;
    leave(&site).await;
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("journal: holds 2 head(s) of") && said.contains("admin_event: holds"), "{said}");
    // What is erased since does not matter.
    let tx = site.app.cx.begin().await.expect("a transaction");
    store::journal::erase_texts(&site.app.cx, &tx, id.parse().expect("an id")).await.expect("erased");
    tx.commit().await.expect("committed");
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test]
async fn an_end_cut_off_is_told_by_a_head() {
    let (site, _folder, path) = with_file().await;
    written(&site).await;
    leave(&site).await;
    cut_off(&site).await;
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("journal: cut off: it had 4 line(s) on") && said.contains("it ends at line 3"), "{said}");
}

#[tokio::test]
async fn a_journal_written_again_under_the_key_itself_is_told_by_a_head() {
    let (site, _folder, path) = with_file().await;
    let id: RequestId = written(&site).await.parse().expect("an id");
    leave(&site).await;
    cut_off(&site).await;
    add_lines(&site, id, 3).await;
    assert_eq!(check(&site).await.map(|whole| whole.lines), Ok(6), "the chain alone is whole");
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("journal: rewritten: line 4 is not the one that was the last on"), "{said}");
}

#[tokio::test]
async fn a_journal_put_in_the_place_of_another_is_told_by_a_head() {
    let (site, _folder, path) = with_file().await;
    let id: RequestId = written(&site).await.parse().expect("an id");
    leave(&site).await;
    behind_its_back(&site, "DELETE FROM journal; UPDATE counter SET value = 0 WHERE name = 'journal'").await;
    add_lines(&site, id, 4).await;
    assert_eq!(check(&site).await.map(|whole| whole.lines), Ok(4), "the chain alone is whole");
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("journal: rewritten: line 4"), "{said}");
}

#[tokio::test]
async fn what_proves_nothing_is_said_to() {
    let (site, folder, path) = with_file().await;
    let id: RequestId = written(&site).await.parse().expect("an id");
    leave(&site).await;
    let text = std::fs::read_to_string(&path).expect("heads");
    for (name, text, sentence) in [
        ("altered", text.replace(" journal 4 ", " journal 3 "), "was not signed with the key of this site, or was altered since"),
        ("without", "2026-11-30 INFO ready\n".to_owned(), "has no head to compare the journals with"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("written");
        let (code, said) = journal(&site, &["verify", "--against", &file.display().to_string()]);
        assert_eq!(code, Some(4), "{name}: {said}");
        assert!(said.contains(sentence), "{name}: {said}");
    }
    let (code, said) = journal(&site, &["verify", "--against", "/nowhere"]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("/nowhere cannot be read"), "{said}");

    // Quoted in an answer.
    std::fs::write(&path, text.replace('\n', "\r\n> ")).expect("written");
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(0), "{said}");
    // The checkpoint stands where the head was, then after it.
    purge(&site).await;
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(0), "{said}");
    add_lines(&site, id, 1).await;
    purge(&site).await;
    let alone: String = text.lines().filter(|line| line.contains(" journal ")).collect();
    std::fs::write(&path, alone).expect("written");
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("(line 4) is older than the checkpoint (line 5): not compared"), "{said}");
}

#[tokio::test]
async fn a_broken_chain_is_told_first() {
    let (site, _folder, path) = with_file().await;
    written(&site).await;
    leave(&site).await;
    behind_its_back(&site, "UPDATE journal SET detail = 'autre' WHERE seq = 2").await;
    let (code, said) = journal(&site, &["verify", "--against", &path]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("journal: line 2 was changed"), "{said}");
}

fn heads_in(path: &str) -> Vec<Head> {
    Head::read_all(&std::fs::read_to_string(path).unwrap_or_default())
}

#[tokio::test]
async fn heads_leave_by_the_clock_once_for_all_processes() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("heads").display().to_string();
    let site = TestSite::with(&[("JOURNAL_HEADS", &format!("log,file:{path},mailto:rssi@habilis.example"))]).await;
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for (hours, in_file, mails) in [(0, 2, 1), (0, 2, 0), (1, 4, 0), (22, 6, 0), (1, 8, 1)] {
        site.pass(hours);
        for process in [&mut one, &mut two] {
            heads::send_due(&site.app, process).await.expect("sent");
        }
        assert_eq!(heads_in(&path).len(), in_file, "after {hours} h");
        let mails_now = site.mails_to("rssi@habilis.example").await;
        assert_eq!(mails_now.len(), mails, "after {hours} h");
        for mail in mails_now {
            assert_eq!(Head::read_all(&mail.body).len(), 2, "{}", mail.body);
        }
    }
    // At the end of the process, what was written since.
    heads::send_last(&site.app, &one).await.expect("nothing to send");
    assert_eq!(heads_in(&path).len(), 8);
    written(&site).await;
    heads::send_last(&site.app, &one).await.expect("sent");
    assert_eq!(heads_in(&path).len(), 10);
    assert_eq!(heads_in(&path).last().map(|last| last.chain), Some(Chain::Administration));
    assert_eq!(site.mails_to("rssi@habilis.example").await.len(), 1);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&Path::new(&path).metadata().expect("there").permissions()) & 0o777, 0o600);
}

#[tokio::test]
async fn a_process_that_stops_leaves_its_last_heads() {
    let (site, _folder, path) = with_file().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(serve::run(site.app.clone(), listener, async move { drop(stopped.await) }));
    for _ in 0..100 {
        if heads_in(&path).len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(heads_in(&path).len(), 2, "when it starts");
    let applicant = site.applicant(road::APPLICANT).await;
    road::start(&applicant, road::FRANCECONNECT).await;
    stop.send(()).expect("running");
    running.await.expect("ended").expect("without a fault");
    let last = heads_in(&path).into_iter().rfind(|head| head.chain == Chain::Requests).expect("a head");
    let now = head(&site.app.cx, Chain::Requests).await.expect("read").expect("whole");
    assert_eq!((last.seq, last.hash), (1, now.hash));
}
