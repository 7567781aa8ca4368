//! Looking requests up by their marks, as somebody wrote or heard them.

use hongyan_model::mark::{Found, find_in, read};
use hongyan_model::{Mark, RequestId};
use hongyan_store::{StoreError, Tx};

use crate::view::MarkMeant;

/// Longest text that is looked through for marks, characters: the box for searching is no place for a letter.
const LONGEST: usize = 2000;
/// Marks that are offered for a mistyped one, at most.
const OFFERED: usize = 5;

/// What looks like a mark in the text: the whole of it, its prefix may be missing, or anywhere in it.
fn found(text: &str) -> Vec<Found> {
    let text: String = text.chars().take(LONGEST).collect();
    read(&text).map_or_else(|| find_in(&text), |found| vec![found])
}

/// The requests whose marks stand in the text; none where no request has one of them, so that other numbers which look
/// like a mark are searched for as words.
pub(super) async fn requests(tx: &mut Tx, text: &str) -> Result<Option<Vec<RequestId>>, StoreError> {
    let marks: Vec<Mark> = found(text)
        .into_iter()
        .filter_map(|found| match found {
            Found::Exact(mark) => Some(mark),
            Found::Mistyped(_) => None,
        })
        .collect();
    if marks.is_empty() {
        return Ok(None);
    }
    let held = tx.requests_marked(&marks).await?;
    Ok(Some(held.into_values().collect::<Vec<_>>()).filter(|held| !held.is_empty()))
}

/// The requests that a mistyped mark may have meant.
pub(super) async fn meant(tx: &mut Tx, text: &str) -> Result<Vec<MarkMeant>, StoreError> {
    let near: Vec<Mark> = found(text)
        .into_iter()
        .flat_map(|found| match found {
            Found::Mistyped(mistyped) => mistyped.meant(),
            Found::Exact(_) => Vec::new(),
        })
        .collect();
    if near.is_empty() {
        return Ok(Vec::new());
    }
    let mut held: Vec<(Mark, RequestId)> = tx.requests_marked(&near).await?.into_iter().collect();
    held.sort_unstable();
    let mut meant = Vec::new();
    for (mark, id) in held.into_iter().take(OFFERED) {
        if let Some(record) = tx.request(id).await? {
            let title = record.draft.display_title().to_owned();
            meant.push(MarkMeant { mark: mark.to_string(), id, title });
        }
    }
    Ok(meant)
}
