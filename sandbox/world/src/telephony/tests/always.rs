//! What holds after any inputs in any order.

use super::*;
use crate::telephony::call::{Doing, Phone, State};
use crate::telephony::conference::Phase;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Input {
    AgentCall,
    CustomerAndAgent,
    Outbound,
    Browser,
    Participant,
    Application,
    Page(usize),
    WaitPage(usize),
    NoPage,
    Leg(usize, LegInput),
    Hold(usize, bool),
    Mute(usize, bool),
    Kick(usize),
    EndConference(usize),
    Pass(u64),
}

#[derive(Debug, Clone, Copy)]
enum LegInput {
    Ringing,
    Answered,
    Rejected,
    Unreachable,
    HungUp,
    Ended,
    Completed,
    Canceled,
    Redirected,
}

const PAGES: [&str; 10] = [
    "<Response><Dial><Conference>room</Conference></Dial></Response>",
    "<Response><Dial><Conference endConferenceOnExit=\"true\" statusCallback=\"/cb\" statusCallbackEvent=\"start end join leave hold mute\">room</Conference></Dial><Pause/></Response>",
    "<Response><Dial><Conference muted=\"true\" startConferenceOnEnter=\"false\" maxParticipants=\"2\">other</Conference></Dial></Response>",
    "<Response><Dial action=\"/done\"><Client>agent1</Client><Number>+1555</Number></Dial></Response>",
    "<Response><Enqueue>sales</Enqueue></Response>",
    "<Response><Enqueue workflowSid=\"WW1\" waitUrl=\"/wait\" action=\"/done\"><Task>{}</Task></Enqueue><Say>sorry</Say></Response>",
    "<Response><Pause length=\"2\"/><Leave/></Response>",
    "<Response><Dial><Queue>sales</Queue></Dial></Response>",
    "<Response><Say>hello</Say><Redirect>/next</Redirect></Response>",
    "nonsense",
];

fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let leg = prop_oneof![
        1 => Just(LegInput::Ringing),
        4 => Just(LegInput::Answered),
        1 => Just(LegInput::Rejected),
        1 => Just(LegInput::Unreachable),
        1 => Just(LegInput::HungUp),
        1 => Just(LegInput::Ended),
        1 => Just(LegInput::Completed),
        1 => Just(LegInput::Canceled),
        1 => Just(LegInput::Redirected),
    ];
    let input = prop_oneof![
        2 => Just(Input::AgentCall),
        1 => Just(Input::CustomerAndAgent),
        1 => Just(Input::Outbound),
        1 => Just(Input::Browser),
        1 => Just(Input::Participant),
        2 => Just(Input::Application),
        4 => (0..PAGES.len()).prop_map(Input::Page),
        1 => (0..PAGES.len()).prop_map(Input::WaitPage),
        1 => Just(Input::NoPage),
        8 => (0..6usize, leg).prop_map(|(index, input)| Input::Leg(index, input)),
        2 => (0..6usize, any::<bool>()).prop_map(|(index, hold)| Input::Hold(index, hold)),
        2 => (0..6usize, any::<bool>()).prop_map(|(index, mute)| Input::Mute(index, mute)),
        1 => (0..6usize).prop_map(Input::Kick),
        1 => (0..3usize).prop_map(Input::EndConference),
        2 => (0..40_000u64).prop_map(Input::Pass),
    ];
    prop::collection::vec(input, 1..60)
}

impl Bench {
    /// One of the open legs.
    fn open(&self, index: usize) -> Option<CallSid> {
        let open: Vec<&CallSid> = self
            .phone
            .calls
            .values()
            .filter(|call| !call.is_over())
            .map(|call| &call.sid)
            .collect();
        open.get(index % open.len().max(1))
            .map(|sid| (*sid).clone())
    }

    /// One of those in conferences.
    fn joined(&self, index: usize) -> Option<(ConferenceSid, CallSid)> {
        let joined: Vec<_> = self
            .phone
            .conferences
            .values()
            .flat_map(|room| room.participants.iter().map(move |one| (room, one)))
            .collect();
        joined
            .get(index % joined.len().max(1))
            .map(|(room, one)| (room.sid.clone(), one.call.clone()))
    }

    fn pending_page(&self) -> Option<u64> {
        self.phone
            .calls
            .values()
            .find_map(|call| match call.doing() {
                Some(Doing::Fetching { webhook, .. }) => Some(*webhook),
                Some(_) | None => None,
            })
    }

