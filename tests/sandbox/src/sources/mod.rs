//! The catalogue in the formats of other systems, for the connectors: opac2, yidu and NSTL as third parties
//! describe them (no recorded answers exist), SRU 1.2 with MARCXML and Dublin Core.

mod cnmarc;
pub(crate) mod csl;
mod dc;
pub(crate) mod habits;
mod marc;
mod marc21;
mod nstl;
mod opac2;
mod sru;
mod yidu;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// Routes of the search interfaces.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/prod-api/opac/codex/ekb/opac/bibliography/{segment}/instances/1.0", post(opac2::search))
        .route("/prod-api/yidu/resource/query", post(yidu::search))
        .route(nstl::PATH, post(nstl::execute))
        .route("/sru/{database}", get(sru::answer))
}

/// Escapes text for XML elements and attributes.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // characters that XML 1.0 cannot represent
            '\u{0}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    out
}
