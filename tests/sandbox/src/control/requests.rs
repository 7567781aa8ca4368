//! A librarian's operations on one request.

use hongyan_model::request::{Actor, RequestState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Control, MoveError};
use crate::requests::documents::{self, NewDocument};
use crate::requests::moves::{self, Event, NewCondition, Step};
use crate::requests::resource::resource;
use crate::requests::{Label, Newer, Row, find, messages, renewal, state_code, state_of};
use crate::routes::read;

/// Code and text of a reason; without a text the code is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewReason {
    /// of [`hongyan_model::request::reasons`], or any other
    pub code: String,
    /// text for the patron
    pub text: String,
}

/// A transition with what the librarian adds to it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewStep {
    /// target state: `WILL_SUPPLY`
    pub state: String,
    /// who performs it; by default the first actor that the table names
    pub actor: Option<Actor>,
    /// reason
    pub reason: Option<NewReason>,
    /// for CONDITION_PENDING
    pub condition: Option<NewCondition>,
    /// for SENT_TO_SUPPLIER: the name of the library
    pub supplier: Option<String>,
    /// for ON_LOAN and RECALLED the due date, for AWAITING_PICKUP the last day at the desk
    pub day: Option<Date>,
    /// for DELIVERED
    pub document: Option<NewDocument>,
}

/// Finds a request that is not deleted.
async fn existing(conn: &mut SqliteConnection, id: &str) -> Result<Row, MoveError> {
    find(conn, id).await?.filter(|row| !row.deleted).ok_or_else(|| MoveError::NoSuchRequest(id.to_owned()))
}

impl Control {
    /// Performs one transition of the table. `reason` is a code and a text.
    ///
    /// # Errors
    /// There is no such request, or the table lacks the transition.
    pub async fn move_request(
        &self,
        id: &str,
        to: RequestState,
        reason: Option<(&str, &str)>,
    ) -> Result<Value, MoveError> {
        let reason = reason.map(|(code, text)| NewReason { code: code.to_owned(), text: text.to_owned() });
        self.take_step(id, NewStep { state: state_code(&to), reason, ..NewStep::default() }).await
    }

    /// Moves a request to a state by the shortest path of transitions.
    ///
    /// # Errors
    /// There is no such request, or no path.
    pub async fn lead_to(&self, id: &str, to: RequestState) -> Result<Value, MoveError> {
        let row = self.row(id).await?;
        let mut paths = std::collections::VecDeque::from([vec![row.state()]]);
        let mut seen = vec![row.state()];
        while let Some(path) = paths.pop_front() {
            let Some(last) = path.last().cloned() else { continue };
            if last == to && path.len() > 1 {
                let mut answer = Value::Null;
                for state in path.into_iter().skip(1) {
                    answer = self.move_request(id, state, None).await?;
                }
                return Ok(answer);
            }
            for (next, _) in last.next(row.service()) {
                if !seen.contains(&next) || next == to {
                    seen.push(next.clone());
                    paths.push_back(path.iter().cloned().chain(Some(next)).collect());
                }
            }
        }
        Err(MoveError::NotAllowed { from: row.state, to: state_code(&to) })
    }

    /// Performs one transition with everything that a librarian can add to it.
    ///
    /// # Errors
    /// There is no such request, or the table lacks the transition.
    pub async fn take_step(&self, id: &str, step: NewStep) -> Result<Value, MoveError> {
        let mut taken = Step { actor: step.actor, ..Step::to(state_of(&step.state)) };
        if let Some(reason) = &step.reason {
            taken = taken.because(&reason.code, &reason.text);
        }
        taken.condition = step.condition;
        taken.supplier = step.supplier.filter(|name| !name.trim().is_empty());
        taken.day = step.day;
        taken.document = step.document;
        let mut tx = self.app.pool.begin().await?;
        let row = moves::take(&self.app, &mut tx, id, taken).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(resource(&self.app, &row, ""))
    }

