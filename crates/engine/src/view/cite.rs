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
    /// APA, 7th edition
    Apa,
    /// MLA, 9th edition
    Mla,
    /// plain sentences
    Plain,
    /// RIS
    Ris,
    /// BibTeX
    Bibtex,
    /// BibLaTeX
    Biblatex,
    /// CSL-JSON
    CslJson,
}

impl CiteForm {
    /// All forms, citation styles first, in the order of the UI.
    pub const ALL: [CiteForm; 9] = [
        CiteForm::Gbt2025,
        CiteForm::Gbt2015,
        CiteForm::Apa,
        CiteForm::Mla,
        CiteForm::Plain,
        CiteForm::Ris,
        CiteForm::Bibtex,
        CiteForm::Biblatex,
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
