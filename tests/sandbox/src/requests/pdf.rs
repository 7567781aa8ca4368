//! Generates a small valid PDF in place of a supplier's scan: the requested number of pages, each labelled
//! 演示.

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

/// A4 in points.
const PAGE: Rect = Rect { x1: 0.0, y1: 0.0, x2: 595.0, y2: 842.0 };
/// A font that PDF readers have or replace; nothing is embedded.
const SONG: Name<'static> = Name(b"STSong-Light");

/// A document of `pages` pages (1 … 200) that shows its title.
pub(crate) fn document(title: &str, pages: u16) -> Vec<u8> {
    let pages = i32::from(pages.clamp(1, 200));
    let [catalog, tree, font, cid_font, descriptor] = [1, 2, 3, 4, 5].map(Ref::new);
    let page_at = |n: i32| Ref::new(6 + 2 * n);
    let text_at = |n: i32| Ref::new(7 + 2 * n);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids((0..pages).map(page_at)).count(pages);
    pdf.type0_font(font).base_font(SONG).encoding_predefined(Name(b"UniGB-UCS2-H")).descendant_font(cid_font);
    let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 4 };
    pdf.cid_font(cid_font)
        .subtype(CidFontType::Type0)
        .base_font(SONG)
        .system_info(system)
        .default_width(1000.0)
        .font_descriptor(descriptor);
    pdf.font_descriptor(descriptor)
        .name(SONG)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(880.0)
        .stem_v(93.0);
    for n in 0..pages {
        let mut page = pdf.page(page_at(n));
        page.media_box(PAGE).parent(tree).contents(text_at(n));
        page.resources().fonts().pair(Name(b"F1"), font);
        page.finish();
        let mut content = Content::new();
        let lines = [
            (740.0, 18.0, title.to_owned()),
            (700.0, 12.0, format!("第 {} 页，共 {pages} 页", n + 1)),
            (80.0, 12.0, "演示文档，由演示平台生成，不是真实文献".to_owned()),
        ];
        for (y, size, line) in lines {
            content.begin_text().set_font(Name(b"F1"), size).next_line(60.0, y);
            content.show(Str(&utf16(&line))).end_text();
        }
        pdf.stream(text_at(n), &content.finish());
    }
    pdf.finish()
}

/// Encodes as big-endian UCS-2; characters outside of it become 〓. At most 30 characters.
fn utf16(line: &str) -> Vec<u8> {
    line.chars()
        .take(30)
        .map(|c| u16::try_from(u32::from(c)).unwrap_or(0x3013))
        .flat_map(u16::to_be_bytes)
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_document_is_a_pdf_with_its_pages() {
        let bytes = super::document("中华民族的多元一体格局 𠮷", 3);
        assert!(bytes.starts_with(b"%PDF-1.") && bytes.ends_with(b"%%EOF"));
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("/Type /Page").count(), 1 + 3, "the tree and its pages: {text}");
        assert!(bytes.len() < 10_000, "{}", bytes.len());
    }
}
