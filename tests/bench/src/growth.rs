//! Search time for 1 to 50 sources and for 100 to 100,000 records; also draws the plot in docs/.

use std::path::Path;
use std::time::Duration;

use plotters::prelude::*;

use crate::report::Row;
use crate::run_search::{limits, ms, search};
use crate::targets::Targets;

/// A point of a plot: count, milliseconds.
type Point = (f64, f64);

/// Measures both, and draws them to `plot` if it is given.
///
/// # Errors
/// A sentence for the console.
pub async fn growth(rows: &mut Vec<Row>, plot: Option<&Path>, quick: bool) -> Result<(), String> {
    let targets = Targets::start().map_err(|error| error.to_string())?;
    let mut by_sources = Vec::new();
    for count in [1usize, 2, 5, 10, 20, 35, 50] {
        let configs: Vec<_> = (0..count).map(|n| targets.source(n, 100, Duration::from_millis(50))).collect();
        let seen = search(&configs, "战略", limits(100, count)).await?;
        by_sources.push((count as f64, ms(seen.done)));
    }
    let mut by_records = Vec::new();
    let sizes: &[usize] = if quick { &[100, 1_000, 10_000] } else { &[100, 1_000, 10_000, 30_000, 100_000] };
    for &count in sizes {
        // the records are spread over ten sources
        let each = count / 10;
        let configs: Vec<_> = (0..10).map(|n| targets.source(n, each, Duration::ZERO)).collect();
        let seen = search(&configs, "战略", limits(each, 10)).await?;
        if seen.records() as usize != count || seen.works == 0 {
            return Err(format!("{} records in {} works instead of {count}", seen.records(), seen.works));
        }
        by_records.push((count as f64, ms(seen.done)));
    }
    let line = |points: &[Point]| {
        let texts: Vec<String> = points.iter().map(|(n, ms)| format!("{n:.0}: {ms:.0} ms")).collect();
        texts.join(", ")
    };
    rows.push(Row::figure("growth with sources (100 records each, 50 ms): done", line(&by_sources)));
    rows.push(Row::figure("growth with records (10 sources): done", line(&by_records)));
    let each = |points: &[Point]| points.last().map_or(f64::NAN, |(n, ms)| ms / n);
    let (small, large) = (by_records.get(1..3).map_or(f64::NAN, each), each(&by_records));
    rows.push(
        Row::figure(
            "growth: time a record at the largest size against 10,000",
            format!("{:.2} ×", large / small),
        )
        .target("≤ 2 × (no worse than linear)", large / small <= 2.0),
    );
    if let Some(file) = plot {
        draw(file, &by_sources, &by_records).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn draw(file: &Path, sources: &[Point], records: &[Point]) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(file, (960, 380)).into_drawing_area();
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(480);
    let top = |points: &[Point]| points.iter().map(|(_, ms)| *ms).fold(1.0, f64::max) * 1.15;
    let blue = RGBColor(0x2F, 0x5D, 0x8A);
    let mut chart = ChartBuilder::on(&left)
        .caption("sources, 100 records each, 50 ms", ("sans-serif", 16))
        .margin(14)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(0f64..52f64, 0f64..top(sources))?;
    chart.configure_mesh().x_desc("sources").y_desc("done after, ms").light_line_style(WHITE).draw()?;
    chart.draw_series(LineSeries::new(sources.iter().copied(), blue.stroke_width(2)))?;
    chart.draw_series(sources.iter().map(|point| Circle::new(*point, 3, blue.filled())))?;
    let mut chart = ChartBuilder::on(&right)
        .caption("records of ten sources, both axes logarithmic", ("sans-serif", 16))
        .margin(14)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d((80f64..120_000f64).log_scale(), (1f64..top(records)).log_scale())?;
    chart.configure_mesh().x_desc("records").y_desc("done after, ms").light_line_style(WHITE).draw()?;
    chart.draw_series(LineSeries::new(records.iter().copied(), blue.stroke_width(2)))?;
    chart.draw_series(records.iter().map(|point| Circle::new(*point, 3, blue.filled())))?;
    root.present()?;
    Ok(())
}
