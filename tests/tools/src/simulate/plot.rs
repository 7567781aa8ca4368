//! The plot in docs/: load over time.

use std::path::Path;

use plotters::prelude::*;

use super::{END, OUT_FROM, OUT_TO};

/// Seconds per point.
const POINT: usize = 30;

/// Draws both runs as SVG: our schedule alone on the left, both on a logarithmic axis on the right.
///
/// # Errors
/// Errors of writing the file.
pub fn draw(file: &Path, ours: &[u32], naive: &[u32], usual: f64) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(file, (1040, 400)).into_drawing_area();
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(520);
    let (from, to) = (3600.0 / 60.0, END as f64 / 60.0);
    let (out_from, out_to) = (OUT_FROM as f64 / 60.0, OUT_TO as f64 / 60.0);
    let blue = RGBColor(0x27, 0x49, 0x6D);
    let red = RGBColor(0xB2, 0x3A, 0x2B);
    let grey = RGBColor(0x74, 0x6E, 0x66);
    let shade = RGBColor(0xF3, 0xF1, 0xEC);
    let (ours, naive) = (points(ours), points(naive));
    let highest = |points: &[(f64, f64)]| points.iter().map(|(_, load)| *load).fold(1.0, f64::max);

    let top = highest(&ours).max(1.5 * usual) * 1.15;
    let mut chart = ChartBuilder::on(&left)
        .caption("this program, requests a second", ("sans-serif", 16))
        .margin(14)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(from..to, 0f64..top)?;
    chart.draw_series([Rectangle::new([(out_from, 0.0), (out_to, top)], shade.filled())])?;
    chart.configure_mesh().x_desc("minutes; shaded: the outage").light_line_style(WHITE).draw()?;
    for (times, label) in [(1.0, "usual"), (1.5, "1.5 × usual")] {
        let line = [(from, times * usual), (to, times * usual)];
        chart.draw_series(DashedLineSeries::new(line, 4, 4, grey.stroke_width(1)))?;
        let place = (from + 2.0, times * usual + top * 0.035);
        chart.draw_series([Text::new(label, place, ("sans-serif", 12).into_font().color(&grey))])?;
    }
    chart.draw_series(LineSeries::new(ours.iter().copied(), blue.stroke_width(2)))?;

    let top = highest(&naive) * 2.0;
    let mut chart = ChartBuilder::on(&right)
        .caption("blue: this program; red: a fixed interval (logarithmic)", ("sans-serif", 16))
        .margin(14)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(from..to, (usual / 10.0..top).log_scale())?;
    chart.draw_series([Rectangle::new([(out_from, usual / 10.0), (out_to, top)], shade.filled())])?;
    chart.configure_mesh().x_desc("minutes").light_line_style(WHITE).draw()?;
    chart.draw_series(LineSeries::new(naive.iter().copied(), red.stroke_width(1)))?;
    chart.draw_series(LineSeries::new(ours.iter().copied(), blue.stroke_width(2)))?;
    root.present()?;
    Ok(())
}

/// Points of (minute, requests per second), averaged; from the end of the first hour.
fn points(heard: &[u32]) -> Vec<(f64, f64)> {
    heard
        .chunks_exact(POINT)
        .enumerate()
        .map(|(at, part)| {
            let sum: f64 = part.iter().map(|count| f64::from(*count)).sum();
            ((at * POINT) as f64 / 60.0, sum / POINT as f64)
        })
        .filter(|(minute, _)| *minute >= 60.0)
        .collect()
}
