//! The shell's content security policy, applied here too, so that a page that works here also works there.

use serde_json::Value;

/// The shell's configuration, the one place that defines the policy.
const SHELL: &str = include_str!("../../../src-tauri/tauri.conf.json");

/// The policy as a header value, with the bridge's origin in place of the shell's IPC.
pub(crate) fn content_security_policy() -> Option<String> {
    let shell: Value = serde_json::from_str(SHELL).ok()?;
    let directives = shell.pointer("/app/security/csp")?.as_object()?;
    let written = directives.iter().map(|(name, sources)| match name.as_str() {
        "connect-src" => Some("connect-src 'self'".to_owned()),
        _ => Some(format!("{name} {}", sources.as_str()?)),
    });
    Some(written.collect::<Option<Vec<_>>>()?.join("; "))
}

#[cfg(test)]
mod tests {
    use super::content_security_policy;

    #[test]
    fn the_policy_is_the_shells_and_strict() {
        let policy = content_security_policy().unwrap();
        for part in [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
        ] {
            assert!(policy.split("; ").any(|directive| directive == part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    }
}
