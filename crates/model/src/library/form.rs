//! The fields of a request that a library's own form may ask for, and what its captions mean (`[form]` of a profile).

/// Names of the fields that are handed over, in the usual order of such forms.
pub const FIELDS: [&str; 22] = [
    "componentTitle",
    "componentAuthor",
    "title",
    "author",
    "editor",
    "translator",
    "contributor",
    "publisher",
    "place",
    "date",
    "edition",
    "volume",
    "issue",
    "pages",
    "isbn",
    "issn",
    "doi",
    "pmid",
    "neededBy",
    "maximumCost",
    "pickupLocation",
    "note",
];
/// What stands in the place of a field where a caption means none of them.
pub const NO_FIELD: &str = "none";
/// Longest caption, characters.
pub const CAPTION: usize = 120;
/// Most captions of a form.
pub const MOST_CAPTIONS: usize = 200;

/// Whether this is the name of a field, or of none.
pub fn is_meaning(field: &str) -> bool {
    field == NO_FIELD || FIELDS.contains(&field)
}
