//! What people do: press buttons, pick up, hang up.

use super::message::{Act, Agent, Rpc, Seat};
use super::station::{agent_of, FULL_NAMES};
use super::{Office, NAMES};
use backline::effect::Notice;
use backline::event::{Callee, Event, FlexAction, Tab};
use backline::ids::{ContactUri, ReservationSid};
use backline::twilio::attributes::PartyState;
use backline::view::HoldView;
use backline_world::account;
use backline_world::routing::ReservationUpdate;

impl Office {
    pub(super) fn do_act(&mut self, seat: Seat, act: Act) {
        let station = &self.stations[seat];
        let agent = agent_of(seat);
        match act {
            Act::Load(takes) => self.load(seat, takes),
            Act::Close => self.close(seat),
            Act::DropSocket(span) => self.drop_socket(seat, span),
            _ if !station.open => {}
            Act::Call(callee) => {
                if self.is_busy(agent, None) {
                    return;
                }
                self.choose_person(seat, callee);
                self.dispatch(seat, Event::CallPressed);
            }
            Act::CallQueue(queue) => {
                if self.is_busy(agent, None) {
                    return;
                }
                let queue = queue.to_owned();
                self.dispatch(seat, Event::TabChosen { tab: Tab::Queue });
                self.dispatch(seat, Event::QueueChosen { queue });
                self.dispatch(seat, Event::CallPressed);
            }
            Act::CallBack => {
                let missed = station
                    .notices
                    .iter()
                    .rev()
                    .find_map(|notice| match notice {
                        Notice::Missed { back, .. } | Notice::CalledMeanwhile { back, .. } => {
                            back.clone()
                        }
                        _ => None,
                    });
                if let Some(callee) = missed.filter(|_| !self.is_busy(agent, None)) {
                    self.dispatch(seat, Event::TabChosen { tab: Tab::Agent });
                    self.dispatch(seat, Event::CallBackPressed { callee });
                }
            }
            Act::Accept => {
                if let Some(sid) = station
                    .offer()
                    .filter(|sid| !self.is_busy(agent, Some(sid)))
                {
                    self.stations[seat].taken.insert(sid.clone());
                    self.flex_action(seat, FlexAction::AcceptTask, sid, None);
                }
            }
            Act::Reject => {
                if let Some(sid) = station.offer() {
                    self.truth.declines(seat, &sid, None);
                    self.flex_action(seat, FlexAction::RejectTask, sid, None);
                }
            }
            Act::Decline(reason) => {
                // The buttons stand there only so long.
                let view = |sid: &ReservationSid| station.desk.call_view(sid.as_str());
                let offered = |sid: &ReservationSid| view(sid).is_some_and(|view| view.offered);
                if let Some(reservation) = station.offer().filter(offered) {
                    self.truth.declines(seat, &reservation, Some(reason));
                    let chosen = Event::DeclineChosen {
                        reservation,
                        reason,
                    };
                    self.dispatch(seat, chosen);
                }
            }
            Act::Activity {
                name,
                reject_pending,
            } => {
                let rpc = Rpc::Activity {
                    name,
                    reject_pending,
                };
                self.order(seat, "rpc:activity", None, rpc);
            }
            Act::Hold => {
                if let Some(sid) = station.holding(HoldView::Off) {
                    self.flex_action(seat, FlexAction::HoldCall, sid, None);
                }
            }
            Act::Resume => {
                if let Some(sid) = station.holding(HoldView::On) {
                    self.flex_action(seat, FlexAction::UnholdCall, sid, None);
                }
            }
            Act::Transfer(to) => {
                if let Some(reservation) = station.transferable() {
                    self.choose_person(seat, to);
                    self.dispatch(seat, Event::TransferPressed { reservation });
                }
            }
            Act::Add(whom) => {
                if let Some((reservation, _)) = station.company(|view| view.add.is_some()) {
                    self.choose_person(seat, whom);
                    self.dispatch(seat, Event::AddPressed { reservation });
                }
            }
            Act::Remove => {
                let removable =
                    |state: PartyState| state.is_present() || state == PartyState::Ringing;
                if let Some((reservation, label)) = station.other_party(removable) {
                    self.dispatch(seat, Event::PartyRemovePressed { reservation, label });
                }
            }
            Act::HoldParty(on) => {
                let wanted = if on {
                    PartyState::There
                } else {
                    PartyState::OnHold
                };
                if let Some((reservation, label)) = station.other_party(|state| state == wanted) {
                    let pressed = Event::PartyHoldPressed {
                        reservation,
                        label,
                        on,
                    };
                    self.dispatch(seat, pressed);
                }
            }
            Act::EndForAll => {
                if let Some((reservation, _)) = station.company(|view| !view.parties.is_empty()) {
                    self.dispatch(seat, Event::EndForAllPressed { reservation });
                }
            }
            Act::HangUp => self.hang_up(agent),
            Act::Cancel => self.cancel(seat),
            Act::TidyUp => self.tidy_up(seat),
        }
    }

