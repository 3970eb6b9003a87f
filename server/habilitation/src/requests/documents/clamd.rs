//! The antivirus, asked through clamd's own protocol: `zINSTREAM`, the file in chunks, one line back (clamd(8)).

use std::{path::PathBuf, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

const CHUNK: usize = 64 * 1024;
/// Longer than any answer of clamd's.
const MAX_ANSWER: u64 = 4096;

/// Where clamd listens, and how long it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner {
    address: Address,
    patience: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Address {
    /// `host:port`.
    Tcp(String),
    Unix(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Clean,
    /// The name of what was found.
    Infected(String),
    /// clamd answered that it cannot scan this one: too large for its settings, unreadable.
    Refused(String),
}

#[derive(Debug, thiserror::Error)]
pub enum ClamdError {
    #[error("the antivirus cannot be reached")]
    Unreachable(#[source] std::io::Error),
    #[error("the antivirus did not answer in time")]
    Silent,
    #[error("the antivirus answered something unknown")]
    Unknown,
}

impl Scanner {
    /// `tcp://host:port` or `unix:/path/to/clamd.sock`.
    pub fn parse(url: &str, patience: Duration) -> Option<Self> {
        let address = if let Some(path) = url.strip_prefix("unix:") {
            path.starts_with('/').then(|| Address::Unix(path.into()))
        } else {
            let host = url.strip_prefix("tcp://")?.trim_end_matches('/');
            let (name, port) = host.rsplit_once(':')?;
            (!name.is_empty() && port.parse::<u16>().is_ok()).then(|| Address::Tcp(host.to_owned()))
        };
        Some(Self { address: address?, patience })
    }

    pub(super) async fn scan(&self, bytes: &[u8]) -> Result<Verdict, ClamdError> {
        let answer = timeout(self.patience, self.ask(bytes)).await.map_err(|_| ClamdError::Silent)?.map_err(ClamdError::Unreachable)?;
        verdict(&answer).ok_or(ClamdError::Unknown)
    }

    async fn ask(&self, bytes: &[u8]) -> std::io::Result<String> {
        match &self.address {
            Address::Tcp(host) => converse(TcpStream::connect(host.as_str()).await?, bytes).await,
            Address::Unix(path) => converse(UnixStream::connect(path).await?, bytes).await,
        }
    }
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> std::io::Result<String> {
    let sent = send(&mut stream, bytes).await;
    // Past its size limit clamd answers an error and stops reading: its answer tells more than the broken pipe.
    let mut answer = Vec::new();
    let read = stream.take(MAX_ANSWER).read_to_end(&mut answer).await;
    if answer.is_empty() {
        sent?;
        read?;
    }
    Ok(String::from_utf8_lossy(&answer).trim_end_matches(['\0', '\n']).to_owned())
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(b"zINSTREAM\0").await?;
    for chunk in bytes.chunks(CHUNK) {
        stream.write_u32(u32::try_from(chunk.len()).unwrap_or(0)).await?;
        stream.write_all(chunk).await?;
    }
    stream.write_u32(0).await?;
    stream.flush().await
}

fn verdict(answer: &str) -> Option<Verdict> {
    let answer = answer.trim();
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    if said == "OK" {
        return Some(Verdict::Clean);
    }
    if let Some(name) = said.strip_suffix(" FOUND") {
        return Some(Verdict::Infected(name.to_owned()));
    }
    said.strip_suffix("ERROR").map(|reason| Verdict::Refused(reason.trim().trim_end_matches('.').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let read = |url: &str| Scanner::parse(url, Duration::from_secs(1)).map(|scanner| scanner.address);
        assert_eq!(read("tcp://127.0.0.1:3310"), Some(Address::Tcp("127.0.0.1:3310".into())));
        assert_eq!(read("tcp://[::1]:3310/"), Some(Address::Tcp("[::1]:3310".into())));
        assert_eq!(read("unix:/run/clamav/clamd.ctl"), Some(Address::Unix("/run/clamav/clamd.ctl".into())));
        for wrong in ["", "clamd", "tcp://clamd", "tcp://:3310", "tcp://clamd:port", "unix:clamd.sock", "http://clamd:3310"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn answers() {
        for (answer, expected) in [
            ("stream: OK", Some(Verdict::Clean)),
            ("stream: Win.Test.EICAR_HDB-1 FOUND", Some(Verdict::Infected("Win.Test.EICAR_HDB-1".into()))),
            ("INSTREAM size limit exceeded. ERROR", Some(Verdict::Refused("INSTREAM size limit exceeded".into()))),
            ("", None),
            ("UNKNOWN COMMAND", None),
        ] {
            assert_eq!(verdict(answer), expected, "{answer}");
        }
    }
}
