//! The messages (APDUs) that a client needs, from ISO 23950:1998 (ANSI/NISO Z39.50-2003), annex "ASN.1
//! Specification of PDUs". Strings are octets, because servers use any encoding in them.

use rasn::prelude::*;

/// A string in any encoding.
pub(crate) type Text = OctetString;

/// A message.
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Apdu {
    #[rasn(tag(context, 20))]
    InitRequest(Box<InitRequest>),
    #[rasn(tag(context, 21))]
    InitResponse(Box<InitResponse>),
    #[rasn(tag(context, 22))]
    SearchRequest(Box<SearchRequest>),
    #[rasn(tag(context, 23))]
    SearchResponse(Box<SearchResponse>),
    #[rasn(tag(context, 24))]
    PresentRequest(Box<PresentRequest>),
    #[rasn(tag(context, 25))]
    PresentResponse(Box<PresentResponse>),
    #[rasn(tag(context, 48))]
    Close(Box<Close>),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct InitRequest {
    #[rasn(tag(context, 2))]
    pub reference: Option<OctetString>,
    #[rasn(tag(context, 3))]
    pub version: BitString,
    #[rasn(tag(context, 4))]
    pub options: BitString,
    #[rasn(tag(context, 5))]
    pub preferred_message_size: u32,
    #[rasn(tag(context, 6))]
    pub exceptional_record_size: u32,
    #[rasn(tag(explicit(context, 7)))]
    pub authentication: Option<Authentication>,
    #[rasn(tag(context, 110))]
    pub implementation_id: Option<Text>,
    #[rasn(tag(context, 111))]
    pub implementation_name: Option<Text>,
    #[rasn(tag(context, 112))]
    pub implementation_version: Option<Text>,
    #[rasn(tag(explicit(context, 11)))]
    pub user_information: Option<External>,
    #[rasn(tag(context, 201))]
    pub other: Option<Vec<OtherInformation>>,
}

/// Credentials.
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Authentication {
    #[rasn(tag(universal, 26))]
    Open(Text),
    #[rasn(tag(universal, 16))]
    IdPass(IdPass),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct IdPass {
    #[rasn(tag(context, 0))]
    pub group: Option<Text>,
    #[rasn(tag(context, 1))]
    pub user: Option<Text>,
    #[rasn(tag(context, 2))]
    pub password: Option<Text>,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct InitResponse {
    #[rasn(tag(context, 2))]
    pub reference: Option<OctetString>,
    #[rasn(tag(context, 3))]
    pub version: BitString,
    #[rasn(tag(context, 4))]
    pub options: BitString,
    #[rasn(tag(context, 5))]
    pub preferred_message_size: Integer,
    #[rasn(tag(context, 6))]
    pub exceptional_record_size: Integer,
    #[rasn(tag(context, 12))]
    pub accepted: bool,
    #[rasn(tag(context, 110))]
    pub implementation_id: Option<Text>,
    #[rasn(tag(context, 111))]
    pub implementation_name: Option<Text>,
    #[rasn(tag(context, 112))]
    pub implementation_version: Option<Text>,
    #[rasn(tag(explicit(context, 11)))]
    pub user_information: Option<External>,
    #[rasn(tag(context, 201))]
    pub other: Option<Vec<OtherInformation>>,
}

/// A value whose type is an object identifier (ASN.1 EXTERNAL).
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(tag(universal, 8))]
pub(crate) struct External {
    pub direct: Option<ObjectIdentifier>,
    pub indirect: Option<Integer>,
    #[rasn(tag(universal, 7))]
    pub descriptor: Option<Text>,
    pub encoding: Encoding,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Encoding {
    #[rasn(tag(explicit(context, 0)))]
    Single(Any),
    #[rasn(tag(context, 1))]
    Octets(OctetString),
    #[rasn(tag(context, 2))]
    Arbitrary(BitString),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct OtherInformation {
    #[rasn(tag(context, 1))]
    pub category: Option<Category>,
    pub information: Information,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Category {
    #[rasn(tag(context, 1))]
    pub kind: Option<ObjectIdentifier>,
    #[rasn(tag(context, 2))]
    pub value: Integer,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Information {
    #[rasn(tag(context, 2))]
    Characters(Text),
    #[rasn(tag(context, 3))]
    Octets(OctetString),
    #[rasn(tag(context, 4))]
    External(External),
    #[rasn(tag(context, 5))]
    Oid(ObjectIdentifier),
}

/// CharSetandLanguageNegotiation-3, the origin's proposal: UTF-8, for records too.
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(tag(context, 1))]
pub(crate) struct CharsetProposal {
    #[rasn(tag(context, 1))]
    pub charsets: Option<Vec<ProposedCharset>>,
    #[rasn(tag(context, 2))]
    pub languages: Option<Vec<Language>>,
    #[rasn(tag(context, 3))]
    pub records_too: Option<bool>,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum ProposedCharset {
    #[rasn(tag(context, 2))]
    Iso10646(Iso10646),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Iso10646 {
    #[rasn(tag(context, 1))]
    pub collections: Option<ObjectIdentifier>,
    #[rasn(tag(context, 2))]
    pub level: ObjectIdentifier,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(delegate, tag(universal, 27))]
pub(crate) struct Language(pub Text);

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct SearchRequest {
    #[rasn(tag(context, 2))]
    pub reference: Option<OctetString>,
    #[rasn(tag(context, 13))]
    pub small_set: u32,
    #[rasn(tag(context, 14))]
    pub large_set: u32,
    #[rasn(tag(context, 15))]
    pub medium_set: u32,
    #[rasn(tag(context, 16))]
    pub replace: bool,
    #[rasn(tag(context, 17))]
    pub result_set: Text,
    #[rasn(tag(context, 18))]
    pub databases: Vec<DatabaseName>,
    #[rasn(tag(context, 104))]
    pub syntax: Option<ObjectIdentifier>,
    #[rasn(tag(explicit(context, 21)))]
    pub query: Query,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(delegate, tag(context, 105))]
pub(crate) struct DatabaseName(pub Text);

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Query {
    #[rasn(tag(context, 1))]
    Type1(RpnQuery),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct RpnQuery {
    pub attribute_set: ObjectIdentifier,
    pub rpn: Rpn,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Rpn {
    #[rasn(tag(explicit(context, 0)))]
    Operand(Operand),
    #[rasn(tag(context, 1))]
    Join(Box<Joined>),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Joined {
    pub left: Rpn,
    pub right: Rpn,
    #[rasn(tag(explicit(context, 46)))]
    pub operator: Operator,
}

#[derive(AsnType, Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Operator {
    #[rasn(tag(context, 0))]
    And(()),
    #[rasn(tag(context, 1))]
    Or(()),
    #[rasn(tag(context, 2))]
    AndNot(()),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Operand {
    #[rasn(tag(context, 102))]
    Term(AttributesAndTerm),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct AttributesAndTerm {
    #[rasn(tag(context, 44))]
    pub attributes: Vec<Attribute>,
    pub term: Term,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Attribute {
    #[rasn(tag(context, 1))]
    pub set: Option<ObjectIdentifier>,
    #[rasn(tag(context, 120))]
    pub kind: u32,
    pub value: AttributeValue,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum AttributeValue {
    #[rasn(tag(context, 121))]
    Numeric(u32),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Term {
    #[rasn(tag(context, 45))]
    General(OctetString),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct SearchResponse {
    #[rasn(tag(context, 2))]
    pub reference: Option<OctetString>,
    #[rasn(tag(context, 23))]
    pub hits: Integer,
    #[rasn(tag(context, 24))]
    pub returned: Integer,
    #[rasn(tag(context, 25))]
    pub next: Integer,
    #[rasn(tag(context, 22))]
    pub succeeded: bool,
    #[rasn(tag(context, 26))]
    pub set_status: Option<Integer>,
    #[rasn(tag(context, 27))]
    pub present_status: Option<Integer>,
    /// the CHOICE `Records` as three optional fields, because the decoder has no optional CHOICE
    #[rasn(tag(context, 28))]
    pub records: Option<Vec<NamedRecord>>,
    #[rasn(tag(context, 130))]
    pub diagnostic: Option<Diagnostic>,
    #[rasn(tag(context, 205))]
    pub diagnostics: Option<Vec<DiagnosticRecord>>,
    #[rasn(tag(context, 203))]
    pub additional: Option<Vec<OtherInformation>>,
    #[rasn(tag(context, 201))]
    pub other: Option<Vec<OtherInformation>>,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct NamedRecord {
    #[rasn(tag(context, 0))]
    pub database: Option<Text>,
    #[rasn(tag(explicit(context, 1)))]
    pub record: RecordOrDiagnostic,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum RecordOrDiagnostic {
    #[rasn(tag(explicit(context, 1)))]
    Record(External),
    #[rasn(tag(explicit(context, 2)))]
    Diagnostic(DiagnosticRecord),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum DiagnosticRecord {
    #[rasn(tag(universal, 16))]
    Default(Diagnostic),
    #[rasn(tag(universal, 8))]
    External(External),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Diagnostic {
    pub set: ObjectIdentifier,
    pub condition: Integer,
    pub more: MoreInformation,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum MoreInformation {
    #[rasn(tag(universal, 26))]
    Version2(Text),
    #[rasn(tag(universal, 27))]
    Version3(Text),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PresentRequest {
    #[rasn(tag(context, 2))]
    pub reference: Option<OctetString>,
    #[rasn(tag(context, 31))]
    pub result_set: Text,
    #[rasn(tag(context, 30))]
    pub start: u32,
    #[rasn(tag(context, 29))]
    pub count: u32,
    #[rasn(tag(explicit(context, 19)))]
    pub elements: Option<Elements>,
    #[rasn(tag(context, 104))]
    pub syntax: Option<ObjectIdentifier>,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum Elements {
    #[rasn(tag(context, 0))]
    Named(Text),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PresentResponse {
    #[rasn(tag(context, 2))]
    pub reference: Option<OctetString>,
    #[rasn(tag(context, 24))]
    pub returned: Integer,
    #[rasn(tag(context, 25))]
    pub next: Integer,
    #[rasn(tag(context, 27))]
    pub status: Integer,
    /// the CHOICE `Records` as three optional fields, because the decoder has no optional CHOICE
    #[rasn(tag(context, 28))]
    pub records: Option<Vec<NamedRecord>>,
    #[rasn(tag(context, 130))]
    pub diagnostic: Option<Diagnostic>,
    #[rasn(tag(context, 205))]
    pub diagnostics: Option<Vec<DiagnosticRecord>>,
    #[rasn(tag(context, 201))]
    pub other: Option<Vec<OtherInformation>>,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Close {
    #[rasn(tag(context, 2))]
    pub reference: Option<OctetString>,
    #[rasn(tag(context, 211))]
    pub reason: Integer,
    #[rasn(tag(context, 3))]
    pub information: Option<Text>,
    #[rasn(tag(context, 4))]
    pub resource_report_format: Option<ObjectIdentifier>,
    #[rasn(tag(explicit(context, 5)))]
    pub resource_report: Option<External>,
    #[rasn(tag(context, 201))]
    pub other: Option<Vec<OtherInformation>>,
}
