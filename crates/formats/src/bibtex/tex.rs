//! Makes TeX safe for the `biblatex` crate: balanced braces, limited nesting, no more braces than its
//! quadratic algorithm can handle, limited lists of names.

use crate::Fault;

/// Maximum nesting of braces.
const MAX_DEPTH: usize = 100;
/// Number of braces per field that is not charged.
const FEW: usize = 64;
/// Maximum number of names in a field.
const MAX_NAMES: usize = 500;

/// Budget of text moves that the crate may make for one file: it moves all text after each brace.
pub(super) struct Moves(usize);

impl Moves {
    pub fn of_file() -> Moves {
        Moves(20_000_000)
    }
}

/// Balances the braces of a value, and removes those that protect letters where there are too many.
///
/// # Errors
/// [`Fault::TooDeep`] when braces are nested too deeply.
pub(super) fn tame(text: &str, moves: &mut Moves) -> Result<String, Fault> {
    let count = text.bytes().filter(|byte| matches!(byte, b'{' | b'}')).count();
    let keep = count <= FEW || {
        let left = moves.0.checked_sub(count.saturating_mul(count) / 2);
        moves.0 = left.unwrap_or(moves.0);
        left.is_some()
    };
    let mut out = String::with_capacity(text.len());
    let mut depth = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            // an escaped brace is literal; a trailing backslash escapes nothing
            '\\' => {
                if let Some(next) = chars.next() {
                    out.push('\\');
                    out.push(next);
                }
            }
            '{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Fault::TooDeep);
                }
                if keep {
                    out.push(c);
                }
            }
            '}' if depth == 0 => {}
            '}' => {
                depth -= 1;
                if keep {
                    out.push(c);
                }
            }
            c => out.push(c),
        }
    }
    if keep {
        out.extend(std::iter::repeat_n('}', depth));
    }
    Ok(out)
}

/// Letters and signs that are commands.
#[rustfmt::skip]
const SIGNS: &[(&str, &str)] = &[
    ("ae", "æ"), ("AE", "Æ"), ("oe", "œ"), ("OE", "Œ"), ("o", "ø"), ("O", "Ø"), ("l", "ł"), ("L", "Ł"), ("ss", "ß"),
    ("aa", "å"), ("AA", "Å"), ("th", "þ"), ("TH", "Þ"), ("dh", "ð"), ("DH", "Ð"), ("dj", "đ"), ("DJ", "Đ"), ("ng", "ŋ"),
    ("NG", "Ŋ"), ("alpha", "α"), ("beta", "β"), ("gamma", "γ"), ("delta", "δ"), ("epsilon", "ε"), ("varepsilon", "ε"),
    ("zeta", "ζ"), ("eta", "η"), ("theta", "θ"), ("iota", "ι"), ("kappa", "κ"), ("lambda", "λ"), ("mu", "μ"),
    ("nu", "ν"), ("xi", "ξ"), ("pi", "π"), ("rho", "ρ"), ("sigma", "σ"), ("tau", "τ"), ("phi", "φ"), ("varphi", "φ"),
    ("chi", "χ"), ("psi", "ψ"), ("omega", "ω"), ("Gamma", "Γ"), ("Delta", "Δ"), ("Theta", "Θ"), ("Lambda", "Λ"),
    ("Xi", "Ξ"), ("Pi", "Π"), ("Sigma", "Σ"), ("Phi", "Φ"), ("Psi", "Ψ"), ("Omega", "Ω"), ("textendash", "–"),
    ("textemdash", "—"), ("ldots", "…"), ("dots", "…"), ("textquotesingle", "'"), ("textquoteright", "’"),
    ("textquoteleft", "‘"), ("textquotedblleft", "“"), ("textquotedblright", "”"), ("textregistered", "®"),
    ("texttrademark", "™"), ("textdegree", "°"), ("degree", "°"), ("times", "×"), ("cdot", "·"), ("infty", "∞"),
    ("rightarrow", "→"), ("to", "→"), ("leq", "≤"), ("geq", "≥"), ("pm", "±"), ("sim", "~"), ("circ", "°"),
    ("textmu", "μ"), ("Dash", "—"), ("thinspace", " "), ("enspace", " "), ("emdash", "—"), ("endash", "–"), ("textless", "<"), ("textgreater", ">"), ("textbar", "|"),
];

/// Commands that change the type of what follows.
const DECLARATIONS: &[&str] = &[
    "it",
    "bf",
    "em",
    "rm",
    "sc",
    "sl",
    "tt",
    "sf",
    "itshape",
    "bfseries",
    "scshape",
    "slshape",
    "upshape",
    "normalfont",
    "rmfamily",
    "sffamily",
    "ttfamily",
    "small",
    "large",
    "relax",
    "protect",
    "noindent",
    "textstyle",
    "displaystyle",
    "left",
    "right",
    "limits",
    "nobreak",
    "allowbreak",
    "hfill",
    "quad",
    "qquad",
];

