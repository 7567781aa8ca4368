//! Citing and exporting: a work as a reference in a list, or as a file for a reference manager.
//!
//! | what | where |
//! |---|---|
//! | a record as a CSL item | [`item`] |
//! | GB/T 7714—2015 and —2025 | [`gbt7714`] |
//! | measuring against known entries | [`compare`] |

mod compare;
mod gbt7714;
pub mod item;
mod text;

pub use compare::{Comparison, Difference, Why, compare};
pub use gbt7714::{Edition, entry, gbt7714};
pub use item::{CslDate, CslItem, Day, Name};
