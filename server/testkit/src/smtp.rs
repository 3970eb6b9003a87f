//! A mail server that speaks the protocol (RFC 5321) over a real socket, and may refuse.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// Envelope recipient and message.
type Received = (String, String);

#[derive(Debug, Clone, Default)]
pub struct SmtpServer {
    url: String,
    received: Arc<Mutex<Vec<Received>>>,
    refusal: Arc<Mutex<Option<String>>>,
    held: Arc<Mutex<Option<Held>>>,
}

/// A message that is not taken before it is said to be.
#[derive(Debug, Clone, Default)]
pub struct Held {
    arrived: Arc<Notify>,
    released: Arc<Notify>,
}

impl Held {
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }

    pub fn release(&self) {
        self.released.notify_one();
    }
}

impl SmtpServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("smtp://{}", listener.local_addr().expect("bound"));
        let server = Self { url, ..Self::default() };
        let copy = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, copy.clone()));
            }
        });
        server
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on every recipient is answered so; `{}` stands for the address. `None` accepts again.
    pub fn refuse(&self, answer: Option<&str>) {
        *self.refusal.lock().expect("not poisoned") = answer.map(str::to_owned);
    }

    /// The next message is kept waiting.
    pub fn hold_next(&self) -> Held {
        let held = Held::default();
        *self.held.lock().expect("not poisoned") = Some(held.clone());
        held
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("not poisoned").clone()
    }

    fn answer_to(&self, recipient: &str) -> String {
        let refusal = self.refusal.lock().expect("not poisoned").clone();
        refusal.map_or_else(|| "250 ok\r\n".to_owned(), |answer| format!("{}\r\n", answer.replace("{}", recipient)))
    }
}

async fn converse(stream: TcpStream, server: SmtpServer) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut recipient = String::new();
    write.write_all(b"220 essai ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer = match line.split([' ', ':']).next().unwrap_or_default().to_uppercase().as_str() {
            "EHLO" => "250-essai\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n".to_owned(),
            "MAIL" | "RSET" | "NOOP" => "250 ok\r\n".to_owned(),
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                server.answer_to(&recipient)
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut message = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    message.push_str(&line);
                    message.push('\n');
                }
                let held = server.held.lock().expect("not poisoned").take();
                if let Some(held) = held {
                    held.arrived.notify_one();
                    held.released.notified().await;
                }
                server.received.lock().expect("not poisoned").push((recipient.clone(), message));
                "250 taken\r\n".to_owned()
            }
            "QUIT" => "221 bye\r\n".to_owned(),
            _ => "500 what?\r\n".to_owned(),
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}
