//! The network a client connects from, as rate limits count it and as security events record it.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What rate limits count as one client: an IPv4 address, or the 64 bits of IPv6 that one subscriber has (RFC 6177, RFC 4291 §2.5.4). An IPv4
/// address mapped to IPv6 counts as that address, and so does one that comes by 6to4 (RFC 3056: 80 bits for each) or NAT64 (RFC 6052).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl From<IpAddr> for Network {
    fn from(ip: IpAddr) -> Self {
        Self(match ip.to_canonical() {
            IpAddr::V4(four) => four.into(),
            IpAddr::V6(six) => match six.segments() {
                [0x2002, high, low, ..] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low)).into()
                }
                _ => Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64)).into(),
            },
        })
    }
}

impl Network {
    /// Shortened to /24 or /64: enough to see that attempts come from one network, without telling its computers apart.
    pub fn cut(self) -> String {
        match self.0 {
            IpAddr::V4(four) => format!("{}/24", Ipv4Addr::from_bits(four.to_bits() & !0xff)),
            IpAddr::V6(six) => format!("{six}/64"),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a form was sent from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub network: Network,
    /// The token of the browser, if somebody signed in with it before.
    pub device: Option<String>,
}

/// An unknown browser.
impl From<IpAddr> for Origin {
    fn from(ip: IpAddr) -> Self {
        Self { network: ip.into(), device: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_subscriber_has_is_one_network() {
        for (ip, counted, kept) in [
            ("192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
            ("2002:c000:24d::1", "192.0.2.77", "192.0.2.0/24"),
            ("2002:c000:24d:ffff:1:2:3:4", "192.0.2.77", "192.0.2.0/24"),
            ("64:ff9b::c000:24d", "192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::", "2001:db8:1:3::/64"),
            ("::1", "::", "::/64"),
        ] {
            let network = Network::from(ip.parse::<IpAddr>().unwrap());
            assert_eq!((network.to_string().as_str(), network.cut().as_str()), (counted, kept), "{ip}");
        }
    }
}
