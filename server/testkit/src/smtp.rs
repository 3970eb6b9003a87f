//! A mail server that speaks the protocol (RFC 5321) over a real socket, and may refuse.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Notify,
};

/// Envelope recipient and message, byte for byte: lines end as they were sent.
type Received = (String, String);

#[derive(Debug, Clone)]
pub struct SmtpServer {
    url: String,
    /// Said in answer to EHLO.
    extensions: &'static str,
    received: Arc<Mutex<Vec<Received>>>,
    refusal: Arc<Mutex<Option<Refusal>>>,
    held: Arc<Mutex<Option<Held>>>,
}

/// A refusal, for one recipient or for all.
#[derive(Debug, Clone)]
struct Refusal {
    /// The command it answers; « . » is the end of a message.
    to: &'static str,
    recipient: Option<String>,
    answer: String,
}

/// A message that the server accepts only once the test releases it.
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
        Self::with_extensions("250-essai\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n").await
    }

    /// A server that takes no address beyond ASCII.
    pub async fn without_utf8() -> Self {
        Self::with_extensions("250-essai\r\n250 8BITMIME\r\n").await
    }

    async fn with_extensions(extensions: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("smtp://{}", listener.local_addr().expect("bound"));
        let server = Self { url, extensions, received: Arc::default(), refusal: Arc::default(), held: Arc::default() };
        let copy = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Conversation::new(stream, copy.clone()).go());
            }
        });
        server
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Leaves out of `received` what came before.
    pub fn forget(&self) {
        self.received.lock().expect("not poisoned").clear();
    }

    /// From now on every recipient is answered so; `{}` stands for the address. `None` accepts again, at every command.
    pub fn refuse(&self, answer: Option<&str>) {
        self.say(answer.map(|answer| Refusal { to: "RCPT", recipient: None, answer: answer.to_owned() }));
    }

    /// This recipient alone, until something else is said.
    pub fn refuse_for(&self, recipient: &str, answer: &str) {
        self.say(Some(Refusal { to: "RCPT", recipient: Some(recipient.to_owned()), answer: answer.to_owned() }));
    }

    /// From now on this command is answered so: « EHLO », « AUTH », « MAIL », « DATA », or « . » for the end of a message.
    pub fn refuse_at(&self, command: &'static str, answer: &str) {
        self.say(Some(Refusal { to: command, recipient: None, answer: answer.to_owned() }));
    }

    fn say(&self, refusal: Option<Refusal>) {
        *self.refusal.lock().expect("not poisoned") = refusal;
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

    fn refusal_of(&self, command: &str, recipient: &str) -> Option<String> {
        let refusal = self.refusal.lock().expect("not poisoned").clone()?;
        let is_it = refusal.to == command && refusal.recipient.is_none_or(|one| one == recipient);
        is_it.then(|| format!("{}\r\n", refusal.answer.replace("{}", recipient)))
    }
}

struct Conversation {
    read: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
    server: SmtpServer,
    recipient: String,
}

impl Conversation {
    fn new(stream: TcpStream, server: SmtpServer) -> Self {
        let (read, write) = stream.into_split();
        Self { read: BufReader::new(read), write, server, recipient: String::new() }
    }

    async fn go(mut self) -> std::io::Result<()> {
        self.write.write_all(b"220 essai ESMTP\r\n").await?;
        while let Some(line) = self.line().await? {
            let answer = self.answer(line.trim_end()).await?;
            self.write.write_all(answer.as_bytes()).await?;
        }
        Ok(())
    }

    /// The next line, with its line end; `None` once the client has disconnected.
    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        let length = self.read.read_until(b'\n', &mut line).await?;
        Ok((length > 0).then(|| String::from_utf8_lossy(&line).into_owned()))
    }

    async fn answer(&mut self, line: &str) -> std::io::Result<String> {
        let command = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        if command == "RCPT" {
            self.recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        }
        if let Some(refusal) = self.server.refusal_of(&command, &self.recipient) {
            return Ok(refusal);
        }
        Ok(match command.as_str() {
            "EHLO" => self.server.extensions.to_owned(),
            "AUTH" => "235 welcome\r\n".to_owned(),
            "MAIL" | "RCPT" | "RSET" | "NOOP" => "250 ok\r\n".to_owned(),
            "DATA" => {
                self.write.write_all(b"354 go on\r\n").await?;
                let message = self.message().await?;
                let held = self.server.held.lock().expect("not poisoned").take();
                if let Some(held) = held {
                    held.arrived.notify_one();
                    held.released.notified().await;
                }
                if let Some(refusal) = self.server.refusal_of(".", &self.recipient) {
                    return Ok(refusal);
                }
                self.server.received.lock().expect("not poisoned").push((self.recipient.clone(), message));
                "250 taken\r\n".to_owned()
            }
            "QUIT" => "221 bye\r\n".to_owned(),
            _ => "500 what?\r\n".to_owned(),
        })
    }

    /// RFC 5321 §4.5.2: a line that begins with a dot has one more on the way.
    async fn message(&mut self) -> std::io::Result<String> {
        let mut message = String::new();
        while let Some(line) = self.line().await?.filter(|line| line != ".\r\n") {
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        Ok(message)
    }
}
