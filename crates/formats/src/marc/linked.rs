//! 880: the same field in the original script. `245 $6880-02` and `880 $6245-02/$1` belong together.

use super::{Field, Marc};

/// More fields than any record links; comparing them pair by pair must end.
const MAX: usize = 300;

/// The 880 that is linked with a field, if there is one; occurrence 00 links with nothing.
pub(super) fn original<'a>(marc: &'a Marc<'_>, field: Field<'_>) -> Option<Field<'a>> {
    let (tag, occurrence) = target(field.sub('6')?)?;
    if tag != "880" || occurrence == "00" {
        return None;
    }
    marc.all("880").take(MAX).find(|candidate| {
        candidate
            .sub('6')
            .and_then(target)
            .is_some_and(|(tag, number)| tag == field.tag && number == occurrence)
    })
}

/// 880 fields that stand for a tag without a romanised partner (`$6 245-00/$1`), or whose partner is
/// missing.
pub(super) fn unlinked<'a>(marc: &'a Marc<'_>, tag: &'a str) -> impl Iterator<Item = Field<'a>> {
    marc.all("880").take(MAX).filter(move |candidate| {
        let Some((stands_for, number)) = candidate.sub('6').and_then(target) else {
            return false;
        };
        stands_for == tag
            && (number == "00"
                || !marc.all(tag).take(MAX).any(|field| {
                    field.sub('6').and_then(target).is_some_and(|(t, n)| t == "880" && n == number)
                }))
    })
}

/// Tag and occurrence number of `880-02` or `245-02/$1/r`.
fn target(link: &str) -> Option<(&str, &str)> {
    let (tag, rest) = link.split_once('-')?;
    Some((tag.trim(), rest.split('/').next().unwrap_or_default().trim()))
}
