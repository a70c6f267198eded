//! What somebody hears who waits for a conference to start or in a queue, or is on hold: Twilio's music, nothing, or what the account's
//! own server answers (<https://www.twilio.com/docs/voice/twiml/conference#attributes-waiturl>,
//! <https://www.twilio.com/docs/voice/api/conference-participant-resource>, `HoldUrl`).
//!
//! | from | when | to |
//! |---|---|---|
//! | asking for the page | a sound | sounds, over and over |
//! | asking for the page | TwiML | its first verb: asking for the file of `<Play>`, speaking, pausing, asking for another page |
//! | asking for a file | a sound | sounds, as often as `loop` says, then the next verb |
//! | asking | no answer, an error, neither a sound nor TwiML | silence, with an alert |
//! | speaking, pausing, a file | it is over | the next verb; after the last the document begins again (assumed), in a queue it is asked for again |
//! | at any verb, in a queue | `<Leave>`, `<Hangup>` | leaves the queue, hangs up |
//!
//! Invariants: an answer that nobody waits for changes nothing; a document in which nothing takes time ends in silence,
//! not in a loop.

use super::call::{Doing, Ending, State};
use super::callback::{resolve, standard};
use super::conference::Phase;
use super::hearing::{Hearing, Player, Script, Tune, Wants};
use super::legs::By;
use super::queue::QueueResult;
use super::run::speech;
use super::twiml::{self, Verb};
use super::Telephony;
use crate::audio::{Place, Sound};
use crate::output::Method;
use backline::ids::{CallSid, ConferenceSid};
use backline::time::Millis;
use std::collections::VecDeque;

/// Whose ears, and where he is with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ear {
    at: At,
    call: CallSid,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    Room(ConferenceSid),
    Queue,
}

impl Ear {
    fn in_room(room: &ConferenceSid, call: &CallSid, place: Place) -> Self {
        Self {
            at: At::Room(room.clone()),
            call: call.clone(),
            place,
        }
    }

    pub fn in_queue(call: &CallSid) -> Self {
        Self {
            at: At::Queue,
            call: call.clone(),
            place: Place::Wait,
        }
    }
}

/// A chain of `<Redirect>` without a sound is given up after so many (assumed).
const IDLE_PAGES: u8 = 10;

impl Telephony {
    /// A [`crate::output::Webhook`] was answered with a sound of that length, or with one that cannot be played: why
    /// (<https://www.twilio.com/docs/api/errors/12300>).
    pub fn sound_answered(&mut self, now: Millis, id: u64, sound: Result<Millis, String>) {
        let Some((ear, wants, script)) = self.player_of(id) else {
            return self.page_is_no_twiml(now, id);
        };
        let length = match sound {
            Ok(length) if length > Millis(0) => length,
            Ok(_) => return self.no_sound(&ear, 12300, "an empty sound".to_owned()),
            Err(why) => return self.no_sound(&ear, 12300, why),
        };
        let until = match wants {
            Wants::Page | Wants::File { times: 0 } => None,
            Wants::File { times } => Some(now + Millis(length.0.saturating_mul(times))),
        };
        let sound = Sound::File {
            url: script.asked.clone(),
            since: now,
        };
        let player = Player::Sounding {
            sound: Some(sound),
            until,
            script: script.heard(),
        };
        self.set_player(&ear, player);
    }

    /// Plays `tune` to a participant from now on.
    pub(super) fn play_to(
        &mut self,
        now: Millis,
        room: &ConferenceSid,
        call: &CallSid,
        place: Place,
        tune: &Tune,
    ) {
        self.play(now, &Ear::in_room(room, call, place), tune);
    }

    pub(super) fn play(&mut self, now: Millis, ear: &Ear, tune: &Tune) {
        match tune {
            Tune::Music => self.set_player(ear, Player::Music),
            Tune::Silence => self.set_player(ear, Player::Silence),
            Tune::Page { url, method } => {
                // Whatever comes of the question, he is where he is.
                self.set_player(ear, Player::Silence);
                let script = Script {
                    first: (url.clone(), *method),
                    asked: url.clone(),
                    base: url.clone(),
                    verbs: Vec::new(),
                    ahead: VecDeque::new(),
                    idle_pages: 0,
                };
                self.ask(now, ear, Wants::Page, *method, script);
            }
        }
    }

