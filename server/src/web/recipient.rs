//! The address of whoever calls, behind as many proxies as the configuration trusts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};

use crate::App;

/// Extracted where limits count by address.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub IpAddr);

impl FromRequestParts<App> for ClientIp {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(client_ip(parts, app.config.trusted_proxies)))
    }
}

/// The n-th address from the right of `X-Forwarded-For`, as each trusted proxy appends one; else the peer's.
pub fn client_ip(parts: &Parts, trusted_proxies: usize) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    if trusted_proxies == 0 {
        return peer;
    }
    let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
    let addresses: Vec<IpAddr> = forwarded.filter_map(|address| address.trim().parse().ok()).collect();
    addresses.len().checked_sub(trusted_proxies).and_then(|i| addresses.get(i)).copied().unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn only_what_our_proxies_wrote_is_believed() {
        let request = Request::builder().header("x-forwarded-for", "203.0.113.9, 198.51.100.7").body(()).expect("a request");
        let (mut parts, ()) = request.into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4000))));
        for (proxies, expected) in [(0, "192.0.2.1"), (1, "198.51.100.7"), (2, "203.0.113.9"), (3, "192.0.2.1")] {
            assert_eq!(client_ip(&parts, proxies).to_string(), expected, "{proxies}");
        }
    }
}
