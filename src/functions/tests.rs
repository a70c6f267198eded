use super::http;
use super::order::{Change, Closing, NewTask, Task, TaskStatus};
use super::{
    start, Answer, Body, ConferenceEvent, Identity, Order, Request, Response, Run, Settings, Step,
};
use crate::ids::{AccountSid, ConferenceSid, TaskSid, WorkerSid, WorkflowSid, WorkspaceSid};
use crate::time::Millis;
use crate::twilio::attributes::Role;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

const NOW: Millis = Millis(1_000_000);

/// As much of Twilio's REST as the functions order: tasks with versions, conferences.
#[derive(Clone)]
struct Twilio {
    tasks: BTreeMap<TaskSid, (u32, TaskStatus, Value)>,
    conferences: BTreeSet<ConferenceSid>,
    created: u128,
    fail_creation: bool,
}

fn caller_task() -> TaskSid {
    TaskSid::from_number(1)
}

fn alice() -> WorkerSid {
    WorkerSid::from_number(1)
}

fn bob() -> WorkerSid {
    WorkerSid::from_number(2)
}

fn settings() -> Settings {
    Settings {
        workflow: WorkflowSid::from_number(9),
        base: "https://f.example".to_owned(),
    }
}

impl Twilio {
    fn new(change: impl FnOnce(&mut Value)) -> Self {
        let mut attributes = json!({
            "to": "client:bob", "from": "client:alice", "fromName": "Alice", "client_call": true,
            "theirs": {"kept": 1},
            "internal_call": {"role": "caller", "caller_worker": alice(), "callee_worker": bob()},
        });
        change(&mut attributes);
        let tasks = [(caller_task(), (0, TaskStatus::Reserved, attributes))].into();
        Self {
            tasks,
            conferences: BTreeSet::new(),
            created: 100,
            fail_creation: false,
        }
    }

    fn do_order(&mut self, order: &Order) -> Answer {
        match order {
            Order::ValidateToken { token } => Answer::Token(match token.as_str() {
                "alice" => Some(Identity { worker: alice() }),
                "bob" => Some(Identity { worker: bob() }),
                "mallory" => Some(Identity {
                    worker: WorkerSid::from_number(66),
                }),
                _ => None,
            }),
            Order::FetchTask { task } => self.fetch(task),
            Order::UpdateTask {
                task,
                if_match,
                change,
            } => match self.tasks.get_mut(task) {
                None => gone(),
                Some((version, ..)) if version.to_string() != *if_match => Answer::Failed {
                    status: 412,
                    message: "ETag".to_owned(),
                },
                Some((version, status, all)) => {
                    *version += 1;
                    match change {
                        Change::Attributes(attributes) => *all = attributes.clone(),
                        Change::Close(Closing::Wrap) => *status = TaskStatus::Wrapping,
                        Change::Close(Closing::Cancel) => *status = TaskStatus::Canceled,
                    }
                    self.fetch(task)
                }
            },
            Order::CreateTask(NewTask { attributes, .. }) => {
                if self.fail_creation {
                    return Answer::Failed {
                        status: 503,
                        message: "busy".to_owned(),
                    };
                }
                self.created += 1;
                let sid = TaskSid::from_number(self.created);
                self.tasks
                    .insert(sid.clone(), (0, TaskStatus::Reserved, attributes.clone()));
                self.fetch(&sid)
            }
            Order::ListCalleeTasks { caller_task } => Answer::Listed(
                self.callees()
                    .into_iter()
                    .filter(|t| t.text("conferenceSid") == Some(caller_task.as_str()))
                    .map(|task| task.sid)
                    .collect(),
            ),
            Order::ListConferences { .. } => {
                Answer::Conferences(self.conferences.iter().cloned().collect())
            }
            Order::EndConference { conference } => {
                self.conferences.remove(conference);
                Answer::Done
            }
        }
    }

