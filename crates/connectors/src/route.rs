//! Whether the system's routing table has a route to the internet. Sends nothing: connecting a UDP socket
//! sends no packet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Documentation addresses (RFC 5737, RFC 3849): routed like any other, and assigned to nobody.
const SOMEWHERE: [(IpAddr, IpAddr); 2] = [
    (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
    (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
];

/// Our source address for outgoing traffic; none without a route. A changed address means another
/// network.
pub fn outgoing() -> Option<IpAddr> {
    SOMEWHERE.into_iter().find_map(|(from, to)| {
        let socket = UdpSocket::bind(SocketAddr::new(from, 0)).ok()?;
        socket.connect(SocketAddr::new(to, 9)).ok()?;
        let own = socket.local_addr().ok()?.ip();
        (!own.is_unspecified() && !own.is_loopback()).then_some(own)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_looks_say_the_same() {
        assert_eq!(super::outgoing(), super::outgoing());
    }
}
