//! The log of both shells: whose words get in, and what a panic says there.

pub use hongyan_model::log::{Closed, Logged};

/// What is logged: our own crates, which log closed words only ([`hongyan_model::log`]). Other people's crates
/// log addresses, statements and headers, which hold what was typed: nothing of theirs.
pub const FILTER: &str = "off,hongyan=info";

/// The filter with another level for our own crates, where `level` names one.
pub fn filter(level: Option<&str>) -> String {
    match level.filter(|level| ["error", "warn", "info", "debug", "trace", "off"].contains(level)) {
        Some(level) => format!("off,hongyan={level}"),
        None => FILTER.to_owned(),
    }
}

/// From now on a panic says where it happened and not what: its message may quote anything.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location();
        let (file, line) = (place.map_or("", |place| place.file()), place.map_or(0, |place| place.line()));
        tracing::error!(file, line, "A panic.");
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
