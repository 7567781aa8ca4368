//! Writes tables as CSV (RFC 4180) for spreadsheets: UTF-8 with the byte order mark that Excel requires,
//! and no cell that is evaluated as a formula.

/// A table of texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// names of the columns
    pub head: Vec<String>,
    /// rows, each with as many cells as the head
    pub rows: Vec<Vec<String>>,
}

/// Byte order mark; without it Excel assumes the system's code page.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

impl Table {
    /// Writes the table to the bytes of a file.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer(MARK.to_vec());
        for row in std::iter::once(&self.head).chain(&self.rows) {
            // writing to memory cannot fail
            let _ = writer.write_record(row.iter().map(|cell| harmless(cell)));
        }
        writer.into_inner().unwrap_or_default()
    }
}

/// Prevents a cell from being evaluated as a formula, by a leading apostrophe, which marks a text in
/// spreadsheets.
fn harmless(cell: &str) -> String {
    // East Asian versions treat full-width characters like ordinary ones
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn what_is_written_reads_back_and_nothing_is_a_formula() {
        let rows = [
            ["红楼梦", "曹雪芹, 高鹗", "引号\"与\n换行"],
            ["=HYPERLINK(\"http://example.org\")", "+86 771", "-1"],
            ["@SUM(A1)", "＝1+1", ""],
        ];
        let table = Table {
            head: ["题名", "著者", "备注"].map(String::from).to_vec(),
            rows: rows.iter().map(|row| row.map(String::from).to_vec()).collect(),
        };
        let bytes = table.csv();
        assert!(bytes.starts_with(&[0xEF, 0xBB, 0xBF]));
        let text = std::str::from_utf8(&bytes).unwrap().trim_start_matches('\u{FEFF}');
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap(), vec!["题名", "著者", "备注"]);
        let read: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(read[0], rows[0]);
        assert_eq!(read[1], ["'=HYPERLINK(\"http://example.org\")", "'+86 771", "'-1"]);
        assert_eq!(read[2], ["'@SUM(A1)", "'＝1+1", ""]);
    }
}
