//! Where the library's window and our strip stand. The strip is a window of ours, docked to the right edge of the
//! library's, because only that works alike on Windows, macOS and X11. On Wayland a program cannot place its
//! windows: there the compositor places the strip, above the library's window.

/// A rectangle on the screen, physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// Width of the strip, CSS pixels.
pub(super) const STRIP: f64 = 360.0;
/// Height of the strip where it stands alone, CSS pixels.
pub(super) const ALONE: f64 = 720.0;
/// Preferred size of the library's window, CSS pixels: the width for which most libraries' pages are made.
const PAGE: (f64, f64) = (1040.0, 860.0);
/// Minimum size of the library's window beside the strip, CSS pixels.
const LEAST: f64 = 480.0;

/// Both windows at the start: side by side, in the middle of the work area.
pub(super) fn at_start(screen: Area, scale: f64) -> (Area, Area) {
    let px = |css: f64| to_px(css, scale);
    let strip_width = px(STRIP).min(screen.width);
    let beside = screen.width - strip_width;
    // on a narrow screen the page keeps a usable width, and the strip covers its right edge
    let width = px(PAGE.0).min(beside.max(px(LEAST).min(screen.width)));
    let height = px(PAGE.1).min(screen.height);
    let free = (screen.width - width - strip_width).max(0);
    let page = Area { x: screen.x + free / 2, y: screen.y + (screen.height - height) / 2, width, height };
    (page, beside_page(page, screen, scale))
}

/// The strip beside the library's window, and never beyond the screen.
pub(super) fn beside_page(page: Area, screen: Area, scale: f64) -> Area {
    let width = to_px(STRIP, scale).min(screen.width);
    let right = screen.x + screen.width - width;
    Area { x: (page.x + page.width).min(right).max(screen.x), width, ..page }
}

fn to_px(css: f64, scale: f64) -> i32 {
    // screens are far smaller than i32
    #[allow(clippy::cast_possible_truncation)]
    let px = (css * scale).round() as i32;
    px
}

#[cfg(test)]
mod tests {
    use super::{Area, at_start, beside_page};

    #[test]
    fn both_are_on_the_screen_and_side_by_side_where_there_is_room() {
        for (width, height, scale) in [
            (1920, 1080, 1.0),
            (1366, 728, 1.0),
            (1280, 800, 1.0),
            (3840, 2160, 2.0),
            (800, 600, 1.0),
            (320, 240, 1.0),
        ] {
            let screen = Area { x: 100, y: 30, width, height };
            let (page, strip) = at_start(screen, scale);
            for one in [page, strip] {
                assert!(one.x >= screen.x && one.y >= screen.y, "{one:?} on {screen:?}");
                assert!(one.x + one.width <= screen.x + screen.width, "{one:?} on {screen:?}");
                assert!(one.y + one.height <= screen.y + screen.height, "{one:?} on {screen:?}");
            }
            if width >= 840 {
                assert_eq!(strip.x, page.x + page.width, "{width}");
            }
        }
    }

    #[test]
    fn a_page_that_is_moved_to_the_edge_keeps_its_strip_in_sight() {
        let screen = Area { x: 0, y: 0, width: 1280, height: 800 };
        let page = Area { x: 700, y: 10, width: 700, height: 500 };
        assert_eq!(beside_page(page, screen, 1.0), Area { x: 920, y: 10, width: 360, height: 500 });
    }
}
