//! The program that is killed: an engine without a window, told what to do on its standard input. What it
//! prints is what a patron would have seen by then (`hongyan_torture::client`).

use std::process::ExitCode;

fn main() -> ExitCode {
    hongyan_torture::client::main()
}