    /// The conference has started: nobody waits any more.
    pub(super) fn stop_waiting(&mut self, room: &ConferenceSid) {
        let Some(room) = self.conferences.get_mut(room) else {
            return;
        };
        for one in &mut room.participants {
            if let Hearing::Waiting(_) = one.hearing {
                one.hearing = Hearing::Room;
            }
        }
    }

    /// Back from hold: into the room, or to waiting if it has not started.
    pub(super) fn off_hold(&mut self, now: Millis, room: &ConferenceSid, call: &CallSid) {
        let waits = self.conferences.get(room).and_then(|room| {
            let wait = room.participant(call)?.wait.clone();
            (room.phase == Phase::Init).then_some(wait)
        });
        match waits {
            Some(tune) => self.play_to(now, room, call, Place::Wait, &tune),
            None => self.set_hearing(room, call, Hearing::Room),
        }
    }

    /// When the next of all players goes on by itself.
    pub(super) fn player_deadline(&self) -> Option<Millis> {
        self.players()
            .filter_map(|(_, player)| player.deadline())
            .min()
    }

    /// Lets every player go on that is due.
    pub(super) fn fire_players(&mut self, due: Millis) {
        let ripe: Vec<_> = self
            .players()
            .filter(|(_, player)| player.deadline().is_some_and(|deadline| deadline <= due))
            .map(|(ear, player)| (ear, player.clone()))
            .collect();
        for (ear, player) in ripe {
            if let Player::Sounding { script, .. } = player {
                self.next_verb(due, &ear, script);
            }
        }
    }

    /// TwiML, or what should be, for a player; false if no player waits for it.
    pub(super) fn player_answered(
        &mut self,
        now: Millis,
        id: u64,
        status: u16,
        body: &str,
    ) -> bool {
        let Some((ear, wants, mut script)) = self.player_of(id) else {
            return false;
        };
        if !(200..300).contains(&status) {
            self.no_sound(&ear, 11200, format!("HTTP {status}"));
            return true;
        }
        if wants != Wants::Page {
            let message = format!("{}: not a sound", script.asked);
            self.no_sound(&ear, 12300, message);
            return true;
        }
        match twiml::parse(body) {
            Ok(document) => {
                for warning in document.warnings {
                    self.alert(12200, &ear.call, warning);
                }
                script.base.clone_from(&script.asked);
                script.ahead = document.verbs.clone().into();
                script.verbs = document.verbs;
                script.idle_pages = script.idle_pages.saturating_add(1);
                self.next_verb(now, &ear, script);
            }
            Err(error) => self.no_sound(&ear, 12100, error.to_string()),
        }
        true
    }

    /// No answer for a player; false if no player waits for it.
    pub(super) fn player_failed(&mut self, id: u64) -> bool {
        let Some((ear, _, _)) = self.player_of(id) else {
            return false;
        };
        self.no_sound(&ear, 11200, "no answer".to_owned());
        true
    }

    fn next_verb(&mut self, now: Millis, ear: &Ear, mut script: Script) {
        // Once through what is left, and once more from the start: then nothing in it takes time.
        for _ in 0..=script.verbs.len() + script.ahead.len() {
            let Some(verb) = script.ahead.pop_front() else {
                if ear.at == At::Queue {
                    return self.ask_again(now, ear, script);
                }
                script.ahead = script.verbs.clone().into();
                continue;
            };
            let (sound, length) = match verb {
                Verb::Say { text } => (Some(Sound::Speech), speech(&text)),
                Verb::Pause { seconds } => (None, Millis::from_secs(seconds)),
                Verb::Play { url, times } => {
                    let file = (Wants::File { times }, Method::Get, url.as_str());
                    return self.ask_relative(now, ear, file, script);
                }
                Verb::Redirect { url } => {
                    let page = (Wants::Page, Method::Post, url.as_str());
                    return self.ask_relative(now, ear, page, script);
                }
                Verb::Leave if ear.at == At::Queue => {
                    return self.leave_queue(now, &ear.call, QueueResult::Leave);
                }
                Verb::Hangup if ear.at == At::Queue => {
                    return self.finish(now, &ear.call, Ending::Completed, By::Us);
                }
                Verb::Dial(_)
                | Verb::Enqueue(_)
                | Verb::Hangup
                | Verb::Reject { .. }
                | Verb::Leave => {
                    self.alert(
                        12200,
                        &ear.call,
                        "a verb that nobody on hold or waiting runs",
                    );
                    continue;
                }
            };
            if length > Millis(0) {
                let player = Player::Sounding {
                    sound,
                    until: Some(now + length),
                    script: script.heard(),
                };
                return self.set_player(ear, player);
            }
        }
        self.set_player(ear, Player::Silence);
    }

