//! The patron's library: carried by the program, read from a file, or typed in.

mod address;

use hongyan_model::library::{Gateway, Library, Typed};
use hongyan_model::lookup;
use hongyan_store::Ledger;
use serde::{Deserialize, Serialize};

use crate::base::context::{Context, Files};
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::rows::LIBRARY;
use crate::ledger::Vault;
use crate::platform::Platform;
use crate::view::{CarriedLibrary, LibraryChosen, LibraryView};

/// Longest profile that is accepted, bytes.
const LONGEST: usize = 1 << 20;

/// The stored form of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Chosen {
    /// tenant of a library that the program carries; a later version's profile of it applies
    Carried(String),
    /// text of a profile
    Profile(String),
}

impl Chosen {
    /// The library; `None` when this version cannot parse the profile: then the patron chooses again.
    fn library(&self) -> Option<Library> {
        match self {
            Chosen::Carried(tenant) => Library::carried().into_iter().find(|one| one.tenant == *tenant),
            Chosen::Profile(text) => Library::from_toml(text).ok(),
        }
    }
}

/// The library that was chosen before, from the files.
async fn chosen(ledger: &Ledger) -> Result<Option<Library>, Problem> {
    let chosen: Option<Chosen> = ledger.read().await?.setting(LIBRARY).await?;
    Ok(chosen.and_then(|chosen| chosen.library()))
}

/// How the patron chooses the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LibraryPick {
    /// tenant of a library that the program carries
    Carried(String),
    /// text of a profile
    Profile(String),
    /// typed in
    Typed(Typed),
}

/// The libraries to choose from. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Libraries {
    context: Context,
    vault: Vault,
    platform: Platform,
}

impl Libraries {
    pub(crate) fn new(context: Context, vault: Vault, platform: Platform) -> Libraries {
        Libraries { context, vault, platform }
    }

    /// The library chosen in these files; `None` where the shell's gateway brings its own.
    pub(crate) async fn chosen_in(files: &Files, hands_over: bool) -> Result<Option<Library>, Problem> {
        match hands_over {
            true => chosen(&files.ledger).await,
            false => Ok(None),
        }
    }

    /// The choice as it is stored.
    pub(crate) async fn kept(&self) -> Result<Option<serde_json::Value>, Problem> {
        Ok(self.context.read().await?.setting(LIBRARY).await?)
    }

    /// Applies the choice stored in files that were unlocked after the start.
    pub(crate) async fn recall(&self) -> Result<(), Problem> {
        let kept = chosen(&self.context.files().ledger).await?;
        if let Some(library) = kept.filter(|one| matches!(one.gateway, Gateway::HandOver { .. }))
            && self.platform.hands_over()
        {
            // a library that is already in effect stays until the next start
            self.context.choose_library(library);
        }
        Ok(())
    }

    /// The libraries to choose from, and the chosen one.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn list(&self) -> Result<LibraryView, Problem> {
        let kept = chosen(&self.context.files().ledger).await?;
        let given =
            self.context.is_demo() || !self.platform.hands_over() && !self.context.library_is_chosen();
        let next = kept
            .as_ref()
            .filter(|kept| !given && *kept != self.context.library())
            .map(|kept| kept.name.clone());
        Ok(LibraryView {
            carried: Library::carried().into_iter().map(carried).collect(),
            chosen: given || kept.is_some(),
            given,
            at_next_start: next,
            hands_over: self.platform.hands_over(),
            // the screens need no more of the form than its name
            library: Library { template: None, ..self.platform.rules() },
            terms_heard: self.platform.terms_heard(),
        })
    }

    /// The built-in libraries that match a text: parts of the name in characters, pinyin, initials or English, a short
    /// form of the name, the tenant id, or the address of its page; all of them for an empty text. An address that names
    /// a tenant finds that library; one that names none finds the libraries that have a page on its host.
    pub fn find(&self, text: &str) -> Vec<CarriedLibrary> {
        if let Some(address) = address::read(text) {
            return Library::carried().into_iter().filter(|one| address.is_of(one)).map(carried).collect();
        }
        let wanted = lookup::parse_query(text);
        let found = |one: &Library| {
            let short = Library::short_names(&one.tenant);
            let names = [one.name.as_str(), one.name_en.as_str(), one.tenant.as_str()];
            let names = names.into_iter().chain(short.iter().map(String::as_str));
            wanted.as_ref().is_none_or(|wanted| wanted.holds(&lookup::terms(names)))
                || lookup::is_short_for(text, &one.name)
        };
        Library::carried().into_iter().filter(found).map(carried).collect()
    }

    /// Chooses the library. The first choice of a library without an interface takes effect at once; any other
    /// at the next start, because everything stored here belongs to one library.
    ///
    /// # Errors
    /// `NotAllowed` where the shell gives the library; `NotFound` for a tenant that is not carried;
    /// [store errors](crate#errors). A profile that cannot be parsed is no error: the answer holds its slip,
    /// and nothing has changed.
    pub async fn choose(&self, pick: LibraryPick) -> Result<LibraryChosen, Problem> {
        if self.list().await?.given {
            return Err(crate::base::fault::not_allowed("the library is given"));
        }
        let chosen = match pick {
            LibraryPick::Carried(tenant) => Chosen::Carried(tenant),
            LibraryPick::Profile(text) => Chosen::Profile(text),
            LibraryPick::Typed(typed) => Chosen::Profile(Library::typed(&typed).to_toml()),
        };
        let library = match &chosen {
            Chosen::Carried(_) => chosen.library().ok_or_else(crate::base::fault::not_found)?,
            Chosen::Profile(text) if text.len() > LONGEST => {
                return Err(Problem::new(ErrorCode::BadCall, Retry::Never, "a profile of more than 1 MiB"));
            }
            Chosen::Profile(text) => match Library::from_toml(text) {
                Ok(library) => library,
                Err(slip) => {
                    return Ok(LibraryChosen { slip: Some(slip), view: self.list().await? });
                }
            },
        };
        let mut tx = self.context.write().await?;
        tx.set_setting(LIBRARY, &chosen).await?;
        tx.commit().await?;
        // on a shared computer the library belongs to the computer, not to the patron
        self.vault.mark_library(&serde_json::to_value(&chosen).unwrap_or_default())?;
        if self.platform.hands_over() && matches!(library.gateway, Gateway::HandOver { .. }) {
            // a later choice waits for the next start: the stored data belongs to the first library
            self.context.choose_library(library);
        }
        Ok(LibraryChosen { slip: None, view: self.list().await? })
    }
}

/// What is shown of a library before it is chosen.
fn carried(library: Library) -> CarriedLibrary {
    CarriedLibrary {
        pages: library.request_pages(),
        tenant: library.tenant,
        name: library.name,
        name_en: library.name_en,
    }
}
