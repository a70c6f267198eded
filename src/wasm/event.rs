//! An event out of its JavaScript object, field by field.
//!
//! Serde's own reading of a tagged enum copies the whole object first, follows its cycles, and was 100 KB. Here each
//! field is read once, by what it must be, and an error names the field and nothing else.

use super::read::{property, Reader};
use crate::event::{Event, Outcome};
use serde::de::DeserializeOwned;
use thiserror::Error;
use wasm_bindgen::JsValue;

/// Why a value from JavaScript is not what it was taken for. Says nothing of the value itself.
#[derive(Debug, Error)]
pub enum ReadError {
    /// A field is missing or of another type.
    #[error("`{0}` is missing or not of its type")]
    Field(&'static str),
    /// `kind` names no variant.
    #[error("unknown kind of {0}")]
    Kind(&'static str),
}

/// Reads an event.
///
/// # Errors
/// [`ReadError`] if it is not of its type.
pub fn event(object: &JsValue) -> Result<Event, ReadError> {
    Ok(match kind(object)?.as_str() {
        "started" => Event::Started {
            configuration: field(object, "configuration")?,
            me: field(object, "me")?,
            activities: field(object, "activities")?,
            tab: field(object, "tab")?,
            lost: field::<Option<_>>(object, "lost")?.unwrap_or_default(),
            origin: field(object, "origin")?,
        },
        "tabChosen" => Event::TabChosen {
            tab: field(object, "tab")?,
        },
        "fieldAppeared" => Event::FieldAppeared {
            tab: field(object, "tab")?,
            empty: field(object, "empty")?,
        },
        "fieldOpened" => Event::FieldOpened {
            tab: field(object, "tab")?,
        },
        "retryPressed" => Event::RetryPressed {
            tab: field(object, "tab")?,
        },
        "queryTyped" => Event::QueryTyped {
            tab: field(object, "tab")?,
            text: field(object, "text")?,
        },
        "filtersOpened" => Event::FiltersOpened {
            open: field(object, "open")?,
        },
        "filterChosen" => Event::FilterChosen {
            facet: field(object, "facet")?,
            value: field(object, "value")?,
        },
        "filtersCleared" => Event::FiltersCleared,
        "personChosen" => Event::PersonChosen {
            callee: field(object, "callee")?,
        },
        "rowsShown" => Event::RowsShown {
            workers: field(object, "workers")?,
        },
        "favouritePressed" => Event::FavouritePressed {
            worker: field(object, "worker")?,
        },
        "favouriteMoved" => Event::FavouriteMoved {
            worker: field(object, "worker")?,
            up: field(object, "up")?,
        },
        "favouritesChanged" => Event::FavouritesChanged {
            colleagues: field(object, "colleagues")?,
        },
        "queueChosen" => Event::QueueChosen {
            queue: field(object, "queue")?,
        },
        "callPressed" => Event::CallPressed,
        "callBackPressed" => Event::CallBackPressed {
            callee: field(object, "callee")?,
        },
        "tellWhenFreePressed" => Event::TellWhenFreePressed {
            callee: field(object, "callee")?,
        },
        "waitCancelled" => Event::WaitCancelled {
            worker: field(object, "worker")?,
        },
        "declineChosen" => Event::DeclineChosen {
            reservation: field(object, "reservation")?,
            reason: field(object, "reason")?,
        },
        "transferPressed" => Event::TransferPressed {
            reservation: field(object, "reservation")?,
        },
        "addPressed" => Event::AddPressed {
            reservation: field(object, "reservation")?,
        },
        "partyHoldPressed" => Event::PartyHoldPressed {
            reservation: field(object, "reservation")?,
            label: field(object, "label")?,
            on: field(object, "on")?,
        },
        "partyRemovePressed" => Event::PartyRemovePressed {
            reservation: field(object, "reservation")?,
            label: field(object, "label")?,
        },
        "endForAllPressed" => Event::EndForAllPressed {
            reservation: field(object, "reservation")?,
        },
        "personChanged" => Event::PersonChanged {
            person: field(object, "person")?,
        },
        "personRemoved" => Event::PersonRemoved {
            worker: field(object, "worker")?,
        },
        "workTold" => Event::WorkTold {
            workers: field(object, "workers")?,
            work: field(object, "work")?,
        },
        "actionRequested" => Event::ActionRequested {
            token: field(object, "token")?,
            action: field(object, "action")?,
            sid: field(object, "sid")?,
            task_sid: field(object, "taskSid")?,
            target: field(object, "target")?,
        },
        "reservationChanged" => Event::ReservationChanged {
            reservation: field(object, "reservation")?,
        },
        "legOffered" => Event::LegOffered {
            leg: field(object, "leg")?,
            reservation: field(object, "reservation")?,
            offered: field(object, "offered")?,
        },
        "legOpened" => Event::LegOpened {
            leg: field(object, "leg")?,
        },
        "legAudible" => Event::LegAudible {
            leg: field(object, "leg")?,
        },
        "legMuted" => Event::LegMuted {
            leg: field(object, "leg")?,
            muted: field(object, "muted")?,
        },
        "legEnded" => Event::LegEnded {
            leg: field(object, "leg")?,
            detail: field(object, "detail")?,
        },
        "participantsChanged" => Event::ParticipantsChanged {
            reservation: field(object, "reservation")?,
            participants: field(object, "participants")?,
        },
        "taskSelected" => Event::TaskSelected {
            reservation: field(object, "reservation")?,
        },
        "swapPressed" => Event::SwapPressed {
            reservation: field(object, "reservation")?,
        },
        "endAndAnswerPressed" => Event::EndAndAnswerPressed {
            reservation: field(object, "reservation")?,
        },
        "legRetryPressed" => Event::LegRetryPressed {
            reservation: field(object, "reservation")?,
        },
        "actionEnded" => Event::ActionEnded {
            token: field(object, "token")?,
            failure: field(object, "failure")?,
        },
        "settled" => Event::Settled {
            id: field(object, "id")?,
            outcome: outcome(&value(object, "outcome")?)?,
        },
        "deadlineReached" => Event::DeadlineReached,
        _ => return Err(ReadError::Kind("event")),
    })
}

fn outcome(object: &JsValue) -> Result<Outcome, ReadError> {
    Ok(match kind(object)?.as_str() {
        "done" => Outcome::Done,
        "taskCreated" => Outcome::TaskCreated {
            task: field(object, "task")?,
        },
        "answered" => Outcome::Answered {
            status: field(object, "status")?,
            message: field(object, "message")?,
            code: field(object, "code")?,
        },
        "people" => Outcome::People {
            people: field(object, "people")?,
            next: field(object, "next")?,
        },
        "queues" => Outcome::Queues {
            queues: field(object, "queues")?,
        },
        "favourites" => Outcome::Favourites {
            colleagues: field(object, "colleagues")?,
        },
        "failed" => Outcome::Failed {
            failure: field(object, "failure")?,
        },
        _ => return Err(ReadError::Kind("outcome")),
    })
}

fn kind(object: &JsValue) -> Result<String, ReadError> {
    field(object, "kind")
}

/// A field by its type; an `Option` may be missing.
pub fn field<T: DeserializeOwned>(object: &JsValue, name: &'static str) -> Result<T, ReadError> {
    T::deserialize(Reader(value(object, name)?)).map_err(|_| ReadError::Field(name))
}

/// All of a value by its type.
pub fn whole<T: DeserializeOwned>(value: &JsValue) -> Result<T, ReadError> {
    T::deserialize(Reader(value.clone())).map_err(|_| ReadError::Field("argument"))
}

fn value(object: &JsValue, name: &'static str) -> Result<JsValue, ReadError> {
    property(object, name).map_err(|_| ReadError::Field(name))
}
