//! Delivered documents: downloaded once, verified by size and SHA-256, and only then written to the patron's
//! folder. A download that broke off is resumed, so that it does not use up another view.

use std::sync::Arc;

use hongyan_connectors::error::NetError;
use hongyan_model::RequestId;
use hongyan_model::request::Document;
use hongyan_model::request::wire::hex;
use hongyan_store::documents::KeptDocument;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Requests;
use crate::base::change::Tag;
use crate::base::fault::{Failure, not_found};
use crate::base::file_name;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::view::DocumentView;

/// Longest part of a document's name in a file name, characters.
const NAME: usize = 100;

/// The download that is under way, or not saved yet.
#[derive(Default)]
pub(crate) struct Fetching {
    of: Option<(RequestId, String)>,
    got: Vec<u8>,
}

/// A document whose bytes match the announced size and digest.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// file name that every operating system accepts, without a directory
    pub file_name: String,
    /// the verified bytes
    pub bytes: Arc<[u8]>,
}

impl Requests {
    /// Downloads a document and verifies it. The bytes are kept until [`Requests::document_saved`] is called, so
    /// a full disk does not cost another view.
    ///
    /// # Errors
    /// `DocumentGone` when no views are left or it has expired; `NotVerified` when the bytes do not match the
    /// announcement; `NotFound`; [network errors](crate#errors): the received part is kept, and the next call
    /// resumes.
    pub async fn document_fetch(&self, id: RequestId, document: &str) -> Result<Fetched, Problem> {
        let mut fetching = self.own.fetching.lock().await;
        let mut tx = self.context.read().await?;
        let kept = tx.documents(id).await?.into_iter().find(|kept| kept.document.id == document);
        let kept = kept.ok_or_else(not_found)?;
        let of = (id, document.to_owned());
        if fetching.of.as_ref() != Some(&of) {
            *fetching = Fetching { of: Some(of), got: tx.document_part(id, document).await? };
        }
        drop(tx);
        if !verified(&kept.document, &fetching.got) {
            may_be_fetched(&kept, self.context.now())?;
            let fetched = self.fetch(&kept.document, &mut fetching.got).await;
            let whole = verified(&kept.document, &fetching.got);
            if !whole && fetching.got.len() as u64 >= kept.document.size {
                fetching.got.clear();
            }
            if !whole && fetching.got.len() as u64 != kept.part {
                // the program may end before the next try
                let mut tx = self.context.write().await?;
                tx.set_document_part(id, document, &fetching.got).await?;
                tx.commit().await?;
                self.context.changed(&[Tag::Requests]);
            }
            fetched?;
            if !whole {
                return Err(Problem::new(
                    ErrorCode::NotVerified,
                    Retry::Now,
                    "size or SHA-256 differs from what was announced",
                ));
            }
            self.learn_documents(id).await?;
        }
        Ok(Fetched { file_name: name(&kept.document), bytes: fetching.got.as_slice().into() })
    }

