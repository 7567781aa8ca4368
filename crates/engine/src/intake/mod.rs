//! What comes for requests from outside of the program: mails and files that the patron drops or pastes. They are
//! read and shown with the request that they name; nothing changes before the patron takes them.
//!
//! A file that came for a copy makes it delivered, whatever step it was thought to be at. A loan never moves by a
//! file. Everything else that a letter says is offered as a step.
//!
//! Works that a browser sends wait here as well: to the listener of [`hongyan_connectors::listener`], or as an
//! address of our scheme.

mod address;
mod arrivals;
mod browser;
mod read;
mod step;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongyan_formats::mail::Attached;
use hongyan_model::log::Logged as _;
use hongyan_model::mail::FileKind;
use hongyan_model::mail::tie::{By, Tie, Ties, Wanted};
use hongyan_model::notice::NoticeKind;
use hongyan_model::request::wire::hex;
use hongyan_model::{Provenance, RequestId, RequestState};
use hongyan_store::blobs::{self, BlobError};
use hongyan_store::files::{KeptFile, Letter, LetterLink, NewFile};
use hongyan_store::notices::NewNotice;
use hongyan_store::requests::RequestRecord;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use browser::DEFAULT_PORT;
pub use read::Given;

use self::arrivals::Arrivals;
use self::browser::Listening;
use self::read::Came;
use crate::base::context::Context;
use crate::base::fault::{not_allowed, not_found};
use crate::base::file_name;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::rows::file_came;
use crate::handover::Said;
use crate::ledger::Vault;
use crate::notices::Notices;
use crate::platform::Platform;
use crate::requests::{Requests, kept_link};
use crate::view::{CameFile, IntakeCandidate, IntakeKind, IntakeView, RequestDetail, TieKind};

/// Most requests that the patron chooses from.
const CANDIDATES: usize = 200;
/// Longest part of a name in a file name, characters.
const NAME: usize = 100;

/// The intake. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Intake {
    context: Context,
    platform: Platform,
    requests: Requests,
    notices: Notices,
    /// what was shown and not taken yet: the last one only
    shown: Arc<Mutex<Option<(Uuid, Came)>>>,
    vault: Vault,
    /// what a browser sent and was not taken yet
    arrivals: Arrivals,
    listening: Arc<tokio::sync::Mutex<Listening>>,
}

/// A file of a request, in plain.
#[derive(Debug, Clone)]
pub struct Plain {
    /// a name that every system takes, without a directory
    pub file_name: String,
    /// content
    pub bytes: Vec<u8>,
}

impl Intake {
    pub(crate) fn new(
        context: Context,
        notices: Notices,
        vault: Vault,
        platform: Platform,
        requests: Requests,
    ) -> Intake {
        let arrivals = Arrivals::new(context.clone());
        let listening = Arc::default();
        Intake { context, platform, requests, notices, shown: Arc::default(), vault, arrivals, listening }
    }