    fn fetch(&self, sid: &TaskSid) -> Answer {
        self.task(sid).map_or_else(gone, Answer::Task)
    }

    fn task(&self, sid: &TaskSid) -> Option<Task> {
        let (version, status, attributes) = self.tasks.get(sid)?;
        Some(Task {
            sid: sid.clone(),
            version: version.to_string(),
            status: *status,
            attributes: attributes.clone(),
        })
    }

    fn caller(&self) -> Task {
        self.task(&caller_task()).unwrap()
    }

    fn callees(&self) -> Vec<Task> {
        self.tasks
            .keys()
            .filter(|sid| **sid != caller_task())
            .filter_map(|sid| self.task(sid))
            .collect()
    }

    fn open_callees(&self) -> usize {
        self.callees().iter().filter(|task| task.is_open()).count()
    }

    fn run(&mut self, request: Request) -> Response {
        let mut going = Going::new(request);
        while going.response.is_none() {
            going.step(NOW, self);
        }
        going.response.unwrap()
    }

    fn ring(&mut self) -> Response {
        self.run(Request::Ring {
            task: caller_task(),
            token: "alice".to_owned(),
        })
    }
}

fn gone() -> Answer {
    Answer::Failed {
        status: 404,
        message: "not found".to_owned(),
    }
}

/// A request under way, one step at a time.
#[derive(Clone)]
struct Going {
    run: Run,
    orders: Vec<Order>,
    response: Option<Response>,
}

impl Going {
    fn new(request: Request) -> Self {
        let (run, step) = start(settings(), request);
        let mut going = Self {
            run,
            orders: Vec::new(),
            response: None,
        };
        going.take(step);
        going
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Orders(orders) => self.orders = orders,
            Step::Respond(response) => self.response = Some(response),
        }
    }

    fn step(&mut self, now: Millis, twilio: &mut Twilio) {
        let answers = self
            .orders
            .iter()
            .map(|order| twilio.do_order(order))
            .collect();
        let step = self.run.resume(now, answers);
        self.take(step);
    }
}

/// Every interleaving of the requests' steps, `check`ed after each step and at the end. Returns how many there were.
fn interleave(
    twilio: &Twilio,
    going: &[Going],
    now: Millis,
    check: &impl Fn(&Twilio, bool),
) -> usize {
    let mut paths = 0;
    for index in 0..going.len() {
        if going[index].response.is_some() {
            continue;
        }
        let (mut twilio, mut going) = (twilio.clone(), going.to_vec());
        going[index].step(now, &mut twilio);
        check(&twilio, false);
        paths += interleave(&twilio, &going, now, check);
    }
    if going.iter().all(|one| one.response.is_some()) {
        check(twilio, true);
        paths += 1;
    }
    paths
}

fn asked() -> Request {
    Request::Ring {
        task: caller_task(),
        token: "alice".to_owned(),
    }
}

fn joined() -> Request {
    Request::Conference {
        event: ConferenceEvent::CallerJoined,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    }
}

fn over() -> Request {
    Request::Conference {
        event: ConferenceEvent::Ended,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    }
}

fn ended() -> Request {
    Request::End {
        task: caller_task(),
        token: "alice".to_owned(),
    }
}

#[test]
fn ringing_makes_the_callees_task_and_links_both() {
    let mut twilio = Twilio::new(|_| {});
    assert_eq!(twilio.ring().status, 200);
    let callee = twilio.callees().remove(0);
    let caller = twilio.caller();
    assert_eq!(caller.link("callee_task"), Some(callee.sid.as_str()));
    assert_eq!(caller.link("progress"), Some("ringing"));
    assert_eq!(
        caller.attributes["theirs"],
        json!({"kept": 1}),
        "what others wrote is kept"
    );
    assert_eq!(callee.link("caller_task"), Some(caller_task().as_str()));
    assert_eq!(callee.link("role"), Some("callee"));
    assert_eq!(
        (callee.text("from"), callee.text("name")),
        (Some("client:alice"), Some("Alice"))
    );
    assert_eq!(callee.text("targetWorker"), Some("client:bob"));
    assert_eq!(callee.attributes["client_call"], json!(true));
}