    fn put(&mut self, input: &Input, number: u128) {
        match input {
            Input::AgentCall => drop(self.order_call(number)),
            Input::CustomerAndAgent => {
                let customer = self.with(|phone, now| {
                    phone.customer_calls(now, "+15550111", "+15550100", "Dora", Map::new())
                });
                self.order(number, conference_with(Some(customer)));
            }
            Input::Outbound => {
                let outbound = Instruction::Conference {
                    customer: None,
                    outbound_to: Some("+15550199".to_owned()),
                    end_on_exit: false,
                    end_on_customer_exit: true,
                    status_callback: None,
                };
                self.order(number, outbound);
            }
            Input::Browser => {
                let to = vec![("To".to_owned(), "client:agent1".to_owned())];
                self.with(|phone, now| phone.browser_dials(now, "agent2", to));
            }
            Input::Participant => {
                let made = NewParticipant {
                    conference: ConferenceOfParticipant::Named("room".to_owned()),
                    from: "+15550100".to_owned(),
                    to: "client:agent3".to_owned(),
                    timeout_s: 10,
                    label: None,
                    muted: false,
                    start_on_enter: true,
                    end_on_exit: number.is_multiple_of(2),
                    wait: Tune::Music,
                    status_callback: None,
                    conference_callback: None,
                };
                self.with(|phone, now| phone.create_participant(now, made).unwrap());
            }
            Input::Application => {
                let outbound = Instruction::Conference {
                    customer: None,
                    outbound_to: Some(format!("app:{}?a=1", crate::account::application_sid())),
                    end_on_exit: number.is_multiple_of(2),
                    end_on_customer_exit: true,
                    status_callback: None,
                };
                let agent = self.order(number, outbound);
                self.answer(&agent);
            }
            Input::Page(page) => {
                if let Some(id) = self.pending_page() {
                    self.with(|phone, now| phone.webhook_answered(now, id, 200, PAGES[*page]));
                }
            }
            Input::WaitPage(page) => {
                let last = self.webhooks("wait").pop();
                if let Some(id) = last.map(|asked| asked.id) {
                    self.with(|phone, now| phone.webhook_answered(now, id, 200, PAGES[*page]));
                }
            }
            Input::NoPage => {
                if let Some(id) = self.pending_page() {
                    self.with(|phone, now| phone.webhook_failed(now, id));
                }
            }
            Input::Leg(index, input) => {
                if let Some(call) = self.open(*index) {
                    self.with(|phone, now| put_leg(phone, now, &call, *input));
                }
            }
            Input::Hold(index, hold) => {
                if let Some((room, call)) = self.joined(*index) {
                    self.with(|phone, now| phone.hold_participant(now, &room, &call, *hold))
                        .unwrap();
                }
            }
            Input::Mute(index, mute) => {
                if let Some((room, call)) = self.joined(*index) {
                    self.with(|phone, now| phone.mute_participant(now, &room, &call, *mute))
                        .unwrap();
                }
            }
            Input::Kick(index) => {
                if let Some((room, call)) = self.joined(*index) {
                    self.with(|phone, now| phone.kick_participant(now, &room, &call))
                        .unwrap();
                }
            }
            Input::EndConference(index) => {
                let room = self.phone.conferences.keys().nth(*index).cloned();
                if let Some(room) = room {
                    self.with(|phone, now| phone.end_conference(now, &room))
                        .unwrap();
                }
            }
            Input::Pass(span) => self.pass(Millis(*span)),
        }
    }

    fn check(&self) {
        let phone = &self.phone;
        for call in phone.calls.values() {
            assert!(
                !matches!(call.doing(), Some(Doing::Between)),
                "{} is left between two verbs",
                call.sid
            );
            let inside: Vec<_> = phone
                .conferences
                .values()
                .filter(|room| room.participant(&call.sid).is_some())
                .map(|room| &room.sid)
                .collect();
            match call.doing() {
                Some(Doing::InConference { conference, .. }) => assert_eq!(inside, [conference]),
                Some(_) | None => assert!(inside.is_empty(), "{} is in {inside:?}", call.sid),
            }
        }
        for room in phone.conferences.values() {
            match room.phase {
                Phase::Completed { .. } => assert!(room.participants.is_empty()),
                Phase::Init | Phase::InProgress => assert!(
                    !room.participants.is_empty() || !phone.ringing_for(&room.sid).is_empty(),
                    "{} is open and empty",
                    room.sid
                ),
            }
        }
        self.check_applications();
        self.check_audio();
        self.check_facts();
    }

