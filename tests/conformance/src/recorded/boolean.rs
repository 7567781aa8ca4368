//! Evaluates boolean queries of Lucene, arXiv and OpenAlex over plain text, strictly enough to detect an
//! unclosed quote or an operator that a patron typed.

use hongyan_model::text::fold;

use super::RecordFilter;

/// A parsed query.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// words that must stand together
    Term(String),
    /// both match
    And(Box<Expression>, Box<Expression>),
    /// at least one matches
    Or(Box<Expression>, Box<Expression>),
    /// the first matches and the second does not
    Without(Box<Expression>, Box<Expression>),
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Term(String),
    And,
    Or,
    Not,
}

impl Expression {
    /// Whether the query matches a folded text.
    pub fn finds(&self, text: &str) -> bool {
        match self {
            Expression::Term(words) => text.contains(words.as_str()),
            Expression::And(a, b) => a.finds(text) && b.finds(text),
            Expression::Or(a, b) => a.finds(text) || b.finds(text),
            Expression::Without(a, b) => a.finds(text) && !b.finds(text),
        }
    }
}

/// A filter for records that match all of these queries; empty ones are ignored.
///
/// # Errors
/// The English text of the first syntax error.
pub fn all(texts: &[&str], start: usize, count: usize) -> Result<RecordFilter, String> {
    let read: Vec<Expression> =
        texts.iter().filter(|text| !text.is_empty()).map(|text| read(text)).collect::<Result<_, _>>()?;
    let matches = move |text: &str| !read.is_empty() && read.iter().all(|one| one.finds(text));
    Ok(RecordFilter { matches: Box::new(matches), start, count })
}

/// Parses `title:"a b" AND (x OR y) ANDNOT z`. Fields are skipped, a missing operator means AND,
/// operators are evaluated from left to right.
///
/// # Errors
/// The English text of a syntax error: unbalanced quotes or brackets, an operator without operands.
pub fn read(query: &str) -> Result<Expression, String> {
    let tokens = tokens(query)?;
    let mut rest = tokens.as_slice();
    let expression = sequence(&mut rest)?;
    if rest.is_empty() { Ok(expression) } else { Err(format!("left over: {rest:?}")) }
}

fn tokens(query: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = query.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            '"' => {
                let mut term = String::new();
                loop {
                    match chars.next() {
                        None => return Err(format!("a quote is not closed: {query}")),
                        Some('"') => break,
                        Some('\\') => term.extend(chars.next()),
                        Some(c) => term.push(c),
                    }
                }
                tokens.push(Token::Term(fold(&term)));
            }
            // a range of years, which the fixtures do not evaluate
            '[' => {
                let closed = chars.by_ref().any(|c| c == ']');
                if !closed {
                    return Err(format!("a range is not closed: {query}"));
                }
                tokens.push(Token::Term(String::new()));
            }
            c => {
                let mut word = String::new();
                let mut next = Some(c);
                while let Some(c) = next {
                    match c {
                        '\\' => word.extend(chars.next()),
                        // a field, `title:` or `author.name:`; its value follows
                        ':' => word.clear(),
                        c => word.push(c),
                    }
                    if word.is_empty() && chars.peek().is_some_and(|c| matches!(c, '"' | '(' | '[')) {
                        break;
                    }
                    next = chars.next_if(|c| !matches!(c, ' ' | '(' | ')' | '"'));
                }
                match word.as_str() {
                    "" => {}
                    "AND" => tokens.push(Token::And),
                    "OR" => tokens.push(Token::Or),
                    "NOT" | "ANDNOT" => tokens.push(Token::Not),
                    _ => tokens.push(Token::Term(fold(&word))),
                }
            }
        }
    }
    Ok(tokens)
}

fn sequence(rest: &mut &[Token]) -> Result<Expression, String> {
    let mut left = one(rest)?;
    loop {
        let mut operator = Token::And;
        match rest.first() {
            None | Some(Token::Close) => return Ok(left),
            Some(Token::And | Token::Or | Token::Not) => {
                operator = take(rest)?;
                if operator == Token::And && rest.first() == Some(&Token::Not) {
                    operator = take(rest)?;
                }
            }
            Some(_) => {}
        }
        let (a, b) = (Box::new(left), Box::new(one(rest)?));
        left = match operator {
            Token::Or => Expression::Or(a, b),
            Token::Not => Expression::Without(a, b),
            _ => Expression::And(a, b),
        };
    }
}

fn one(rest: &mut &[Token]) -> Result<Expression, String> {
    match take(rest)? {
        Token::Term(term) => Ok(Expression::Term(term)),
        Token::Open => {
            let inner = sequence(rest)?;
            match take(rest)? {
                Token::Close => Ok(inner),
                other => Err(format!("{other:?} in place of a bracket")),
            }
        }
        other => Err(format!("{other:?} in place of a term")),
    }
}

fn take(rest: &mut &[Token]) -> Result<Token, String> {
    let (first, others) = rest.split_first().ok_or("the query ends too early")?;
    *rest = others;
    Ok(first.clone())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn finds_what_it_says() {
        let text = "红楼梦研究 曹雪芹 a 'quoted' word";
        for (query, found) in [
            (r#"title:"红楼梦" AND author.name:"曹雪芹""#, true),
            (r#"ti:"红楼梦" ANDNOT au:"曹雪芹""#, false),
            (r#""西游记" OR ("红楼梦" AND "研究")"#, true),
            (r#"西游记 红楼梦"#, false),
            (r#"bibjson.title:("红楼梦" AND NOT "索隐")"#, true),
            (r#"("红楼梦") AND bibjson.year:[2001 TO 2009]"#, true),
            (r#""齉龘\" OR \"红楼梦""#, false),
        ] {
            assert_eq!(read(query).unwrap().finds(text), found, "{query}");
        }
        for query in ["\"红楼梦", "(红楼梦", "AND 红楼梦", "红楼梦 OR", "红楼梦)", ""] {
            assert!(read(query).is_err(), "{query}");
        }
    }
}
