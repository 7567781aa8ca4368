//! A hand on the real window, through WebKitWebDriver: finds what a patron would find, by its words.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::processes::Running;
use super::stage::Stage;
use super::wait::until;

/// Resolves after two frames: WebKitGTK gives the frame before the last change otherwise.
const TWO_FRAMES: &str =
    "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";

/// Whether a piece of text with these words takes up room in the window. The driver's own answer is not
/// used: it calls lines hidden that a list keeps in a scrolled box.
const SHOWN: &str = "const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); \
    while (texts.nextNode()) { \
      const text = texts.currentNode; \
      if (!text.data.includes(arguments[0])) continue; \
      const range = document.createRange(); range.selectNodeContents(text); \
      const { width, height, top } = range.getBoundingClientRect(); \
      if (width > 1 && height > 1 && top < innerHeight && text.parentElement.checkVisibility()) return true; \
    } \
    return false;";

/// What lies outside its place: the same script as in Chromium.
const OUTSIDE: &str = include_str!("../../e2e/lib/outside.page.js");

/// Scrolls an element to the middle of what scrolls around it.
const INTO_SIGHT: &str =
    "arguments[0].scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });";

/// After so long without a window a program has none.
const PATIENCE: Duration = Duration::from_secs(60);

/// The built shell.
pub fn program() -> PathBuf {
    let built = || {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target"));
        target.unwrap_or_else(beside).join("debug").join("hongyan")
    };
    let program = std::env::var_os("HONGYAN_APP").map_or_else(built, PathBuf::from);
    assert!(program.exists(), "{} is not built; `npm run desktop` builds it", program.display());
    program
}

/// A running Hongyan and its window.
pub struct Desk {
    client: Client,
    driver: Running,
}

impl Desk {
    /// Starts the shell on a desktop, with these environment variables, and waits for its page. Composed, also
    /// where there is no graphics processor: the driver of WebKitGTK 2.50 takes one picture of a window that is
    /// not, and waits for ever for the second.
    pub async fn open(stage: &Stage, variables: &[(&str, String)]) -> Desk {
        let composed = ("WEBKIT_DISABLE_COMPOSITING_MODE", "0".to_owned());
        let variables: Vec<_> = variables.iter().cloned().chain([composed]).collect();
        Desk::open_program(stage, &program(), &variables).await
    }

    /// The same with a shell that was built otherwise.
    pub async fn open_program(stage: &Stage, program: &Path, variables: &[(&str, String)]) -> Desk {
        let desk = Desk::look_into(stage, program, variables).await;
        // the source locale, whatever locales this machine has
        desk.rpc("settings_change", json!({ "locale": "zh-CN" })).await;
        // without a keyring the first page is a question, not the frame
        let chinese = "return document.documentElement.lang === 'zh-CN' || null;";
        until("the source locale", async || desk.run(chinese, Vec::new()).await.as_bool()).await;
        desk
    }

    /// Starts the shell where the program behind it cannot start, and waits for what its page says of it.
    pub async fn open_in_vain(stage: &Stage, variables: &[(&str, String)]) -> Desk {
        let composed = ("WEBKIT_DISABLE_COMPOSITING_MODE", "0".to_owned());
        let variables: Vec<_> = variables.iter().cloned().chain([composed]).collect();
        Desk::look_into(stage, &program(), &variables).await
    }

    async fn look_into(stage: &Stage, program: &Path, variables: &[(&str, String)]) -> Desk {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut driver = stage.command("WebKitWebDriver");
        driver
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null());
        let driver = Running::start(driver);
        let options = json!({ "webkitgtk:browserOptions": { "binary": program, "args": [] } });
        let Value::Object(capabilities) = options else { unreachable!("it is an object") };
        let address = format!("http://127.0.0.1:{port}");
        until("the driver", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        // the driver waits for ever for a program that ended before it had a window
        let session = builder.capabilities(capabilities).connect(&address);
        let client = tokio::time::timeout(PATIENCE, session).await.expect("a window").expect("a session");
        let desk = Desk { client, driver };
        until("the page", async || desk.client.find(Locator::Css("main")).await.ok()).await;
        desk
    }

    /// Waits for what a selector finds, and gives its text.
    pub async fn text_of(&self, selector: &str) -> String {
        let text = "return document.querySelector(arguments[0])?.textContent ?? null;";
        let look = async || self.run(text, vec![json!(selector)]).await.as_str().map(str::to_owned);
        until(selector, look).await
    }

    /// Waits until a selector finds nothing.
    pub async fn is_without(&self, selector: &str) {
        let none = "return document.querySelector(arguments[0]) === null || null;";
        until(&format!("no {selector}"), async || self.run(none, vec![json!(selector)]).await.as_bool())
            .await;
    }

    /// Clicks what a selector finds.
    pub async fn press(&self, selector: &str) {
        let click = "const found = document.querySelector(arguments[0]); found?.click(); return found !== null || null;";
        until(selector, async || self.run(click, vec![json!(selector)]).await.as_bool()).await;
    }

