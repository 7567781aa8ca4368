//! Compares what the patron was told with what the library has; shared by all suites.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use hongyan_engine::Engine;
use hongyan_engine::problem::ErrorCode;
use hongyan_model::{RequestId, RequestState};

use crate::Verdict;
use crate::stand::{LibraryRequest, LibrarySide, PASSWORD};

/// Timeout until the engine has nothing more to send.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// What one patron was told on one machine.
#[derive(Debug, Default)]
pub struct Told {
    /// saved drafts: title and note as typed
    pub saved: HashMap<RequestId, (String, String)>,
    /// submit (提交) was pressed, whatever the outcome
    pub tried: HashSet<RequestId>,
    /// the screen showed 已保存
    pub submitted: HashSet<RequestId>,
    /// cancel (取消) was pressed, whatever the outcome
    pub cancel_tried: HashSet<RequestId>,
    /// the screen showed that it is cancelled or will be
    pub cancelled: HashSet<RequestId>,
}

/// Whether a state exists on this machine only.
fn is_here_only(state: &RequestState) -> bool {
    use RequestState as S;
    matches!(state, S::Draft | S::Queued | S::Sending | S::Unknown | S::Rejected)
}

/// Signs in; repeatedly, if the machine is too busy for the short timeouts. Returns the number of attempts.
///
/// # Panics
/// If it does not succeed in time.
pub async fn enter(engine: &Engine, user: &str) -> u32 {
    for attempt in 1..=100 {
        match engine.platform().sign_in(user, PASSWORD).await {
            Ok(_) => return attempt,
            Err(problem) if problem.code == ErrorCode::Timeout => {}
            Err(problem) => panic!("the library lets the patron in: {problem}"),
        }
    }
    panic!("the library never answers");
}

/// Waits until nothing is waiting to be sent; signs in again if the session has ended, as a patron would.
/// Returns the number of sign-ins; `None` on timeout.
pub async fn rest(engine: &Engine, user: &str) -> Option<u32> {
    let mut events = engine.news().subscribe();
    let waiting = async {
        let mut sign_ins = 0;
        loop {
            if engine.platform().account().await.is_ok_and(|account| !account.signed_in) {
                sign_ins += 1;
                // fails while the network is down
                let _ = engine.platform().sign_in(user, PASSWORD).await;
            }
            let at_rest = engine.requests().list().await.is_ok_and(|list| {
                list.requests.iter().all(|row| {
                    use RequestState as S;
                    row.pending_action.is_empty() && !matches!(row.state, S::Queued | S::Sending | S::Unknown)
                })
            });
            if at_rest {
                return sign_ins;
            }
            // events tell when to check again; a session that ended without an event is found by the timeout
            let _ = tokio::time::timeout(Duration::from_millis(250), events.recv()).await;
        }
    };
    tokio::time::timeout(IDLE_TIMEOUT, waiting).await.ok()
}

/// Compares after the engine has come to rest.
///
/// # Panics
/// If the databases of a healthy engine cannot be read.
pub async fn compare(told: &Told, engine: &Engine, stand: &LibrarySide, verdict: &mut Verdict) {
    let there: HashMap<RequestId, LibraryRequest> = stand
        .requests()
        .await
        .into_iter()
        .filter(|request| told.saved.contains_key(&request.id))
        .map(|request| (request.id, request))
        .collect();
    let list = engine.requests().list().await.expect("a list");
    for (id, (title, note)) in &told.saved {
        let arrived = there.get(id);
        let here = list.requests.iter().find(|row| row.id == *id);
        let draft = list.drafts.iter().find(|draft| draft.id == *id);
        if told.submitted.contains(id) {
            submitted(told, *id, title, arrived, here.map(|row| &row.state), verdict);
        } else if draft.is_none() && here.is_none() && !told.cancel_tried.contains(id) {
            verdict.lost(format!("the draft {title} ({id}) is gone"));
        }
        if arrived.is_some_and(|_| !told.tried.contains(id)) {
            verdict.false_sent(format!("{title} ({id}) was never submitted and is at the library"));
        }
        if arrived.is_some_and(|there| there.title != *title || there.note != *note.trim()) {
            verdict.lost(format!("{title} ({id}) arrived with other words"));
        }
        if let (None, Some(row)) = (arrived, here)
            && !is_here_only(&row.state)
        {
            verdict.false_sent(format!("{title} ({id}) is shown as {:?} and is not there", row.state));
        }
    }
    doubles(told, &there, stand, verdict).await;
}

fn submitted(
    told: &Told,
    id: RequestId,
    title: &str,
    arrived: Option<&LibraryRequest>,
    here: Option<&RequestState>,
    verdict: &mut Verdict,
) {
    if told.cancel_tried.contains(&id) {
        let alive = arrived.is_some_and(|there| there.state != "CANCELLED");
        if told.cancelled.contains(&id) && alive {
            verdict.fail(format!("{title} ({id}) was cancelled and goes on"));
        }
        return;
    }
    match (arrived, here) {
        (None, here) => verdict.lost(format!("{title} ({id}) was saved and never arrived; here {here:?}")),
        (Some(_), None) => verdict.fail(format!("{title} ({id}) arrived and is not in the list")),
        (Some(there), Some(state)) if is_here_only(state) => {
            verdict.fail(format!("{title} ({id}) is {} there and {state:?} here", there.state));
        }
        _ => {}
    }
}

/// Finds the same work twice at the library under any ids, and different bytes under the same id.
async fn doubles(
    told: &Told,
    there: &HashMap<RequestId, LibraryRequest>,
    stand: &LibrarySide,
    verdict: &mut Verdict,
) {
    let mut titles: HashMap<&str, u32> = HashMap::new();
    for request in stand.requests().await {
        if let Some((title, _)) = told.saved.values().find(|(title, _)| *title == request.title) {
            *titles.entry(title.as_str()).or_default() += 1;
        }
    }
    for (title, count) in titles.into_iter().filter(|(_, count)| *count > 1) {
        verdict.duplicate(format!("{title} is at the library {count} times"));
    }
    for (id, digests) in stand.sent().into_iter().filter(|(id, _)| there.contains_key(id)) {
        if digests.len() > 1 {
            verdict.fail(format!("{id} was sent with {} different bodies", digests.len()));
        }
    }
}
