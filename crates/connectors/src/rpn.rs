//! Translates a query tree to RPN, the type-1 query of Z39.50, with attributes of the set Bib-1.

use hongyan_formats::marc::Charset;
use hongyan_model::query::{Field, Join};
use rasn::types::{ObjectIdentifier, OctetString};

use crate::error::NetError;
use crate::term_tree::{Index, Node, Term};
use crate::z3950::apdu::{
    Attribute, AttributeValue, AttributesAndTerm, Joined, Operand, Operator, Rpn, RpnQuery, Term as General,
};
use crate::z3950::oid;

/// Bib-1 use attributes (type 1).
pub(crate) mod attribute {
    pub const TITLE: u32 = 4;
    pub const ISBN: u32 = 7;
    pub const ISSN: u32 = 8;
    pub const SUBJECT: u32 = 21;
    pub const YEAR: u32 = 31;
    pub const KEY_TITLE: u32 = 33;
    pub const CREATOR: u32 = 1003;
    pub const ANY: u32 = 1016;
    pub const PUBLISHER: u32 = 1018;
}

/// Attributes that a target has rejected; remembered until the program ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lacks {
    /// use attributes (type 1)
    pub uses: Vec<u32>,
    /// whether structure attributes (type 4) are rejected
    pub structure: bool,
}

/// Serialises a tree for a target.
pub(crate) struct Writer<'a> {
    /// character set of the terms
    pub charset: Charset,
    /// attributes to avoid
    pub lacks: &'a Lacks,
}

impl Writer<'_> {
    /// Serialises a tree to RPN.
    ///
    /// # Errors
    /// `Unsupported` when a term cannot be encoded in the target's character set.
    pub fn write(&self, ask: &Node) -> Result<RpnQuery, NetError> {
        let set = oid(&[1, 2, 840, 10003, 3, 1])?;
        Ok(RpnQuery { attribute_set: set, rpn: self.rpn(ask)? })
    }

    fn rpn(&self, ask: &Node) -> Result<Rpn, NetError> {
        match ask {
            Node::Term(term) => self.term(term),
            Node::Join(join, left, right) => {
                let operator = match join {
                    Join::And => Operator::And(()),
                    Join::Or => Operator::Or(()),
                    Join::Not => Operator::AndNot(()),
                };
                Ok(joined(self.rpn(left)?, operator, self.rpn(right)?))
            }
        }
    }

    /// All alternatives of a term, in all use attributes for its index.
    fn term(&self, term: &Term) -> Result<Rpn, NetError> {
        let mut operands = Vec::new();
        for form in &term.forms {
            // a form that cannot be encoded in the target's character set cannot be in its records
            let Ok(bytes) = self.charset.encode(form) else { continue };
            for number in self.uses(term.index) {
                let mut attributes = vec![attribute(1, number)];
                match term.index {
                    Index::To => attributes.push(attribute(2, 2)),
                    Index::From => attributes.push(attribute(2, 4)),
                    _ => {}
                }
                // many servers split a Han word into several words, so it has to be a phrase
                let together = term.phrase || form.chars().any(hongyan_model::text::is_han);
                let structure = match term.index {
                    Index::Field(_) if together => Some(1),
                    Index::Field(_) => Some(2),
                    _ => None,
                };
                attributes
                    .extend(structure.filter(|_| !self.lacks.structure).map(|value| attribute(4, value)));
                let term = General::General(OctetString::from(bytes.clone()));
                operands.push(Rpn::Operand(Operand::Term(AttributesAndTerm { attributes, term })));
            }
        }
        operands
            .into_iter()
            .reduce(|left, right| joined(left, Operator::Or(()), right))
            .ok_or_else(|| NetError::Unsupported(format!("not to be written in {}", self.charset.name())))
    }

    /// The use attributes for an index; the attribute for all fields where the target lacks them, and
    /// title or creator where it lacks that too.
    fn uses(&self, index: Index) -> Vec<u32> {
        use attribute::{ANY, CREATOR, ISBN, ISSN, KEY_TITLE, PUBLISHER, SUBJECT, TITLE, YEAR};
        let wanted = match index {
            Index::Field(Field::Any) | Index::Number => ANY,
            Index::Field(Field::Title) => TITLE,
            Index::Field(Field::Creator) => CREATOR,
            Index::Field(Field::Subject) => SUBJECT,
            Index::Field(Field::Publisher) => PUBLISHER,
            Index::Field(Field::Container) => KEY_TITLE,
            Index::Isbn => ISBN,
            Index::Issn => ISSN,
            Index::Year | Index::From | Index::To => YEAR,
        };
        let known = |number: &u32| !self.lacks.uses.contains(number);
        if known(&wanted) {
            return vec![wanted];
        }
        if known(&ANY) { vec![ANY] } else { [TITLE, CREATOR].into_iter().filter(known).collect() }
    }
}

