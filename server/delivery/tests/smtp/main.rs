//! Mail by SMTP, to a server that speaks the protocol over a real socket and may refuse.

mod strict;

use delivery::Delivery;
use domain::{
    events::{Event, Mail, Notification},
    ids::{AccountId, OutboxId},
    mail_refusal::RefusedPart,
    notification::Topic,
};
use store::Cx;
use testkit::SmtpServer;
use tokio::net::TcpListener;

const FROM: &str = "Habilis <ne-pas-repondre@habilis.example>";

fn message(to: &str) -> Mail {
    Mail { to: to.into(), subject: "Vos accès de test".into(), body: "Bonjour,\n\nVos clés sont prêtes.".into(), author: None }
}

fn mail(to: &str) -> Event {
    Event::Mail(message(to))
}

fn row(cx: &Cx) -> OutboxId {
    cx.new_id()
}

#[tokio::test]
async fn a_message_leaves_by_smtp_and_stays_out_of_the_mailbox() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let delivery = Delivery::new(Some(server.url()), FROM).expect("valid settings");
    delivery.handle(&cx, row(&cx), &mail("technique@clamart.example")).await.expect("sent");
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
    delivery.handle(&cx, row(&cx), &Event::Notification(notification)).await.expect("sent");
    let received = server.received();
    let [(_, message)] = received.as_slice() else { panic!("one message, not {received:?}") };
    // RFC 2369 §3.2 and RFC 8058 §3.1: whole, on one line each.
    assert!(message.lines().any(|line| line == format!("List-Unsubscribe: <{unsubscribe}>")), "{message}");
    assert!(message.lines().any(|line| line == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{message}");
}

#[tokio::test]
async fn a_strict_reader_finds_nothing_wrong_with_a_message() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let delivery = Delivery::new(Some(server.url()), "Habilis – équipe <ne-pas-repondre@habilis.example>").expect("valid settings");
    let long = "mot ".repeat(600);
    for (subject, body) in [
        ("Vos accès de test", "Bonjour,\n\nVos clés sont prêtes.\n"),
        ("Plain words", "Nothing but ASCII\n\n.\n..two dots\nFrom here on\n"),
        ("Accents éàü et un signe 🗝 dans un objet bien plus long que ce qu’une ligne d’en-tête peut tenir, à lire en entier", "é\n"),
        ("Une ligne\r\nBcc: intrus@a.fr", "Deux\r\nlignes"),
        ("x", &long),
        ("=?utf-8?q?Bonjour?=", "= \n=3D é \t\n"),
    ] {
        let mail = Mail { to: "technique@mairie.fr".into(), subject: subject.into(), body: body.into(), author: None };
        delivery.handle(&cx, row(&cx), &Event::Mail(mail)).await.expect("sent");
        let (_, raw) = server.received().pop().expect("one message");
        let read = strict::read(&raw);
        let one_line: String = subject.replace("=?", "= ?").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(read.subject.split_whitespace().collect::<Vec<_>>().join(" "), one_line, "{raw}");
        assert_eq!(read.body.trim_end(), body.replace("\r\n", "\n").trim_end(), "{raw}");
        assert!(!read.has("Bcc"), "{raw}");
        assert_eq!(read.only("To"), "technique@mairie.fr");
    }
}

#[tokio::test]
async fn a_message_tried_again_keeps_its_identity_and_no_other_has_it() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let delivery = Delivery::new(Some(server.url()), FROM).expect("valid settings");
    let first = row(&cx);
    for id in [first, first, row(&cx)] {
        delivery.handle(&cx, id, &mail("technique@clamart.example")).await.expect("sent");
    }
    let ids: Vec<String> = server.received().iter().map(|(_, raw)| strict::read(raw).only("Message-ID").to_owned()).collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert!(ids[0].ends_with("@habilis.example>"), "the machine is not named: {ids:?}");
}

/// Permanent or transient refusals, about the address or about the settings (RFC 5321 §4.2, RFC 4954 §6).
#[tokio::test]
async fn only_an_answer_about_the_address_is_final() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let delivery = Delivery::new(Some(server.url()), FROM).expect("valid settings");
    for (answer, is_final, noted) in [
        ("501 5.1.3 <{}> bad address syntax", true, "permanent error (501): 5.1.3 … bad address syntax"),
        ("550 5.1.1 <{}> unknown", true, "permanent error (550): 5.1.1 … unknown"),
        ("551 User not local", true, "permanent error (551): User not local"),
        ("552 5.2.2 mailbox full", true, "permanent error (552): 5.2.2 mailbox full"),
        ("553 5.1.3 technique bad address", true, "permanent error (553): 5.1.3 … bad address"),
        ("554 5.7.1 no", true, "permanent error (554): 5.7.1 no"),
        ("556 5.1.10 domain takes no mail", true, "permanent error (556): 5.1.10 domain takes no mail"),
        ("421 4.3.2 later", false, "transient error (421): 4.3.2 later"),
        ("450 4.2.1 <{}> busy", false, "transient error (450): 4.2.1 … busy"),
        ("452 4.2.2 full", false, "transient error (452): 4.2.2 full"),
    ] {
        server.refuse(Some(answer));
        let refused = delivery.handle(&cx, row(&cx), &mail("technique@clamart.example")).await.expect_err("refused");
        assert_eq!((refused.is_final(), refused.is_refusal()), (is_final, true), "{answer}");
        assert_eq!(refused.noted(), format!("mail server: {noted}"), "{answer}");
        assert!(!refused.to_string().contains("technique"), "{refused}");
    }
    for never in ["technique", "technique@", "tech nique@clamart.example"] {
        let refused = delivery.handle(&cx, row(&cx), &mail(never)).await.expect_err("no address");
        assert!(refused.is_final(), "{never}: {refused}");
    }
}

