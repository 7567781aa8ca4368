//! The connection as async-imap sees it: every byte is framed and counted first ([`super::frame`]).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frame::{Allowance, Broken, Frames};

/// A stream whose incoming bytes are framed.
pub(super) struct Guarded<S> {
    inner: S,
    frames: Frames,
    broken: Option<Broken>,
}

impl<S> Guarded<S> {
    /// At the beginning of a connection.
    pub fn new(inner: S, allowance: Allowance) -> Guarded<S> {
        Guarded { inner, frames: Frames::new(allowance), broken: None }
    }

    /// For the next command.
    pub fn allow(&mut self, allowance: Allowance) {
        self.frames.allow(allowance);
    }

    /// Why nothing more is read, if so.
    pub fn broken(&self) -> Option<Broken> {
        self.broken
    }

    /// What the server said with the last of these words since the command was sent.
    pub fn said(&self, statuses: &[&str]) -> Option<&[u8]> {
        self.frames.said(statuses)
    }
}

// async-imap asks for it; what was sent and received is nobody's to print
impl<S> std::fmt::Debug for Guarded<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guarded").field("broken", &self.broken).finish_non_exhaustive()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.broken.is_some() {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        let came = buf.filled_mut().get_mut(before..).unwrap_or_default();
        if let Err(broken) = this.frames.look(came) {
            this.broken = Some(broken);
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
