//! An isolated desktop for one test: display, session bus, window manager, keyring, home folder.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::Command;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use super::processes::{Running, printed};
use super::wait::until;

/// Configuration of a session bus without service activation: only what the test starts is on it.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// The desktop. Everything on it ends with it; fields are dropped in order of declaration.
pub struct Stage {
    running: Vec<Running>,
    display: String,
    /// address of the session bus
    pub bus: String,
    home: TempDir,
}

impl Stage {
    /// Starts a display with a window manager, and an empty session bus.
    pub async fn set() -> Stage {
        Stage::of_size("1440x960").await
    }

    /// The same with a screen of this size in pixels: `800x500`.
    pub async fn of_size(screen: &str) -> Stage {
        let home = TempDir::new().expect("a temporary directory");
        let config = home.path().join("bus.conf");
        std::fs::write(&config, BUS).expect("a temporary directory");
        for folder in ["run", "config", "data", "cache"] {
            std::fs::create_dir(home.path().join(folder)).expect("a temporary directory");
        }
        // without -noreset the server resets when its last client disconnects
        let mut xvfb = Command::new("Xvfb");
        xvfb.args([
            "-displayfd",
            "1",
            "-noreset",
            "-screen",
            "0",
            &format!("{screen}x24"),
            "-nolisten",
            "tcp",
        ])
        .stderr(Stdio::null());
        let (xvfb, number) = Running::first_line(xvfb).await;
        let mut daemon = Command::new("dbus-daemon");
        daemon.arg(format!("--config-file={}", config.display())).args(["--nofork", "--print-address=1"]);
        let (daemon, bus) = Running::first_line(daemon).await;
        let mut stage = Stage { running: vec![xvfb, daemon], display: format!(":{number}"), bus, home };
        let mut openbox = stage.command("openbox");
        openbox.stderr(Stdio::null());
        stage.running.push(Running::start(openbox));
        until("the window manager", async || stage.property("_NET_SUPPORTING_WM_CHECK").await).await;
        stage
    }

    /// Adds an unlocked keyring.
    pub async fn with_keyring(mut self) -> Stage {
        let mut daemon = self.command("gnome-keyring-daemon");
        daemon
            .args(["--unlock", "--components=secrets", "--foreground"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.running.push(Running::fed(daemon, "相思湖").await);
        let bus = self.connection().await;
        let names = DBusProxy::new(&bus).await.expect("the bus is there");
        let secrets = BusName::try_from("org.freedesktop.secrets").expect("a name");
        until("the keyring", async || {
            names.name_has_owner(secrets.clone()).await.ok().filter(|there| *there)
        })
        .await;
        self
    }

    /// Adds a keyring that never answers, like a hung service, until the connection is dropped.
    pub async fn mute_keyring(&self) -> zbus::Connection {
        let bus = zbus::connection::Builder::address(self.bus.as_str()).expect("an address");
        let bus = bus.name("org.freedesktop.secrets").expect("a name");
        bus.build().await.expect("the bus is there")
    }

    /// The secret of the one keyring entry that has this attribute value.
    pub async fn secret(&self, attribute: &str, value: &str) -> String {
        type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);
        const SERVICE: &str = "org.freedesktop.Secret.Service";
        let bus = self.connection().await;
        let ask = zbus::Proxy::new(&bus, "org.freedesktop.secrets", "/org/freedesktop/secrets", SERVICE)
            .await
            .expect("the keyring is there");
        // Secret Service API, draft 0.2: a session without encryption, because nobody else is on this bus
        let plain = ("plain", Value::from(""));
        let (_, session): (OwnedValue, OwnedObjectPath) =
            ask.call("OpenSession", &plain).await.expect("a session");
        let wanted = HashMap::from([(attribute, value)]);
        let (found, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            ask.call("SearchItems", &wanted).await.expect("an answer");
        let secrets: HashMap<OwnedObjectPath, Secret> =
            ask.call("GetSecrets", &(found, session)).await.expect("an answer");
        let text = secrets.into_values().map(|(_, _, secret, _)| secret).next().expect("an entry");
        String::from_utf8(text).expect("a text")
    }

    /// A command with this desktop's environment.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let at = |name: &str| self.home.path().join(name);
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", at("run"))
            .env("XDG_CONFIG_HOME", at("config"))
            .env("XDG_DATA_HOME", at("data"))
            .env("XDG_CACHE_HOME", at("cache"))
            .env("LANG", "C.UTF-8")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY");
        command
    }

    /// The home folder of this desktop.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// The demo's data directory on this desktop.
    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("data").join("org.hongyan.desktop").join("demo")
    }

    /// The data directory of a demo build that starts without the demo.
    pub fn data_dir_without_demo(&self) -> PathBuf {
        self.home.path().join("data").join("org.hongyan.desktop").join("no-demo")
    }

    /// Whether a window whose title contains these words is visible.
    pub async fn shows(&self, title: &str) -> bool {
        let mut wmctrl = self.command("wmctrl");
        wmctrl.arg("-l").stderr(Stdio::null());
        printed(wmctrl).await.lines().any(|line| line.contains(title))
    }

    /// Copies a text in another program, so that it can be pasted.
    pub async fn copy(&mut self, text: &str) {
        let mut holder = self.command("xclip");
        holder.args(["-selection", "clipboard", "-in", "-quiet"]).stderr(Stdio::null());
        self.running.push(Running::fed(holder, text).await);
        until("the clipboard", async || {
            let mut look = self.command("xclip");
            look.args(["-selection", "clipboard", "-out"]).stderr(Stdio::null());
            (printed(look).await == text).then_some(())
        })
        .await;
    }

    /// Closes a window as its title bar's button does.
    pub async fn close(&self, title: &str) {
        let mut wmctrl = self.command("wmctrl");
        wmctrl.args(["-c", title]);
        assert!(wmctrl.status().await.expect("wmctrl").success());
    }

    async fn property(&self, name: &str) -> Option<String> {
        let mut xprop = self.command("xprop");
        xprop.args(["-root", name]).stderr(Stdio::null());
        Some(printed(xprop).await).filter(|text| text.contains("window id"))
    }

    async fn connection(&self) -> zbus::Connection {
        let builder = zbus::connection::Builder::address(self.bus.as_str()).expect("an address");
        builder.build().await.expect("the bus is there")
    }
}