/// The use attribute for a field.
pub(crate) fn of_field(field: Field) -> u32 {
    let nothing = Lacks::default();
    let writer = Writer { charset: Charset::Utf8, lacks: &nothing };
    writer.uses(Index::Field(field)).first().copied().unwrap_or(attribute::ANY)
}

fn joined(left: Rpn, operator: Operator, right: Rpn) -> Rpn {
    Rpn::Join(Box::new(Joined { left, right, operator }))
}

fn attribute(kind: u32, value: u32) -> Attribute {
    Attribute { set: None::<ObjectIdentifier>, kind, value: AttributeValue::Numeric(value) }
}

#[cfg(test)]
mod tests {
    use hongyan_model::Query;

    use super::*;
    use crate::term_tree::{Capabilities, term_tree};

    /// Formats RPN in YAZ's prefix notation.
    fn prefix(rpn: &Rpn) -> String {
        match rpn {
            Rpn::Join(join) => {
                let operator = match join.operator {
                    Operator::And(()) => "and",
                    Operator::Or(()) => "or",
                    Operator::AndNot(()) => "not",
                };
                format!("@{operator} {} {}", prefix(&join.left), prefix(&join.right))
            }
            Rpn::Operand(Operand::Term(term)) => {
                let mut out = String::new();
                for attribute in &term.attributes {
                    let AttributeValue::Numeric(value) = attribute.value;
                    out.push_str(&format!("@attr {}={value} ", attribute.kind));
                }
                let General::General(bytes) = &term.term;
                let bytes: &[u8] = bytes;
                format!("{out}\"{}\"", String::from_utf8_lossy(bytes))
            }
        }
    }

    fn written(query: &Query, lacks: &Lacks) -> String {
        let able = Capabilities { folds: true, years: true };
        let writer = Writer { charset: Charset::Utf8, lacks };
        prefix(&writer.write(&term_tree(query, able).unwrap().ask).unwrap().rpn)
    }

    #[test]
    fn fields_joins_and_years() {
        let mut query = Query::from_box("题名:呐喊 OR \"short stories\" -作者:smith");
        (query.year_from, query.year_to) = (Some(1918), Some(1936));
        assert_eq!(
            written(&query, &Lacks::default()),
            "@and @and @not @or @attr 1=4 @attr 4=1 \"呐喊\" @attr 1=1016 @attr 4=1 \"short stories\" \
             @attr 1=1003 @attr 4=2 \"smith\" @attr 1=31 @attr 2=4 \"1918\" @attr 1=31 @attr 2=2 \"1936\""
        );
    }

    #[test]
    fn what_a_target_lacks_is_asked_otherwise() {
        let lacks = Lacks { uses: vec![attribute::ANY, attribute::SUBJECT], structure: true };
        assert_eq!(
            written(&Query::words(Field::Subject, "民族"), &lacks),
            "@or @attr 1=4 \"民族\" @attr 1=1003 \"民族\""
        );
        let isbn = written(&Query::from_box("978-7-02-000220-7"), &lacks);
        assert_eq!(isbn, "@or @attr 1=7 \"9787020002207\" @attr 1=7 \"702000220X\"");
    }

    #[test]
    fn terms_are_written_in_the_encoding_of_the_target() {
        let ask = term_tree(&Query::words(Field::Any, "红楼梦"), Capabilities { folds: false, years: false })
            .unwrap()
            .ask;
        let gb = Charset::named("gb18030").unwrap();
        let rpn = Writer { charset: gb, lacks: &Lacks::default() }.write(&ask).unwrap().rpn;
        let mut first = &rpn;
        while let Rpn::Join(join) = first {
            first = &join.left;
        }
        let Rpn::Operand(Operand::Term(AttributesAndTerm { term: General::General(bytes), .. })) = first
        else {
            panic!("{first:?}")
        };
        let bytes: &[u8] = bytes;
        assert_eq!(bytes, [0xBA, 0xEC, 0xC2, 0xA5, 0xC3, 0xCE]);
    }
}
