//! Chinese works as CNMARC (UNIMARC), the format of the 联合目录.

use hongyan_model::{Kind, Role};

use super::marc::{Field, Marc, is_latin};
use crate::catalogue::Work;

/// One record.
pub(crate) fn record(work: &Work) -> String {
    let level = if matches!(work.kind, Kind::Journal | Kind::Newspaper) { 's' } else { 'm' };
    // Kind::Other covers maps, scores and paintings; all are encoded as maps
    let form = if work.kind == Kind::Other { 'e' } else { 'a' };
    let mut marc = Marc::new(format!("00000n{form}{level}0 2200000   450 "));
    marc.control("001", work.id.clone());
    marc.control("005", "20260901000000.0");
    marc.field(Field::new("010", [' ', ' ']).sub('a', &work.isbn));
    marc.field(Field::new("011", [' ', ' ']).sub('a', &work.issn));
    let year = work.year().map_or_else(|| "    ".to_owned(), |year| year.to_string());
    let processing = format!("20260901d{year}    em y0chiy50      ea");
    marc.field(Field::new("100", [' ', ' ']).sub('a', processing));
    marc.field(Field::new("101", ['0', ' ']).sub('a', &work.lang));
    match work.kind {
        Kind::Newspaper => marc.field(Field::new("110", [' ', ' ']).sub('a', "cb 0xx0")),
        Kind::Journal => marc.field(Field::new("110", [' ', ' ']).sub('a', "ab 0xx0")),
        Kind::AncientBook => marc.field(Field::new("140", [' ', ' ']).sub('a', "y   z")),
        kind => marc.field(Field::new("105", [' ', ' ']).sub('a', coded(kind))),
    }
    let names = |keep: fn(Role) -> bool| {
        let names: Vec<String> = work
            .by
            .iter()
            .filter(|maker| keep(maker.role))
            .map(|maker| format!("{}{}", maker.name, function(maker.role)))
            .collect();
        names.join("，")
    };
    let first = names(|role| matches!(role, Role::Author | Role::Organisation));
    let others = names(|role| !matches!(role, Role::Author | Role::Organisation));
    marc.field(
        Field::new("200", ['1', ' '])
            .sub('a', &work.title)
            .sub('e', &work.subtitle)
            .sub('f', if first.is_empty() { others.clone() } else { first.clone() })
            .sub('g', if first.is_empty() { String::new() } else { others }),
    );
    marc.field(Field::new("205", [' ', ' ']).sub('a', &work.edition));
    marc.field(
        Field::new("210", [' ', ' ']).sub('a', &work.place).sub('c', &work.publisher).sub('d', &work.date),
    );
    marc.field(Field::new("215", [' ', ' ']).sub('a', &work.pages));
    if work.kind == Kind::Thesis {
        marc.field(Field::new("328", [' ', '0']).sub('a', "学位论文").sub('e', &work.publisher));
    }
    marc.field(Field::new("330", [' ', ' ']).sub('a', &work.summary));
    let parallel = if is_latin(&work.alt) { "510" } else { "517" };
    marc.field(Field::new(parallel, ['1', ' ']).sub('a', &work.alt));
    for subject in &work.subjects {
        marc.field(Field::new("606", ['0', ' ']).sub('a', subject));
    }
    marc.field(
        Field::new("690", [' ', ' '])
            .sub('a', &work.clc)
            .sub('v', if work.clc.is_empty() { "" } else { "5" }),
    );
    for maker in &work.by {
        let (tag, indicators) = match maker.role {
            Role::Author => ("701", [' ', '0']),
            Role::Organisation => ("711", ['0', '2']),
            _ => ("702", [' ', '0']),
        };
        marc.field(
            Field::new(tag, indicators)
                .sub('a', &maker.name)
                .sub('A', &maker.alt)
                .sub('4', function(maker.role)),
        );
    }
    marc.field(Field::new("801", [' ', '0']).sub('a', "CN").sub('b', "HYSB").sub('c', "20260901"));
    if !work.open_url.is_empty() {
        marc.field(Field::new("856", ['4', ' ']).sub('u', &work.open_url).sub('z', "开放获取"));
    }
    for library in &work.libraries {
        marc.field(Field::new("905", [' ', ' ']).sub('a', library));
    }
    marc.to_xml()
}

/// Code of the 责任方式 (statement of responsibility).
fn function(role: Role) -> &'static str {
    match role {
        Role::Author => "著",
        Role::Editor => "编",
        Role::Translator => "译",
        Role::Annotator => "注",
        Role::Supervisor => "指导",
        Role::Organisation => "编",
        Role::Contributor => "等",
    }
}

/// Field 105 $a: illustrations (4), form of contents (4), conference, and the rest.
fn coded(kind: Kind) -> &'static str {
    match kind {
        Kind::Standard => "y   l   000yy",
        Kind::Patent => "y   k   000yy",
        Kind::Report => "y   p   000yy",
        Kind::Thesis => "y   m   000yy",
        Kind::Conference => "y   z   100yy",
        _ => "y   z   000yy",
    }
}
