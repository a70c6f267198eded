//! Running TwiML on a leg (<https://www.twilio.com/docs/voice/twiml>).
//!
//! A page that cannot be had is error 11200 (<https://www.twilio.com/docs/api/errors/11200>), one that cannot be
//! read 12100: the caller hears "an application error has occurred" and the call ends. A `FallbackUrl` is asked first.

use super::call::{AfterDial, Call, Direction, Doing, Ending, Program, Role, Source, State};
use super::callback::{push, resolve, standard};
use super::hearing::Tune;
use super::legs::{By, NewLeg};
use super::twiml::{self, Dial, DialTo, Phone, Verb};
use super::Telephony;
use backline::ids::CallSid;
use backline::time::Millis;

/// How long "an application error has occurred" takes to say. Assumed.
const APOLOGY: Millis = Millis(3_000);

/// Rough speed of speech, milliseconds a character. Assumed: `<Say>` only has to take a while.
const SPEECH_PER_CHARACTER: u64 = 60;

/// How long a `<Play>` lasts, whose file the sandbox does not fetch. Assumed.
const PLAY: Millis = Millis(3_000);

impl Telephony {
    /// The answer to a [`crate::output::Webhook`]. Ignored if nobody waits for it any more.
    pub fn webhook_answered(&mut self, now: Millis, id: u64, status: u16, body: &str) {
        if self.player_answered(now, id, status, body) {
            return;
        }
        let Some((sid, url, fallback)) = self.waits_for(id) else {
            return;
        };
        if !(200..300).contains(&status) {
            self.fetch_failed(now, &sid, fallback, 11200, format!("HTTP {status}"));
            return;
        }
        match twiml::parse(body) {
            Ok(document) => {
                for warning in document.warnings {
                    self.alert(12200, &sid, warning);
                }
                let program = Program {
                    verbs: document.verbs.into(),
                    base: Some(url),
                    begun: false,
                };
                let _ = self.pause(&sid);
                self.run(now, &sid, program);
            }
            Err(error) => self.fetch_failed(now, &sid, fallback, 12100, error.to_string()),
        }
    }

    /// A [`crate::output::Webhook`] got no answer: refused, or not in time.
    pub fn webhook_failed(&mut self, now: Millis, id: u64) {
        if self.player_failed(id) {
            return;
        }
        if let Some((sid, _, fallback)) = self.waits_for(id) {
            self.fetch_failed(now, &sid, fallback, 11200, "no answer".to_owned());
        }
    }

    /// A sound came where TwiML was asked for. (Twilio would play it; here it is 12300.)
    pub(super) fn page_is_no_twiml(&mut self, now: Millis, id: u64) {
        if let Some((sid, _, fallback)) = self.waits_for(id) {
            self.fetch_failed(now, &sid, fallback, 12300, "a sound, not TwiML".to_owned());
        }
    }

    fn waits_for(&self, id: u64) -> Option<(CallSid, String, Option<String>)> {
        self.calls.values().find_map(|call| match call.doing() {
            Some(Doing::Fetching {
                webhook,
                url,
                fallback,
            }) if *webhook == id => Some((call.sid.clone(), url.clone(), fallback.clone())),
            Some(_) | None => None,
        })
    }

    fn fetch_failed(
        &mut self,
        now: Millis,
        sid: &CallSid,
        fallback: Option<String>,
        code: u32,
        message: String,
    ) {
        self.alert(code, sid, message);
        match fallback {
            Some(url) => {
                let source = Source {
                    url,
                    fallback: None,
                };
                let error = vec![("ErrorCode".to_owned(), code.to_string())];
                self.fetch(now, sid, source, error);
            }
            None => self.apologise(now, sid),
        }
    }

    /// "We're sorry, an application error has occurred. Goodbye."
    fn apologise(&mut self, now: Millis, sid: &CallSid) {
        self.picks_up(now, sid);
        let apology = Doing::Waiting {
            until: now + APOLOGY,
            hears_announcement: true,
            rest: Program::default(),
        };
        self.resume(now, sid, apology);
    }

