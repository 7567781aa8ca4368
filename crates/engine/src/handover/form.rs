//! The request as a form of the library's own: a Word document of the profile, or one that the patron gave for the
//! library, with names in braces where values belong. In Chinese, because librarians read it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_formats::Limits;
use hongyan_formats::docx::{self, Unusable};
use hongyan_model::library::FormTemplate;
use hongyan_model::library::form::FIELDS;
use hongyan_model::text::{clean, clip};
use hongyan_model::{Draft, RequestId, Service};

use super::letter::{label, service_name};
use super::{HandOver, fields};
use crate::base::fault::{not_allowed, not_found};
use crate::base::file_name;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::view::{FormView, HandOverField};

/// Setting: key of a library → the form that the patron gave for the library.
const FORMS: &str = "form-templates";
/// Longest name of a form's file, characters.
const NAME: usize = 100;
/// Most names that are shown.
const SHOWN: usize = 60;

/// Forms of all libraries, by their keys ([`Library::key`](hongyan_model::library::Library::key)).
pub(super) type Forms = BTreeMap<String, FormTemplate>;

/// A form that was filled in.
#[derive(Debug, Clone)]
pub struct FilledForm {
    /// a name that every system takes, without a directory
    pub file_name: String,
    /// its content
    pub bytes: Vec<u8>,
}

impl HandOver {
    /// The form of the library: the patron's own, else the profile's.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub(super) async fn template(&self) -> Result<Option<FormTemplate>, Problem> {
        let library = self.context.library();
        let mut given: Forms = self.context.read().await?.setting(FORMS).await?.unwrap_or_default();
        Ok(given.remove(library.key()).or_else(|| library.template.clone()))
    }

    /// The form of the library and the names in it.
    ///
    /// # Errors
    /// `FormUnusable` for one of a profile that is none; [store errors](crate#errors).
    pub async fn form(&self) -> Result<FormView, Problem> {
        match self.template().await? {
            Some(template) => Ok(view(&template.name, names_of(content(&template)?).await?)),
            None => Ok(FormView::default()),
        }
    }

    /// Keeps a form for the library, or takes the patron's own away.
    ///
    /// # Errors
    /// `FormUnusable` for what is no Word document without programs, or has no name in braces; nothing has changed then.
    /// [Store errors](crate#errors).
    pub async fn set_form(&self, given: Option<(String, Vec<u8>)>) -> Result<FormView, Problem> {
        let template = match given {
            None => None,
            Some((name, bytes)) => {
                let docx = STANDARD.encode(&bytes);
                let names = names_of(bytes).await?;
                if names.iter().all(|name| !is_known(name)) {
                    return Err(unusable("no name in braces"));
                }
                Some(FormTemplate { name: clip(&clean(&name), NAME), docx })
            }
        };
        let library = self.context.library().key().to_owned();
        let mut tx = self.context.write().await?;
        let mut all: Forms = tx.setting(FORMS).await?.unwrap_or_default();
        match template {
            Some(template) => drop(all.insert(library, template)),
            None => drop(all.remove(&library)),
        }
        tx.set_setting(FORMS, &all).await?;
        tx.commit().await?;
        self.form().await
    }

    /// The request in the library's form.
    ///
    /// # Errors
    /// `NotAllowed` where the library has no form; `FormUnusable`; as [`HandOver::get`].
    pub async fn filled_form(&self, id: RequestId) -> Result<FilledForm, Problem> {
        let view = self.get(id).await?;
        let template = self.template().await?.ok_or_else(|| not_allowed("this library has no form"))?;
        let record = self.context.read().await?.request(id).await?.ok_or_else(not_found)?;
        let fields = fields(&record.draft, &self.desk_name(&record.draft), &record.draft.note);
        let values = values(&record.draft, &view.mark, &fields, &self.context.today().to_string());
        let docx = content(&template)?;
        let value = move |name: &str| values.get(&folded(name)).cloned().unwrap_or_default();
        let filled = hongyan_readers::read(Limits::TEXT, move |budget| docx::fill(&docx, value, budget));
        let bytes = filled.await.map_err(|error| unusable(&error.to_string()))?.map_err(refused)?;
        let stem = template.name.rsplit_once('.').map_or(template.name.as_str(), |(stem, _)| stem);
        let stem = file_name::stem(&format!("{stem} {} {}", view.mark, record.draft.display_title()), NAME);
        Ok(FilledForm { file_name: format!("{}.docx", stem.unwrap_or_else(|| "request".to_owned())), bytes })
    }
}

