//! Reads what the patron dropped: a mail, the text of one, or a file. On a thread of the readers, in bounds.

use hongyan_formats::mail::{self, Attached, Mail};
use hongyan_formats::{Fault, Limits};
use hongyan_model::mail::Says;
use hongyan_model::mail::tie::Origin;

use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::view::IntakeKind;

/// Most bytes that are taken.
pub(super) const LARGEST: usize = 64 * 1024 * 1024;

/// What the patron dropped or pasted.
#[derive(Debug, Clone)]
pub enum Given {
    /// a file with its name
    File {
        /// name, as the system has it
        name: String,
        /// content
        bytes: Vec<u8>,
    },
    /// a text
    Text(String),
}

/// What was read of it.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) kind: IntakeKind,
    pub(super) mail: Mail,
    /// what may name a request
    pub(super) words: String,
    pub(super) origin: Origin,
    pub(super) says: Option<Says>,
}

/// Reads it.
///
/// # Errors
/// `FileEmpty`; `TextTooComplex` for what cannot be read in bounds.
pub(super) async fn read(given: Given) -> Result<Came, Problem> {
    let too_much = |detail: String| Problem::new(ErrorCode::TextTooComplex, Retry::Never, detail);
    let size = match &given {
        Given::File { bytes, .. } => bytes.len(),
        Given::Text(text) => text.len(),
    };
    if size == 0 {
        return Err(Problem::new(ErrorCode::FileEmpty, Retry::Never, "no bytes"));
    }
    if size > LARGEST {
        return Err(too_much(format!("{size} bytes")));
    }
    let read = hongyan_readers::read(Limits::MAIL, move |budget| match given {
        Given::Text(text) => mail::pasted(&text, budget).map(|mail| letter(IntakeKind::Text, mail)),
        Given::File { name, bytes } => {
            let is_mail = name.to_lowercase().ends_with(".eml") || mail::looks_like(&bytes);
            match is_mail.then(|| mail::parse(&bytes, budget)) {
                Some(Ok(mail)) => Ok(letter(IntakeKind::Mail, mail)),
                Some(Err(error)) if error.fault != Fault::Unreadable => Err(error),
                _ => {
                    let described = mail::pdf::described(&bytes, &budget.again())?;
                    Ok(file(&name, bytes, &described))
                }
            }
        }
    });
    match read.await {
        Ok(Ok(came)) => Ok(came),
        Ok(Err(error)) => Err(too_much(error.to_string())),
        Err(error) => Err(too_much(error.to_string())),
    }
}

fn letter(kind: IntakeKind, mail: Mail) -> Came {
    Came { kind, words: mail.words(), origin: Origin::Letter, says: mail.says(), mail }
}

fn file(name: &str, bytes: Vec<u8>, described: &str) -> Came {
    let attached = Attached::of(name, "", bytes);
    let words = format!("{}\n{described}", attached.name);
    let mail = Mail { subject: attached.name.clone(), files: vec![attached], ..Mail::default() };
    Came { kind: IntakeKind::File, mail, words, origin: Origin::File, says: None }
}
