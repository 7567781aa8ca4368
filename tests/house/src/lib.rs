//! The rules of the project (docs/ARCHITECTURE.md) as tests; see `tests/`.
