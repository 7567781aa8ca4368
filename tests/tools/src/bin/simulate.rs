//! `npm run simulate -- --clients 100000 --seed 1 [--plot docs/load-after-outage.svg]`: simulates the
//! load of many clients on a platform before, during and after an outage.

use std::path::PathBuf;
use std::process::ExitCode;

use hongyan_tools::simulate::{Kind, draw, figures, run, table};

/// Maximum ratio of the peak after an outage to the usual load.
const FLAT: f64 = 1.5;

struct Wanted {
    clients: usize,
    seed: u64,
    plot: Option<PathBuf>,
}

fn wanted() -> Result<Wanted, String> {
    let mut wanted = Wanted { clients: 100_000, seed: 1, plot: None };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name}: {value} is no number"));
        match name.as_str() {
            "--clients" => wanted.clients = usize::try_from(number()?).map_err(|e| e.to_string())?,
            "--seed" => wanted.seed = number()?,
            "--plot" => wanted.plot = Some(PathBuf::from(value)),
            _ => return Err(format!("{name} is not known: --clients N --seed N --plot FILE")),
        }
    }
    Ok(wanted)
}

fn main() -> ExitCode {
    let Wanted { clients, seed, plot } = match wanted() {
        Ok(wanted) => wanted,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    // a platform needs spare capacity of one and a half times its load; this one has twice
    let unhindered = figures(&run(Kind::Ours, clients, seed, u32::MAX));
    let capacity = (2.0 * unhindered.before.mean).ceil() as u32;
    let (ours, naive) = (run(Kind::Ours, clients, seed, capacity), run(Kind::Naive, clients, seed, capacity));
    let (of_ours, of_naive) = (figures(&ours), figures(&naive));
    println!("{clients} programs, seed {seed}, platform serves {capacity} requests/s\n");
    println!("{}", table(&of_ours, &of_naive));
    if let Some(file) = plot
        && let Err(error) = draw(&file, &ours, &naive, of_ours.before.mean)
    {
        eprintln!("{}: {error}", file.display());
        return ExitCode::FAILURE;
    }
    let ratio = of_ours.after.peak / of_ours.before.mean;
    println!("after the outage: {ratio:.2} × the usual load in the busiest ten seconds (flat: ≤ {FLAT} ×)");
    if ratio <= FLAT { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
