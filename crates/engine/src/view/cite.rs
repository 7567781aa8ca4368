//! What the screens see of citing and exporting.

use serde::{Deserialize, Serialize};

/// In what form works are cited or exported.
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
    /// sentences to read
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
    /// Every form, references first, in the order the UI lists them.
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
    /// The forms that works can be cited in.
    pub struct CiteForms {
        /// in the order of the list
        pub forms: Vec<CiteForm>,
        /// the one used last
        pub last: CiteForm,
    }

    /// Works in a form.
    pub struct Citation {
        /// the text of the list or of the file
        pub text: String,
        /// what the file would be called
        pub file_name: String,
    }

    /// A file that was put into the patron's folder.
    pub struct SavedFile {
        /// where it is
        pub path: String,
    }

    /// What Zotero took.
    pub struct ZoteroSaved {
        /// works
        pub count: u32,
    }
}
