//! What the programs of this crate share; each program's own page stands in `src/bin/`.

pub mod quality;
pub mod simulate;
