//! Whether the system knows a way out, as its routing table has it. Nobody is asked: a UDP socket that is
//! "connected" sends no packet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Addresses of the documentation (RFC 5737, RFC 3849): routed like any other, and nobody's.
const SOMEWHERE: [(IpAddr, IpAddr); 2] = [
    (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
    (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
];

/// Our address on the way out; none where there is no way. Another address is another network.
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
