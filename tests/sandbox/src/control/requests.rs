//! What a librarian does with one request.

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

/// Code and sentence of a reason; without a sentence the code's own name stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewReason {
    /// of [`hongyan_model::request::reasons`], or any other
    pub code: String,
    /// for the patron
    pub text: String,
}

/// A step with what the librarian says beside it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewStep {
    /// where it goes: `WILL_SUPPLY`
    pub state: String,
    /// who does it; whom the table names first by default
    pub actor: Option<Actor>,
    /// why
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

/// A request that is there and not deleted.
async fn existing(conn: &mut SqliteConnection, id: &str) -> Result<Row, MoveError> {
    find(conn, id).await?.filter(|row| !row.deleted).ok_or_else(|| MoveError::NoSuchRequest(id.to_owned()))
}

impl Control {
    /// Moves a request one step along the transition table. `reason` is a code and a sentence.
    ///
    /// # Errors
    /// When there is no such request or the table has no such step.
    pub async fn move_request(
        &self,
        id: &str,
        to: RequestState,
        reason: Option<(&str, &str)>,
    ) -> Result<Value, MoveError> {
        let reason = reason.map(|(code, text)| NewReason { code: code.to_owned(), text: text.to_owned() });
        self.take_step(id, NewStep { state: state_code(&to), reason, ..NewStep::default() }).await
    }

    /// Moves a request to a state by the shortest way that the table has.
    ///
    /// # Errors
    /// When there is no such request or no way.
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

    /// Moves a request one step, with everything that a librarian may say beside it.
    ///
    /// # Errors
    /// When there is no such request or the table has no such step.
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

    /// Puts a request into a state that the table does not know, as a newer platform might; for
    /// tests of clients only.
    pub async fn force_state(&self, id: &str, code: &str) -> Result<(), MoveError> {
        self.play_newer(id, Newer { state: Some(code.to_owned()), ..Newer::default() }).await
    }

    /// Plays a newer platform: a state, a stage or actions that the table does not know. What it says
    /// stays until the request is moved along the table, or played again.
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

    /// Writes to the patron; a new id if none is given.
    ///
    /// # Errors
    /// No such request, or an empty or overlong text.
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

    /// Puts a document to a request; its id.
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

    /// Sets what is left of a document; false when there is none of that id.
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

    /// Answers a renewal: until a day, or for the loan days of the library more.
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

    /// Closes a request as requested again under another id, whatever its state (`reference` A.3).
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

    /// A new version of a request without a change: it stands first in the list and again in the feed.
    pub async fn touch(&self, id: &str) -> Result<(), MoveError> {
        let mut tx = self.app.pool.begin().await?;
        let mut row = existing(&mut tx, id).await?;
        moves::save(&self.app, &mut tx, &mut row).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(())
    }

    /// One request as its patron sees it, with events and messages; none when there is none.
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

    /// Deletes a request; its tombstone stays in the feed and its id is never free again.
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

    /// The code of the state that a request is in, on the platform's side.
    pub async fn state_of(&self, id: &str) -> Result<String, MoveError> {
        Ok(self.row(id).await?.state)
    }

    /// Waits until a request is in a state. Never returns if it never is: give it a deadline.
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

    /// All requests of all patrons, newest first, as the patrons see them.
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
