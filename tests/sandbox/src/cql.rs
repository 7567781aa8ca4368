//! Parses the part of CQL 1.2 that catalogues use: clauses with index and relation, and/or/not, parentheses,
//! quoted strings, `sortby`.

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cql {
    /// `None` for `cql.allRecords=1` and for a query with only a sort clause
    pub(crate) node: Option<Node>,
    /// text after `sortby`
    pub(crate) sort: Option<String>,
}

/// A search clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// lower case, without context set: `title`; `serverchoice` if the query names none
    pub(crate) index: String,
    /// lower case
    pub(crate) relation: String,
    pub(crate) value: String,
}

/// A tree of clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Term(Term),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>, Box<Node>),
}

impl Node {
    /// Evaluates the tree, given the value of each clause.
    pub(crate) fn eval(&self, holds: &dyn Fn(&Term) -> bool) -> bool {
        match self {
            Node::Term(term) => holds(term),
            Node::And(a, b) => a.eval(holds) && b.eval(holds),
            Node::Or(a, b) => a.eval(holds) || b.eval(holds),
            Node::Not(a, b) => a.eval(holds) && !b.eval(holds),
        }
    }

    /// All indexes of the query, in order.
    pub(crate) fn indexes(&self) -> Vec<&str> {
        match self {
            Node::Term(term) => vec![term.index.as_str()],
            Node::And(a, b) | Node::Or(a, b) | Node::Not(a, b) => {
                let mut all = a.indexes();
                all.extend(b.indexes());
                all
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Relation(String),
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            '=' | '<' | '>' => {
                let mut relation = c.to_string();
                while let Some(more) = chars.next_if(|c| matches!(c, '=' | '<' | '>')) {
                    relation.push(more);
                }
                // relation modifiers (`=/relevant`) are ignored
                if chars.peek() == Some(&'/') {
                    while chars.next_if(|c| !c.is_whitespace() && *c != '"').is_some() {}
                }
                tokens.push(Token::Relation(relation));
            }
            '"' => {
                let mut value = String::new();
                loop {
                    match chars.next() {
                        Some('\\') => value.extend(chars.next()),
                        Some('"') => break,
                        Some(c) => value.push(c),
                        None => return Err("a quotation mark is not closed".to_owned()),
                    }
                }
                tokens.push(Token::Quoted(value));
            }
            c => {
                let mut word = c.to_string();
                while let Some(more) =
                    chars.next_if(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '=' | '<' | '>' | '"'))
                {
                    word.push(more);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

/// Maximum nesting of parentheses; limits the recursion.
const MAX_DEPTH: usize = 64;

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

/// Parses a query; the error is an English text for a diagnostic.
pub(crate) fn parse(text: &str) -> Result<Cql, String> {
    let mut tokens = tokens(text)?;
    let sort_at = tokens
        .iter()
        .position(|token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("sortby")));
    let sort = sort_at.map(|at| {
        let words = tokens.split_off(at).into_iter().skip(1);
        words
            .filter_map(|token| match token {
                Token::Word(word) | Token::Quoted(word) => Some(word),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join(" ")
    });
    if tokens.is_empty() {
        return if sort.is_some() {
            Ok(Cql { node: None, sort })
        } else {
            Err("the query is empty".to_owned())
        };
    }
    let mut parser = Parser { tokens: tokens.into_iter().peekable() };
    let node = parser.boolean(0)?;
    if parser.tokens.next().is_some() {
        return Err("words are left over after the query".to_owned());
    }
    let everything = matches!(&node, Node::Term(term) if term.index == "allrecords");
    Ok(Cql { node: (!everything).then_some(node), sort })
}

impl Parser {
    fn boolean(&mut self, depth: usize) -> Result<Node, String> {
        if depth > MAX_DEPTH {
            return Err("too many parentheses".to_owned());
        }
        let mut left = self.clause(depth)?;
        while let Some(Token::Word(word)) = self.tokens.peek() {
            let make: fn(Box<Node>, Box<Node>) -> Node = match word.to_lowercase().as_str() {
                "and" => Node::And,
                "or" => Node::Or,
                "not" => Node::Not,
                _ => break,
            };
            self.tokens.next();
            let right = self.clause(depth)?;
            left = make(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn clause(&mut self, depth: usize) -> Result<Node, String> {
        match self.tokens.next() {
            Some(Token::Open) => {
                let node = self.boolean(depth + 1)?;
                match self.tokens.next() {
                    Some(Token::Close) => Ok(node),
                    _ => Err("a parenthesis is not closed".to_owned()),
                }
            }
            Some(Token::Quoted(value)) => Ok(any(value)),
            Some(Token::Word(word)) => self.after_word(word),
            Some(Token::Relation(relation)) => Err(format!("{relation} stands without an index")),
            Some(Token::Close) => Err("a parenthesis is closed that was not opened".to_owned()),
            None => Err("the query ends too early".to_owned()),
        }
    }

    /// Parses `title = x`, `title any "x y"`, or a bare word with the bare words that follow it.
    fn after_word(&mut self, word: String) -> Result<Node, String> {
        let relation = match self.tokens.peek() {
            Some(Token::Relation(relation)) => relation.clone(),
            Some(Token::Word(next)) if is_named_relation(next) => next.to_lowercase(),
            _ => {
                let mut value = word;
                while let Some(Token::Word(next)) =
                    self.tokens.next_if(|t| matches!(t, Token::Word(next) if !is_boolean(next)))
                {
                    value = format!("{value} {next}");
                }
                return Ok(any(value));
            }
        };
        self.tokens.next();
        match self.tokens.next() {
            Some(Token::Word(value) | Token::Quoted(value)) => {
                Ok(Node::Term(Term { index: index_name(&word), relation, value }))
            }
            _ => Err(format!("{word} {relation} stands without a value")),
        }
    }
}

fn any(value: String) -> Node {
    Node::Term(Term { index: "serverchoice".to_owned(), relation: "=".to_owned(), value })
}

fn is_boolean(word: &str) -> bool {
    ["and", "or", "not"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn is_named_relation(word: &str) -> bool {
    ["any", "all", "exact", "adj", "within"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Strips the context set: `dc.title` → `title`.
fn index_name(word: &str) -> String {
    let lower = word.to_lowercase();
    lower.rsplit_once('.').map_or(lower.clone(), |(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Node, Term, parse};

    fn term(index: &str, relation: &str, value: &str) -> Node {
        Node::Term(Term { index: index.into(), relation: relation.into(), value: value.into() })
    }

    #[test]
    fn what_catalogues_are_asked() {
        assert_eq!(parse("红楼梦").unwrap().node, Some(term("serverchoice", "=", "红楼梦")));
        assert_eq!(parse("国史 大纲").unwrap().node, Some(term("serverchoice", "=", "国史 大纲")));
        assert_eq!(
            parse("dc.title=\"紅樓夢\" and dc.creator all \"曹 雪芹\"").unwrap().node,
            Some(Node::And(
                Box::new(term("title", "=", "紅樓夢")),
                Box::new(term("creator", "all", "曹 雪芹"))
            ))
        );
        assert_eq!(
            parse("((title=a or title=b) not isbn=\"978\")").unwrap().node,
            Some(Node::Not(
                Box::new(Node::Or(Box::new(term("title", "=", "a")), Box::new(term("title", "=", "b")))),
                Box::new(term("isbn", "=", "978"))
            ))
        );
        let sorted = parse("stage==\"ACTIVE\" sortby metadata.updatedDate/sort.descending").unwrap();
        assert_eq!(sorted.node, Some(term("stage", "==", "ACTIVE")));
        assert_eq!(sorted.sort.as_deref(), Some("metadata.updatedDate/sort.descending"));
        assert_eq!(parse(r#"title="a \"b\"""#).unwrap().node, Some(term("title", "=", "a \"b\"")));
    }

    #[test]
    fn what_is_no_query() {
        for bad in ["", "title=", "(题名", "题名)", "= x", "title=\"红", "a and", &"(".repeat(500)] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