    /// Never held across an `.await`.
    fn shown(&self) -> MutexGuard<'_, Option<(Uuid, Came)>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what the patron dropped, on a request or on the window, and says which request it is for. It is kept in
    /// memory until it is taken, dropped, or another one comes.
    ///
    /// # Errors
    /// `FileEmpty`; `TextTooComplex` for what cannot be read in bounds; `NotFound` for a request that is gone;
    /// [store errors](crate#errors).
    pub async fn look(&self, given: Given, on: Option<RequestId>) -> Result<IntakeView, Problem> {
        let came = read::read(given).await?;
        let mut tx = self.context.read().await?;
        let mut records = tx.requests_live().await?;
        // the mark, the number and an identifier name requests that are over too
        let marks = hongyan_model::mark::find_in(&came.words).into_iter().flat_map(|found| match found {
            hongyan_model::mark::Found::Exact(mark) => vec![mark],
            hongyan_model::mark::Found::Mistyped(mistyped) => mistyped.meant(),
        });
        let marked = tx.requests_marked(&marks.collect::<Vec<_>>()).await?;
        let missing =
            marked.into_values().chain(on).filter(|id| !records.iter().any(|record| record.id() == *id));
        let missing = tx.requests_of(&missing.collect::<Vec<_>>()).await?;
        records.extend(missing.into_values());
        if on.is_some_and(|on| !records.iter().any(|record| record.id() == on)) {
            return Err(not_found());
        }
        let ids: Vec<RequestId> = records.iter().map(RequestRecord::id).collect();
        let marks = tx.marks_of(&ids).await?;
        drop(tx);
        let wanted = records.iter().map(|record| {
            let number = record.platform.as_ref().map(|platform| platform.hrid.as_str()).unwrap_or_default();
            let mark = marks.get(&record.id()).copied();
            Wanted::of(&record.draft, mark, number, !record.state.is_terminal())
        });
        let ties = Ties::new(wanted.collect());
        let found = ties.tie(&came.words, came.origin);
        let (tie, request) = decide(&ties, &came, &found, on);
        let by = |id: RequestId| -> Option<By> {
            match &found {
                Tie::One(one, by) if *one == id => Some(*by),
                Tie::Several(several) => several.iter().find(|(one, _)| *one == id).map(|(_, by)| *by),
                _ => None,
            }
        };
        records.sort_by_key(|record| {
            let id = record.id();
            (Some(id) != request, by(id).is_none(), std::cmp::Reverse(record.updated_at))
        });
        let hands_over = self.platform.hands_over();
        let candidates = records.iter().take(CANDIDATES).map(|record| IntakeCandidate {
            id: record.id(),
            title: record.draft.record().title,
            mark: marks.get(&record.id()).map(ToString::to_string).unwrap_or_default(),
            service: record.draft.service,
            state: record.state.clone(),
            by: by(record.id()),
            step: step::of(record, &came, hands_over),
        });
        let id = Uuid::new_v4();
        let mail = &came.mail;
        let view = IntakeView {
            id,
            kind: came.kind,
            from_name: mail.from_name.clone(),
            from_address: mail.from_address.clone(),
            subject: mail.subject.clone(),
            sent: mail.sent,
            says: came.says,
            files: mail.files.iter().map(came_file).collect(),
            files_left: u32::try_from(mail.files_left).unwrap_or(u32::MAX),
            links: links(mail).into_iter().map(kept_link).collect(),
            links_left: u32::try_from(mail.links_left).unwrap_or(u32::MAX),
            kept_until: mail.kept_until,
            tie,
            request,
            candidates: candidates.collect(),
        };
        *self.shown() = Some((id, came));
        Ok(view)
    }

    /// Takes what was shown for a request: keeps its files and what is worth keeping of the letter, and records the
    /// step, if it is a sure one or the patron confirms it with `step`; `day` is then the day that the patron sees.
    ///
    /// # Errors
    /// `NotFound` for what is not shown any more, or a request that is gone; [store errors](crate#errors); nothing has
    /// changed then, and it can be taken again.
    pub async fn take(
        &self,
        id: Uuid,
        request: RequestId,
        step: bool,
        day: Option<Date>,
    ) -> Result<RequestDetail, Problem> {
        let taken = self.shown().take_if(|(shown, _)| *shown == id);
        let Some((_, came)) = taken else { return Err(not_found()) };
        let outcome = self.keep(&came, request, step, day).await;
        if outcome.is_err() {
            self.shown().get_or_insert((id, came));
        }
        outcome
    }

