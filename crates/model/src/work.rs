//! A work: the merged cluster of records that is shown as one result.

use serde::{Deserialize, Serialize};

use crate::identifier::Identifier;
use crate::record::Record;

/// How a patron can get at a work, in one word; the best way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Availability {
    /// 本馆有藏
    OwnLibrary,
    /// 开放获取
    OpenAccess,
    /// 可申请
    Request,
}

/// Records that describe the same work. At least one member; the first is the fullest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// stable within its search
    pub id: String,
    /// what is shown: the fields of the members, longest or most agreed upon
    pub merged: Record,
    /// every record as its source gave it
    pub members: Vec<Record>,
    /// best way to get it
    pub availability: Availability,
    /// why the members were taken for one work: one fewer than members, each naming two of them; the
    /// surest first
    #[serde(default)]
    pub joined_by: Vec<RecordJoin>,
}

/// Why two records were taken for one work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RecordJoin {
    /// place of one record among the members, from 0
    pub member: u32,
    /// place of the other
    pub with: u32,
    /// what they have in common
    pub by: JoinedBy,
    /// the number they share, with [`JoinedBy::Identifier`]
    pub identifier: Option<Identifier>,
}

/// What two records of a work have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum JoinedBy {
    /// a number, and titles that go together
    Identifier,
    /// 题名、责任者、年份, as far as both say
    Title,
    /// the title in Chinese characters and in pinyin, with creator and year
    Pinyin,
}
