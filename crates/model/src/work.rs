//! A work: the merged cluster of records that is shown as one result.

use serde::{Deserialize, Serialize};

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
}
