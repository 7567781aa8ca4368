//! A new migration is compiled in: the macro that reads the folder is run again only when this crate is built.
fn main() {
    println!("cargo:rerun-if-changed=../../crates/store/migrations");
}
