//! The network address of the client, behind as many proxies as the configuration trusts, and the cookie of its browser.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use domain::network::Origin;

use crate::{
    cookies,
    state::App,
    visitor::{DEVICE_COOKIE, cookie_name},
};

/// Extracted by handlers that apply rate limits or record where a request comes from.
#[derive(Debug, Clone)]
pub struct Caller(pub Origin);

impl FromRequestParts<App> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(origin(parts, app)))
    }
}

pub fn origin(parts: &Parts, app: &App) -> Origin {
    let device = cookies::token(&parts.headers, &cookie_name(app, DEVICE_COOKIE)).map(str::to_owned);
    Origin { network: client_ip(parts, app.settings.trusted_proxies).into(), device }
}

/// The client's address: with n trusted proxies, each of which appends one entry to `X-Forwarded-For`, the n-th entry from the right;
/// the peer's address when there are fewer. Reading from the right stops at the first unreadable entry, and the last one read is used.
pub fn client_ip(parts: &Parts, trusted_proxies: usize) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let lines = parts.headers.get_all("x-forwarded-for").iter();
    // A line that is no text is one entry that cannot be read.
    let entries: Vec<&str> = lines.flat_map(|line| line.to_str().unwrap_or("?").split(',')).collect();
    if entries.len() < trusted_proxies {
        return peer;
    }
    let trusted = entries.iter().rev().take(trusted_proxies).map_while(|entry| address(entry.trim()));
    trusted.last().unwrap_or(peer)
}

/// `192.0.2.1`, `192.0.2.1:4000`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4000`.
fn address(entry: &str) -> Option<IpAddr> {
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    entry.parse().ok().or_else(bracketed).or_else(|| entry.parse().ok().map(|socket: SocketAddr| socket.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    fn seen(lines: &[&[u8]], proxies: usize) -> String {
        let mut request = Request::builder();
        for line in lines {
            request = request.header("x-forwarded-for", HeaderValue::from_bytes(line).expect("a value"));
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4000))));
        client_ip(&parts, proxies).to_string()
    }

    #[test]
    fn only_what_our_proxies_wrote_is_believed() {
        for (proxies, expected) in [(0, "192.0.2.1"), (1, "198.51.100.7"), (2, "203.0.113.9"), (3, "192.0.2.1")] {
            assert_eq!(seen(&[b"203.0.113.9, 198.51.100.7"], proxies), expected, "{proxies}");
        }
    }

    #[test]
    fn an_entry_that_cannot_be_read_ends_the_reading() {
        let cases: [(&[&[u8]], usize, &str); 15] = [
            (&[b"203.0.113.9, unknown"], 1, "192.0.2.1"),
            (&[b"203.0.113.9, unknown"], 2, "192.0.2.1"),
            (&[b"203.0.113.9, unknown, 198.51.100.7"], 2, "198.51.100.7"),
            (&[b"203.0.113.9, unknown, 198.51.100.7"], 3, "198.51.100.7"),
            (&[b"203.0.113.9, _hidden, 198.51.100.7"], 1, "198.51.100.7"),
            (&[b"203.0.113.9,, 198.51.100.7"], 2, "198.51.100.7"),
            (&[b"203.0.113.9, 198.51.100.7,"], 1, "192.0.2.1"),
            (&[b"203.0.113.9", b"\xff\xfe"], 1, "192.0.2.1"),
            (&[b"203.0.113.9", b"198.51.100.7"], 1, "198.51.100.7"),
            (&[b"203.0.113.9", b"198.51.100.7"], 2, "203.0.113.9"),
            (&[b"203.0.113.9:567"], 1, "203.0.113.9"),
            (&[b"[2001:db8::1]:443"], 1, "2001:db8::1"),
            (&[b"[2001:db8::1]"], 1, "2001:db8::1"),
            (&[b"2001:db8::1"], 1, "2001:db8::1"),
            (&[b"203.0.113.9:99999"], 1, "192.0.2.1"),
        ];
        for (lines, proxies, expected) in cases {
            assert_eq!(seen(lines, proxies), expected, "{lines:?} {proxies}");
        }
    }
}
