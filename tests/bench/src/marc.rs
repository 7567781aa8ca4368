//! Reading ISO 2709.
use std::path::Path;

use crate::report::Row;

/// Placeholder until the readers' interface has settled.
pub fn marc(_rows: &mut Vec<Row>, _file: Option<&Path>) -> Result<(), String> {
    Ok(())
}
