//! What the plugin's shell does with the core's effects, and Flex's actions.

use super::message::{Asker, Message, Page, Rpc, Seat};
use super::station::{agent_of, Station};
use super::{server, Office, NAMES};
use backline::effect::{Effect, Panel, Verdict};
use backline::event::{ActionToken, EffectId, Event, FlexAction, Outcome, Tab};
use backline::ids::{ReservationSid, TaskSid};
use backline::json::Json;
use backline::time::Millis;
use backline_world::account;
use backline_world::routing::{Dial, ReservationUpdate};

/// The browser gives a request to the functions up after this (`performHttp`).
const HTTP_TIMEOUT: Millis = Millis::from_secs(15);

impl Office {
    /// Hands the core a fact and does what it orders.
    pub(super) fn dispatch(&mut self, seat: Seat, event: Event) -> Vec<Effect> {
        let Station { desk, recorder, .. } = &mut self.stations[seat];
        recorder.before(self.now, desk.core(), &event);
        let effects = desk.handle(self.now, &event);
        recorder.after(Json::of(&effects).unwrap());
        for effect in &effects {
            self.note(|| format!("{} orders {effect:?}", name(seat)));
        }
        if effects
            .iter()
            .any(|effect| matches!(effect, Effect::CreateTask { .. }))
        {
            let station = &mut self.stations[seat];
            station.placed = None;
            station.told_answered = false;
        }
        for effect in effects.clone() {
            self.perform(seat, &event, effect);
        }
        effects
    }

    fn perform(&mut self, seat: Seat, cause: &Event, effect: Effect) {
        let station = &mut self.stations[seat];
        match effect {
            // Read by whoever asked.
            Effect::Verdict { .. } | Effect::NotifyRinging { .. } => {}
            Effect::ViewChanged { panel } => match panel {
                Panel::Dialpad => self.show_line(seat),
                Panel::Call => self.show_calls(seat),
                Panel::Calls => {}
            },
            Effect::Notify { notice } => {
                station.notices.push(notice.clone());
                self.show_notice(seat, cause, &notice);
            }
            Effect::CreateTask { id, order } => {
                self.order(seat, "rpc:create-task", Some(id), Rpc::CreateTask(order));
            }
            Effect::StartOutboundCall { .. } | Effect::TransferTask { .. } => {
                self.fail("the conference strategy");
            }
            Effect::CallWorker {
                id,
                reservation,
                from,
                url,
                status_callback,
            } => {
                let own = station
                    .reservations
                    .get(&reservation)
                    .filter(|held| held.role() == Some("caller"));
                if own.is_some_and(|own| {
                    station.placed.as_ref().map(TaskSid::as_str) != Some(&own.task)
                }) {
                    self.fail("a call was taken that another tab placed");
                }
                let update = ReservationUpdate::Call {
                    url,
                    accept: true,
                    status_callback: Some(status_callback),
                    dial: Dial {
                        from: Some(from.0),
                        ..Dial::default()
                    },
                };
                self.update(seat, "rpc:call", Some(id), reservation, update);
            }
            Effect::AcceptTask { id, reservation } => {
                self.flex_action(seat, FlexAction::AcceptTask, reservation, Some(id));
            }
            Effect::SelectTask { id, .. } => self.done(seat, id),
            Effect::RejectReservation { id, reservation } => {
                let update = ReservationUpdate::Reject { activity: None };
                self.update(seat, "rpc:reject", Some(id), reservation, update);
            }
            Effect::CompleteTask {
                id, reservation, ..
            } => {
                let update = ReservationUpdate::Complete;
                self.update(seat, "rpc:complete", Some(id), reservation, update);
            }
            Effect::Http { id, request } => {
                let path = request.url.strip_prefix(server::BASE).unwrap().to_owned();
                let hop = format!("http:{}", path.rsplit('/').next().unwrap());
                let mut parameters = request.form;
                if hop == "http:ring" {
                    station.placed = TaskSid::parse(&parameters[0].1).ok();
                }
                let token = account::flex_token(NAMES[agent_of(seat)]);
                parameters.push(("Token".to_owned(), token));
                let task = parameters.iter().find(|(key, _)| key == "taskSid");
                let about = task.and_then(|(_, task)| TaskSid::parse(task).ok());
                station.asked.insert(id, about);
                let page = station.page();
                let from = Asker::Plugin { page, id };
                let message = Message::Request {
                    from,
                    path,
                    parameters,
                };
                self.send(&hop, message);
                let over = self.now + HTTP_TIMEOUT;
                self.arrive(over, Message::HttpTimeout { page, id });
            }
            Effect::ListQueues { id, .. } | Effect::LoadQueues { id } => {
                let queues = ["Everyone", "Sales", "Support"].map(str::to_owned).to_vec();
                let outcome = Outcome::Queues { queues };
                self.dispatch(seat, Event::Settled { id, outcome });
            }
            Effect::RestoreDirectory { .. }
            | Effect::LoadDirectory { .. }
            | Effect::LoadPeople { .. }
            | Effect::ListPeople { .. }
            | Effect::WatchPeople { .. }
            | Effect::SettleDirectory { .. }
            | Effect::SaveDirectory
            | Effect::RestoreFavourites { .. }
            | Effect::OpenFavourites { .. } => self.fail("nobody opened the field of agents"),
            Effect::KeepFavourites { .. } | Effect::WriteFavourite { .. } => {
                self.fail("without a clock nothing is kept");
            }
            Effect::SetAudio { .. }
            | Effect::ForwardLeg { .. }
            | Effect::ShowLeg { .. }
            | Effect::EndListening { .. }
            | Effect::KeepConference { .. }
            | Effect::HoldParticipant { .. } => self.fail("several calls at once are off here"),
            Effect::HangUp { id, reservation } => {
                self.hang_up_of(agent_of(seat), Some(&reservation));
                self.done(seat, id);
            }
        }
    }

