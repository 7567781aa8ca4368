//! A work: a cluster of merged records, shown as one search result.

use serde::{Deserialize, Serialize};

use crate::identifier::Identifier;
use crate::record::Record;

/// The best way for a patron to get a work, best first.
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

/// A cluster of records that describe the same work. Invariant: at least one member; the most complete is
/// first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// unique and stable within its search
    pub id: String,
    /// the merged record for display: for each field the longest or the most frequent value
    pub merged: Record,
    /// the records as their sources gave them
    pub members: Vec<Record>,
    /// the best way to get it
    pub availability: Availability,
    /// why the members were merged: one link fewer than members, each between two of them, most certain
    /// first
    #[serde(default)]
    pub joined_by: Vec<RecordJoin>,
}

/// Why two records were merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RecordJoin {
    /// index of one record in the members
    pub member: u32,
    /// index of the other record
    pub with: u32,
    /// what they have in common
    pub by: JoinedBy,
    /// the shared identifier, for [`JoinedBy::Identifier`]
    pub identifier: Option<Identifier>,
}

/// What two merged records have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum JoinedBy {
    /// an identifier, and compatible titles
    Identifier,
    /// 题名、责任者、年份, as far as both have them
    Title,
    /// the title in Chinese characters and in pinyin, with creator and year
    Pinyin,
}
