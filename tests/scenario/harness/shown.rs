//! What agents read, held against the truth.

use super::message::Seat;
use super::shell::name;
use super::station::{agent_of, waits, Held, Station};
use super::Office;
use backline::effect::{Notice, Unanswered};
use backline::event::Event;
use backline::ids::{ReservationSid, TaskSid};
use backline::view::{CallLine, HoldView};
use backline_world::account;
use backline_world::audio::Hears;
use std::collections::BTreeMap;

impl Office {
    /// The panel shows where the call is.
    pub(super) fn show_line(&mut self, seat: Seat) {
        let line = self.stations[seat].line();
        let station = &mut self.stations[seat];
        if line == station.shown {
            return;
        }
        station.waits_since = match (waits(&line), waits(&station.shown)) {
            (false, _) => None,
            (true, false) => Some(self.now),
            (true, true) => station.waits_since,
        };
        let before = std::mem::replace(&mut station.shown, line.clone());
        let placed = station.placed.clone();
        let call = placed.as_ref().and_then(|sid| self.truth.calls.get(sid));
        let joined = call.is_some_and(|call| call.joined);
        let talked = call.is_some_and(|call| call.together) && station.told_answered;
        let (kind, lie) = match &line {
            CallLine::Idle => ("idle", None),
            CallLine::Calling { .. } => {
                let back = placed.is_some() && matches!(before, CallLine::Ringing { .. });
                ("calling", back.then_some("he rang already"))
            }
            CallLine::Ringing { .. } => {
                let rung = placed
                    .as_ref()
                    .is_some_and(|call| self.is_offered_to_callee(call));
                (
                    "ringing",
                    (!rung).then_some("no colleague has the call on his desk"),
                )
            }
            CallLine::Talking { .. } => ("talking", (!joined).then_some("he never came")),
            CallLine::Unanswered { why, .. } => {
                let lie = placed.and_then(|placed| self.truth.lie(&placed, *why));
                (word(*why), lie)
            }
            CallLine::Cancelled { .. } => ("cancelled", talked.then_some("they talked")),
            CallLine::Ended { .. } => ("ended", (!joined).then_some("they never talked")),
            CallLine::Failed { notice } => (kind(notice), talked.then_some("they talked")),
        };
        *self.shown.entry(kind).or_default() += 1;
        if let Some(lie) = lie {
            self.fail(&format!("{} reads {line:?}, but {lie}", name(seat)));
        }
    }

    /// TaskRouter has a callee's task of this call, or had one.
    fn is_offered_to_callee(&self, call: &TaskSid) -> bool {
        self.world.routing.tasks().any(|task| {
            let links = &task.attributes["internal_call"];
            links["role"] == "callee" && links["caller_task"] == call.as_str()
        })
    }

    /// A notification; `cause` is what the core was told.
    pub(super) fn show_notice(&mut self, seat: Seat, cause: &Event, notice: &Notice) {
        *self.shown.entry(kind(notice)).or_default() += 1;
        if let Notice::RejectFailed { .. } = notice {
            let held = self.stations[seat].reservations.keys();
            self.truth.forgets(seat, held);
        }
        let offer = match (notice, cause) {
            (Notice::Missed { .. }, Event::ReservationChanged { reservation }) => {
                &self.truth.offers[&reservation.sid]
            }
            // The functions said how it came out.
            (Notice::Missed { .. }, Event::Settled { id, .. }) => {
                let said = "missed, as the functions say";
                *self.shown.entry(said).or_default() += 1;
                let task = self.stations[seat].asked[id].clone().unwrap();
                if let Some(lie) = self.truth.lie_of_missed(&self.world, agent_of(seat), &task) {
                    self.fail(&format!("{} reads {notice:?}, but {lie}", name(seat)));
                }
                return;
            }
            (_, _) => return,
        };
        // Another tab of his cannot know that he declined here: TaskRouter tells it that the task was cancelled.
        let declined = offer.declined.iter().any(|(at, _)| *at == seat);
        let lie = match offer.accepted {
            true => "he accepted it",
            false if declined && !offer.in_vain.contains(&seat) => "he declined it",
            false => return,
        };
        self.fail(&format!("{} reads {notice:?}, but {lie}", name(seat)));
    }

    /// What stands in the call canvases: whoever reads that the other party is on hold, or back, reads the truth.
    pub(super) fn show_calls(&mut self, seat: Seat) {
        let station = &self.stations[seat];
        let views = station.reservations.keys();
        let now: BTreeMap<_, _> = views
            .filter_map(|sid| Some((sid.clone(), station.hold(sid)?)))
            .collect();
        let before = std::mem::replace(&mut self.stations[seat].holds, now.clone());
        for (sid, view) in now {
            let on = match (before.get(&sid), view) {
                (Some(HoldView::Holding), HoldView::On) => true,
                (Some(HoldView::Resuming), HoldView::Off) => false,
                (_, _) => continue,
            };
            *self
                .shown
                .entry(if on { "held" } else { "resumed" })
                .or_default() += 1;
            self.check_hold(seat, &sid, on);
        }
    }