/// What a refusal is about is told by the command it answers, and by its words where the server waited for the recipient.
#[tokio::test]
async fn a_refusal_of_the_site_or_of_its_address_is_never_final_and_one_of_the_message_says_nothing_of_the_recipient() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let url = server.url().replace("smtp://", "smtp://habilis:s%2Bcret@");
    let delivery = Delivery::new(Some(&url), FROM).expect("valid settings");
    delivery.handle(&cx, row(&cx), &mail("technique@clamart.example")).await.expect("sent");
    for (command, answer, part, is_final) in [
        ("EHLO", "554 5.7.1 not you", RefusedPart::Connection, false),
        ("EHLO", "421 4.7.0 later", RefusedPart::Connection, false),
        ("AUTH", "535 5.7.8 bad credentials", RefusedPart::Connection, false),
        ("MAIL", "553 5.7.1 sender address rejected", RefusedPart::Sender, false),
        ("MAIL", "550 no such user", RefusedPart::Sender, false),
        ("MAIL", "501 5.1.7 bad syntax", RefusedPart::Sender, false),
        ("MAIL", "530 5.7.0 authentication required", RefusedPart::Connection, false),
        ("MAIL", "451 4.3.0 later", RefusedPart::Sender, false),
        ("RCPT", "501 5.1.3 bad syntax", RefusedPart::Recipient, true),
        ("RCPT", "550 5.1.1 unknown", RefusedPart::Recipient, true),
        ("RCPT", "450 4.2.1 busy", RefusedPart::Recipient, false),
        ("RCPT", "530 5.7.0 authentication required", RefusedPart::Connection, false),
        ("RCPT", "503 bad sequence", RefusedPart::Connection, false),
        ("RCPT", "553 5.7.1 <ne-pas-repondre@habilis.example>: Sender address rejected", RefusedPart::Sender, false),
        ("RCPT", "554 5.7.1 Relay access denied", RefusedPart::Connection, false),
        ("DATA", "554 5.5.1 no", RefusedPart::Message, true),
        ("DATA", "451 4.3.0 later", RefusedPart::Message, false),
        (".", "550 5.7.1 looks like spam", RefusedPart::Message, true),
        (".", "552 5.3.4 too big", RefusedPart::Message, true),
        (".", "452 4.3.1 disk full", RefusedPart::Message, false),
    ] {
        server.refuse_at(command, answer);
        let refused = delivery.handle(&cx, row(&cx), &mail("technique@clamart.example")).await.expect_err("refused");
        assert_eq!((refused.is_final(), refused.is_refusal()), (is_final, true), "{command} {answer}");
        assert_eq!(RefusedPart::of(&refused.noted()), part, "{command} {answer}: {}", refused.noted());
    }
    server.refuse(None);
    delivery.handle(&cx, row(&cx), &mail("technique@clamart.example")).await.expect("sent");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn an_accented_mailbox_is_written_to_where_the_server_offers_smtputf8() {
    let (cx, _fixture) = testkit::cx().await;
    for (server, offered) in [(SmtpServer::start().await, true), (SmtpServer::without_utf8().await, false)] {
        let delivery = Delivery::new(Some(server.url()), FROM).expect("valid settings");
        let sent = delivery.handle(&cx, row(&cx), &mail("jérôme@mairie.fr")).await;
        assert_eq!(sent.as_ref().map_err(delivery::DeliveryError::is_final), if offered { Ok(&()) } else { Err(true) }, "{sent:?}");
        assert_eq!(server.received().len(), usize::from(offered));
    }
}

#[tokio::test]
async fn a_refused_or_unreachable_server_is_an_error_to_retry() {
    let (cx, _fixture) = testkit::cx().await;
    let server = SmtpServer::start().await;
    let delivery = Delivery::new(Some(server.url()), FROM).expect("valid settings");
    server.refuse(Some("550 unknown mailbox technique@clamart.example"));
    let refused = delivery.handle(&cx, row(&cx), &mail("technique@clamart.example")).await.expect_err("refused");
    assert_eq!(refused.to_string(), "mail server: permanent error (550)", "an address belongs in no log");
    assert!(server.received().is_empty());
    let closed = TcpListener::bind("127.0.0.1:0").await.and_then(|l| l.local_addr()).expect("a free port");
    let nowhere = Delivery::new(Some(&format!("smtp://{closed}")), "a@b.fr").expect("valid settings");
    let unreachable = nowhere.handle(&cx, row(&cx), &mail("technique@clamart.example")).await.expect_err("nobody listens");
    assert!(unreachable.to_string().starts_with("mail server: Connection error"), "{unreachable}");
}

#[tokio::test]
async fn without_a_server_messages_are_read_in_the_mailbox() {
    let (cx, _fixture) = testkit::cx().await;
    let delivery = Delivery::new(None, FROM).expect("valid settings");
    delivery.handle(&cx, row(&cx), &mail("technique@clamart.example")).await.expect("kept");
    let kept = store::mailbox::latest(&cx.db, 10).await.expect("read");
    assert_eq!(
        kept.iter().map(|m| (m.recipient.as_str(), m.subject.as_str())).collect::<Vec<_>>(),
        [("technique@clamart.example", "Vos accès de test")]
    );
    assert!(Delivery::new(Some("not a url"), "a@b.fr").is_err());
}
