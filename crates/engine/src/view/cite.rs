//! View types of citations and exports.

use serde::{Deserialize, Serialize};

/// Citation style or export format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CiteForm {
    /// GB/T 7714—2025, numeric
    #[default]
    Gbt2025,
    /// GB/T 7714—2015, numeric
    Gbt2015,
    /// GB/T 7714—2025, author and date
    Gbt2025AuthorDate,
    /// GB/T 7714—2015, author and date
    Gbt2015AuthorDate,
    /// GB/T 7714—2025, numeric, without addresses and DOIs
    Gbt2025Printed,
    /// GB/T 7714—2015, numeric, without addresses and DOIs
    Gbt2015Printed,
    /// GB/T 7714—2015, numeric, family names not in capitals
    Gbt2015Small,
    /// 注释体 of history and law, with first and later notes
    Note,
    /// APA, 7th edition
    Apa,
    /// MLA, 9th edition
    Mla,
    /// Chicago, 18th edition, notes
    Chicago,
    /// Vancouver
    Vancouver,
    /// plain sentences
    Plain,
    /// RIS
    Ris,
    /// BibTeX
    Bibtex,
    /// BibLaTeX
    Biblatex,
    /// EndNote's XML
    Endnote,
    /// CSL-JSON
    CslJson,
}

impl CiteForm {
    /// All forms, citation styles first, in the order of the UI.
    pub const ALL: [CiteForm; 18] = [
        CiteForm::Gbt2025,
        CiteForm::Gbt2015,
        CiteForm::Gbt2025AuthorDate,
        CiteForm::Gbt2015AuthorDate,
        CiteForm::Gbt2025Printed,
        CiteForm::Gbt2015Printed,
        CiteForm::Gbt2015Small,
        CiteForm::Note,
        CiteForm::Apa,
        CiteForm::Mla,
        CiteForm::Chicago,
        CiteForm::Vancouver,
        CiteForm::Plain,
        CiteForm::Ris,
        CiteForm::Bibtex,
        CiteForm::Biblatex,
        CiteForm::Endnote,
        CiteForm::CslJson,
    ];
}

view! {
    /// The available citation styles and export formats.
    pub struct CiteForms {
        /// in the order of display
        pub forms: Vec<CiteForm>,
        /// the one used last
        pub last: CiteForm,
    }

    /// Works in a citation style or export format.
    pub struct Citation {
        /// the citations, or the contents of the export file
        pub text: String,
        /// suggested file name
        pub file_name: String,
    }

    /// A file saved in the patron's folder.
    pub struct SavedFile {
        /// its path
        pub path: String,
    }

    /// Result of an export to Zotero.
    pub struct ZoteroSaved {
        /// number of works saved
        pub count: u32,
    }
}
