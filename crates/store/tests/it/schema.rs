//! docs/schema.sql equals the schema that the migrations create.

use std::path::Path;

fn table_text(sql: &str) -> Vec<String> {
    // ignore comments and white space
    let plain: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    plain
        .split(';')
        .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|statement| !statement.is_empty())
        .collect()
}

#[test]
fn the_schema_in_the_docs_is_the_schema() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut made = Vec::new();
    for folder in ["ledger", "cache"] {
        let mut files: Vec<_> = std::fs::read_dir(crate_dir.join("migrations").join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(!text.contains('\r'), "{} has CRLF: its checksum would differ", file.display());
            made.extend(table_text(&text));
        }
    }
    let docs = std::fs::read_to_string(crate_dir.join("../../docs/schema.sql")).unwrap();
    assert_eq!(table_text(&docs), made, "docs/schema.sql: copy the migrations with their comments");
    for statement in made.iter().filter(|statement| statement.starts_with("CREATE TABLE")) {
        assert!(statement.contains("STRICT"), "{statement}");
    }
}
