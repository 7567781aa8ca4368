//! Libraries that are known by little: a tenant id of the union's platform and a name, or what the patron typed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Contact, Desk, Gateway, Library};

/// Libraries known by tenant and name.
const TENANTS: &str = include_str!("../../libraries/tenants.toml");
/// The page of the union's request system; the tenant id takes the place of `{}`.
const READER_PAGE: &str = "https://ill.calis.edu.cn/reader/index.html?tenant={}&auth=true";
/// In the place of a tenant id where there is none.
pub(super) const UNKNOWN: &str = "unknown";
/// Longest loan that can be typed, days.
const LONGEST_LOAN: u16 = 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tenants {
    libraries: Vec<Tenant>,
    also: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Tenant {
    tenant: String,
    name: String,
    name_en: String,
    page: String,
}

impl Tenants {
    /// # Panics
    /// Never in a build whose tests passed: the list is compiled in, and a test parses it.
    #[expect(clippy::expect_used, reason = "compiled in; `carried_profiles_read` reads it")]
    fn carried() -> Tenants {
        toml::from_str(TENANTS).expect("libraries/tenants.toml is read by a test")
    }
}

/// What the patron typed of a library that is not in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// name
    pub name: String,
    /// the page where requests are filed, or the tenant id of the union's platform (`a001962`)
    pub page: String,
    /// the library's catalogue; may be empty
    pub catalogue: String,
    /// the address that takes requests by mail; may be empty
    pub mail: String,
    /// telephone; may be empty
    pub phone: String,
    /// days that a loan may be kept; none if the patron does not know
    pub loan_days: Option<u16>,
}

impl Library {
    /// The profiles made from tenant and name that the program carries.
    pub(super) fn tenants() -> Vec<Library> {
        let read = Tenants::carried();
        let of = |one: Tenant| Library {
            name_en: one.name_en,
            tenant: one.tenant,
            ..Library::by_hand(&one.name, &one.page)
        };
        read.libraries.into_iter().map(of).collect()
    }

    /// What a tenant's library is called for short where no rule leads there from its name: 华师, GXMZU.
    pub fn short_names(tenant: &str) -> Vec<String> {
        Tenants::carried().also.remove(tenant).unwrap_or_default()
    }

    /// A profile from a tenant id of the union's platform and a name; its requests go in on the tenant's page of the
    /// union's request system.
    pub fn of_tenant(tenant: &str, name: &str) -> Library {
        let page = READER_PAGE.replace("{}", tenant);
        Library { tenant: tenant.to_owned(), ..Library::by_hand(name, &page) }
    }

    /// A profile from what the patron typed.
    pub fn typed(typed: &Typed) -> Library {
        let page = typed.page.trim();
        let base = if is_tenant(page) {
            Library::of_tenant(page, typed.name.trim())
        } else {
            Library::by_hand(typed.name.trim(), page)
        };
        Library {
            contact: Contact { phone: typed.phone.trim().to_owned(), ..Contact::default() },
            catalogue: typed.catalogue.trim().to_owned(),
            desk_mail: typed.mail.trim().to_owned(),
            loan_days: typed.loan_days.map_or(base.loan_days, |days| days.clamp(1, LONGEST_LOAN)),
            ..base
        }
    }

    /// A library without an interface of which name and page are known. Fees and durations are the usual ones in the
    /// country and serve as estimates.
    fn by_hand(name: &str, page: &str) -> Library {
        Library {
            name: name.to_owned(),
            name_en: name.to_owned(),
            tenant: UNKNOWN.to_owned(),
            portal: page.to_owned(),
            contact: Contact::default(),
            desks: vec![Desk {
                id: "desk".to_owned(),
                name: "听图书馆通知".to_owned(),
                name_en: "As the library tells you".to_owned(),
            }],
            pages: Vec::new(),
            catalogue: String::new(),
            desk_mail: String::new(),
            estimated: true,
            form: BTreeMap::new(),
            template: None,
            gateway: Gateway::HandOver { page: page.to_owned(), resolver: None },
            ..Library::gxmzu()
        }
    }
}

/// Whether a text is a tenant id as the union gives them: `a001962`.
fn is_tenant(text: &str) -> bool {
    text.strip_prefix('a')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()))
}