#[test]
fn a_person_is_routed_to_directly_and_a_queue_by_its_name() {
    let order = |change: &dyn Fn(&mut Value)| {
        let mut twilio = Twilio::new(|a| change(a));
        let mut going = Going::new(asked());
        loop {
            if let [Order::CreateTask(new)] = going.orders.as_slice() {
                return new.clone();
            }
            going.step(NOW, &mut twilio);
        }
    };
    let person = order(&|_| {});
    assert_eq!(
        (person.target, person.workflow),
        (Some(bob()), settings().workflow)
    );
    let queue = order(&|a| {
        a["callToQueue"] = json!("Sales & Co");
        a["to"] = json!("queue:Sales & Co");
        a["internal_call"]["callee_worker"] = Value::Null;
    });
    assert_eq!(queue.target, None);
    assert_eq!(queue.attributes["callToQueue"], json!("Sales & Co"));
    assert_eq!(queue.attributes.get("targetWorker"), None);
}

#[test]
fn a_repeated_ring_answers_the_same_and_makes_nothing() {
    let mut twilio = Twilio::new(|_| {});
    let first = twilio.ring();
    assert_eq!(twilio.ring(), first);
    twilio.run(joined());
    assert_eq!(twilio.callees().len(), 1);
}

#[test]
fn the_join_callback_rings_if_the_plugins_request_was_lost() {
    let mut twilio = Twilio::new(|_| {});
    assert_eq!(twilio.run(joined()).body, Body::Empty);
    assert_eq!(twilio.open_callees(), 1);
}

#[test]
fn two_requests_in_any_interleaving_never_offer_two_tasks() {
    for (other, expected) in [(asked(), 30), (joined(), 30)] {
        let going = [Going::new(asked()), Going::new(other)];
        let paths = interleave(&Twilio::new(|_| {}), &going, NOW, &|twilio, at_rest| {
            assert!(twilio.callees().len() <= 1);
            if at_rest {
                assert_eq!(twilio.open_callees(), 1);
                assert!(twilio.caller().link("callee_task").is_some());
            }
        });
        assert_eq!(paths, expected, "interleavings explored");
    }
}

#[test]
fn hanging_up_while_the_callee_is_being_rung_leaves_nothing_open() {
    for (other, expected) in [(ended(), 122), (over(), 122)] {
        let mut twilio = Twilio::new(|_| {});
        let going = [Going::new(asked()), Going::new(other)];
        twilio.conferences.insert(ConferenceSid::from_number(1));
        let paths = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
            assert!(twilio.callees().len() <= 1);
            if at_rest {
                assert_eq!(twilio.open_callees(), 0);
                assert!(!twilio.caller().is_open());
            }
        });
        assert_eq!(paths, expected, "interleavings explored");
    }
}

#[test]
fn declining_while_the_caller_hangs_up_leaves_nothing_open() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Assigned;
    let callee = twilio.callees()[0].sid.clone();
    let declined = Request::Reject {
        task: callee,
        token: "bob".to_owned(),
    };
    let going = [Going::new(declined), Going::new(ended())];
    let paths = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            assert_eq!(twilio.open_callees(), 0);
            assert!(!twilio.caller().is_open());
        }
    });
    assert_eq!(paths, 6437, "interleavings explored");
}

#[test]
fn a_claim_left_by_a_request_that_died_is_taken_over_after_its_lifetime() {
    let mut twilio = Twilio::new(|_| {});
    let mut dead = Going::new(asked());
    dead.step(NOW, &mut twilio); // fetched
    dead.step(NOW, &mut twilio); // claimed, and never creates
    assert_eq!(twilio.ring().status, 200);
    assert_eq!(
        twilio.callees().len(),
        0,
        "too early: it may still be at work"
    );
    let mut late = Going::new(asked());
    while late.response.is_none() {
        late.step(NOW + super::Millis::from_secs(12), &mut twilio);
    }
    assert_eq!(twilio.open_callees(), 1);
}

