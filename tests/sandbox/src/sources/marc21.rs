//! Works as MARC 21. As in large libraries, 245 has the romanised title and a linked 880 the title in its own
//! script.

use hongyan_model::{Kind, Role};

use super::marc::{Field, Marc, is_latin};
use crate::catalogue::{Maker, Work};

/// One record. `home` is the library whose holdings include item and call number.
pub(crate) fn record(work: &Work, home: Option<&str>) -> String {
    let level = if work.is_component() {
        'b'
    } else if matches!(work.kind, Kind::Journal | Kind::Newspaper) {
        's'
    } else {
        'm'
    };
    // Kind::Other covers maps, scores and paintings, each with a code in MARC; all are encoded as maps
    let form = if work.kind == Kind::Other { 'e' } else { 'a' };
    let mut marc = Marc::new(format!("00000n{form}{level} a2200000 i 4500"));
    marc.control("001", work.id.clone());
    marc.control("003", "HYSB");
    marc.control("005", "20260901000000.0");
    let year = work.year().map_or_else(|| "uuuu".to_owned(), |year| year.to_string());
    let material = match work.kind {
        Kind::Newspaper => "   n             ",
        Kind::Thesis => "      m          ",
        Kind::Report => "      t          ",
        Kind::Patent => "      j          ",
        Kind::Standard => "      u          ",
        Kind::Conference => "           1     ",
        _ => "                 ",
    };
    marc.control("008", format!("260901s{year}    xx {material}{:3} d", work.lang));
    marc.field(Field::new("020", [' ', ' ']).sub('a', &work.isbn));
    if !work.is_component() {
        marc.field(Field::new("022", [' ', ' ']).sub('a', &work.issn));
    }
    if !work.doi.is_empty() {
        marc.field(Field::new("024", ['7', ' ']).sub('a', &work.doi).sub('2', "doi"));
    }
    match work.kind {
        Kind::Report => marc.field(Field::new("027", [' ', ' ']).sub('a', &work.number)),
        Kind::Patent => marc.field(Field::new("013", [' ', ' ']).sub('a', &work.number)),
        _ => marc.field(Field::new("024", ['8', ' ']).sub('a', &work.number)),
    }
    if !work.clc.is_empty() {
        marc.field(Field::new("084", [' ', ' ']).sub('a', &work.clc).sub('2', "clc"));
    }
    names(work, &mut marc);
    title(work, &mut marc);
    marc.field(Field::new("250", [' ', ' ']).sub('a', &work.edition));
    marc.field(
        Field::new("264", [' ', '1'])
            .sub('a', suffixed(&work.place, " :"))
            .sub('b', suffixed(&work.publisher, ","))
            .sub('c', suffixed(&work.date, ".")),
    );
    if work.is_component() {
        let part = [
            (!work.volume.is_empty()).then(|| format!("Vol. {}", work.volume)),
            (!work.issue.is_empty()).then(|| format!("no. {}", work.issue)),
        ];
        let mut part: Vec<String> = part.into_iter().flatten().collect();
        if !work.date.is_empty() {
            part.push(format!("({})", work.date));
        }
        if !work.pages.is_empty() {
            part.push(format!("p. {}", work.pages));
        }
        marc.field(
            Field::new("773", ['0', ' '])
                .sub('t', &work.container)
                .sub('g', part.join(", "))
                .sub('x', &work.issn),
        );
    } else {
        marc.field(Field::new("300", [' ', ' ']).sub('a', &work.pages));
    }
    if work.kind == Kind::Thesis {
        marc.field(Field::new("502", [' ', ' ']).sub('c', &work.publisher).sub('d', &work.date));
    }
    marc.field(Field::new("520", [' ', ' ']).sub('a', &work.summary));
    for subject in &work.subjects {
        marc.field(Field::new("650", [' ', '4']).sub('a', subject));
    }
    if !work.open_url.is_empty() {
        marc.field(
            Field::new("856", ['4', '0']).sub('u', &work.open_url).sub('z', "Open access").sub('7', "0"),
        );
    }
    holdings(work, home, &mut marc);
    marc.to_xml()
}