    /// Asks for the TwiML at an absolute URL (POST).
    pub(super) fn fetch(
        &mut self,
        now: Millis,
        sid: &CallSid,
        source: Source,
        more: Vec<(String, String)>,
    ) {
        let Some(call) = self.calls.get(sid) else {
            return;
        };
        let url = match resolve(None, &source.url) {
            Ok(url) => url,
            Err(error) => {
                // 11100: <https://www.twilio.com/docs/api/errors/11100>.
                let message = format!("{}: {error}", source.url);
                return self.fetch_failed(now, sid, source.fallback, 11100, message);
            }
        };
        let mut parameters = standard(call);
        parameters.extend(call.parameters.iter().cloned());
        parameters.extend(more);
        let webhook = self.post("twiml", url.clone(), parameters);
        let fetching = Doing::Fetching {
            webhook,
            url,
            fallback: source.fallback,
        };
        self.resume(now, sid, fetching);
    }

    /// Runs verbs until one takes time, or none is left: then the call is over.
    pub(super) fn run(&mut self, now: Millis, sid: &CallSid, mut program: Program) {
        if !matches!(program.verbs.front(), Some(Verb::Reject { .. })) {
            self.picks_up(now, sid);
        }
        if self.calls.get(sid).is_none_or(Call::is_over) {
            return;
        }
        // Between two verbs the leg is this function's alone.
        while let Some(verb) = program.verbs.pop_front() {
            let begun = std::mem::replace(&mut program.begun, true);
            match verb {
                Verb::Say { text } => {
                    return self.wait(now, sid, now + speech(&text), true, program)
                }
                Verb::Play { .. } => return self.wait(now, sid, now + PLAY, true, program),
                Verb::Pause { seconds } => {
                    let until = now + Millis::from_secs(seconds);
                    return self.wait(now, sid, until, false, program);
                }
                Verb::Hangup => return self.finish(now, sid, Ending::Completed, By::Us),
                // A call that another verb has answered can only be hung up.
                Verb::Reject { .. } if begun => {
                    return self.finish(now, sid, Ending::Completed, By::Us)
                }
                Verb::Reject { busy: true } => return self.finish(now, sid, Ending::Busy, By::Us),
                Verb::Reject { busy: false } => {
                    return self.finish(now, sid, Ending::NoAnswer, By::Us)
                }
                Verb::Redirect { url } => {
                    return self.follow(now, sid, program.base.as_deref(), &url, Vec::new())
                }
                Verb::Enqueue(enqueue) => return self.enqueue(now, sid, enqueue, program),
                // Leaves the queue; a call that is in none goes on.
                Verb::Leave => {}
                Verb::Dial(dial) => return self.run_dial(now, sid, dial, program),
            }
        }
        self.finish(now, sid, Ending::Completed, By::Us);
    }

    /// Goes to another page, given as seen from `base`.
    pub(super) fn follow(
        &mut self,
        now: Millis,
        sid: &CallSid,
        base: Option<&str>,
        url: &str,
        more: Vec<(String, String)>,
    ) {
        match resolve(base, url) {
            Ok(url) => {
                let source = Source {
                    url,
                    fallback: None,
                };
                self.fetch(now, sid, source, more);
            }
            Err(error) => {
                self.alert(11100, sid, format!("{url}: {error}"));
                self.apologise(now, sid);
            }
        }
    }

    fn wait(
        &mut self,
        now: Millis,
        sid: &CallSid,
        until: Millis,
        hears_announcement: bool,
        rest: Program,
    ) {
        let waiting = Doing::Waiting {
            until,
            hears_announcement,
            rest,
        };
        self.resume(now, sid, waiting);
    }

    fn run_dial(&mut self, now: Millis, sid: &CallSid, dial: Dial, rest: Program) {
        let base = rest.base.clone();
        let after = AfterDial {
            action: absolute(base.as_deref(), dial.action.clone()),
            rest,
        };
        match dial.to {
            DialTo::Conference { name, mut entry } => {
                entry.callback = entry.callback.take().map(|mut wish| {
                    wish.url = resolve(base.as_deref(), &wish.url).unwrap_or(wish.url);
                    wish
                });
                if let Tune::Page { url, .. } = &mut entry.wait {
                    *url = resolve(base.as_deref(), url).unwrap_or(std::mem::take(url));
                }
                let conference = self.conference_for(now, &name);
                self.join(now, sid, &conference, *entry, after);
            }
            DialTo::Phones(phones) => {
                let caller = dial.caller_id.unwrap_or_else(|| {
                    self.calls
                        .get(sid)
                        .map_or_else(String::new, |call| call.from.clone())
                });
                let dialling = Doing::Dialling {
                    children: Vec::new(),
                    after,
                };
                if self.resume(now, sid, dialling) {
                    self.dial_phones(now, sid, phones, &caller, dial.timeout_s, base.as_deref());
                }
            }
            DialTo::Queue(name) => match self.longest_waiting(&name) {
                Some(waiting) => self.connect_queued(now, sid, &waiting, after),
                None => self.go_on(now, sid, after, "queue-not-found", None),
            },
        }
    }