    async fn keep(
        &self,
        came: &Came,
        request: RequestId,
        step: bool,
        day: Option<Date>,
    ) -> Result<RequestDetail, Problem> {
        let mail = &came.mail;
        let files = mail.files.iter().map(|file| NewFile {
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            kind: file.kind,
            sha256: hex(&Sha256::digest(&file.bytes)),
            bytes: file.bytes.clone(),
        });
        let ledger = self.context.files().ledger;
        if self.context.reading_only().is_some() {
            // the write below says why
            drop(self.context.write().await?);
        }
        let prepared = ledger.prepare_files(files.collect()).await?;
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        let mut record = tx.request(request).await?.ok_or_else(not_found)?;
        for file in &prepared {
            tx.add_file(request, file, now).await?;
        }
        let letter = Letter {
            from_name: mail.from_name.clone(),
            from_address: mail.from_address.clone(),
            subject: mail.subject.clone(),
            sent: mail.sent,
            links: links(mail),
            kept_until: mail.kept_until,
        };
        if came.kind != IntakeKind::File {
            tx.add_letter(request, &letter, now).await?;
        }
        let next = step::of(&record, came, self.platform.hands_over());
        let mut told = false;
        if let Some(next) = next.filter(|next| next.sure || step) {
            let said = Said {
                day: if next.dated { day.or(next.day) } else { None },
                state: next.state,
                text: mail.subject.clone(),
                source: Provenance::Mail,
            };
            said.record(&mut tx, &mut record, now).await?;
            if record.state == RequestState::Delivered {
                let notice = NewNotice {
                    event_key: file_came(request),
                    kind: NoticeKind::Delivered,
                    request: Some(request),
                    title: record.draft.display_title().to_owned(),
                    date: None,
                    at: now,
                };
                told = tx.add_notice(&notice).await?.is_some();
            }
        }
        let detail = self.requests.detail(&mut tx, &record).await?;
        tx.commit().await?;
        if told {
            self.notices.tell().await;
        }
        // a letter may name a day on which its link ends
        self.context.wakes().reminders();
        // a file that was there already leaves its second encrypted copy
        self.sweep().await;
        Ok(detail)
    }

    /// Forgets what was shown.
    pub fn drop_shown(&self, id: Uuid) {
        self.shown().take_if(|(shown, _)| *shown == id);
    }

    /// To be called when the files are exchanged: forgets what was shown, and deletes readable copies.
    pub(crate) fn forget(&self) {
        self.shown().take();
        self.close_copies();
    }

    /// Deletes the readable copies that were made for other programs.
    pub fn close_copies(&self) {
        if let Err(error) = blobs::close_opened(self.context.data_dir()) {
            tracing::warn!(error = %error.logged(), "A readable copy of a file could not be deleted.");
        }
    }

    /// Deletes the encrypted files of what is gone.
    pub async fn sweep(&self) {
        if self.context.reading_only().is_some() {
            return;
        }
        if let Err(error) = self.context.files().ledger.sweep_files().await {
            tracing::warn!(error = %error.logged(), "Encrypted files that are not needed stay for now.");
        }
    }

    /// A kept file in plain, for saving.
    ///
    /// # Errors
    /// `NotFound`; `FileLost` when its encrypted content is gone or damaged; [store errors](crate#errors).
    pub async fn plain(&self, file: i64) -> Result<Plain, Problem> {
        let kept = self.context.read().await?.file(file).await?.ok_or_else(not_found)?;
        self.content(&kept).await
    }

    /// All kept files in plain, one after the other; those that are lost are counted.
    ///
    /// # Errors
    /// [Store errors](crate#errors), or what `save` gives.
    pub async fn all(
        &self,
        mut save: impl FnMut(Plain) -> Result<(), Problem>,
    ) -> Result<(u32, u32), Problem> {
        let files = self.context.read().await?.all_files().await?;
        let (mut saved, mut lost) = (0, 0);
        for kept in files {
            match self.content(&kept).await {
                Ok(plain) => {
                    save(plain)?;
                    saved += 1;
                }
                Err(problem) if problem.code == ErrorCode::FileLost => lost += 1,
                Err(problem) => return Err(problem),
            }
        }
        Ok((saved, lost))
    }

    /// Makes a readable copy of a file for another program to open, which goes at the end and at sign-out. Returns its
    /// path.
    ///
    /// # Errors
    /// As [`Intake::plain`]; `NotAllowed` for a file that could run.
    pub async fn open_copy(&self, file: i64) -> Result<std::path::PathBuf, Problem> {
        let kept = self.context.read().await?.file(file).await?.ok_or_else(not_found)?;
        if kept.kind != FileKind::Document {
            return Err(not_allowed("only documents are opened"));
        }
        let plain = self.content(&kept).await?;
        let dir = self.context.data_dir().to_path_buf();
        let copied =
            tokio::task::spawn_blocking(move || blobs::open_copy(&dir, &plain.file_name, &plain.bytes));
        let copied =
            copied.await.map_err(|error| Problem::new(ErrorCode::Internal, Retry::Now, error.to_string()))?;
        Ok(copied?)
    }

