//! Mail by SMTP, to a server that speaks the protocol (RFC 5321) over a real socket and may refuse.

use std::sync::{Arc, Mutex};

use delivery::Delivery;
use domain::events::{Event, Mail};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the server was given: envelope recipient and message.
type Received = Arc<Mutex<Vec<(String, String)>>>;

/// Refuses recipients whose address begins with `refuse`.
async fn smtp_server() -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("bound"));
    let received = Received::default();
    let inbox = received.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, inbox.clone()));
        }
    });
    (url, received)
}

async fn converse(stream: TcpStream, inbox: Received) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut recipient = String::new();
    write.write_all(b"220 essai ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer = match line.split([' ', ':']).next().unwrap_or_default().to_uppercase().as_str() {
            "EHLO" => "250-essai\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "MAIL" | "RSET" | "NOOP" => "250 ok\r\n",
            "RCPT" if line.contains("<refuse") => "550 unknown mailbox\r\n",
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok\r\n"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut message = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    message.push_str(&line);
                    message.push('\n');
                }
                inbox.lock().expect("one writer").push((recipient.clone(), message));
                "250 taken\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "500 what?\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

fn mail(to: &str) -> Event {
    Event::Mail(Mail { to: to.into(), subject: "Vos accès de test".into(), body: "Bonjour,\n\nVos clés sont prêtes.".into() })
}

#[tokio::test]
async fn a_message_leaves_by_smtp_and_stays_out_of_the_mailbox() {
    let (cx, _fixture) = testkit::cx().await;
    let (url, received) = smtp_server().await;
    let delivery = Delivery::new(Some(&url), "Habilis <ne-pas-repondre@habilis.example>").expect("valid settings");
    delivery.handle(&cx, &mail("technique@clamart.example")).await.expect("sent");
    let received = received.lock().expect("one reader").clone();
    let [(recipient, message)] = received.as_slice() else { panic!("one message, not {received:?}") };
    assert_eq!(recipient, "technique@clamart.example");
    assert!(message.contains("From: Habilis <ne-pas-repondre@habilis.example>"), "{message}");
    assert!(message.contains("Content-Type: text/plain; charset=utf-8"), "{message}");
    assert!(store::mailbox::latest(&cx.db, 10).await.expect("read").is_empty());
}

#[tokio::test]
async fn a_refused_or_unreachable_server_is_an_error_to_retry() {
    let (cx, _fixture) = testkit::cx().await;
    let (url, received) = smtp_server().await;
    let delivery = Delivery::new(Some(&url), "Habilis <ne-pas-repondre@habilis.example>").expect("valid settings");
    assert!(delivery.handle(&cx, &mail("refuse@clamart.example")).await.is_err());
    assert!(received.lock().expect("one reader").is_empty());
    let closed = TcpListener::bind("127.0.0.1:0").await.and_then(|l| l.local_addr()).expect("a free port");
    let nowhere = Delivery::new(Some(&format!("smtp://{closed}")), "a@b.fr").expect("valid settings");
    assert!(nowhere.handle(&cx, &mail("technique@clamart.example")).await.is_err());
}

#[tokio::test]
async fn without_a_server_messages_are_read_in_the_mailbox() {
    let (cx, _fixture) = testkit::cx().await;
    let delivery = Delivery::new(None, "Habilis <ne-pas-repondre@habilis.example>").expect("valid settings");
    delivery.handle(&cx, &mail("technique@clamart.example")).await.expect("kept");
    let kept = store::mailbox::latest(&cx.db, 10).await.expect("read");
    assert_eq!(
        kept.iter().map(|m| (m.recipient.as_str(), m.subject.as_str())).collect::<Vec<_>>(),
        [("technique@clamart.example", "Vos accès de test")]
    );
    assert!(Delivery::new(Some("not a url"), "a@b.fr").is_err());
}