#[test]
fn a_stale_claim_whose_task_was_made_is_found_and_not_made_again() {
    let mut twilio = Twilio::new(|_| {});
    let mut dead = Going::new(asked());
    for _ in 0..3 {
        dead.step(NOW, &mut twilio); // fetched, claimed, created; never writes back
    }
    assert_eq!(twilio.callees().len(), 1);
    let mut late = Going::new(joined());
    while late.response.is_none() {
        late.step(NOW + super::Millis::from_secs(12), &mut twilio);
    }
    assert_eq!(twilio.callees().len(), 1);
    assert_eq!(
        twilio.caller().link("callee_task"),
        Some(twilio.callees()[0].sid.as_str())
    );
}

#[test]
fn only_the_caller_rings_and_only_a_party_ends_or_declines() {
    let status = |request: Request| Twilio::new(|_| {}).run(request).status;
    let task = caller_task();
    for (token, ring, end) in [
        ("alice", 200, 200),
        ("bob", 403, 200),
        ("mallory", 403, 403),
        ("forged", 403, 403),
    ] {
        let token = token.to_owned();
        assert_eq!(
            status(Request::Ring {
                task: task.clone(),
                token: token.clone()
            }),
            ring,
            "{token}"
        );
        assert_eq!(
            status(Request::End {
                task: task.clone(),
                token: token.clone()
            }),
            end,
            "{token}"
        );
        assert_eq!(
            status(Request::Reject {
                task: task.clone(),
                token: token.clone()
            }),
            end,
            "{token}"
        );
    }
}

#[test]
fn a_task_that_is_no_call_between_agents_is_never_touched() {
    for request in [
        asked(),
        ended(),
        Request::Reject {
            task: caller_task(),
            token: "alice".to_owned(),
        },
    ] {
        let mut twilio = Twilio::new(|a| *a = json!({"from": "+15550100", "type": "inbound"}));
        let before = twilio.tasks.clone();
        assert!(matches!(twilio.run(request).status, 403 | 404));
        assert_eq!(twilio.tasks, before);
    }
}

#[test]
fn a_callee_that_cannot_be_made_is_said_so() {
    let mut twilio = Twilio::new(|_| {});
    twilio.fail_creation = true;
    let response = twilio.ring();
    assert_eq!(response.status, 502);
    assert!(matches!(response.body, Body::Json(text) if text.contains("busy")));
}

#[test]
fn declining_closes_both_tasks_and_the_conference_and_says_declined() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Assigned;
    twilio.conferences.insert(ConferenceSid::from_number(1));
    let callee = twilio.callees()[0].sid.clone();
    assert_eq!(
        twilio
            .run(Request::Reject {
                task: callee.clone(),
                token: "bob".to_owned()
            })
            .status,
        200
    );
    assert_eq!(twilio.task(&callee).unwrap().status, TaskStatus::Canceled);
    assert_eq!(twilio.caller().status, TaskStatus::Wrapping);
    assert_eq!(twilio.caller().link("progress"), Some("declined"));
    assert!(twilio.conferences.is_empty());
}

#[test]
fn a_callee_who_joins_is_written_and_one_who_joins_a_finished_call_is_let_go() {
    let join = Request::Conference {
        event: ConferenceEvent::CalleeJoined,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    };
    let mut twilio = Twilio::new(|_| {});
    twilio.conferences.insert(ConferenceSid::from_number(1));
    twilio.run(join.clone());
    assert_eq!(twilio.caller().link("progress"), Some("answered"));
    assert_eq!(twilio.conferences.len(), 1);
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Completed;
    twilio.run(join);
    assert!(twilio.conferences.is_empty());
}

