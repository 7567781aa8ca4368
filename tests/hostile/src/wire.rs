//! Shared by the hostile servers: a listener on loopback, and counters of bytes written.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Bytes written, and the number of connections that should not have been made.
#[derive(Debug, Default)]
pub struct Counts {
    pub written: AtomicU64,
    pub stolen: AtomicU64,
}

impl Counts {
    /// Bytes written since the last call.
    pub fn take_written(&self) -> u64 {
        self.written.swap(0, Ordering::SeqCst)
    }
}

/// One connection.
pub struct Line {
    pub stream: TcpStream,
    pub counts: Arc<Counts>,
}

impl Line {
    /// Writes until the other side stops reading.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        // in small pieces, so that bytes that were not accepted are not counted
        for piece in bytes.chunks(64 * 1024) {
            self.stream.write_all(piece).await?;
            self.counts.written.fetch_add(piece.len() as u64, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Reads more bytes; false at the end of the stream.
    pub async fn more(&mut self, into: &mut Vec<u8>) -> bool {
        self.stream.read_buf(into).await.is_ok_and(|count| count > 0)
    }
}

/// Handles every connection with `serve` for as long as the process lives; returns the port.
pub async fn listen<F, R>(counts: Arc<Counts>, serve: F) -> u16
where
    F: Fn(Line) -> R + Send + Sync + 'static,
    R: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
    let port = listener.local_addr().expect("its address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // most attacks end with the other side closing the connection
            tokio::spawn(serve(Line { stream, counts: Arc::clone(&counts) }));
        }
    });
    port
}
