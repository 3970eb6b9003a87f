//! TCP connections: how many at once, and how long each may stay silent. The requests on them are handled by the router.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::network::Network;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt;

use crate::config::Config;

/// In bytes, for the request line and headers; the longest that our pages send is a search of 16 KB. hyper stops reading somewhere
/// between this and twice as much.
const MAX_HEAD: usize = 64 << 10;

/// Refuses the heads longer than `MAX_HEAD` that hyper accepted.
pub async fn refuse_long_heads(request: Request, next: Next) -> Response {
    let line = request.method().as_str().len() + request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    let fields: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
    if line + fields > MAX_HEAD { StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response() } else { next.run(request).await }
}

#[derive(Debug, Clone)]
pub struct Limits {
    /// Further connections wait to be accepted. A process may usually have 1,024 files open, the database's and documents included.
    pub connections: usize,
    /// From one IPv4 address, or one IPv6 network of 64 bits; this machine is not counted.
    pub each: Option<usize>,
    /// Between the beginning of a connection, or the end of an answer, and the end of the next head.
    pub head: Duration,
}

impl Limits {
    pub fn of(config: &Config) -> Self {
        // Behind a proxy, all connections are the proxy's.
        Self { connections: 800, each: (config.trusted_proxies == 0).then_some(200), head: Duration::from_secs(15) }
    }
}

/// Answers on `listener` until `stop` resolves, then lets what is under way finish.
pub async fn answer(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let (graceful, room, networks) = (GracefulShutdown::new(), Arc::new(Semaphore::new(limits.connections)), Arc::<Networks>::default());
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = room.clone().acquire_owned().await.expect("never closed");
            (place, accept(&listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let Some(one) = networks.enter(peer.ip(), limits.each) else {
            tracing::debug!(network = %Network::from(peer.ip()).cut(), "too many connections from one network");
            continue;
        };
        tokio::spawn(converse(stream, peer, router.clone(), limits.head, graceful.watcher(), (place, one)));
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, head: Duration, watcher: Watcher, _held: (OwnedSemaphorePermit, Counted)) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(MAX_HEAD);
    if let Err(error) = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await {
        tracing::debug!(%error, "a connection ended before its answer");
    }
}

/// How many connections each network has.
#[derive(Default)]
struct Networks(Mutex<HashMap<Network, usize>>);

/// One counted connection, until dropped; `None` for this machine, which is not counted.
struct Counted(Option<(Arc<Networks>, Network)>);

impl Networks {
    fn enter(self: &Arc<Self>, address: IpAddr, each: Option<usize>) -> Option<Counted> {
        let Some(each) = each.filter(|_| !address.to_canonical().is_loopback()) else { return Some(Counted(None)) };
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let network = Network::from(address);
        let count = open.entry(network).or_default();
        (*count < each).then(|| {
            *count += 1;
            Counted(Some((self.clone(), network)))
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some((networks, network)) = &self.0 else { return };
        let mut open = networks.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(network) {
            *count -= 1;
        }
        open.retain(|_, count| *count > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_by_network_and_given_back() {
        let networks = Arc::<Networks>::default();
        let enter = |address: &str| networks.enter(address.parse().expect("an address"), Some(2));
        let first = enter("2001:db8::1").expect("room");
        let _second = enter("2001:db8::2").expect("room");
        assert!(enter("2001:db8::3").is_none(), "the same network");
        assert!(enter("2001:db8:0:1::1").is_some(), "another one");
        drop(first);
        let third = enter("2001:db8::4");
        assert!(third.is_some(), "a place was given back");
        let mapped = [enter("203.0.113.9"), enter("::ffff:203.0.113.9")];
        assert!(mapped.iter().all(Option::is_some) && enter("203.0.113.9").is_none(), "the same address, written twice");
        let local: Vec<_> = (0..5).map(|_| enter("127.0.0.1")).collect();
        assert!(local.iter().all(Option::is_some), "this machine calls itself");
        drop((third, mapped, local));
        assert_eq!(networks.0.lock().expect("not poisoned").len(), 1, "forgotten with the last one");
    }
}
