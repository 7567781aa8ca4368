//! Statistics of a simulation.

use super::{OUT_FROM, OUT_TO, USUAL};

/// Seconds over which a peak is averaged.
const WINDOW: usize = 10;

/// Load in requests per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// mean
    pub mean: f64,
    /// mean of the busiest ten seconds
    pub peak: f64,
    /// the busiest second
    pub second: u32,
}

/// Load in the three phases of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// in usual operation
    pub before: Load,
    /// during the outage
    pub during: Load,
    /// after the outage
    pub after: Load,
}

/// Statistics of the requests per second.
pub fn figures(heard: &[u32]) -> Figures {
    let at = |second: u64| usize::try_from(second).unwrap_or(usize::MAX).min(heard.len());
    let part = |from: u64, to: u64| load(heard.get(at(from)..at(to)).unwrap_or_default());
    Figures {
        // the first half is still influenced by the start of the clients
        before: part(OUT_FROM - USUAL / 2, OUT_FROM),
        during: part(OUT_FROM, OUT_TO),
        after: part(OUT_TO, u64::MAX),
    }
}

fn load(heard: &[u32]) -> Load {
    let sum = |part: &[u32]| part.iter().map(|count| f64::from(*count)).sum::<f64>();
    Load {
        mean: sum(heard) / heard.len().max(1) as f64,
        peak: heard.chunks_exact(WINDOW).map(|part| sum(part) / WINDOW as f64).fold(0.0, f64::max),
        second: heard.iter().copied().max().unwrap_or(0),
    }
}

/// A Markdown table of the figures, relative to the usual load of the same run.
pub fn table(ours: &Figures, naive: &Figures) -> String {
    let mut text = String::from(
        "| schedule | part | mean requests/s | busiest 10 s | busiest 1 s | busiest 10 s ÷ usual mean |\n|---|---|---|---|---|---|\n",
    );
    for (name, figures) in [("ours", ours), ("fixed interval", naive)] {
        for (part, load) in [("before", figures.before), ("during", figures.during), ("after", figures.after)]
        {
            text.push_str(&format!(
                "| {name} | {part} | {:.0} | {:.0} | {} | {:.2} × |\n",
                load.mean,
                load.peak,
                load.second,
                load.peak / figures.before.mean.max(f64::MIN_POSITIVE),
            ));
        }
    }
    text
}
