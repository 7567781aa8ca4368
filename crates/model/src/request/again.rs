//! What the patron could change before requesting again after a refusal. Changes are offered and never
//! made without the patron.

use serde::{Deserialize, Serialize};

use super::{Draft, RequestState, Service};
use crate::record::Kind;

/// One change of the form after which a refused request may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// accept another edition
    AnyEdition,
    /// remove the limit of the cost
    NoMaximum,
    /// remove the needed-by date
    NoDeadline,
    /// request the whole book instead of a copy
    AskLoan,
    /// request a copy of the needed part instead of the book
    AskCopy,
    /// check the citation again
    CheckCitation,
}

impl Change {
    /// Applies the change to the form.
    pub fn apply(self, draft: &mut Draft) {
        match self {
            Change::AnyEdition => draft.any_edition = true,
            Change::NoMaximum => draft.maximum_cost = None,
            Change::NoDeadline => draft.needed_by = None,
            Change::AskLoan => {
                draft.service = Service::Loan;
                draft.pages.clear();
                if !draft.component_title.trim().is_empty() {
                    // these fields describe the part only
                    draft.translator.clear();
                    draft.contributor.clear();
                }
                draft.component_title.clear();
                draft.component_author.clear();
            }
            Change::AskCopy => {
                draft.service = Service::Copy;
                draft.pickup_location.clear();
            }
            Change::CheckCitation => {}
        }
    }

    /// Parses the name that an action carries; none for an unknown one.
    pub fn named(name: &str) -> Option<Change> {
        serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
    }
}

/// The changes worth offering after a request ended in `state`, most promising first. `code` is the
/// reason's code, from ISO 18626 or from the Reader API.
pub fn changes(state: &RequestState, code: &str, draft: &Draft) -> Vec<Change> {
    let book = matches!(draft.kind, Kind::Book | Kind::AncientBook);
    let other_service = match draft.service {
        Service::Copy if book => Some(Change::AskLoan),
        Service::Loan if book => Some(Change::AskCopy),
        _ => None,
    };
    let any = (!draft.any_edition && book).then_some(Change::AnyEdition);
    let cost = draft.maximum_cost.map(|_| Change::NoMaximum);
    let day = draft.needed_by.map(|_| Change::NoDeadline);
    // NOT_FOUND_AS_CITED and NotFoundAsCited are the same code in two spellings
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let wanted = match (state, code.to_ascii_lowercase().as_str()) {
        (RequestState::LocallyAvailable | RequestState::Completed | RequestState::Cancelled, _) => vec![],
        (_, "maxcosttoolow" | "costexceedsmaxcost" | "costexceedsmaximum") => vec![cost, other_service],
        (
            _,
            "copyrightlimitexceeded"
            | "reqservtypenotpossible"
            | "noncirculating"
            | "noreproduction"
            | "libraryuseonly"
            | "watchedlibraryuseonly"
            | "notavailableforill",
        ) => vec![other_service, any],
        (_, "reqeditionnotpossible" | "editionnotpossible" | "poorcondition" | "atbindery") => {
            vec![any, other_service]
        }
        (
            _,
            "notfoundascited" | "incomplete" | "multiplevolumes" | "multivolavail" | "pagesnotclear"
            | "identifierinvalid" | "pagesinvalid" | "titlerequired",
        ) => vec![Some(Change::CheckCitation), any],
        (RequestState::Expired, _) | (_, "needbeforepast" | "needbeforepassed" | "reqdeldatenotpossible") => {
            vec![day, cost]
        }
        (RequestState::Unfilled, _) => vec![any, cost, other_service, Some(Change::CheckCitation)],
        (RequestState::Declined, _) => vec![Some(Change::CheckCitation), other_service],
        _ => vec![],
    };
    wanted.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use uuid::Uuid;

    use super::{Change, changes};
    use crate::money::Fen;
    use crate::record::Kind;
    use crate::request::state::PLATFORM_STATES;
    use crate::request::{Draft, RequestId, RequestState, Service};

    fn draft(service: Service, kind: Kind) -> Draft {
        let mut draft = Draft::blank(RequestId(Uuid::from_u128(1)), service, Timestamp::UNIX_EPOCH);
        draft.kind = kind;
        draft.title = "桂海虞衡志校注".into();
        draft.pages = "12-20".into();
        draft.maximum_cost = Some(Fen(2000));
        draft.needed_by = Some(date(2026, 12, 1));
        draft.pickup_location = "xsh-904".into();
        draft
    }

    #[test]
    fn a_change_is_offered_only_where_it_changes_something() {
        for service in [Service::Copy, Service::Loan] {
            for kind in Kind::ALL {
                for state in PLATFORM_STATES {
                    for code in
                        ["", "CostExceedsMaxCost", "ReqEditionNotPossible", "NotFoundAsCited", "全新代码"]
                    {
                        let before = draft(service, kind);
                        let offered = changes(&state, code, &before);
                        assert!(offered.is_empty() || state.is_terminal() || !code.is_empty(), "{state:?}");
                        for change in offered {
                            let mut after = before.clone();
                            change.apply(&mut after);
                            assert_eq!(after != before, change != Change::CheckCitation, "{change:?}");
                            assert_eq!(
                                Change::named(serde_json::to_value(change).unwrap().as_str().unwrap()),
                                Some(change)
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_reason_decides_what_comes_first() {
        let book = draft(Service::Loan, Kind::Book);
        let first = |state: RequestState, code: &str| changes(&state, code, &book).first().copied();
        assert_eq!(first(RequestState::Unfilled, "CostExceedsMaxCost"), Some(Change::NoMaximum));
        assert_eq!(first(RequestState::Unfilled, "COST_EXCEEDS_MAXIMUM"), Some(Change::NoMaximum));
        assert_eq!(first(RequestState::Unfilled, "NonCirculating"), Some(Change::AskCopy));
        assert_eq!(first(RequestState::Unfilled, ""), Some(Change::AnyEdition));
        assert_eq!(first(RequestState::Expired, ""), Some(Change::NoDeadline));
        assert_eq!(first(RequestState::LocallyAvailable, "HELD_LOCALLY"), None);
        assert_eq!(Change::named("teleport"), None);
    }
}