    /// Sets a state outside the table, as a newer version of the platform might, to test clients.
    pub async fn force_state(&self, id: &str, code: &str) -> Result<(), MoveError> {
        self.play_newer(id, Newer { state: Some(code.to_owned()), ..Newer::default() }).await
    }

    /// Simulates a newer version of the platform: a state, a stage or actions outside the table. They stay
    /// until the next transition or the next call.
    pub async fn play_newer(&self, id: &str, newer: Newer) -> Result<(), MoveError> {
        let mut tx = self.app.pool.begin().await?;
        let mut row = existing(&mut tx, id).await?;
        let from = row.state.clone();
        if let Some(code) = &newer.state {
            row.state = code.clone();
        }
        let moved = row.state != from;
        row.newer = serde_json::to_string(&newer).ok();
        moves::save(&self.app, &mut tx, &mut row).await?;
        if moved {
            let label = newer.label.unwrap_or_else(|| Label { zh: row.state.clone(), en: row.state.clone() });
            let note = (format!("状态更新：{}", label.zh), format!("State changed: {}", label.en));
            let event = Event::in_place(&row, Actor::System, "moved", &note);
            moves::event(&self.app, &mut tx, event.coming_from(Some(&from))).await?;
        }
        tx.commit().await?;
        self.app.tell();
        Ok(())
    }

    /// Writes a message to the patron, with a new id if none is given.
    ///
    /// # Errors
    /// There is no such request, or the text is empty or too long.
    pub async fn write(&self, id: &str, message_id: Option<Uuid>, text: &str) -> Result<Value, MoveError> {
        let mut tx = self.app.pool.begin().await?;
        existing(&mut tx, id).await?;
        let message_id = message_id.unwrap_or_else(Uuid::new_v4).to_string();
        let added = messages::add(&self.app, &mut tx, id, &message_id, Actor::Library, text).await;
        let (message, _) = added.map_err(|_| MoveError::Unreadable("text".to_owned()))?;
        tx.commit().await?;
        self.app.tell();
        Ok(message.described())
    }

    /// The messages of a request, oldest first.
    pub async fn messages(&self, id: &str) -> Result<Vec<Value>, sqlx::Error> {
        let mut conn = self.app.pool.acquire().await?;
        let all = messages::of_request(&mut conn, id).await?;
        Ok(all.iter().map(messages::Message::described).collect())
    }

    /// Attaches a document to a request; returns its id.
    pub async fn add_document(&self, id: &str, document: &NewDocument) -> Result<String, MoveError> {
        let mut tx = self.app.pool.begin().await?;
        let mut row = existing(&mut tx, id).await?;
        let document = documents::add(&self.app, &mut tx, &row, document).await?;
        moves::save(&self.app, &mut tx, &mut row).await?;
        let note = ("收到新的文档。".to_owned(), "There is a new document.".to_owned());
        moves::event(&self.app, &mut tx, Event::in_place(&row, Actor::Library, "document", &note)).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(document)
    }

    /// Sets the remaining views and days of a document; false if there is none of that id.
    pub async fn limit_document(
        &self,
        id: &str,
        views: Option<u16>,
        last_day: Option<Date>,
    ) -> Result<bool, sqlx::Error> {
        let mut tx = self.app.pool.begin().await?;
        let done = documents::limit(&self.app, &mut tx, id, views, last_day).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(done)
    }

    /// Answers a renewal; without a day the loan is extended by the library's loan period.
    pub async fn answer_renewal(
        &self,
        id: &str,
        granted: bool,
        day: Option<Date>,
        text: &str,
    ) -> Result<Value, MoveError> {
        let mut tx = self.app.pool.begin().await?;
        let row = existing(&mut tx, id).await?;
        if row.state() != RequestState::OnLoan {
            return Err(MoveError::NotAllowed { from: row.state, to: "RENEWED".to_owned() });
        }
        let row = renewal::answer(&self.app, &mut tx, row, granted, day, text).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(resource(&self.app, &row, ""))
    }

