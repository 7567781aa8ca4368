//! Logging that both shells share: the filter, and a panic hook that logs no user data.

pub use hongyan_model::log::{Closed, Logged};

/// The log filter: our own crates only, because they log closed words only ([`hongyan_model::log`]).
/// Third-party crates log addresses, SQL statements and headers, which contain what the patron typed.
pub const FILTER: &str = "off,hongyan=info";

/// The same filter with another level for our own crates, if `level` names one.
pub fn filter(level: Option<&str>) -> String {
    match level.filter(|level| ["error", "warn", "info", "debug", "trace", "off"].contains(level)) {
        Some(level) => format!("off,hongyan={level}"),
        None => FILTER.to_owned(),
    }
}

/// Installs a panic hook that logs where a panic happened but not its message, which may quote user data.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location();
        let (file, line) = (place.map_or("", |place| place.file()), place.map_or(0, |place| place.line()));
        tracing::error!(file, line, "A thread panicked.");
    }));
}

#[cfg(test)]
mod tests {
    use super::{FILTER, filter};

    #[test]
    fn nobody_else_is_let_in() {
        assert_eq!(filter(None), FILTER);
        assert_eq!(filter(Some("debug")), "off,hongyan=debug");
        assert_eq!(filter(Some("trace,sqlx=trace")), FILTER);
    }
}