    fn choose_person(&mut self, seat: Seat, agent: Agent) {
        let callee = Callee {
            worker: account::worker_sid(agent),
            contact_uri: ContactUri::parse(&format!("client:{}", NAMES[agent])).unwrap(),
            name: FULL_NAMES[agent].into(),
        };
        self.dispatch(seat, Event::TabChosen { tab: Tab::Agent });
        self.dispatch(seat, Event::PersonChosen { callee });
    }

    /// A call of his is on, or about to be; `but` is the one that he means to take.
    ///
    /// Until calls are arbitrated (`calls/`, a later issue) nothing but the agent himself keeps him from having two.
    fn is_busy(&self, agent: Agent, but: Option<&ReservationSid>) -> bool {
        let seats = self.seats_of(agent).into_iter();
        let mut open = seats.map(|seat| &self.stations[seat]);
        !self.live_legs(agent).is_empty()
            || open.any(|station| {
                let live = |sid: &&ReservationSid| {
                    station.reservations.contains_key(*sid) && Some(*sid) != but
                };
                let mut held = station.reservations.values();
                station.is_calling()
                    || station.taken.iter().any(|sid| live(&sid))
                    || held.any(|held| held.status == "accepted")
            })
    }

    /// His task while it is on offer to himself, else his leg.
    fn cancel(&mut self, seat: Seat) {
        match self.stations[seat].own("pending") {
            Some(sid) => self.flex_action(seat, FlexAction::RejectTask, sid, None),
            None => self.hang_up(agent_of(seat)),
        }
    }

    fn tidy_up(&mut self, seat: Seat) {
        if let Some(sid) = self.stations[seat].own("pending") {
            self.flex_action(seat, FlexAction::RejectTask, sid, None);
        }
        self.do_act(seat, Act::Reject);
        self.do_act(seat, Act::HangUp);
        let told = |notice: &Notice| matches!(notice, Notice::CompleteFailed { .. });
        if self.stations[seat].notices.iter().any(told) {
            self.complete(seat, "wrapping");
        }
    }

    /// The Call button again, whatever the person sees.
    pub fn dispatch_press(&mut self, seat: Seat) {
        self.dispatch(seat, Event::CallPressed);
    }

    /// Completes whatever is in wrap-up.
    pub fn complete_by_hand(&mut self, seat: Seat) {
        self.complete(seat, "");
    }

    fn complete(&mut self, seat: Seat, status: &str) {
        let held = self.stations[seat].reservations.iter();
        let all: Vec<_> = held
            .filter(|(_, held)| held.status.starts_with(status))
            .map(|(sid, _)| sid.clone())
            .collect();
        for sid in all {
            self.update(seat, "rpc:by-hand", None, sid, ReservationUpdate::Complete);
        }
    }

    /// Whether somebody's call is offered there.
    pub fn is_offered(&self, seat: Seat) -> bool {
        self.stations[seat].offer().is_some()
    }
}