    /// "Once the TwiML document located at the waitUrl runs out of verbs to execute, Twilio re-requests the waitUrl."
    fn ask_again(&mut self, now: Millis, ear: &Ear, script: Script) {
        let (url, method) = script.first.clone();
        if script.idle_pages >= IDLE_PAGES {
            return self.no_sound(ear, 11200, format!("{url}: nothing in it takes time"));
        }
        let again = Script {
            asked: url,
            ..script
        };
        self.ask(now, ear, Wants::Page, method, again);
    }

    fn ask_relative(
        &mut self,
        now: Millis,
        ear: &Ear,
        (wants, method, url): (Wants, Method, &str),
        mut script: Script,
    ) {
        if script.idle_pages >= IDLE_PAGES {
            let message = format!("{}: redirected without a sound", script.base);
            return self.no_sound(ear, 11200, message);
        }
        match resolve(Some(&script.base), url) {
            Ok(url) => {
                script.asked = url;
                self.ask(now, ear, wants, method, script);
            }
            Err(error) => self.no_sound(ear, 11100, format!("{url}: {error}")),
        }
    }

    fn ask(&mut self, now: Millis, ear: &Ear, wants: Wants, method: Method, script: Script) {
        let Some(call) = self.calls.get(&ear.call) else {
            return;
        };
        let url = match resolve(None, &script.asked) {
            Ok(url) => url,
            Err(error) => {
                let message = format!("{}: {error}", script.asked);
                return self.no_sound(ear, 11100, message);
            }
        };
        let mut parameters = standard(call);
        if ear.at == At::Queue {
            parameters.extend(self.place_in_queue(now, &ear.call));
        }
        let webhook = self.request(ear.place.as_str(), method, url, parameters);
        let player = Player::Asking {
            webhook,
            wants,
            script,
        };
        self.set_player(ear, player);
    }

    fn no_sound(&mut self, ear: &Ear, code: u32, message: String) {
        self.alert(code, &ear.call, message);
        self.set_player(ear, Player::Silence);
    }

    fn set_player(&mut self, ear: &Ear, player: Player) {
        match &ear.at {
            At::Room(room) => self.set_hearing(room, &ear.call, Hearing::with(ear.place, player)),
            At::Queue => {
                let call = self.calls.get_mut(&ear.call);
                if let Some(State::InProgress(live)) = call.map(|call| &mut call.state) {
                    if let Doing::Enqueued(waiting) = &mut live.doing {
                        waiting.hears = player;
                    }
                }
            }
        }
    }

    fn set_hearing(&mut self, room: &ConferenceSid, call: &CallSid, hearing: Hearing) {
        let participant = self.conferences.get_mut(room).and_then(|room| {
            room.participants
                .iter_mut()
                .find(|participant| participant.call == *call)
        });
        if let Some(participant) = participant {
            participant.hearing = hearing;
        }
    }

    fn players(&self) -> impl Iterator<Item = (Ear, &Player)> {
        let rooms = self.conferences.values().flat_map(|room| {
            room.participants.iter().filter_map(|one| {
                let (place, player) = one.hearing.player()?;
                Some((Ear::in_room(&room.sid, &one.call, place), player))
            })
        });
        let queues = self.calls.values().filter_map(|call| match call.doing() {
            Some(Doing::Enqueued(waiting)) => Some((Ear::in_queue(&call.sid), &waiting.hears)),
            Some(_) | None => None,
        });
        rooms.chain(queues)
    }

    fn player_of(&self, id: u64) -> Option<(Ear, Wants, Script)> {
        let (ear, player) = self
            .players()
            .find(|(_, player)| player.webhook() == Some(id))?;
        match player {
            Player::Asking { wants, script, .. } => Some((ear, wants.clone(), script.clone())),
            Player::Music | Player::Silence | Player::Sounding { .. } => None,
        }
    }
}
