//! The process that is killed. It reads commands as lines of tab-separated parts from standard input; every
//! answer is one line, printed when a patron would have seen the result:
//!
//! | command | answer |
//! |---|---|
//! | (at the start) | `ready`, or `failed CODE` and the end |
//! | `draft TITLE NOTE` | `saved ID` |
//! | `submit ID` | `submitted ID`: 已保存 |
//! | `cancel ID` | `cancelled ID`, or `refused ID CODE` |
//! | `type TITLE` | `typed N` for each letter: what is on the screen |
//!
//! Markers of the engine and the store (`tracing` target [`POINTS`]) are printed as `point NAME`; at the
//! marker given by `--stop` the process blocks until it is killed.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hongyan_engine::problem::Problem;
use hongyan_engine::{Engine, SystemClock};
use hongyan_model::{Draft, RequestId, Service};
use tokio::sync::mpsc;
use tracing::field::{Field, Visit};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use crate::machine::{KeyFile, config, reader_api};
use crate::promise::enter;
use crate::typing::Rule;

/// `tracing` target of the markers in engine and store.
pub const POINTS: &str = "hongyan::point";

struct Arguments {
    data: PathBuf,
    key: PathBuf,
    base: String,
    user: String,
    stop: String,
}

fn arguments() -> Option<Arguments> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = given.iter().position(|argument| argument == name)?;
        given.get(at + 1).cloned()
    };
    Some(Arguments {
        data: value("--data")?.into(),
        key: value("--key")?.into(),
        base: value("--base")?,
        user: value("--user")?,
        stop: value("--stop").unwrap_or_default(),
    })
}

/// Runs the client.
pub fn main() -> ExitCode {
    let Some(arguments) = arguments() else {
        eprintln!(
            "usage: hongyan-torture-client --data DIR --key FILE --base URL --user NAME [--stop POINT]"
        );
        return ExitCode::from(2);
    };
    let marks = tracing_subscriber::registry().with(Marks { stop: arguments.stop.clone() });
    if let Err(error) = tracing::subscriber::set_global_default(marks) {
        eprintln!("no marks: {error}");
        return ExitCode::from(2);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime.map(|runtime| runtime.block_on(work(&arguments))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(problem)) => {
            println!("failed\t{:?}\t{}", problem.code, problem.detail.replace(['\t', '\n'], " "));
            ExitCode::from(3)
        }
        Err(error) => {
            eprintln!("no runtime: {error}");
            ExitCode::from(2)
        }
    }
}

async fn work(arguments: &Arguments) -> Result<(), Problem> {
    let config = config(&arguments.data, Arc::new(SystemClock));
    let secrets = Arc::new(KeyFile(arguments.key.clone()));
    let engine = Engine::open(config, secrets, reader_api(&arguments.base)).await?;
    if !engine.platform().account().await?.signed_in {
        enter(&engine, &arguments.user).await;
    }
    engine.start().await;
    println!("ready");
    let mut commands = commands();
    while let Some(parts) = commands.recv().await {
        let part = |at: usize| parts.get(at).map(String::as_str).unwrap_or_default();
        let id = part(1).parse().map(RequestId);
        match (part(0), id) {
            ("draft", _) => {
                let draft = loan(&engine, part(1), part(2)).await?;
                println!("saved\t{}", draft.id);
            }
            ("submit", Ok(id)) => match engine.requests().submit(id).await {
                Ok(_) => println!("submitted\t{id}"),
                Err(problem) => println!("refused\t{id}\t{:?}", problem.code),
            },
            ("cancel", Ok(id)) => match engine.requests().act(id, "cancel").await {
                Ok(_) => println!("cancelled\t{id}"),
                Err(problem) => println!("refused\t{id}\t{:?}", problem.code),
            },
            ("type", _) => type_for_ever(&engine, part(1)).await?,
            _ => println!("what\t{}", parts.join(" ")),
        }
    }
    engine.stop().await;
    Ok(())
}

/// Lines of standard input, split at tabs; the channel closes at the end of input.
fn commands() -> mpsc::UnboundedReceiver<Vec<String>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.send(line.split('\t').map(str::to_owned).collect()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Saves a draft of a loan that passes every check.
///
/// # Errors
/// Those of the engine.
pub async fn loan(engine: &Engine, title: &str, note: &str) -> Result<Draft, Problem> {
    let mut draft = engine.requests().draft_new(Service::Loan, None, None).await?.draft;
    draft.title = title.to_owned();
    draft.author = "曹雪芹".to_owned();
    draft.pickup_location = "xsh-904".to_owned();
    draft.note = note.to_owned();
    Ok(engine.requests().draft_save(draft).await?.draft)
}

/// Types a letter every few hundredths of a second and saves by the form's rule.
async fn type_for_ever(engine: &Engine, title: &str) -> Result<(), Problem> {
    let mut draft = loan(engine, title, "").await?;
    let rule = Rule::of_the_form();
    let mut clock = rule.fresh();
    let mut letters = "汉字输入".chars().cycle();
    for typed in 1_u32.. {
        draft.note.extend(letters.next());
        clock.typed(Instant::now());
        println!("typed\t{typed}");
        let pause = Instant::now() + Duration::from_millis(u64::from(20 + typed % 5 * 15));
        while let Some(due) = clock.due().filter(|due| *due < pause) {
            tokio::time::sleep_until(due.into()).await;
            engine.requests().draft_save(draft.clone()).await?;
            clock.saved();
        }
        tokio::time::sleep_until(pause.into()).await;
    }
    Ok(())
}

/// Prints the markers and blocks at one of them.
struct Marks {
    stop: String,
}

impl<S: tracing::Subscriber> Layer<S> for Marks {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == POINTS
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut name = Name(String::new());
        event.record(&mut name);
        println!("point\t{}", name.0);
        if self.stop == name.0 {
            loop {
                std::thread::park(); // blocked until SIGKILL
            }
        }
    }
}

struct Name(String);

impl Visit for Name {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
