//! What comes by mail: files, who keeps large ones, and what a letter seems to say.

pub mod tie;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a file is, as far as it matters for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// a work to read: PDF, images of pages, CAJ, e-books, archives of these
    Document,
    /// `winmail.dat`: what Outlook packed so that only Outlook can open it
    Tnef,
    /// a mail of Outlook (`.msg`), which is not read here
    Outlook,
    /// anything else: calendars, cards, signatures, programs
    Other,
}

/// Who keeps large attachments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Keeper {
    /// QQ 邮箱 文件中转站
    Qq,
    /// 网易 163、126、yeah
    Netease,
    /// 网易企业邮箱
    Qiye163,
    /// 天翼云盘 189
    Tianyi,
    /// 新浪邮箱
    Sina,
    /// 中国移动 139
    Mobile139,
    /// 百度网盘
    Baidu,
    /// Google Drive
    Google,
    /// OneDrive
    Onedrive,
}

/// What a letter seems to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Says {
    /// the copy is there: attached, or behind a link
    FileCame,
    /// the work waits to be picked up
    Pickup {
        /// until this day
        until: Option<Date>,
    },
    /// the loan is due
    Due {
        /// on this day
        on: Date,
    },
    /// the lender wants it back
    Recalled {
        /// by this day
        by: Option<Date>,
    },
    /// no library could supply it
    Unfilled,
    /// the own library said no
    Declined,
    /// an account was opened
    AccountOpened,
    /// a registration was approved
    ReviewPassed,
}
