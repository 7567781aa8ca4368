//! The figures of a run.

use super::{OUT_FROM, OUT_TO, USUAL};

/// Seconds over which a peak is taken.
const WINDOW: usize = 10;

/// Requests a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// on average
    pub mean: f64,
    /// in the busiest ten seconds
    pub peak: f64,
    /// in the busiest second
    pub second: u32,
}

/// Load in the three parts of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// usual
    pub before: Load,
    /// while the platform is out
    pub during: Load,
    /// afterwards
    pub after: Load,
}

/// The figures of what was heard in each second.
pub fn figures(heard: &[u32]) -> Figures {
    let at = |second: u64| usize::try_from(second).unwrap_or(usize::MAX).min(heard.len());
    let part = |from: u64, to: u64| load(heard.get(at(from)..at(to)).unwrap_or_default());
    Figures {
        // the first half is still shaped by how the programs were started
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

/// Figures as a table in Markdown, each beside the usual load of its own run.
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
