//! A window from which a file can be dragged, as from a file manager: `drag-source FILE`. It stays above
//! other windows in a corner of the screen.

#![allow(clippy::expect_used, reason = "a test fails by panicking, in what it stands on too")]

#[cfg(target_os = "linux")]
fn main() {
    use gtk::gdk::{DragAction, ModifierType};
    use gtk::prelude::*;

    gtk::init().expect("a display");
    let path = std::env::args_os().nth(1).expect("a file");
    let uri = gtk::glib::filename_to_uri(&path, None).expect("a whole path");
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    window.set_title("drag-source");
    window.set_default_size(160, 80);
    window.set_keep_above(true);
    window.move_(0, 0);
    let handle = gtk::EventBox::new();
    let uris = [gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0)];
    handle.drag_source_set(ModifierType::BUTTON1_MASK, &uris, DragAction::COPY);
    handle.connect_drag_data_get(move |_, _, data, _, _| {
        data.set_uris(&[&uri]);
    });
    window.add(&handle);
    window.connect_destroy(|_| gtk::main_quit());
    window.show_all();
    gtk::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {}
