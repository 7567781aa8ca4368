//! Writes ui/src/api/generated.ts. With `--check` it writes nothing and fails if the file is out of date.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api/generated.ts");
    let now = hongyan_api::export::typescript();
    if std::env::args().any(|argument| argument == "--check") {
        if std::fs::read_to_string(&path).is_ok_and(|before| before == now) {
            return ExitCode::SUCCESS;
        }
        eprintln!("ui/src/api/generated.ts is not current: run `npm run gen`");
        return ExitCode::FAILURE;
    }
    if let Err(error) =
        std::fs::create_dir_all(path.parent().unwrap_or(&path)).and_then(|()| std::fs::write(&path, now))
    {
        eprintln!("cannot write {}: {error}", path.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