    /// Waits until two frames were drawn.
    pub async fn frames(&self) {
        self.run_later(TWO_FRAMES).await;
    }

    /// The middle of what a selector finds, in the page's pixels.
    pub async fn middle(&self, selector: &str) -> (f64, f64) {
        let middle = "const box = document.querySelector(arguments[0])?.getBoundingClientRect(); \
                      return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;";
        until(selector, async || {
            let found = self.run(middle, vec![json!(selector)]).await;
            Some((found.get(0)?.as_f64()?, found.get(1)?.as_f64()?))
        })
        .await
    }

    /// Clicks what has these words: a button, a link, a tab, a choice.
    pub async fn click(&self, words: &str) {
        self.act(words, &clickable(words), async |element| element.click().await).await;
    }

    /// Answers the question that is asked.
    pub async fn answer(&self, words: &str) {
        let path = format!("//*[@role='dialog' or @role='alertdialog']{}", clickable(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Clicks the button that sends a form.
    pub async fn submit(&self, words: &str) {
        let path = format!("//button[@type='submit'][normalize-space(.)={}]", quoted(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Clicks what begins with these words.
    pub async fn click_starting(&self, words: &str) {
        let path = format!("//button[starts-with(normalize-space(.), {})]", quoted(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Chooses the first row of a list that has these words.
    pub async fn choose(&self, words: &str) {
        let path = format!("//*[@role='option'][contains(., {})]", quoted(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Opens the choice with this label and chooses from it.
    pub async fn pick(&self, label: &str, words: &str) {
        let named = quoted(label);
        let labels = format!("//label[starts-with(normalize-space(.), {named})]");
        let path = format!("//*[@role='combobox'][@aria-label={named} or @id={labels}/@for]");
        let option = format!("//*[@role='option'][normalize-space(.)={}]", quoted(words));
        // news that comes meanwhile draws the field anew, and its list is closed: whoever chooses opens it again
        until(&format!("the choice {words} of {label}"), async || {
            for element in self.client.find_all(Locator::XPath(&option)).await.ok()? {
                if element.is_displayed().await.ok()? && element.click().await.is_ok() {
                    return Some(());
                }
            }
            for element in self.client.find_all(Locator::XPath(&path)).await.ok()? {
                let at = serde_json::to_value(&element).ok()?;
                self.client.execute(INTO_SIGHT, vec![at]).await.ok()?;
                let open = element.attr("aria-expanded").await.ok()?;
                if open.as_deref() != Some("true") && element.is_displayed().await.ok()? {
                    element.click().await.ok()?;
                }
            }
            None
        })
        .await;
    }

    /// Writes into the field with this label.
    pub async fn fill(&self, label: &str, text: &str) {
        self.act(label, &field(label), async |element| {
            element.clear().await?;
            element.send_keys(text).await
        })
        .await;
    }

    /// Writes into the field with this label and presses Enter.
    pub async fn enter(&self, label: &str, text: &str) {
        self.fill(label, &format!("{text}\u{E007}")).await;
    }

    /// Waits until these words are on the screen.
    pub async fn sees(&self, words: &str) {
        until(&format!("the words {words}"), async || {
            let found = self.client.execute(SHOWN, vec![json!(words)]).await.ok()?;
            found.as_bool().filter(|shown| *shown)
        })
        .await;
    }

    /// The part of the address that says which screen is shown.
    pub async fn route(&self) -> String {
        let address = self.client.current_url().await.expect("a page");
        address.fragment().unwrap_or_default().to_owned()
    }

    /// Goes to a screen by its address. The router follows it only once its first screen is there.
    pub async fn go(&self, route: &str) {
        const FIRST: &str =
            "return (document.querySelector('.frame main')?.firstElementChild ?? null) !== null || null;";
        until("the first screen", async || self.run(FIRST, Vec::new()).await.as_bool()).await;
        self.run("window.location.hash = arguments[0];", vec![json!(route)]).await;
    }

    /// Calls a command of the table as the page does.
    pub async fn rpc(&self, name: &str, payload: Value) -> Value {
        const CALL: &str = "const done = arguments[2]; \
            window.__TAURI_INTERNALS__.invoke('rpc', { name: arguments[0], payload: arguments[1] }).then(done, done);";
        self.client.execute_async(CALL, vec![json!(name), payload]).await.expect("the shell answers")
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the script runs")
    }

    /// Runs a script that calls its last argument when it is done, and gives what it called it with.
    pub async fn run_later(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.expect("the script ends")
    }

    /// Sizes the window.
    pub async fn size(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("the window can be sized");
    }

    /// Turns the program to a language (`zh-CN`, `en`) and a theme (`light`, `dark`), and waits until it is drawn.
    pub async fn look(&self, locale: &str, theme: &str) {
        const TURNED: &str = "const root = document.documentElement; \
            return (root.lang === arguments[0] && root.dataset.theme === arguments[1]) || null;";
        self.rpc("settings_change", json!({ "locale": locale, "theme": theme })).await;
        until("the look", async || self.run(TURNED, vec![json!(locale), json!(theme)]).await.as_bool()).await;
    }

    /// Keeps a picture in each look as `<name>-<locale>-<theme>`. The program is left in 简体, light.
    pub async fn looks(&self, name: &str) {
        for (locale, theme) in [("zh-CN", "light"), ("zh-CN", "dark"), ("en", "light")] {
            self.look(locale, theme).await;
            self.picture(&format!("{name}-{locale}-{theme}")).await;
        }
        self.look("zh-CN", "light").await;
    }

    /// Waits until something that this CSS selector names is on the screen, and nothing is being read any more.
    pub async fn shown(&self, selector: &str) {
        const THERE: &str = "const found = [...document.querySelectorAll(arguments[0])]; \
            const there = found.some((one) => one.getBoundingClientRect().width > 0 && one.checkVisibility()); \
            return (there && !document.querySelector('.skeleton')) || null;";
        until(selector, async || self.run(THERE, vec![json!(selector)]).await.as_bool()).await;
    }

    /// Points at the first thing that this CSS selector names and clicks, as a hand does: not only the click is sent.
    pub async fn point(&self, selector: &str) {
        until(&format!("{selector} to press"), async || {
            let element = self.client.find(Locator::Css(selector)).await.ok()?;
            element.click().await.ok()
        })
        .await;
    }

    /// Presses Esc where the keyboard is.
    pub async fn escape(&self) {
        let at = self.client.active_element().await.expect("a page");
        // what had the keyboard may be gone by now
        let _ = at.send_keys("\u{E00C}").await;
    }

    /// What of the screen lies outside its place or is out of reach; none is right.
    pub async fn outside(&self) -> Vec<String> {
        let script = format!("const found = {OUTSIDE}\nreturn found;");
        sentences(&self.run(&script, Vec::new()).await)
    }

    /// What has gone wrong behind the face of the page since it was last asked; none is right.
    pub async fn wrong(&self) -> Vec<String> {
        let all = self.client.execute("return window.hongyanWitness();", Vec::new()).await;
        // a window that has closed has nothing to tell any more
        all.map(|all| sentences(&all)).unwrap_or_default()
    }

    async fn well(&self) {
        let wrong = self.wrong().await;
        assert!(wrong.is_empty(), "something was wrong behind the face of the page: {wrong:#?}");
    }

    /// Keeps a picture of the window in tests/artifacts.
    pub async fn picture(&self, name: &str) {
        self.run_later(TWO_FRAMES).await;
        let png = self.client.screenshot().await.expect("a picture");
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../artifacts"));
        std::fs::create_dir_all(&folder).expect("a place");
        std::fs::write(folder.join(format!("{name}.png")), png).expect("a place");
    }

    /// Ends the session, and the program with it. What went wrong in the page until then fails the test.
    pub async fn close(self) {
        self.well().await;
        // a program that has left already has ended its session
        let _ = self.client.close().await;
    }

    /// Kills the program without a warning. What it was about to write is not written.
    pub async fn kill(self) {
        self.well().await;
        self.driver.end_children("KILL").await;
    }

    /// Tells the program to end, as the system does at the end of a session, and waits until it has.
    pub async fn end_session(self) {
        self.well().await;
        self.driver.end_children("TERM").await;
    }

    /// The same without waiting: what stands behind it ends by itself.
    pub async fn leave_session(&self) {
        self.well().await;
        self.driver.tell_children("TERM").await;
    }

    /// Acts on an element as soon as that works: it may be drawn anew between finding and acting.
    async fn act(&self, words: &str, path: &str, act: impl AsyncFn(Element) -> Result<(), CmdError>) {
        until(&format!("something to use with the words {words}"), async || {
            for element in self.client.find_all(Locator::XPath(path)).await.ok()? {
                // the driver takes what lies under the status line for what is in sight, and cannot click there
                let at = serde_json::to_value(&element).ok()?;
                self.client.execute(INTO_SIGHT, vec![at]).await.ok()?;
                let usable = element.is_displayed().await.ok()? && element.is_enabled().await.ok()?;
                if usable && act(element).await.is_ok() {
                    return Some(());
                }
            }
            None
        })
        .await;
    }
}

fn sentences(all: &Value) -> Vec<String> {
    let all = all.as_array().expect("a list of sentences");
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn clickable(words: &str) -> String {
    let words = quoted(words);
    let kinds = "self::button or self::a or self::summary or @role='button' or @role='tab' or @role='menuitem' \
                 or @role='radio' or @role='option' or @role='switch' or @role='checkbox'";
    format!("//*[{kinds}][normalize-space(.)={words} or @aria-label={words}]")
}

fn field(label: &str) -> String {
    let label = quoted(label);
    let kinds = "self::input or self::textarea";
    let labels = format!("//label[starts-with(normalize-space(.), {label})]");
    format!("//*[{kinds}][@aria-label={label} or @id={labels}/@for] | {labels}//*[{kinds}]")
}

/// A string of XPath, which has no escapes.
fn quoted(text: &str) -> String {
    assert!(!text.contains('\''), "no such words in our screens: {text}");
    format!("'{text}'")
}