    /// Records that the verified bytes were saved in the patron's folder.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn document_saved(&self, id: RequestId, document: &str, path: &str) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        tx.set_document_saved(id, document, path, self.context.now()).await?;
        tx.commit().await?;
        *self.own.fetching.lock().await = Fetching::default();
        Ok(())
    }

    async fn fetch(&self, document: &Document, got: &mut Vec<u8>) -> Result<(), Failure> {
        // calls come one after the other, so this lock is never contended
        let got = &tokio::sync::Mutex::new(got);
        Ok(self
            .platform
            .call(|session| async move {
                self.platform.gateway().document_content(&session, document, *got.lock().await).await
            })
            .await??)
    }

    /// Fetches the platform's list of documents; `None` where it has none.
    pub(crate) async fn ask_documents(&self, id: RequestId) -> Result<Option<Vec<Document>>, Failure> {
        answered(
            self.platform
                .call(|session| async move { self.platform.gateway().documents(&session, id).await })
                .await?,
        )
    }

    /// Fetches the number of views left; if the platform does not give it now, the next sync does.
    async fn learn_documents(&self, id: RequestId) -> Result<(), Problem> {
        if let Ok(Some(documents)) = self.ask_documents(id).await {
            let mut tx = self.context.write().await?;
            tx.put_documents(id, &documents).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Maps an answer to `None` where the platform does not offer such a thing.
pub(crate) fn answered<T>(answer: Result<T, NetError>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(NetError::Unsupported(_) | NetError::Refused { status: 404 | 405 | 410 | 501, .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The view of a document for the screens.
pub(crate) fn shown(kept: KeptDocument, now: Timestamp) -> DocumentView {
    DocumentView {
        can_fetch: may_be_fetched(&kept, now).is_ok(),
        part: kept.part,
        saved_path: kept.saved_path,
        saved_at: kept.saved_at,
        document: kept.document,
    }
}

fn may_be_fetched(kept: &KeptDocument, now: Timestamp) -> Result<(), Problem> {
    let used_up = kept.document.views_remaining == Some(0) && kept.part == 0;
    let over = kept.document.expires_at.is_some_and(|end| end <= now);
    if used_up || over {
        let why = if over { "expired" } else { "no view left" };
        return Err(Problem::new(ErrorCode::DocumentGone, Retry::Never, why));
    }
    Ok(())
}

fn verified(document: &Document, bytes: &[u8]) -> bool {
    bytes.len() as u64 == document.size && hex(&Sha256::digest(bytes)) == document.sha256
}

/// File name from the document's own name, with an extension for its type; never that of an executable.
fn name(document: &Document) -> String {
    const ENDINGS: [(&str, &str); 8] = [
        ("application/pdf", "pdf"),
        ("image/tiff", "tif"),
        ("image/jpeg", "jpg"),
        ("image/png", "png"),
        ("application/epub+zip", "epub"),
        ("application/zip", "zip"),
        ("image/vnd.djvu", "djvu"),
        ("text/plain", "txt"),
    ];
    let ending = ENDINGS.iter().find(|(kind, _)| *kind == document.media_type).map_or("bin", |(_, end)| end);
    let own = document.name.strip_suffix(&format!(".{ending}")).unwrap_or(&document.name);
    let stem = file_name::stem(own, NAME).unwrap_or_else(|| "document".to_owned());
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use hongyan_model::request::Document;
    use hongyan_store::documents::KeptDocument;
    use jiff::Timestamp;

    use super::{may_be_fetched, name, verified};

    fn document(name: &str, media_type: &str) -> Document {
        Document {
            id: "d".into(),
            name: name.into(),
            media_type: media_type.into(),
            size: 6,
            // not the digest of "鸿雁"
            sha256: "0".repeat(64),
            views_remaining: Some(0),
            expires_at: None,
        }
    }

    #[test]
    fn a_name_is_never_a_path_nor_a_program() {
        let pdf = "application/pdf";
        for (given, kind, file) in [
            ("铜鼓.pdf", pdf, "铜鼓.pdf"),
            ("../../.bashrc", pdf, "bashrc.pdf"),
            ("发票.exe", "application/x-msdownload", "发票.exe.bin"),
            ("con", pdf, "document.pdf"),
            ("", "image/tiff", "document.tif"),
            (&format!("{}.pdf", "铜".repeat(100)), pdf, &format!("{}.pdf", "铜".repeat(66))),
        ] {
            assert_eq!(name(&document(given, kind)), file);
        }
    }

    #[test]
    fn what_was_begun_may_be_finished_and_what_is_over_is_over() {
        let now = Timestamp::UNIX_EPOCH;
        let kept = |part| KeptDocument {
            document: document("铜鼓", "application/pdf"),
            part,
            saved_path: String::new(),
            saved_at: None,
        };
        assert!(may_be_fetched(&kept(0), now).is_err());
        assert!(may_be_fetched(&kept(3), now).is_ok());
        let mut over = kept(3);
        over.document.expires_at = Some(now);
        assert!(may_be_fetched(&over, now).is_err());
        assert!(!verified(&over.document, "鸿雁".as_bytes()), "the right size is not enough");
    }
}