    fn dial_phones(
        &mut self,
        now: Millis,
        sid: &CallSid,
        phones: Vec<Phone>,
        caller: &str,
        timeout_s: u64,
        base: Option<&str>,
    ) {
        for phone in phones {
            let subscription = phone.callback.map(|mut wish| {
                wish.url = resolve(base, &wish.url).unwrap_or(wish.url);
                wish.into()
            });
            let child = self.ring(
                now,
                NewLeg {
                    from: caller.to_owned(),
                    to: phone.address,
                    direction: Direction::OutboundDial,
                    parent: Some(sid.clone()),
                    role: Role::Plain,
                    timeout_s,
                    then: super::call::OnAnswer::Bridge(sid.clone()),
                    subscription,
                    parameters: phone.parameters,
                },
            );
            if let Some(Doing::Dialling { children, .. }) = self.doing_mut(sid) {
                children.push(child);
            }
        }
    }

    fn doing_mut(&mut self, sid: &CallSid) -> Option<&mut Doing> {
        match &mut self.calls.get_mut(sid)?.state {
            State::InProgress(live) => Some(&mut live.doing),
            State::Queued(_) | State::Ringing(_) | State::Over(_) => None,
        }
    }

    /// A dialled leg answered: it and its parent talk, the others are taken back.
    pub(super) fn bridge(&mut self, now: Millis, parent: &CallSid, child: &CallSid) {
        match self.pause(parent) {
            Some(Doing::Dialling { children, after }) => {
                let peer = child.clone();
                self.resume(now, parent, Doing::BridgedTo { peer, after });
                let peer = parent.clone();
                self.resume(now, child, Doing::BridgedBy { peer });
                for other in children.into_iter().filter(|other| other != child) {
                    self.finish(now, &other, Ending::Canceled, By::Us);
                }
            }
            Some(other) => {
                self.resume(now, parent, other);
                self.finish(now, child, Ending::Completed, By::Us);
            }
            None => self.finish(now, child, Ending::Completed, By::Us),
        }
    }

    /// A leg that `parent` dialled or talked to is over: it goes on with its TwiML.
    pub(super) fn dialled_leg_over(
        &mut self,
        now: Millis,
        parent: &CallSid,
        child: &CallSid,
        status: &str,
    ) {
        match self.pause(parent) {
            Some(Doing::Dialling {
                mut children,
                after,
            }) => {
                children.retain(|other| other != child);
                if children.is_empty() {
                    self.go_on(now, parent, after, status, Some(child));
                } else {
                    self.resume(now, parent, Doing::Dialling { children, after });
                }
            }
            Some(Doing::BridgedTo { peer, after }) if peer == *child => {
                self.go_on(now, parent, after, status, Some(child));
            }
            Some(other) => {
                self.resume(now, parent, other);
            }
            None => {}
        }
    }

    /// After `<Dial>`: its `action`, else the next verb
    /// (<https://www.twilio.com/docs/voice/twiml/dial#action>).
    pub(super) fn go_on(
        &mut self,
        now: Millis,
        sid: &CallSid,
        after: AfterDial,
        status: &str,
        child: Option<&CallSid>,
    ) {
        let Some(action) = after.action else {
            return self.run(now, sid, after.rest);
        };
        let mut more = Vec::new();
        push(&mut more, "DialCallStatus", status);
        if let Some(child) = child {
            push(&mut more, "DialCallSid", child);
            if let Some(duration) = self.calls.get(child).and_then(Call::duration_s) {
                push(&mut more, "DialCallDuration", duration);
            }
        }
        self.follow(now, sid, after.rest.base.as_deref(), &action, more);
    }
}

/// How long a text takes to say.
pub(super) fn speech(text: &str) -> Millis {
    Millis(SPEECH_PER_CHARACTER.saturating_mul(text.len() as u64))
}

pub(super) fn absolute(base: Option<&str>, action: Option<String>) -> Option<String> {
    action
        .filter(|action| !action.is_empty())
        .map(|action| resolve(base, &action).unwrap_or(action))
}
