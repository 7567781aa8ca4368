use std::io::{Cursor, Read as _, Write as _};
use std::process::{Command, Stdio};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{LARGEST, MACROS, MAIN, Unusable, fill, names};
use crate::Budget;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A document with this body, as Word writes its parts.
fn document(body: &str) -> Vec<u8> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document xmlns:w=\"{W}\"><w:body>{body}</w:body></w:document>"
    );
    let header =
        format!("<w:hdr xmlns:w=\"{W}\"><w:p><w:r><w:t>鸿雁号 {{{{鸿雁号}}}}</w:t></w:r></w:p></w:hdr>");
    zipped(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
        ),
        (MAIN, &body),
        ("word/header1.xml", &header),
        ("word/media/image1.png", "not looked at {{题名}}"),
    ])
}

fn part(docx: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(docx)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn value(name: &str) -> String {
    match name {
        "题名" => "论“铜鼓” <a> & b".to_owned(),
        "页码" => "101-117".to_owned(),
        "鸿雁号" => "HY-7K3M9QX".to_owned(),
        _ => String::new(),
    }
}

#[test]
fn a_name_is_found_in_whatever_runs_it_stands() {
    // as Word splits what was typed in several goes, with a proofing mark between
    let split = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>题名：{</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:t>{题</w:t></w:r>\
                 <w:r><w:t xml:space=\"preserve\">名}</w:t></w:r><w:r><w:t>}，第{{页码}}页 {{ 姓名 }}</w:t></w:r></w:p>";
    let wide = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>｛｛页码｝｝</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    // braces over two paragraphs, a single pair, and too long a name are text
    let none = "<w:p><w:r><w:t>{{题</w:t></w:r></w:p><w:p><w:r><w:t>名}} {x} {{}} R&amp;D</w:t></w:r></w:p>";
    let docx = document(&format!("{split}{wide}{none}"));
    assert_eq!(names(&docx, &Budget::text()).unwrap(), ["题名", "页码", "姓名", "鸿雁号"]);
    let filled = fill(&docx, value, &Budget::text()).unwrap();
    let body = part(&filled, MAIN);
    assert!(body.contains("题名：论“铜鼓” &lt;a&gt; &amp; b</w:t>"), "{body}");
    assert!(body.contains("，第101-117页 </w:t>"), "{body}");
    assert!(body.contains("<w:rPr><w:b/></w:rPr>") && body.contains("<w:proofErr w:type=\"spellStart\"/>"));
    assert!(body.contains("{{题</w:t>") && body.contains("名}} {x} {{}} R&amp;D"), "{body}");
    assert_eq!(body.matches("101-117").count(), 2, "{body}");
    assert!(part(&filled, "word/header1.xml").contains("鸿雁号 HY-7K3M9QX"));
    assert_eq!(part(&filled, "word/media/image1.png"), "not looked at {{题名}}");
    assert_eq!(names(&filled, &Budget::text()).unwrap(), Vec::<String>::new());
}

#[test]
fn what_is_no_form_is_refused() {
    let body = |text: &str| format!("<w:document xmlns:w=\"{W}\">{text}</w:document>");
    for (docx, why) in [
        (b"%PDF-1.4".to_vec(), Unusable::NotADocument),
        (zipped(&[("mimetype", "application/epub+zip")]), Unusable::NotADocument),
        (zipped(&[(MAIN, "<w:document><w:p></w:document>")]), Unusable::NotADocument),
        (zipped(&[(MAIN, &body("")), (MACROS, "x")]), Unusable::NotADocument),
        (vec![0; LARGEST + 1], Unusable::TooLarge),
        // a bomb: five megabytes in a few kilobytes
        (zipped(&[(MAIN, &body(&" ".repeat(5 << 20)))]), Unusable::TooLarge),
        (zipped(&[(MAIN, &body(&"<a/>".repeat(510_000)))]), Unusable::TooLarge),
        // two parts of three megabytes each
        (
            zipped(&[(MAIN, &body(&" ".repeat(3 << 20))), ("word/header1.xml", &body(&" ".repeat(3 << 20)))]),
            Unusable::TooLarge,
        ),
    ] {
        assert_eq!(names(&docx, &Budget::text()).unwrap_err(), why);
        assert_eq!(fill(&docx, value, &Budget::text()).unwrap_err(), why);
    }
}

#[test]
fn what_python_reads_in_the_filled_form_is_what_was_put_in() {
    const JUDGE: &str = "import sys, zipfile, io, xml.etree.ElementTree as E
z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert z.testzip() is None
t = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
for p in E.fromstring(z.read('word/document.xml')).iter(t + 'p'):
    print(''.join(x.text or '' for x in p.iter(t + 't')))
";
    let python =
        Command::new("python3").args(["-c", JUDGE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut python) = python else {
        println!("skipped: python3 is not on this machine");
        return;
    };
    let docx = document(
        "<w:p><w:r><w:t>{{题</w:t></w:r><w:r><w:t>名}}</w:t></w:r></w:p><w:p><w:r><w:t>{{页码}}</w:t></w:r></w:p>",
    );
    let filled = fill(&docx, value, &Budget::text()).unwrap();
    python.stdin.take().unwrap().write_all(&filled).unwrap();
    let read = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(read, "论“铜鼓” <a> & b\n101-117\n");
}

#[test]
fn a_long_value_for_a_name_that_stands_often_is_refused() {
    let often = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "{{注}}".repeat(20_000));
    let docx = document(&often);
    assert_eq!(names(&docx, &Budget::text()).unwrap(), ["注", "鸿雁号"]);
    let long = |_: &str| "长".repeat(2_000);
    assert_eq!(fill(&docx, long, &Budget::text()).unwrap_err(), Unusable::TooLarge);
}