fn content(template: &FormTemplate) -> Result<Vec<u8>, Problem> {
    STANDARD.decode(&template.docx).map_err(|_| unusable("not base64"))
}

async fn names_of(docx: Vec<u8>) -> Result<Vec<String>, Problem> {
    let read = hongyan_readers::read(Limits::TEXT, move |budget| docx::names(&docx, budget));
    read.await.map_err(|error| unusable(&error.to_string()))?.map_err(refused)
}

fn view(name: &str, names: Vec<String>) -> FormView {
    let (known, unknown): (Vec<String>, Vec<String>) =
        names.into_iter().map(|name| clean(&name)).partition(|name| is_known(name));
    let first = |names: Vec<String>| names.into_iter().take(SHOWN).collect::<Vec<_>>();
    FormView { name: name.to_owned(), known: first(known), unknown: first(unknown) }
}

/// A name without what makes no difference.
fn folded(name: &str) -> String {
    let bare = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '：' | '_'));
    bare.flat_map(char::to_lowercase).collect()
}

fn is_known(name: &str) -> bool {
    let wanted = folded(name);
    let is_field = |field: &str| folded(field) == wanted || folded(label(field)) == wanted;
    FIELDS.iter().any(|field| is_field(field)) || SHORT.iter().any(|(short, _)| folded(short) == wanted)
}

/// Other words for a field, and for what is none.
const SHORT: [(&str, &str); 22] = [
    ("题名", ""),
    ("标题", ""),
    ("书名", "title"),
    ("刊名", "title"),
    ("书刊名", "title"),
    ("文章题名", "componentTitle"),
    ("文章作者", "componentAuthor"),
    ("责任者", "author"),
    ("出版社", "publisher"),
    ("年", "date"),
    ("出版年", "date"),
    ("卷号", "volume"),
    ("期号", "issue"),
    ("起止页码", "pages"),
    ("页", "pages"),
    ("取书馆", "pickupLocation"),
    ("费用上限", "maximumCost"),
    ("鸿雁号", ""),
    ("mark", ""),
    ("服务", ""),
    ("申请类型", ""),
    ("申请日期", ""),
];

/// Value by folded name.
fn values(draft: &Draft, mark: &str, fields: &[HandOverField], today: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let of = |field: &str| {
        fields.iter().find(|one| one.name == field).map(|one| one.value.clone()).unwrap_or_default()
    };
    for field in FIELDS {
        values.insert(folded(field), of(field));
        values.insert(folded(label(field)), of(field));
    }
    for (short, field) in SHORT {
        values.insert(folded(short), of(field));
    }
    let part = !draft.component_title.trim().is_empty();
    let author = of(if part { "componentAuthor" } else { "author" });
    let service = service_name(draft.service).to_owned();
    for (name, value) in [
        ("题名", draft.display_title().to_owned()),
        ("标题", draft.display_title().to_owned()),
        ("鸿雁号", mark.to_owned()),
        ("mark", mark.to_owned()),
        ("服务", service.clone()),
        ("申请类型", service),
        ("申请日期", today.to_owned()),
    ] {
        values.insert(folded(name), value);
    }
    // the form asks for whoever wrote what is wanted
    if draft.service == Service::Copy || part {
        values.insert(folded("作者"), author);
    }
    values
}

fn refused(why: Unusable) -> Problem {
    unusable(&why.to_string())
}

fn unusable(detail: &str) -> Problem {
    Problem::new(ErrorCode::FormUnusable, Retry::Never, detail.to_owned())
}
