//! A listener whose connections can be cut from inside a handler, for the faults that close a
//! connection without an answer.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Cuts the connection that a request came by.
#[derive(Debug, Clone)]
pub(crate) struct Cut(CancellationToken);

impl Cut {
    /// The peer sees a reset; nothing more is written.
    pub(crate) fn now(&self) {
        self.0.cancel();
    }
}

pub(crate) struct CuttableListener {
    pub(crate) inner: TcpListener,
    /// cancelled when the sandbox stops: all connections go with it
    pub(crate) all: CancellationToken,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        loop {
            match self.inner.accept().await {
                Ok((stream, addr)) => {
                    let token = self.all.child_token();
                    let cut = Box::pin(token.clone().cancelled_owned());
                    return (CuttableStream { inner: stream, token, cut }, addr);
                }
                // out of descriptors, or the peer is gone already: neither is for ever
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Cut {
        Cut(stream.io().token.clone())
    }
}

pub(crate) struct CuttableStream {
    inner: TcpStream,
    token: CancellationToken,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl CuttableStream {
    /// Ready with an error once the connection is cut; registers to be woken for it.
    fn poll_cut(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        if self.token.is_cancelled() || self.cut.as_mut().poll(cx).is_ready() {
            // closes with RST instead of FIN; a failure leaves an ordinary close
            let _ = self.inner.set_zero_linger();
            return Poll::Ready(io::ErrorKind::ConnectionReset.into());
        }
        Poll::Pending
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Poll::Ready(error) = self.poll_cut(cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(error) = self.poll_cut(cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Poll::Ready(error) = self.poll_cut(cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
