//! Mends what people and programs often write wrongly in an entry: no comma between two fields, no key or a key with
//! spaces, values without braces, commas too many. An entry that is not closed stays lost.

/// Maximum size in bytes of an entry that is mended.
const MAX_ENTRY: usize = 200_000;

/// The entry as it was meant; none where there is nothing to mend.
pub(super) fn mended(entry: &str) -> Option<String> {
    if entry.len() > MAX_ENTRY {
        return None;
    }
    let open = entry.find(['{', '('])?;
    let (head, body) = entry.split_at_checked(open + 1)?;
    let mut out = String::with_capacity(entry.len() + 16);
    out.push_str(head);
    let body = key(body, &mut out);
    fields(body, &mut out);
    (out != entry).then_some(out)
}

/// Writes the key and its comma; returns what follows.
fn key<'a>(body: &'a str, out: &mut String) -> &'a str {
    let end = body.find([',', '\n', '=', '}']).unwrap_or(body.len());
    let (written, rest) = body.split_at_checked(end).unwrap_or((body, ""));
    // the first field stands where the key should be
    if rest.starts_with('=') {
        out.push_str("k,");
        return body;
    }
    let sound = |c: char| c.is_alphanumeric() || ":_-./+".contains(c);
    out.extend(written.trim().chars().map(|c| if sound(c) { c } else { '_' }));
    if written.trim().is_empty() {
        out.push('k');
    }
    out.push(',');
    rest.strip_prefix(',').unwrap_or(rest)
}

/// Writes the fields.
fn fields(body: &str, out: &mut String) {
    // nesting within a value; whether a value with quotation marks is open; whether a value has just ended
    let (mut depth, mut quoted, mut ended) = (0_usize, false, false);
    let mut last = ',';
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if depth == 0 && !quoted {
            if c == '='
                && let Some(value) = bare(after)
            {
                out.push_str("= {");
                out.push_str(value.trim());
                out.push('}');
                rest = after.get(after.len() - after.trim_start().len() + value.len()..).unwrap_or_default();
                (ended, last) = (true, '}');
                continue;
            }
            // two commas
            if c == ',' && last == ',' {
                rest = after;
                continue;
            }
            if ended && (c.is_alphabetic() || c == '_') {
                out.push_str(", ");
            }
        }
        out.push(c);
        rest = after;
        match c {
            '\\' => {
                if let Some(next) = rest.chars().next() {
                    out.push(next);
                    rest = rest.get(next.len_utf8()..).unwrap_or_default();
                }
            }
            '{' if !quoted || depth > 0 => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '"' if depth == 0 => quoted = !quoted,
            _ => {}
        }
        if !c.is_whitespace() {
            ended = depth == 0 && !quoted && matches!(c, '}' | '"');
            last = c;
        }
    }
}

/// The value that begins a text, if it has neither braces nor quotation marks and is neither a number nor a name.
fn bare(text: &str) -> Option<&str> {
    let text = text.trim_start();
    if text.starts_with(['{', '"']) {
        return None;
    }
    let value = text.split([',', '\n', '}']).next()?.trim_end();
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "_-:.+".contains(c))
        && !value.contains(['-', '.'])
        || value.contains('#');
    (!plain && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn what_people_write() {
        for (written, meant) in [
            ("@book{a, title = {红}\n year = 1999}", "@book{a, title = {红}\n , year = 1999}"),
            ("@book{a b, title = {红}}", "@book{a_b, title = {红}}"),
            ("@book{, title = {红}}", "@book{k, title = {红}}"),
            ("@book{title = {红}}", "@book{k,title = {红}}"),
            (
                "@book{a, pages = 12-20, title = \"红 {楼}\"}",
                "@book{a, pages = {12-20}, title = \"红 {楼}\"}",
            ),
            ("@book{a, title = {红},, year = 1999}", "@book{a, title = {红}, year = 1999}"),
        ] {
            assert_eq!(mended(written).as_deref(), Some(meant));
        }
        assert_eq!(mended("@book{a, title = {红 \\} }, year = y # 1, month = mar}"), None);
    }
}
