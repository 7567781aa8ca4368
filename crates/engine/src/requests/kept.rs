//! Letters and files that were kept with a request, for the screens.

use hongyan_store::files::{KeptFile, KeptLetter, LetterLink};

use crate::view::{CameFile, KeptFileView, KeptLetterView, LinkView};

/// The view of a letter.
pub(super) fn letter(kept: KeptLetter) -> KeptLetterView {
    KeptLetterView {
        id: kept.id,
        at: kept.at,
        from_name: kept.letter.from_name,
        from_address: kept.letter.from_address,
        subject: kept.letter.subject,
        links: kept.letter.links.into_iter().map(link).collect(),
        kept_until: kept.letter.kept_until,
    }
}

/// The view of a file.
pub(super) fn file(kept: KeptFile) -> KeptFileView {
    KeptFileView {
        id: kept.id,
        at: kept.at,
        file: CameFile { name: kept.name, media_type: kept.media_type, kind: kept.kind, size: kept.size },
    }
}

/// The view of a link.
pub(crate) fn link(link: LetterLink) -> LinkView {
    LinkView { address: link.address, host: link.host, pretends: link.pretends, large: link.large }
}
