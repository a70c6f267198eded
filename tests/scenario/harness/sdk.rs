//! The TaskRouter SDK of a page: its reservations, its socket; pages that are loaded and closed.

use super::message::{Message, Page, Seat};
use super::station::{Held, Station};
use super::Office;
use backline::event::{Event, FlexAction};
use backline::ids::{ReservationSid, TaskSid};
use backline::time::Millis;
use backline_world::account;
use serde_json::{json, Value};

impl Office {
    /// The page, if it is still that one.
    pub(super) fn at(&mut self, page: Page) -> Option<&mut Station> {
        let station = &mut self.stations[page.seat];
        (station.open && station.life == page.life).then_some(station)
    }

    /// An event of TaskRouter's, to each page of its worker.
    pub(super) fn push(&mut self, agent: usize, event_type: &str, payload: &Value) {
        let seats = self.seats_of(agent).map(|seat| {
            let station = &self.stations[seat];
            (station.page(), station.socket.filter(|_| station.open))
        });
        for (page, socket) in seats {
            if let Some(session) = socket {
                let message = Message::Push {
                    page,
                    session,
                    event_type: event_type.to_owned(),
                    payload: payload.clone(),
                };
                self.send(&format!("push:{event_type}"), message);
            }
        }
    }

    /// An event as the SDK takes it in and the shell tells it.
    pub(super) fn pushed(&mut self, page: Page, session: u32, event_type: &str, payload: &Value) {
        let Some(station) = self.at(page).filter(|at| at.socket == Some(session)) else {
            return;
        };
        let held = &mut station.reservations;
        let mut changed = Vec::new();
        if event_type.starts_with("reservation.") {
            let sid = ReservationSid::parse(payload["sid"].as_str().unwrap()).unwrap();
            let known = held.get(&sid).cloned();
            if known.is_none() && event_type != "reservation.created" {
                return; // over, and forgotten by the SDK
            }
            let now = read(payload, known);
            held.insert(sid.clone(), now.clone());
            changed.push((sid, now));
        } else if event_type.starts_with("task.") {
            for (sid, held) in held.iter_mut() {
                if Some(held.task.as_str()) == payload["sid"].as_str() {
                    held.attributes = attributes(payload).unwrap_or_default();
                    changed.push((sid.clone(), held.clone()));
                }
            }
        }
        for (sid, now) in changed {
            let accepts =
                event_type == "reservation.created" && now.attributes["autoAnswer"] == "true";
            self.tell_core(page.seat, &sid, now);
            // Flex by itself, in each of the agent's tabs.
            if accepts {
                self.flex_action(page.seat, FlexAction::AcceptTask, sid, None);
            }
        }
    }

    fn tell_core(&mut self, seat: Seat, sid: &ReservationSid, now: Held) {
        let station = &mut self.stations[seat];
        if station.placed.as_ref().map(TaskSid::as_str) == Some(&now.task) {
            station.told_answered |= now.attributes["internal_call"]["progress"] == "answered";
        }
        let live = ["pending", "accepted", "wrapping"].contains(&now.status.as_str());
        if !live {
            station.reservations.remove(sid);
        }
        let [created, task_created, task_age] = &now.times;
        let ms = |seconds: &Value| seconds.as_u64().map(|seconds| seconds * 1000);
        let reservation = json!({"sid": sid, "taskSid": now.task, "status": now.status,
                                 "created": ms(created), "taskCreated": ms(task_created), "taskAge": task_age,
                                 "timeout": now.timeout, "attributes": now.attributes});
        let reservation = serde_json::from_value(reservation).unwrap();
        self.dispatch(seat, Event::ReservationChanged { reservation });
    }

    /// The tab goes: its legs are dropped, and everything that was on its way to it.
    pub fn close(&mut self, seat: Seat) {
        let station = &mut self.stations[seat];
        if !station.open {
            return;
        }
        // Who pressed a button in it need not have got through.
        self.truth.forgets(seat, station.reservations.keys());
        *station = Station::new(seat, station.life + 1);
        self.pages_lost = true;
        self.drop_phone(seat);
    }

    /// A page that was not there, or another one in its place, loads.
    pub fn load(&mut self, seat: Seat, takes: Millis) {
        self.close(seat);
        let station = &mut self.stations[seat];
        if station.socket.replace(0).is_some() {
            return; // loading already
        }
        let page = station.page();
        let at = self.now + takes;
        self.arrive(at, Message::Loaded { page });
    }

    /// The SDK has connected and fetched what there is; the plugin starts.
    pub(super) fn loaded(&mut self, page: Page) {
        let station = &mut self.stations[page.seat];
        if station.life != page.life || station.open {
            return;
        }
        station.open = true;
        station.latest = self.now;
        self.start_core(page.seat);
        self.resync(page.seat);
    }

    /// The socket to TaskRouter drops, for so long.
    pub fn drop_socket(&mut self, seat: Seat, span: Millis) {
        let station = &mut self.stations[seat];
        if !station.open || station.socket.take().is_none() {
            return;
        }
        let (page, at) = (station.page(), self.now + span);
        self.arrive(at, Message::Resync { page });
    }

    pub(super) fn reconnected(&mut self, page: Page) {
        let now = self.now;
        let Some(station) = self.at(page) else {
            return;
        };
        station.sessions += 1;
        station.socket = Some(station.sessions);
        station.latest = now;
        self.resync(page.seat);
    }

    /// The SDK fetches its worker's reservations that are live: of the others it hears no more, and the shell tells that
    /// they are gone.
    fn resync(&mut self, seat: Seat) {
        let worker = account::worker_sid(self.stations[seat].agent());
        self.change(|_| ()); // the age of a task is that of this moment
        let routing = &self.world.routing;
        let of_worker = routing.reservations().filter(|one| one.worker == worker);
        let held = &self.stations[seat].reservations;
        let mut changed: Vec<(ReservationSid, Held)> = of_worker
            .filter(|one| one.state.is_live())
            .map(|one| {
                (
                    one.sid.clone(),
                    read(&routing.reservation_payload(one), None),
                )
            })
            .collect();
        for (sid, held) in held {
            if !changed.iter().any(|(live, _)| live == sid) {
                let mut gone = held.clone();
                gone.status = "gone".to_owned();
                changed.push((sid.clone(), gone));
            }
        }
        for (sid, now) in changed {
            let held = &mut self.stations[seat].reservations;
            held.insert(sid.clone(), now.clone());
            self.tell_core(seat, &sid, now);
        }
    }
}

fn read(payload: &Value, known: Option<Held>) -> Held {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let known = known.map(|held| held.attributes);
    Held {
        task: text(&payload["task_sid"]).unwrap(),
        status: text(&payload["reservation_status"]).unwrap(),
        timeout: payload["reservation_timeout"].clone(),
        times: [
            payload["date_created"].clone(),
            payload["task"]["date_created"].clone(),
            payload["task"]["age"].clone(),
        ],
        attributes: attributes(&payload["task"]).or(known).unwrap_or_default(),
    }
}

fn attributes(task: &Value) -> Option<Value> {
    serde_json::from_str(task["attributes"].as_str()?).ok()
}