/// Commands whose argument is not printed.
const UNSEEN: &[&str] =
    &["noopsort", "noop", "SortNoop", "sortnoop", "cite", "label", "footnote", "vspace", "hspace"];

/// Commands that the crate reads: accents of letters, and signs whose text is TeX again.
const READ: &[&str] = &[
    "c",
    "k",
    "b",
    "d",
    "r",
    "u",
    "v",
    "H",
    "t",
    "i",
    "j",
    "textbackslash",
    "textasciitilde",
    "textasciicircum",
];

/// Resolves letters and signs that are commands, and drops commands of type and signs of formulas: `\textit{Anser}`
/// is `{Anser}`, `H$_2$O` is `H2O`, `\'{\i}` is `\'{i}`.
pub(super) fn simple(text: &str) -> String {
    if !text.contains(['\\', '$']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut formula = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '$' => formula = !formula,
            '_' | '^' if formula => {}
            '\\' => {
                let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                let (name, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                if name.is_empty() {
                    let sign = after.chars().next();
                    match sign {
                        // spaces, and what is no sign at all
                        Some(' ' | ',' | ';' | ':' | '\n') => out.push(' '),
                        Some('!' | '-' | '/' | '@' | '(' | ')' | '[' | ']') => {}
                        // an accent or an escaped sign
                        _ => {
                            out.push('\\');
                            out.extend(sign);
                        }
                    }
                    rest = after.get(sign.map_or(0, char::len_utf8)..).unwrap_or_default();
                    continue;
                }
                rest = after;
                if matches!(name, "i" | "j") && accented(&out) {
                    out.push_str(name);
                    rest = after.strip_prefix("{}").unwrap_or(after);
                } else if let Some((_, sign)) = SIGNS.iter().find(|(known, _)| *known == name) {
                    out.push_str(sign);
                    rest = after.strip_prefix("{}").or_else(|| after.strip_prefix(' ')).unwrap_or(after);
                } else if READ.contains(&name) {
                    out.push('\\');
                    out.push_str(name);
                } else {
                    // of a command with an argument the argument stays, and of one that is a text (`\TeX`) its name
                    let bare = !after.trim_start().starts_with('{') || after.starts_with("{}");
                    rest = if UNSEEN.contains(&name) {
                        after.split_once('}').map_or("", |(_, rest)| rest)
                    } else if bare && !DECLARATIONS.contains(&name) {
                        out.push_str(name);
                        after.strip_prefix("{}").unwrap_or(after)
                    } else {
                        after.strip_prefix("{}").or_else(|| after.strip_prefix(' ')).unwrap_or(after)
                    };
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a text ends with the command of an accent: `\'`, `\'{`, `\v{`.
fn accented(text: &str) -> bool {
    let text = text.strip_suffix('{').unwrap_or(text);
    let mut letters = text.chars().rev();
    let accent = letters.next().is_some_and(|c| "'`^\"~=.uvHrc".contains(c));
    accent && letters.next() == Some('\\')
}

/// An address or a number as it is written in TeX, without escapes: `10.1000/a\_b`, `10.1000/a{\_}b`.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '{' | '}' => {}
            '\\' if letters.peek().is_some_and(|next| "_%&#$~{}".contains(*next)) => {
                out.extend(letters.next())
            }
            c => out.push(c),
        }
    }
    let command = out.strip_prefix("\\url").map(str::to_owned);
    command.unwrap_or(out)
}

/// A list of names with `and` between them, where people wrote semicolons, or Chinese names with commas.
pub(super) fn listed_names(text: &str) -> String {
    let parts = text.split(" and ").flat_map(|part| {
        let list = part.trim().trim_end_matches([';', '；']);
        if list.contains(['{', '"']) {
            return vec![list.to_owned()];
        }
        list.split([';', '；']).flat_map(eastern_names).filter(|name| !name.is_empty()).collect()
    });
    parts.collect::<Vec<_>>().join(" and ")
}

/// The names in a list with commas, if they are Chinese or Japanese; `高, 小明` and `欧阳, 修` are one name.
fn eastern_names(list: &str) -> Vec<String> {
    const DOUBLE: [&str; 12] =
        ["欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "司徒", "夏侯", "皇甫", "慕容", "令狐"];
    let names: Vec<&str> =
        list.split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty()).collect();
    let whole = |name: &&str| {
        let letters = name.chars().take(7).count();
        (2..=6).contains(&letters) && name.chars().all(|c| hongyan_model::text::is_han(c) || c == '·')
    };
    let one = names.len() == 2 && names.first().is_some_and(|name| DOUBLE.contains(name));
    if names.len() > 1 && names.iter().all(whole) && !one {
        names.into_iter().map(str::to_owned).collect()
    } else {
        vec![list.trim().to_owned()]
    }
}

/// Truncates a list of names to the limit.
pub(super) fn some_names(text: &str) -> &str {
    match text.match_indices(" and ").nth(MAX_NAMES) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// A value that the crate rejects, with TeX's special characters removed.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '{' | '}' | '\\' | '$')).collect()
}