#[test]
fn both_legs_carry_the_same_absolute_callback_and_end_the_conference() {
    let twiml = |role| match Twilio::new(|_| {})
        .run(Request::Twiml {
            conference: caller_task(),
            role,
        })
        .body
    {
        Body::Twiml(text) => text,
        other => panic!("{other:?}"),
    };
    for role in [Role::Caller, Role::Callee] {
        let text = twiml(role);
        assert!(text.contains(
            "statusCallback=\"https://f.example/internal-call/common/call-outbound-join\""
        ));
        assert!(text.contains("endConferenceOnExit=\"true\"") && text.contains("waitUrl=\"\""));
        assert!(text.contains(&format!(">{}</Conference>", caller_task())));
    }
}

#[test]
fn requests_with_wanting_parameters_are_refused_by_name() {
    let parse = |path: &str, form: &[(&str, &str)]| {
        let form: Vec<_> = form
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        http::request(path, &form)
    };
    let ring = "/internal-call/flex/ring";
    assert_eq!(
        parse(ring, &[]),
        Err(http::RequestError::Parameter("taskSid"))
    );
    assert_eq!(
        parse(ring, &[("taskSid", "WT1"), ("Token", "t")]),
        Err(http::RequestError::Parameter("taskSid"))
    );
    assert_eq!(
        parse(ring, &[("taskSid", caller_task().as_str())]),
        Err(http::RequestError::Parameter("Token"))
    );
    assert_eq!(
        parse("/internal-call/flex/other", &[]),
        Err(http::RequestError::NoSuchFunction)
    );
}

#[test]
fn orders_are_written_as_twilios_rest_wants_them() {
    let api = http::Api {
        taskrouter: "https://tr".to_owned(),
        voice: "https://v".to_owned(),
        iam: "https://i".to_owned(),
        account: AccountSid::from_number(1),
        workspace: WorkspaceSid::from_number(1),
    };
    let task = caller_task();
    let update = Order::UpdateTask {
        task: task.clone(),
        if_match: "\"3\"".to_owned(),
        change: Change::Close(Closing::Wrap),
    };
    let call = http::call(&api, &update);
    assert_eq!(
        call.url,
        format!("https://tr/v1/Workspaces/{}/Tasks/{task}", api.workspace)
    );
    assert_eq!(call.if_match.as_deref(), Some("\"3\""));
    let form = vec![
        ("AssignmentStatus", "wrapping".to_owned()),
        ("Reason", "conference is complete".to_owned()),
    ];
    assert_eq!(call.body, http::CallBody::Form(form));
    let list = http::call(
        &api,
        &Order::ListCalleeTasks {
            caller_task: task.clone(),
        },
    );
    assert!(list.url.ends_with(&format!(
        "EvaluateTaskAttributes=conferenceSid%20%3D%3D%20%27{task}%27"
    )));
}

#[test]
fn answers_that_are_not_what_was_ordered_are_failures() {
    let order = Order::FetchTask {
        task: caller_task(),
    };
    let good = json!({"sid": caller_task(), "version": "4", "assignment_status": "reserved", "attributes": "{}"});
    assert!(
        matches!(http::answer(&order, 200, None, &good.to_string()), Answer::Task(t) if t.version == "\"4\"")
    );
    for body in ["", "[]", "{}", "{\"sid\":\"WT1\"}"] {
        assert!(
            matches!(
                http::answer(&order, 200, None, body),
                Answer::Failed { status: 502, .. }
            ),
            "{body}"
        );
    }
    let validation = Order::ValidateToken {
        token: "t".to_owned(),
    };
    assert_eq!(
        http::answer(&validation, 403, None, "{}"),
        Answer::Token(None)
    );
    assert!(matches!(
        http::answer(&validation, 500, None, "{}"),
        Answer::Failed { status: 500, .. }
    ));
}
