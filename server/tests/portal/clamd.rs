//! An antivirus for tests that speaks clamd's protocol over a real socket, and can be told to misbehave.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The test file of the European Institute for Computer Antivirus Research, split so that no scanner flags this source file.
pub const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Works,
    /// Reads everything and says nothing.
    Hangs,
    /// Answers that files are too large for its settings.
    Chokes,
}

pub struct Clamd {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl Clamd {
    /// It has an address and does not listen yet.
    pub async fn down() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        Self { address, mood: Arc::new(Mutex::new(Mood::Works)), listening: Mutex::default() }
    }

    pub async fn up() -> Self {
        let clamd = Self::down().await;
        clamd.start().await;
        clamd
    }

    pub async fn start(&self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is still free");
        let mood = self.mood.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, mood.clone()));
            }
        });
        *self.listening.lock().expect("not poisoned") = Some(task);
    }

    pub fn is(&self, mood: Mood) {
        *self.mood.lock().expect("not poisoned") = mood;
    }

    pub fn url(&self) -> String {
        format!("tcp://{}", self.address)
    }
}

async fn answer(mut stream: TcpStream, mood: Arc<Mutex<Mood>>) -> std::io::Result<()> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    if &command != b"zINSTREAM\0" {
        return stream.write_all(b"UNKNOWN COMMAND\0").await;
    }
    let mut file = Vec::new();
    loop {
        let size = stream.read_u32().await?;
        if size == 0 {
            break;
        }
        let mut chunk = vec![0; size as usize];
        stream.read_exact(&mut chunk).await?;
        file.extend(chunk);
    }
    let mood = *mood.lock().expect("not poisoned");
    let text = String::from_utf8_lossy(&file);
    match mood {
        Mood::Hangs => {
            // Until the other side gives up.
            stream.read_u8().await?;
        }
        Mood::Chokes => stream.write_all(b"INSTREAM size limit exceeded. ERROR\0").await?,
        Mood::Works if text.contains(&EICAR.concat()) => stream.write_all(b"stream: Win.Test.EICAR_HDB-1 FOUND\0").await?,
        Mood::Works => stream.write_all(b"stream: OK\0").await?,
    }
    Ok(())
}