    pub fn order(&mut self, seat: Seat, hop: &str, reply: Option<EffectId>, rpc: Rpc) {
        let page = self.stations[seat].page();
        self.send(hop, Message::Rpc { page, reply, rpc });
    }

    pub fn update(
        &mut self,
        seat: Seat,
        hop: &str,
        reply: Option<EffectId>,
        reservation: ReservationSid,
        update: ReservationUpdate,
    ) {
        let rpc = Rpc::Update {
            reservation,
            update,
        };
        self.order(seat, hop, reply, rpc);
    }

    fn done(&mut self, seat: Seat, id: EffectId) {
        let page = self.stations[seat].page();
        let outcome = Outcome::Done;
        self.send("settled:flex", Message::Settled { page, id, outcome });
    }

    /// One of Flex's actions, which asks the core first; `settles` is the effect that invoked it.
    pub fn flex_action(
        &mut self,
        seat: Seat,
        action: FlexAction,
        reservation: ReservationSid,
        settles: Option<EffectId>,
    ) {
        let station = &mut self.stations[seat];
        station.actions += 1;
        let event = Event::ActionRequested {
            token: ActionToken(station.actions),
            action,
            sid: Some(reservation.to_string()),
            task_sid: None,
            target: None,
        };
        let effects = self.dispatch(seat, event);
        let Some(Effect::Verdict { verdict, .. }) = effects.first() else {
            self.fail("no verdict");
        };
        match verdict {
            Verdict::Pass
            | Verdict::From { .. }
            | Verdict::Outliving { .. }
            | Verdict::Staying
            | Verdict::Ending => {
                let update = match action {
                    FlexAction::AcceptTask => ReservationUpdate::Conference {
                        end_on_exit: false,
                        end_on_customer_exit: true,
                        status_callback: None,
                        dial: Dial::default(),
                    },
                    FlexAction::RejectTask => ReservationUpdate::Reject { activity: None },
                    // The phone's; and Flex holds no call whose conference it does not know.
                    FlexAction::HangupCall
                    | FlexAction::HoldCall
                    | FlexAction::UnholdCall
                    | FlexAction::UnholdParticipant => return,
                };
                self.update(seat, "rpc:native", settles, reservation, update);
            }
            Verdict::Ignore => {
                if let Some(id) = settles {
                    self.done(seat, id);
                }
            }
            Verdict::Replace { until } => {
                if let Some(id) = settles {
                    self.stations[seat].waiting.insert(*until, id);
                }
            }
        }
    }

    pub(super) fn settled(&mut self, page: Page, id: EffectId, outcome: Outcome) {
        if self.at(page).is_none() {
            return;
        }
        let event = Event::Settled {
            id,
            outcome: outcome.clone(),
        };
        self.dispatch(page.seat, event);
        self.stations[page.seat].asked.remove(&id);
        if let Some(id) = self.stations[page.seat].waiting.remove(&id) {
            self.dispatch(page.seat, Event::Settled { id, outcome });
        }
    }

    pub(super) fn http_timeout(&mut self, page: Page, id: EffectId) {
        if self.at(page).is_some_and(|at| at.asked.contains_key(&id)) {
            let failure = backline::error::Failure::new("timed out");
            self.settled(page, id, Outcome::Failed { failure });
        }
    }

    /// The core starts; the queues' field is opened.
    pub(super) fn start_core(&mut self, seat: Seat) {
        let started = self.stations[seat].started(self.recovers);
        self.dispatch(seat, started);
        self.dispatch(seat, Event::FieldOpened { tab: Tab::Queue });
    }
}

/// Who sits there, for the log.
pub fn name(seat: Seat) -> String {
    let name = NAMES[agent_of(seat)];
    match seat < NAMES.len() {
        true => name.to_owned(),
        false => format!("{name}'s second tab"),
    }
}
