//! The address a request comes from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use rocket::Request;

use crate::config::{Config, Network};

/// The address that is counted: the peer, or behind a trusted proxy the last address no trusted proxy has.
pub fn of(request: &Request<'_>, config: &Config) -> IpAddr {
    let peer = request.remote().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let forwarded: Vec<&str> = request.headers().get("X-Forwarded-For").flat_map(|line| line.split(',')).collect();
    counted(last_untrusted(peer, &forwarded, &config.trusted_proxies))
}

/// Each proxy appends the address it saw, so the list is read from its end; what a client wrote before is not believed.
fn last_untrusted(peer: IpAddr, forwarded: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer;
    for hop in forwarded.iter().rev() {
        if !is_trusted(address) {
            break;
        }
        let Some(before) = parsed(hop.trim()) else { break };
        address = before;
    }
    address
}

/// An address, also with a port as some proxies write it.
fn parsed(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// One subscriber holds a whole IPv6 /64: it counts as one address.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_list(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["127.0.0.1", "10.0.0.0/8"].map(|text| text.parse().unwrap());
        counted(last_untrusted(peer.parse().unwrap(), forwarded, &trusted)).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_about_the_last_hop() {
        assert_eq!(of_list("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(of_list("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(of_list("127.0.0.1", &["1.2.3.4", " 198.51.100.1:4711 ", "10.0.0.7"]), "198.51.100.1");
        assert_eq!(of_list("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(of_list("127.0.0.1", &["1.2.3.4", "not an address"]), "127.0.0.1");
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_address() {
        assert_eq!(of_list("2001:db8:1:2:3::4", &[]), "2001:db8:1:2::");
        assert_eq!(of_list("::ffff:203.0.113.9", &[]), "203.0.113.9");
    }
}