    /// Closes a request as requested again under another id, from any state (docs/REQUESTS.md, "States").
    pub async fn succeed(&self, id: &str, successor: &str) -> Result<(), MoveError> {
        let mut tx = self.app.pool.begin().await?;
        existing(&mut tx, successor).await?;
        let mut row = existing(&mut tx, id).await?;
        let from = std::mem::replace(&mut row.state, state_code(&RequestState::Completed));
        row.succeeded_by = Some(successor.to_owned());
        row.reason_code = Some("REREQUESTED".to_owned());
        row.reason_text = Some("已重新申请".to_owned());
        row.condition = None;
        moves::release(&self.app, &mut tx, &row).await?;
        moves::save(&self.app, &mut tx, &mut row).await?;
        let note = ("已重新申请，本件关闭。".to_owned(), "Requested again; this one is closed.".to_owned());
        let event = Event::in_place(&row, Actor::Library, "moved", &note);
        moves::event(&self.app, &mut tx, event.coming_from(Some(&from))).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(())
    }

    /// Creates a new version without a change: the request moves to the top of the list and appears in the
    /// feed again.
    pub async fn touch(&self, id: &str) -> Result<(), MoveError> {
        let mut tx = self.app.pool.begin().await?;
        let mut row = existing(&mut tx, id).await?;
        moves::save(&self.app, &mut tx, &mut row).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(())
    }

    /// A request in the patron's view, with events and messages; `None` if it does not exist.
    pub async fn request(&self, id: &str) -> Result<Option<Value>, MoveError> {
        let row = match self.row(id).await {
            Ok(row) => row,
            Err(MoveError::NoSuchRequest(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut request = resource(&self.app, &row, "");
        let next: Vec<String> =
            row.state().next(row.service()).iter().map(|(state, _)| state_code(state)).collect();
        if let Some(members) = request.as_object_mut() {
            members.insert("next".to_owned(), json!(next));
            members.insert("events".to_owned(), Value::Array(self.events(id).await?));
            members.insert("messages".to_owned(), Value::Array(self.messages(id).await?));
        }
        Ok(Some(request))
    }

    /// Deletes a request; a tombstone stays in the feed and the id can never be used again.
    pub async fn delete_request(&self, id: &str) -> Result<(), MoveError> {
        let mut tx = self.app.pool.begin().await?;
        let mut row = existing(&mut tx, id).await?;
        row.deleted = true;
        moves::release(&self.app, &mut tx, &row).await?;
        moves::save(&self.app, &mut tx, &mut row).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(())
    }

    async fn row(&self, id: &str) -> Result<Row, MoveError> {
        let mut conn = self.app.pool.acquire().await?;
        find(&mut conn, id).await?.ok_or_else(|| MoveError::NoSuchRequest(id.to_owned()))
    }

    /// The code of a request's state on the platform.
    pub async fn state_of(&self, id: &str) -> Result<String, MoveError> {
        Ok(self.row(id).await?.state)
    }

    /// Waits until a request reaches a state. May wait for ever: the caller sets a timeout.
    pub async fn wait_for(&self, id: &str, state: &RequestState) -> Result<(), MoveError> {
        let mut moved = self.app.watch();
        let wanted = state_code(state);
        loop {
            moved.mark_unchanged();
            if self.row(id).await.is_ok_and(|row| row.state == wanted) {
                return Ok(());
            }
            if moved.changed().await.is_err() {
                return Err(MoveError::NoSuchRequest(id.to_owned()));
            }
        }
    }

    /// All requests of all patrons in the patrons' view, newest first.
    pub async fn requests(&self) -> Result<Vec<Value>, sqlx::Error> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT * FROM whole_requests WHERE deleted = 0 ORDER BY created_ms DESC")
                .fetch_all(&self.app.pool)
                .await?;
        Ok(rows.iter().map(|row| resource(&self.app, row, "")).collect())
    }

    /// The events of a request, oldest first.
    pub async fn events(&self, id: &str) -> Result<Vec<Value>, sqlx::Error> {
        Ok(read::of_request(&self.app, id).await?.into_iter().map(|event| json!(event)).collect())
    }
}
