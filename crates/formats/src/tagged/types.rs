//! Types of works as files of references name them, and what their second title is.

use hongyan_model::record::Kind;

/// What the second title of a work is (`T2`, `%B`, "secondary title").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Second {
    /// what the work is a part of
    Host,
    /// the series of a whole book or report
    Series,
    /// the institution or department of a thesis
    Institution,
}

/// Type of a work in a file of references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Type {
    pub kind: Kind,
    pub second: Second,
    /// the main creators are editors
    pub edited: bool,
}

impl Type {
    pub const OTHER: Type = of(Kind::Other, Second::Host);
    pub const ARTICLE: Type = of(Kind::Article, Second::Host);
    pub const BOOK: Type = of(Kind::Book, Second::Series);
    pub const CHAPTER: Type = of(Kind::Book, Second::Host);
    pub const CONFERENCE: Type = of(Kind::Conference, Second::Host);
    pub const NEWSPAPER: Type = of(Kind::Newspaper, Second::Host);
    pub const PATENT: Type = of(Kind::Patent, Second::Series);
    pub const REPORT: Type = of(Kind::Report, Second::Series);
    pub const SERIAL: Type = of(Kind::Journal, Second::Series);
    pub const STANDARD: Type = of(Kind::Standard, Second::Series);
    pub const THESIS: Type = of(Kind::Thesis, Second::Institution);
    const ANCIENT: Type = of(Kind::AncientBook, Second::Series);
    const EDITED: Type = Type { edited: true, ..Type::BOOK };
}

const fn of(kind: Kind, second: Second) -> Type {
    Type { kind, second, edited: false }
}

/// The type for a code of RIS (`JOUR`), a name of EndNote, RefWorks or NoteExpress (`Journal Article`,
/// `Book, Section`, 期刊文章), or a word of CNKI (硕士, 中国会议). None for an unknown one.
pub(crate) fn named(name: &str) -> Option<Type> {
    let key: String = name.chars().filter(|c| c.is_alphanumeric()).take(40).collect();
    let key = key.to_lowercase();
    Some(match key.as_str() {
        "jour" | "ejour" | "mgzn" | "inpr" | "abst" | "journal" | "journalarticle" | "journalelectronic"
        | "electronicarticle" | "magazinearticle" | "magazine" | "article" | "review" | "abstract"
        | "期刊文章" | "期刊论文" | "学术期刊" | "期刊" | "期刊文献" | "杂志" => {
            Type::ARTICLE
        }
        "news" | "newspaper" | "newspaperarticle" | "报纸" | "报纸文章" => Type::NEWSPAPER,
        "book" | "ebook" | "bookwhole" | "wholebook" | "monograph" | "electronicbook" | "booklet"
        | "图书" | "专著" | "书籍" => Type::BOOK,
        "edbook" | "editedbook" | "bookedited" | "编著" => Type::EDITED,
        "chap"
        | "echap"
        | "booksection"
        | "bookchapter"
        | "inbook"
        | "electronicbooksection"
        | "electronicchapter"
        | "dict"
        | "encyc"
        | "encyclopedia"
        | "dictionary"
        | "encyclopediaarticle"
        | "encyclopediaentry"
        | "dictionaryentry"
        | "图书章节"
        | "书籍章节"
        | "析出文献"
        | "年鉴"
        | "工具书" => Type::CHAPTER,
        "clswk" | "ancient" | "ancienttext" | "classicalwork" | "古籍" => Type::ANCIENT,
        "jfull" | "ser" | "serial" | "periodical" | "fulljournal" | "连续出版物" => Type::SERIAL,
        "thes"
        | "thesis"
        | "dissertation"
        | "dissertationthesis"
        | "dissertationthesisunpublished"
        | "thesisunpublished"
        | "phdthesis"
        | "mastersthesis"
        | "学位论文"
        | "硕士"
        | "博士"
        | "硕士论文"
        | "博士论文"
        | "硕士学位论文"
        | "博士学位论文" => Type::THESIS,
        "conf"
        | "cpaper"
        | "conferencepaper"
        | "conferenceproceedings"
        | "conferenceproceeding"
        | "conference"
        | "proceedings"
        | "proceedingspaper"
        | "会议"
        | "会议论文"
        | "中国会议"
        | "国际会议"
        | "会议文献" => Type::CONFERENCE,
        "pat" | "patent" | "专利" | "中国专利" | "海外专利" | "国外专利" => Type::PATENT,
        "stand" | "standard" | "标准" | "国家标准" | "行业标准" | "国外标准" | "国内标准" => {
            Type::STANDARD
        }
        "rprt" | "govdoc" | "report" | "governmentdocument" | "governmentreport" | "technicalreport"
        | "报告" | "科技报告" | "科技成果" | "成果" => Type::REPORT,
        "gen" | "generic" | "elec" | "web" | "webpage" | "website" | "其他" | "其它" | "网页" | "blog"
        | "unpublishedwork" | "data" | "dataset" | "数据集" | "map" | "地图" | "comp" | "computerprogram"
        | "software" | "软件" | "unpb" | "manuscript" | "手稿" | "video" | "mpct" | "film" => Type::OTHER,
        _ => return None,
    })
}

/// What a type is more precisely than its kind, in terms of CSL; empty where the kind says it all.
pub(crate) fn form(name: &str) -> &'static str {
    let key: String = name.chars().filter(|c| c.is_alphanumeric()).take(40).collect();
    match key.to_lowercase().as_str() {
        "mgzn" | "magazine" | "magazinearticle" => "article-magazine",
        "elec" | "web" | "webpage" | "website" | "网页" => "webpage",
        "blog" => "post-weblog",
        "data" | "dataset" | "数据集" => "dataset",
        "map" | "地图" => "map",
        "comp" | "computerprogram" | "software" | "软件" => "software",
        "unpb" | "manuscript" | "unpublishedwork" | "手稿" => "manuscript",
        "dict" | "dictionary" | "dictionaryentry" => "entry-dictionary",
        "encyc" | "encyclopedia" | "encyclopediaarticle" | "encyclopediaentry" => "entry-encyclopedia",
        "video" | "mpct" | "film" => "motion_picture",
        _ => "",
    }
}

/// The type for a number of EndNote's XML.
pub(crate) fn numbered(number: &str) -> Option<Type> {
    Some(match number.trim() {
        "17" | "19" | "43" => Type::ARTICLE,
        "6" | "44" => Type::BOOK,
        "28" => Type::EDITED,
        "5" | "53" | "60" => Type::CHAPTER,
        "10" | "47" => Type::CONFERENCE,
        "32" => Type::THESIS,
        "23" => Type::NEWSPAPER,
        "25" => Type::PATENT,
        "27" | "46" => Type::REPORT,
        "51" => Type::ANCIENT,
        "57" => Type::SERIAL,
        "58" => Type::STANDARD,
        _ => return None,
    })
}
