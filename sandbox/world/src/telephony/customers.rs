//! Those outside: customers who call in or are dialled, browsers that call through the account's TwiML app.

use super::call::{Call, Direction, Doing, FarEnd, Live, Phone, Program, Role, Source, State};
use super::hearing::Tune;
use super::twiml::{self, Dial, DialTo, Verb};
use super::Telephony;
use crate::account::anyone_workflow_sid;
use backline::ids::CallSid;
use backline::time::Millis;
use serde_json::{Map, Value};

/// How a number behaves that somebody dials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Customer {
    /// Answers after so long.
    Answers(Millis),
    /// Refuses after so long.
    Busy(Millis),
    /// Lets it ring.
    NeverAnswers,
}

/// How long an outbound call from a browser rings, seconds: `<Dial>`'s default.
const DIAL_TIMEOUT_S: u64 = 30;

impl Telephony {
    /// A customer calls a number of the account: its TwiML runs at once.
    /// `attributes` are added to those of his task, `name` as `name`.
    pub fn customer_calls(
        &mut self,
        now: Millis,
        from: &str,
        to: &str,
        name: &str,
        attributes: Map<String, Value>,
    ) -> CallSid {
        let mut own = Map::new();
        own.insert("name".to_owned(), Value::String(name.to_owned()));
        own.extend(attributes.clone());
        let role = Role::Customer {
            name: name.to_owned(),
            attributes,
            task: None,
        };
        let sid = self.comes_in(now, from, to, self.synthetic(), role, Vec::new());
        match &self.setup.inbound_twiml {
            Some(text) => match twiml::parse(text) {
                Ok(document) => self.run(now, &sid, program(document.verbs)),
                Err(error) => {
                    self.alert(12100, &sid, error.to_string());
                    self.run(now, &sid, program(Vec::new()));
                }
            },
            None => {
                let enqueue = Verb::Enqueue(twiml::Enqueue {
                    to: twiml::EnqueueTo::Workflow {
                        sid: anyone_workflow_sid().to_string(),
                        task: Value::Object(own).to_string(),
                        priority: None,
                        timeout_s: None,
                    },
                    action: None,
                    wait: Tune::Music,
                });
                self.run(now, &sid, program(vec![enqueue]));
            }
        }
        sid
    }

    /// A customer hangs up; false if that is no customer's call, or it is over.
    pub fn customer_hangs_up(&mut self, now: Millis, sid: &CallSid) -> bool {
        let theirs = self
            .calls
            .get(sid)
            .is_some_and(|call| matches!(call.phone, Phone::Customer { .. }) && !call.is_over());
        if theirs {
            self.leg_hung_up(now, sid);
        }
        theirs
    }

    /// Decides how `number` behaves when it is dialled.
    pub fn customer_behaves(&mut self, number: &str, customer: Customer) {
        self.customers.insert(number.to_owned(), customer);
    }

    /// A Voice SDK connects (`device.connect({params})`): the TwiML app's page is asked, or `To` dialled. The leg is
    /// in progress at once: the voice product answers the Device.
    pub fn browser_dials(
        &mut self,
        now: Millis,
        identity: &str,
        parameters: Vec<(String, String)>,
    ) -> CallSid {
        let to = parameters
            .iter()
            .find(|(name, _)| name == "To")
            .map_or_else(String::new, |(_, to)| to.clone());
        let phone = Phone::Device {
            identity: identity.to_owned(),
        };
        let from = format!("client:{identity}");
        let custom = parameters
            .into_iter()
            .filter(|(name, _)| name != "To")
            .collect();
        let sid = self.comes_in(now, &from, &to, phone, Role::Plain, custom);
        match self.setup.browser_url.clone() {
            Some(url) => {
                let source = Source {
                    url,
                    fallback: None,
                };
                self.fetch(now, &sid, source, Vec::new());
            }
            None if to.is_empty() => self.run(now, &sid, Program::default()),
            None => {
                let phone = twiml::Phone {
                    address: to,
                    parameters: Vec::new(),
                    callback: None,
                };
                let dial = Verb::Dial(Dial {
                    to: DialTo::Phones(vec![phone]),
                    timeout_s: DIAL_TIMEOUT_S,
                    caller_id: None,
                    action: None,
                });
                self.run(now, &sid, program(vec![dial]));
            }
        }
        sid
    }

    /// A customer with a tone of his own, among those of a telephone (300 to 3400 Hz): the first at 440 Hz, each next
    /// 90 Hz higher, thirty of them.
    pub(super) fn synthetic(&self) -> Phone {
        let before = self
            .calls
            .values()
            .filter(|call| matches!(call.phone, Phone::Customer { .. }))
            .count();
        let step = u32::try_from(before % 30).unwrap_or(0);
        Phone::Customer {
            hertz: 440 + 90 * step,
        }
    }

    /// What the far end of a dialled number will do by itself.
    pub(super) fn far_end(&self, now: Millis, number: &str) -> Option<(Millis, FarEnd)> {
        let customer = self
            .customers
            .get(number)
            .copied()
            .unwrap_or(Customer::Answers(self.setup.customer_answers_after));
        match customer {
            Customer::Answers(after) => Some((now + after, FarEnd::Answers)),
            Customer::Busy(after) => Some((now + after, FarEnd::IsBusy)),
            Customer::NeverAnswers => None,
        }
    }

    /// An inbound leg, in progress.
    pub(super) fn comes_in(
        &mut self,
        now: Millis,
        from: &str,
        to: &str,
        phone: Phone,
        role: Role,
        parameters: Vec<(String, String)>,
    ) -> CallSid {
        let sid = self.next_call_sid();
        let call = Call {
            sid: sid.clone(),
            from: from.to_owned(),
            to: to.to_owned(),
            direction: Direction::Inbound,
            parent: None,
            phone,
            role,
            created: now,
            updated: now,
            state: State::InProgress(Live {
                since: now,
                doing: Doing::Between,
            }),
            subscription: None,
            parameters,
        };
        self.calls.insert(sid.clone(), call);
        sid
    }
}

fn program(verbs: Vec<Verb>) -> Program {
    Program {
        verbs: verbs.into(),
        base: None,
        begun: false,
    }
}
