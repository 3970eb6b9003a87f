//! The database under load: concurrent queries, queries given up, and connections ended by the server.

use std::time::Duration;

use store::{ConnectionTrait, Cx, Statement};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::site::TestSite;

async fn ask(db: &impl ConnectionTrait, number: i64) -> i64 {
    let question = Statement::from_string(db.get_database_backend(), format!("SELECT CAST({number} AS bigint)"));
    let found = db.query_all_raw(question).await.expect("an answer");
    found[0].try_get_by_index(0).expect("a number")
}

async fn ask_at_once(cx: &Cx, questions: i64) {
    let mut asked = JoinSet::new();
    for number in 0..questions {
        let cx = cx.clone();
        asked.spawn(async move { (number, ask(&cx.db, number).await) });
    }
    while let Some(answered) = asked.join_next().await {
        let (number, answer) = answered.expect("asked to the end");
        assert_eq!(answer, number, "each question has its own answer");
    }
}

#[tokio::test]
async fn questions_and_transactions_do_not_wait_for_one_another() {
    let site = TestSite::new().await;
    let cx = &site.app.cx;
    ask_at_once(cx, 100).await;
    // SQLite takes one writer at a time.
    let writers = if site.app.config.database_url.starts_with("sqlite:") { 1 } else { 8 };
    let mut transactions = Vec::new();
    for _ in 0..writers {
        let begun = timeout(Duration::from_secs(5), cx.begin()).await.expect("none waits for the connection of a question");
        transactions.push(begun.expect("begun"));
    }
    for (transaction, number) in transactions.into_iter().zip(0..) {
        assert_eq!(ask(&transaction, number).await, number);
        timeout(Duration::from_secs(5), ask_at_once(cx, 100)).await.expect("no question waits for the connection of a transaction");
        transaction.commit().await.expect("committed");
    }
}

#[tokio::test]
async fn a_question_given_up_leaves_no_answer_to_another() {
    let site = TestSite::new().await;
    let cx = &site.app.cx;
    let sqlite = site.app.config.database_url.starts_with("sqlite:");
    let long = if sqlite {
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000000) SELECT -COUNT(*) FROM n"
    } else {
        "SELECT -1, pg_sleep(1)"
    };
    ask_at_once(cx, 20).await;
    for _ in 0..4 {
        let question = Statement::from_string(cx.db.get_database_backend(), long.to_owned());
        assert!(timeout(Duration::from_millis(20), cx.db.query_all_raw(question)).await.is_err(), "too short a question to be given up");
    }
    for _ in 0..5 {
        ask_at_once(cx, 20).await;
    }
}

#[tokio::test]
async fn a_connection_that_rested_is_tried_before_it_is_used() {
    let site = TestSite::new().await;
    let cx = &site.app.cx;
    ask_at_once(cx, 20).await;
    if !site.app.config.database_url.starts_with("sqlite:") {
        end_all(cx).await;
    }
    sleep(Duration::from_millis(1200)).await;
    ask_at_once(cx, 20).await;
}

/// Ends every connection, as a restart of the server does.
async fn end_all(cx: &Cx) {
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let ended = cx.db.query_all_raw(Statement::from_string(cx.db.get_database_backend(), end.to_owned())).await.expect("ended");
    assert!(ended.len() > 3, "the others were ended");
}
