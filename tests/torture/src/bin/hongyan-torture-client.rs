//! The process that the suites kill: an engine without a window, controlled through standard input. It prints
//! what a patron would have seen by then (`hongyan_torture::client`).

use std::process::ExitCode;

fn main() -> ExitCode {
    hongyan_torture::client::main()
}