    /// Of the two legs of a call to an application neither outlives the other, and the second is answered first.
    fn check_applications(&self) {
        for call in self.phone.calls.values() {
            let Phone::Application { other } = &call.phone else {
                continue;
            };
            let other = self.phone.calls.get(other).unwrap();
            assert_eq!(call.is_over(), other.is_over());
            assert!(call.offer().is_none() || call.direction == Direction::OutboundApi);
        }
    }

    /// Nobody is heard by himself, by others than his own company, on hold or muted.
    fn check_audio(&self) {
        let phone = &self.phone;
        for leg in phone.audio().legs {
            let own = phone.calls.get(&leg.call).unwrap();
            assert!(matches!(own.state, State::InProgress(_)));
            let Hears::Legs(heard) = leg.hears else {
                continue;
            };
            assert!(!heard.is_empty());
            for other in heard {
                assert_ne!(other, leg.call);
                let peer = phone.calls.get(&other).unwrap();
                match (own.doing().unwrap(), peer.doing().unwrap()) {
                    (
                        Doing::InConference { conference, .. },
                        Doing::InConference {
                            conference: same, ..
                        },
                    ) => {
                        assert_eq!(conference, same);
                        let room = phone.conferences.get(conference).unwrap();
                        let one = room.participant(&other).unwrap();
                        assert!(!one.hearing.is_held() && !one.muted);
                        assert!(!room.participant(&leg.call).unwrap().hearing.is_held());
                    }
                    (Doing::BridgedTo { peer, .. }, Doing::BridgedBy { peer: back })
                    | (Doing::BridgedBy { peer }, Doing::BridgedTo { peer: back, .. }) => {
                        assert_eq!((peer, back), (&other, &leg.call));
                    }
                    company => panic!("{} hears {other}: {company:?}", leg.call),
                }
            }
        }
    }

    /// Of each reservation's leg: dialled, then either not answered, or answered and then ended; each once.
    fn check_facts(&self) {
        let mut stories: BTreeMap<&CallSid, Vec<&str>> = BTreeMap::new();
        for fact in &self.facts {
            let (call, word) = match fact {
                CallFact::Dialled { call, .. } => (call, "dialled"),
                CallFact::Answered { call, .. } => (call, "answered"),
                CallFact::NotAnswered { call, .. } => (call, "not answered"),
                CallFact::WorkerLegEnded { call, .. } => (call, "ended"),
                _ => continue,
            };
            stories.entry(call).or_default().push(word);
        }
        for (call, story) in stories {
            let whole: &[&[&str]] = &[
                &["dialled", "not answered"],
                &["dialled", "answered", "ended"],
            ];
            let over = self.phone.calls.get(call).unwrap().is_over();
            assert!(
                whole
                    .iter()
                    .any(|whole| whole.starts_with(&story) && (!over || **whole == *story)),
                "{call}: {story:?}"
            );
        }
    }
}

fn put_leg(phone: &mut Telephony, now: Millis, call: &CallSid, input: LegInput) {
    let nothing = Twiml::Text("<Response><Pause length=\"9\"/></Response>".to_owned());
    match input {
        LegInput::Ringing => phone.leg_ringing(now, call),
        LegInput::Answered => phone.leg_answered(now, call),
        LegInput::Rejected => phone.leg_rejected(now, call),
        LegInput::Unreachable => phone.leg_unreachable(now, call),
        LegInput::HungUp => phone.leg_hung_up(now, call),
        LegInput::Ended => assert!(phone.end_call(now, call)),
        LegInput::Completed => phone.update_call(now, call, CallChange::Complete).unwrap(),
        LegInput::Canceled => phone.update_call(now, call, CallChange::Cancel).unwrap(),
        // Refused while it rings.
        LegInput::Redirected => {
            let _ = phone.update_call(now, call, CallChange::Redirect(nothing));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_legs_conferences_audio_and_facts_agree(inputs in inputs()) {
        let mut bench = Bench::with_application();
        for (number, input) in inputs.iter().enumerate() {
            bench.put(input, number as u128 + 1);
            bench.check();
        }
        while let Some(call) = bench.open(0) {
            bench.with(|phone, now| phone.leg_hung_up(now, &call));
            bench.check();
        }
        prop_assert!(bench.phone.is_at_rest());
    }
}
