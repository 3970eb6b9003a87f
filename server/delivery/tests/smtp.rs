//! Mail by SMTP, to a server that speaks the protocol over a real socket and may refuse.

use delivery::Delivery;
use domain::{
    events::{Event, Mail, Notification},
    ids::AccountId,
    notification::Topic,
};
use testkit::SmtpServer;
use tokio::net::TcpListener;

const FROM: &str = "Habilis <ne-pas-repondre@habilis.example>";

fn message(to: &str) -> Mail {
    Mail { to: to.into(), subject: "Vos accès de test".into(), body: "Bonjour,\n\nVos clés sont prêtes.".into() }
}

fn mail(to: &str) -> Event {
    Event::Mail(message(to))
}

#[tokio::test]
async fn a_message_leaves_by_smtp_and_stays_out_of_the_mailbox() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let delivery = Delivery::new(Some(server.url()), FROM).expect("valid settings");
    delivery.handle(&cx, &mail("technique@clamart.example")).await.expect("sent");
    let received = server.received();
    let [(recipient, message)] = received.as_slice() else { panic!("one message, not {received:?}") };
    assert_eq!(recipient, "technique@clamart.example");
    assert!(message.contains("From: Habilis <ne-pas-repondre@habilis.example>"), "{message}");
    assert!(message.contains("Content-Type: text/plain; charset=utf-8"), "{message}");
    assert!(!message.contains("List-Unsubscribe"), "nobody stops the mails they need: {message}");
    assert!(store::mailbox::latest(&cx.db, 10).await.expect("read").is_empty());
}

#[tokio::test]
async fn a_notification_says_how_to_stop_it_in_one_click() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let delivery = Delivery::new(Some(server.url()), FROM).expect("valid settings");
    let unsubscribe = format!("https://habilis.example/desabonnement/{}", "0123456789abcdef".repeat(16));
    let notification = Notification {
        mail: message("nadia@habilis.example"),
        account: cx.new_id::<AccountId>(),
        topic: Topic::Messages,
        unsubscribe: unsubscribe.clone(),
    };
    delivery.handle(&cx, &Event::Notification(notification)).await.expect("sent");
    let received = server.received();
    let [(_, message)] = received.as_slice() else { panic!("one message, not {received:?}") };
    // RFC 2369 §3.2 and RFC 8058 §3.1: whole, on one line each.
    assert!(message.lines().any(|line| line == format!("List-Unsubscribe: <{unsubscribe}>")), "{message}");
    assert!(message.lines().any(|line| line == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{message}");
}

#[tokio::test]
async fn a_refused_or_unreachable_server_is_an_error_to_retry() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let delivery = Delivery::new(Some(server.url()), FROM).expect("valid settings");
    server.refuse(Some("550 unknown mailbox technique@clamart.example"));
    let refused = delivery.handle(&cx, &mail("technique@clamart.example")).await.expect_err("refused");
    assert_eq!(refused.to_string(), "mail server: permanent error (550)", "an address belongs in no log");
    assert!(server.received().is_empty());
    let closed = TcpListener::bind("127.0.0.1:0").await.and_then(|l| l.local_addr()).expect("a free port");
    let nowhere = Delivery::new(Some(&format!("smtp://{closed}")), "a@b.fr").expect("valid settings");
    let unreachable = nowhere.handle(&cx, &mail("technique@clamart.example")).await.expect_err("nobody listens");
    assert!(unreachable.to_string().starts_with("mail server: Connection error"), "{unreachable}");
}

#[tokio::test]
async fn without_a_server_messages_are_read_in_the_mailbox() {
    let (cx, _fixture) = testkit::cx().await;
    let delivery = Delivery::new(None, FROM).expect("valid settings");
    delivery.handle(&cx, &mail("technique@clamart.example")).await.expect("kept");
    let kept = store::mailbox::latest(&cx.db, 10).await.expect("read");
    assert_eq!(
        kept.iter().map(|m| (m.recipient.as_str(), m.subject.as_str())).collect::<Vec<_>>(),
        [("technique@clamart.example", "Vos accès de test")]
    );
    assert!(Delivery::new(Some("not a url"), "a@b.fr").is_err());
}