    /// Deletes a kept file.
    ///
    /// # Errors
    /// `NotFound`; [store errors](crate#errors).
    pub async fn remove(&self, file: i64) -> Result<RequestDetail, Problem> {
        let mut tx = self.context.write().await?;
        let kept = tx.file(file).await?.ok_or_else(not_found)?;
        tx.remove_kept_file(file).await?;
        let record = tx.request(kept.request).await?.ok_or_else(not_found)?;
        let detail = self.requests.detail(&mut tx, &record).await?;
        tx.commit().await?;
        self.sweep().await;
        Ok(detail)
    }

    async fn content(&self, kept: &KeptFile) -> Result<Plain, Problem> {
        let lost = |why: &str| Problem::new(ErrorCode::FileLost, Retry::Never, why).with("name", &kept.name);
        match self.context.files().ledger.file_content(kept).await {
            Ok(bytes) => Ok(Plain { file_name: safe_name(kept), bytes }),
            Err(BlobError::Missing) => Err(lost("the encrypted file is not there")),
            Err(BlobError::Damaged) => Err(lost("the encrypted file does not verify")),
            Err(BlobError::Store(error)) => Err(error.into()),
        }
    }
}

/// A file name from the name of a file that came, with an ending for its type; never that of a program.
fn safe_name(kept: &KeptFile) -> String {
    const ENDINGS: [(&str, &str); 13] = [
        ("application/pdf", "pdf"),
        ("image/tiff", "tif"),
        ("image/jpeg", "jpg"),
        ("image/png", "png"),
        ("image/vnd.djvu", "djvu"),
        ("application/epub+zip", "epub"),
        ("application/zip", "zip"),
        ("application/vnd.rar", "rar"),
        ("application/x-7z-compressed", "7z"),
        ("application/caj", "caj"),
        ("application/msword", "doc"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("text/plain", "txt"),
    ];
    let ending =
        ENDINGS.iter().find(|(kind, _)| *kind == kept.media_type).map_or("bin", |(_, ending)| ending);
    let lower = kept.name.to_lowercase();
    let own = if lower.ends_with(&format!(".{ending}")) {
        kept.name.rsplit_once('.').map_or(kept.name.as_str(), |(stem, _)| stem)
    } else {
        kept.name.as_str()
    };
    let stem = file_name::stem(own, NAME).unwrap_or_else(|| "document".to_owned());
    format!("{stem}.{ending}")
}

/// Whose it is: the request that it was dropped on, unless it bears the mark of another; else the one that it names.
fn decide(ties: &Ties, came: &Came, found: &Tie, on: Option<RequestId>) -> (TieKind, Option<RequestId>) {
    if let Some(on) = on {
        let marked = ties.marked(&came.words);
        return if marked.is_empty() || marked.contains(&on) {
            (TieKind::Dropped, Some(on))
        } else {
            (TieKind::Others, None)
        };
    }
    match found {
        Tie::One(id, _) => (TieKind::Tied, Some(*id)),
        Tie::Several(_) => (TieKind::Several, None),
        Tie::None => (TieKind::Unknown, None),
    }
}

fn came_file(file: &Attached) -> CameFile {
    CameFile {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        kind: file.kind,
        size: file.bytes.len() as u64,
    }
}

fn links(mail: &hongyan_formats::mail::Mail) -> Vec<LetterLink> {
    let link = |link: &hongyan_formats::mail::Link| LetterLink {
        address: link.address.clone(),
        host: link.host.clone(),
        pretends: link.pretends.clone().unwrap_or_default(),
        large: link.large,
    };
    mail.links.iter().map(link).collect()
}