fn suffixed(text: &str, suffix: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{text}{suffix}") }
}

/// The script code in a link to 880.
fn script(text: &str) -> &'static str {
    let cyrillic = text.chars().any(|c| matches!(c, '\u{400}'..='\u{4FF}'));
    if cyrillic { "(N" } else { "$1" }
}

fn title(work: &Work, marc: &mut Marc) {
    let by = work.by.iter().map(|maker| maker.name.as_str()).collect::<Vec<_>>().join("; ");
    let second = if work.subtitle.is_empty() { " /" } else { " :" };
    let own = |field: Field| {
        let main = if by.is_empty() && work.subtitle.is_empty() {
            work.title.clone()
        } else {
            format!("{}{second}", work.title)
        };
        let field = field.sub('a', main).sub('b', suffixed(&work.subtitle, " /"));
        field.sub('c', suffixed(&by, "."))
    };
    let indicators = ['1', '0'];
    if !is_latin(&work.title) && !work.alt.is_empty() && is_latin(&work.alt) {
        marc.field(Field::new("245", indicators).sub('6', "880-01").sub('a', &work.alt));
        marc.field(own(Field::new("880", indicators).sub('6', format!("245-01/{}", script(&work.title)))));
    } else {
        marc.field(own(Field::new("245", indicators)));
        marc.field(Field::new("246", ['3', '1']).sub('a', &work.alt));
    }
}

fn names(work: &Work, marc: &mut Marc) {
    for (at, maker) in work.by.iter().enumerate() {
        let body = maker.role == Role::Organisation;
        let main = at == 0 && matches!(maker.role, Role::Author | Role::Organisation);
        let tag = match (main, body) {
            (true, false) => "100",
            (true, true) => "110",
            (false, false) => "700",
            (false, true) => "710",
        };
        let indicators = [if body { '2' } else { '1' }, ' '];
        let relator = relator(maker);
        if !maker.alt.is_empty() && is_latin(&maker.alt) && !is_latin(&maker.name) {
            let link = at + 2;
            marc.field(
                Field::new(tag, indicators)
                    .sub('6', format!("880-{link:02}"))
                    .sub('a', suffixed(&maker.alt, ","))
                    .sub('e', relator),
            );
            marc.field(
                Field::new("880", indicators)
                    .sub('6', format!("{tag}-{link:02}/{}", script(&maker.name)))
                    .sub('a', suffixed(&maker.name, ","))
                    .sub('e', relator),
            );
        } else {
            marc.field(Field::new(tag, indicators).sub('a', suffixed(&maker.name, ",")).sub('e', relator));
        }
    }
}

fn relator(maker: &Maker) -> &'static str {
    match maker.role {
        Role::Author | Role::Organisation => "author.",
        Role::Editor => "editor.",
        Role::Translator => "translator.",
        Role::Annotator => "writer of added commentary.",
        Role::Supervisor => "degree supervisor.",
        Role::Contributor => "contributor.",
    }
}

/// Adds 852 for every library; for the home library also Alma's AVA, which has the availability.
fn holdings(work: &Work, home: Option<&str>, marc: &mut Marc) {
    if let Some(home) = home {
        if !work.call_number.is_empty() {
            let room = "相思湖馆 社科图书区";
            marc.field(
                Field::new("852", ['8', ' ']).sub('b', home).sub('c', room).sub('h', &work.call_number),
            );
            marc.field(
                Field::new("AVA", [' ', ' '])
                    .sub('b', "GXMZU")
                    .sub('q', home)
                    .sub('c', room)
                    .sub('d', &work.call_number)
                    .sub('e', "available"),
            );
        }
        return;
    }
    for library in &work.libraries {
        marc.field(Field::new("852", ['8', ' ']).sub('b', library));
    }
}