    fn check_hold(&self, seat: Seat, sid: &ReservationSid, on: bool) {
        // An order that is still on its way from a page that is gone, or that gave it up, may undo it.
        let undone = |(hop, _): &(String, _)| hop == "http:hold";
        if self.pages_lost || self.network.met.iter().any(undone) {
            return;
        }
        let held = self.stations[seat].reservations.get(sid);
        let Some(call) = held.and_then(Held::call) else {
            return;
        };
        // Another page has ordered the contrary meanwhile: checked when that is done.
        let crosses = |station: &Station| {
            let mut holds = station.holds.iter();
            holds.any(|(sid, view)| {
                matches!(view, HoldView::Holding | HoldView::Resuming)
                    && station.reservations.get(sid).and_then(Held::call).as_ref() == Some(&call)
            })
        };
        if self.stations.iter().any(crosses) {
            return;
        }
        let Some(room) = self.world.telephony.conference_named(call.as_str()) else {
            return; // over meanwhile
        };
        let own = account::worker_sid(agent_of(seat));
        let all = self.world.telephony.participants(&room);
        let (mine, other): (Vec<_>, Vec<_>) = all
            .iter()
            .partition(|one| one.worker.as_ref() == Some(&own));
        let ([mine], [other]) = (&mine[..], &other[..]) else {
            return; // over meanwhile, or of several
        };
        let graph = self.world.telephony.audio();
        let hears = |call| {
            graph
                .legs
                .iter()
                .find(|leg| &leg.call == call)
                .map(|leg| &leg.hears)
        };
        let so = match on {
            true => hears(&other.call) == Some(&Hears::Music),
            false if mine.hold => !other.hold,
            false => {
                hears(&other.call) == Some(&Hears::Legs(vec![mine.call.clone()]))
                    && hears(&mine.call) == Some(&Hears::Legs(vec![other.call.clone()]))
            }
        };
        if !so {
            self.fail(&format!("{}'s hold is {on}, but it is not so", name(seat)));
        }
    }
}

fn word(why: Unanswered) -> &'static str {
    match why {
        Unanswered::Declined { reason: None } => "declined",
        Unanswered::Declined { reason: Some(_) } => "declined with a reason",
        Unanswered::Busy => "busy",
        Unanswered::BusyNotify => "busy, to be told of",
        Unanswered::Glare => "glare",
        Unanswered::NoAnswer => "no answer",
        Unanswered::Unavailable => "unavailable",
        Unanswered::NotConnected => "not connected",
    }
}

fn kind(notice: &Notice) -> &'static str {
    match notice {
        Notice::Free { .. } => "free",
        Notice::NotFree { .. } => "not free",
        Notice::KeysContradict { .. }
        | Notice::KeyNeedsKey { .. }
        | Notice::TargetNotAnswered { .. }
        | Notice::Misconfigured { .. } => "misconfigured",
        Notice::CallNotPlaced { .. } => "not placed",
        Notice::CalleeNotRung { .. } => "not rung",
        Notice::AcceptFailed { .. } => "accept failed",
        Notice::RejectFailed { .. } => "reject failed",
        Notice::CompleteFailed { .. } => "complete failed",
        Notice::CleanUpFailed { .. } => "clean-up failed",
        Notice::NobodyElseInQueue => "nobody else in queue",
        Notice::Unanswered { .. } => "unanswered",
        Notice::Missed { .. } => "missed",
        Notice::CalledMeanwhile { .. } => "called meanwhile",
        Notice::HoldFailed { .. } => "hold failed",
        Notice::ResumeFailed { .. } => "resume failed",
        Notice::NotBack { .. } => "not back",
        Notice::NotRejoined { .. } => "not rejoined",
        Notice::TransferredTo { .. } => "transferred",
        Notice::TransferredNotCalling { .. } => "transferred, not calling",
        Notice::HandedOn { .. } => "handed on",
        Notice::TransferBusy { .. }
        | Notice::TransferUnavailable { .. }
        | Notice::NotTransferred { .. } => "not transferred",
        Notice::AddBusy { .. } | Notice::AddUnavailable { .. } | Notice::NotAdded { .. } => {
            "not added"
        }
        Notice::NotRemoved { .. } => "not removed",
        Notice::NotEndedForAll { .. } => "not ended for all",
        Notice::CallNotOpened { .. }
        | Notice::NotHeld { .. }
        | Notice::NotResumed { .. }
        | Notice::WaitsLong { .. }
        | Notice::CutOff { .. }
        | Notice::GivenBack { .. }
        | Notice::NotGivenBack { .. }
        | Notice::OneCallTooMany { .. } => "of several calls",
        Notice::FunctionsUnreachable { .. } => "functions unreachable",
    }
}
