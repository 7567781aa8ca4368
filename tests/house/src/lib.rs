//! The rules of the house (docs/ARCHITECTURE.md), as tests. See `tests/`.
