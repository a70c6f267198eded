//! Whatever asks, and whatever Twilio's REST answers: no panic, a known answer, and an end.

use super::*;
use crate::functions::order::{NewParticipant, Present};
use crate::functions::{Outcome, PageMark, Whom};
use crate::twilio::attributes::DeclineReason;
use crate::twilio::busy_policy::BusyPolicy;
use proptest::prelude::*;

/// Enough for parsers without loops of their own, in a moment.
const CASES: u32 = 256;

/// More steps than any run takes (the host gives up after as many).
const MAX_STEPS: usize = 50;

fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(CASES)
    }
}

const PATHS: [&str; 24] = [
    "/internal-call/flex/ring",
    "/internal-call/flex/reject",
    "/internal-call/flex/end",
    "/internal-call/flex/check",
    "/internal-call/flex/hold",
    "/internal-call/flex/ready",
    "/internal-call/common/agent-outbound-join",
    "/internal-call/common/agent-join-conference",
    "/internal-call/common/agent-leg-over",
    "/internal-call/common/ringback",
    "/internal-call/common/call-outbound-join",
    "/multi-call/flex/recover",
    "/multi-call/common/conference",
    "/internal-call/flex/came",
    "/internal-call/common/taskrouter-event",
    "/internal-call/flex/reach",
    "/internal-call/common/enqueue",
    "/internal-call/flex/rejoin",
    "/internal-call/flex/people",
    "/internal-call/flex/queues",
    "/internal-call/flex/transfer",
    "/internal-call/flex/end-for-all",
    "/internal-call/flex/add",
    "/internal-call/flex/remove",
];

const NAMES: [&str; 24] = [
    "taskSid",
    "workerSid",
    "EventType",
    "TaskAttributes",
    "Token",
    "reason",
    "outcome",
    "hold",
    "conferenceName",
    "role",
    "CallStatus",
    "calleeTask",
    "StatusCallbackEvent",
    "ParticipantLabel",
    "FriendlyName",
    "ConferenceSid",
    "CallSid",
    "conversation_id",
    "worker_sid",
    "callToQueue",
    "outlives",
    "page",
    "party",
    "added",
];

fn task() -> impl Strategy<Value = TaskSid> {
    any::<u128>().prop_map(TaskSid::from_number)
}

fn label() -> impl Strategy<Value = Label> {
    prop_oneof![
        prop::sample::select(vec![Role::Caller, Role::Callee]).prop_map(Label::Of),
        task().prop_map(Label::Added),
    ]
}

fn value() -> impl Strategy<Value = String> {
    let likely = prop::sample::select(vec![
        "true",
        "caller",
        "callee",
        "completed",
        "conference-end",
        "participant-join",
        "participant-leave",
        "not_back",
        "busy",
        "no_answer",
    ]);
    prop_oneof![
        likely.prop_map(str::to_owned),
        task().prop_map(String::from),
        any::<u128>().prop_map(|number| ConferenceSid::from_number(number).to_string()),
        any::<u128>().prop_map(|number| CallSid::from_number(number).to_string()),
        any::<u128>().prop_map(|number| WorkerSid::from_number(number).to_string()),
        any::<String>(),
    ]
}

fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        9 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec((name, value()), 0..8)
}

/// A request, and the path and parameters that mean it.
fn meant() -> impl Strategy<Value = (Request, &'static str, Vec<(&'static str, String)>)> {
    let reason = prop::option::of(prop::sample::select(vec![
        DeclineReason::Busy,
        DeclineReason::CallingBack,
        DeclineReason::Message,
    ]));
    let outcome = prop::option::of(prop::sample::select(vec![
        (Outcome::NoAnswer, "no_answer"),
        (Outcome::Away, "unavailable"),
        (Outcome::NotConnected, "not_connected"),
        (Outcome::NotBack, "not_back"),
    ]));
    let asked = || (task(), any::<String>());
    prop_oneof![
        (asked(), any::<Option<u128>>()).prop_map(|((task, token), callee)| {
            let callee = callee.map(WorkerSid::from_number);
            let mut parameters = vec![("taskSid", task.to_string()), ("Token", token.clone())];
            parameters.extend(callee.iter().map(|it| ("calleeWorker", it.to_string())));
            let ring = Request::Ring {
                task,
                callee,
                token,
            };
            (ring, PATHS[0], parameters)
        }),
        asked().prop_map(|(task, token)| {
            let parameters = vec![("taskSid", task.to_string()), ("Token", token.clone())];
            (Request::Recover { task, token }, PATHS[11], parameters)
        }),
        asked().prop_map(|(task, token)| {
            let parameters = vec![("taskSid", task.to_string()), ("Token", token.clone())];
            (Request::Rejoin { task, token }, PATHS[17], parameters)
        }),
        (asked(), any::<bool>()).prop_map(|((task, token), outlives)| {
            let mut parameters = vec![("taskSid", task.to_string()), ("Token", token.clone())];
            parameters.push(("outlives", outlives.to_string()));
            let request = Request::Check {
                task,
                token,
                outlives,
                warm: false,
            };
            (request, PATHS[3], parameters)
        }),
        asked().prop_map(|(task, token)| {
            let parameters = vec![("taskSid", task.to_string()), ("Token", token.clone())];
            (
                Request::Came {
                    task,
                    token,
                    warm: false,
                },
                PATHS[13],
                parameters,
            )
        }),
        (any::<u128>(), any::<String>()).prop_map(|(worker, token)| {
            let worker = WorkerSid::from_number(worker);
            let parameters = vec![("workerSid", worker.to_string()), ("Token", token.clone())];
            let policy = None;
            let request = Request::Reach {
                worker,
                policy,
                token,
            };
            (request, PATHS[15], parameters)
        }),
        any::<String>().prop_map(|token| {
            let parameters = vec![("Token", token.clone())];
            (Request::Queues { token }, PATHS[19], parameters)
        }),
        task().prop_map(|task| {
            let leave = ("StatusCallbackEvent", "participant-leave".to_owned());
            let parameters = vec![leave, ("FriendlyName", task.to_string())];
            (Request::Left { task }, PATHS[12], parameters)
        }),
        (any::<(u128, u128)>(), "[0-9a-f-]{1,64}", "\\PC{1,20}").prop_map(
            |((call, parent), conversation, queue)| {
                let (call, parent) = (CallSid::from_number(call), CallSid::from_number(parent));
                let parameters = vec![
                    ("CallSid", call.to_string()),
                    ("ParentCallSid", parent.to_string()),
                    ("conversation_id", conversation.clone()),
                    ("callToQueue", queue.clone()),
                    ("look", "3".to_owned()),
                ];
                let request = Request::Enqueue {
                    call,
                    parent: Some(parent),
                    conversation,
                    whom: Whom::Queue(queue),
                    look: 3,
                };
                (request, PATHS[16], parameters)
            }
        ),
        (asked(), "\\PC{1,20}").prop_map(|((task, token), queue)| {
            let parameters = vec![
                ("taskSid", task.to_string()),
                ("callToQueue", queue.clone()),
                ("Token", token.clone()),
            ];
            let to = Whom::Queue(queue);
            (Request::Transfer { task, to, token }, PATHS[20], parameters)
        }),
        (any::<u32>(), "[!-~]{1,40}", "\\PC{0,20}").prop_map(|(page, next, token)| {
            let mark = PageMark { page, token: next };
            let parameters = vec![("page", mark.to_string()), ("Token", token.clone())];
            let page = Some(mark);
            (Request::People { page, token }, PATHS[18], parameters)
        }),
        (asked(), reason).prop_map(|((task, token), reason)| {
            let mut parameters = vec![("Token", token.clone()), ("taskSid", task.to_string())];
            parameters.extend(reason.map(|reason| ("reason", reason.as_str().to_owned())));
            let request = Request::Reject {
                task,
                token,
                reason,
            };
            (request, PATHS[1], parameters)
        }),
        (asked(), outcome).prop_map(|((task, token), outcome)| {
            let mut parameters = vec![("taskSid", task.to_string()), ("Token", token.clone())];
            parameters.extend(outcome.map(|(_, word)| ("outcome", word.to_owned())));
            let outcome = outcome.map(|(outcome, _)| outcome);
            let request = Request::End {
                task,
                token,
                outcome,
                warm: false,
            };
            (request, PATHS[2], parameters)
        }),
        (asked(), any::<bool>()).prop_map(|((task, token), hold)| {
            let parameters = vec![
                ("taskSid", task.to_string()),
                ("hold", hold.to_string()),
                ("Token", token.clone()),
            ];
            let whom = None;
            let request = Request::Hold {
                task,
                token,
                whom,
                hold,
            };
            (request, PATHS[4], parameters)
        }),
        (asked(), label(), any::<bool>()).prop_map(|((task, token), label, hold)| {
            let parameters = vec![
                ("taskSid", task.to_string()),
                ("hold", hold.to_string()),
                ("party", label.as_str().to_owned()),
                ("Token", token.clone()),
            ];
            let whom = Some(label);
            let request = Request::Hold {
                task,
                token,
                whom,
                hold,
            };
            (request, PATHS[4], parameters)
        }),
        asked().prop_map(|(task, token)| {
            let parameters = vec![("taskSid", task.to_string()), ("Token", token.clone())];
            (Request::EndForAll { task, token }, PATHS[21], parameters)
        }),
        (asked(), any::<u128>()).prop_map(|((task, token), worker)| {
            let worker = WorkerSid::from_number(worker);
            let parameters = vec![
                ("taskSid", task.to_string()),
                ("workerSid", worker.to_string()),
                ("Token", token.clone()),
            ];
            let request = Request::Add {
                task,
                worker,
                token,
            };
            (request, PATHS[22], parameters)
        }),
        (asked(), label()).prop_map(|((task, token), whom)| {
            let parameters = vec![
                ("taskSid", task.to_string()),
                ("party", whom.as_str().to_owned()),
                ("Token", token.clone()),
            ];
            (Request::Remove { task, whom, token }, PATHS[23], parameters)
        }),
        (
            task(),
            any::<bool>(),
            any::<bool>(),
            prop::option::of(task())
        )
            .prop_map(|(task, was_answered, outlives, callee)| {
                let status = if was_answered { "completed" } else { "busy" };
                let mut parameters = vec![
                    ("taskSid", task.to_string()),
                    ("role", "callee".to_owned()),
                    ("CallStatus", status.to_owned()),
                ];
                parameters.extend(callee.clone().map(|task| ("calleeTask", task.to_string())));
                parameters.push(("outlives", outlives.to_string()));
                let role = Role::Callee;
                let request = Request::LegOver {
                    task,
                    role,
                    was_answered,
                    callee,
                    outlives,
                };
                (request, PATHS[8], parameters)
            }),
    ]
}

fn orders() -> Vec<Order> {
    let task = caller_task();
    vec![
        Order::ValidateToken {
            token: "t".to_owned(),
        },
        Order::FetchTask { task: task.clone() },
        Order::ListCalleeTasks {
            caller_task: task.clone(),
        },
        Order::ListCallerTasks,
        Order::ListReservations { task: task.clone() },
        Order::ListConversation {
            conversation: "1-2-3".to_owned(),
        },
        Order::ListOpposite {
            caller: bob(),
            callee: alice(),
        },
        Order::FetchColleague { worker: bob() },
        Order::FetchWorker { worker: bob() },
        Order::FetchVoiceChannel { worker: bob() },
        Order::ListWorkers { page: None },
        Order::FetchPerson { worker: bob() },
        Order::FetchWorkflow {
            workflow: WorkflowSid::from_number(9),
        },
        Order::FetchTargets {
            workflow: WorkflowSid::from_number(9),
        },
        Order::ListQueues,
        Order::ListConferences { task },
        Order::ListParticipants {
            conference: ConferenceSid::from_number(1),
        },
        Order::CreateParticipant(NewParticipant {
            conference: ConferenceSid::from_number(1),
            role: Role::Callee,
            to: "client:bob".to_owned(),
            from: "client:alice".to_owned(),
            status_callback: String::new(),
        }),
        Order::RedirectCall {
            call: CallSid::from_number(1),
            twiml: String::new(),
        },
        Order::EndConference {
            conference: ConferenceSid::from_number(1),
        },
        Order::LetGo {
            conference: ConferenceSid::from_number(1),
            label: Label::Of(Role::Caller),
        },
        Order::RemoveParticipant {
            conference: ConferenceSid::from_number(1),
            label: Label::Added(caller_task()),
        },
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        value().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!(bob())),
    ];
    let key = prop::sample::select(vec![
        "sid",
        "version",
        "assignment_status",
        "attributes",
        "tasks",
        "conferences",
        "reservations",
        "workers",
        "meta",
        "next_page_url",
        "status",
        "valid",
        "worker_sid",
        "roles",
        "available",
        "available_capacity_percentage",
        "configured_capacity",
        "assigned_tasks",
        "task_reservation_timeout",
        "configuration",
        "task_queues",
        "friendly_name",
        "message",
        "internal_call",
        "role",
        "caller_task",
    ]);
    leaf.prop_recursive(3, 30, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|map| {
                Value::Object(
                    map.into_iter()
                        .map(|(key, one)| (key.to_owned(), one))
                        .collect(),
                )
            }),
        ]
    })
}

fn is_of(order: &Order, answer: &Answer) -> bool {
    match answer {
        Answer::Task(_) => matches!(order, Order::FetchTask { .. }),
        Answer::Listed(_) => matches!(
            order,
            Order::ListCalleeTasks { .. }
                | Order::ListCallerTasks
                | Order::ListConversation { .. }
                | Order::ListOpposite { .. }
        ),
        Answer::Reservations { .. } => matches!(order, Order::ListReservations { .. }),
        Answer::Participants(_) => matches!(order, Order::ListParticipants { .. }),
        Answer::Colleague { .. } => matches!(order, Order::FetchColleague { .. }),
        Answer::Worker { .. } => matches!(order, Order::FetchWorker { .. }),
        Answer::Workers { .. } => {
            matches!(order, Order::ListWorkers { .. } | Order::FetchPerson { .. })
        }
        Answer::Channel { .. } => matches!(order, Order::FetchVoiceChannel { .. }),
        Answer::Workflow { .. } => matches!(order, Order::FetchWorkflow { .. }),
        Answer::Targets(_) => matches!(order, Order::FetchTargets { .. }),
        Answer::Queues(_) => matches!(order, Order::ListQueues),
        Answer::Conferences(_) => matches!(order, Order::ListConferences { .. }),
        Answer::Done => matches!(
            order,
            Order::EndConference { .. }
                | Order::RedirectCall { .. }
                | Order::CreateParticipant(_)
                | Order::LetGo { .. }
                | Order::RemoveParticipant { .. }
        ),
        Answer::Token(_) => matches!(order, Order::ValidateToken { .. }),
        Answer::Failed { .. } => true,
    }
}

/// Customers, a caller, a callee whose phone rings, one who was added.
fn present(number: u128) -> Present {
    Present {
        leg: CallSid::from_number(number),
        label: match number % 4 {
            0 => None,
            1 => Some(Label::Of(Role::Caller)),
            2 => Some(Label::Of(Role::Callee)),
            _ => Some(Label::Added(caller_task())),
        },
        connected: number.is_multiple_of(2),
        hold: number.is_multiple_of(3),
    }
}

fn status() -> impl Strategy<Value = TaskStatus> {
    prop::sample::select(vec![
        TaskStatus::Pending,
        TaskStatus::Reserved,
        TaskStatus::Assigned,
        TaskStatus::Wrapping,
        TaskStatus::Completed,
        TaskStatus::Canceled,
    ])
}

fn policy() -> impl Strategy<Value = Option<BusyPolicy>> {
    prop::sample::select(vec![None, Some(BusyPolicy::Ring), Some(BusyPolicy::Notify)])
}

/// An answer of any kind, to whatever was ordered.
fn any_answer() -> impl Strategy<Value = Answer> {
    let link = prop_oneof![Just(caller_task()), task()];
    let attributes = prop_oneof![
        json_value(),
        (prop::sample::select(vec!["caller", "callee"]), link).prop_map(|(role, link)| json!({
            "conferenceSid": caller_task(),
            "internal_call": {
                "role": role, "caller_worker": alice(), "callee_worker": bob(),
                "caller_task": link, "callee_task": link, "claim": "1000000", "progress": "answered",
                "rejoin_seconds": 20, "lost": "1000",
            },
        })),
        (any::<bool>(), task()).prop_map(|(added, other)| json!({
            "conferenceSid": caller_task(), "name": "Bob",
            "internal_call": {
                "role": if added { "callee" } else { "caller" }, "caller_worker": alice(), "callee_worker": bob(),
                "caller_task": caller_task(), "callee_task": other, "added": [other, caller_task()],
                "added_by": added.then_some("Alice"), "progress": "answered",
            },
        })),
    ];
    let room = any::<bool>().prop_map(|in_progress| Room {
        sid: ConferenceSid::from_number(1),
        in_progress,
    });
    prop_oneof![
        4 => (task(), status(), attributes).prop_map(|(sid, status, attributes)| {
            Answer::Task(Task { sid, version: "\"0\"".to_owned(), status, attributes, workflow: None })
        }),
        2 => Just(Answer::Token(Some(agent(alice())))),
        1 => Just(Answer::Token(None)),
        2 => prop::collection::vec(task(), 0..3).prop_map(Answer::Listed),
        1 => any::<bool>().prop_map(|on_offer| {
            let offered = on_offer.then(bob).into_iter().collect();
            Answer::Reservations { holders: vec![bob()], offered }
        }),
        1 => (0..5_u128).prop_map(|some| Answer::Participants((0..some).map(present).collect())),
        1 => (any::<bool>(), policy()).prop_map(|(available, policy)| Answer::Worker { available, policy }),
        1 => any::<(u32, bool, bool)>().prop_map(|(calls, on_a_call, idle)| Answer::Channel { room: Capacity::Left(NonZeroU32::new(calls)), on_a_call, idle }),
        1 => any::<(bool, bool)>().prop_map(|(on_a_call, idle)| Answer::Channel { room: Capacity::Full, on_a_call, idle }),
        1 => Just(Answer::Workers { people: Vec::new(), next: None }),
        1 => any::<u64>().prop_map(|s| Answer::Workflow { reservation_timeout_s: s }),
        1 => Just(Answer::Targets(vec![crate::ids::QueueSid::from_number(1)])),
        1 => Just(Answer::Queues(vec![(crate::ids::QueueSid::from_number(1), "Sales".to_owned())])),
        2 => prop::collection::vec(room, 0..2).prop_map(Answer::Conferences),
        2 => Just(Answer::Done),
        3 => (prop::sample::select(vec![0, 404, 409, 412, 429, 500, 503]), any::<String>())
            .prop_map(|(status, message)| Answer::Failed { status, message }),
    ]
}

fn any_request() -> impl Strategy<Value = Request> {
    let told = prop::sample::select(vec![asked(), joined(), over(), ended()]);
    prop_oneof![told, meant().prop_map(|(request, ..)| request)]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_parameters_are_a_request_or_name_what_is_wrong(
        path in prop::sample::select(PATHS.to_vec()), parameters in parameters(), other in any::<String>(),
    ) {
        if let Err(error) = http::request(path, &parameters) {
            let known = NAMES.map(http::RequestError::Parameter);
            prop_assert!(known.contains(&error), "{path}: {error}");
        }
        prop_assert!(http::origin(path).is_some());
        prop_assert_eq!(http::origin(&other), None);
        prop_assert_eq!(http::request(&other, &parameters), Err(http::RequestError::NoSuchFunction));
    }

    #[test]
    fn a_request_is_what_it_means_whatever_else_it_says(
        (request, path, parameters) in meant(), more in "[a-z]{1,8}", value in any::<String>(),
    ) {
        prop_assume!(!NAMES.contains(&more.as_str()));
        let mut all = vec![(more, value)];
        all.extend(parameters.into_iter().map(|(name, value)| (name.to_owned(), value)));
        prop_assert_eq!(http::request(path, &all), Ok(request));
    }

    #[test]
    fn any_answer_of_twilio_is_of_its_order_or_a_failure(
        body in json_value(), text in any::<String>(), status in 0u16..1000, etag in prop::option::of(any::<String>()),
    ) {
        for order in orders() {
            for body in [body.to_string(), text.clone()] {
                let ok = http::answer(&order, 200, etag.as_deref(), &body);
                prop_assert!(is_of(&order, &ok), "{order:?}: {ok:?}");
                let any = http::answer(&order, status, etag.as_deref(), &body);
                let refused = !(200..300).contains(&status);
                prop_assert!(is_of(&order, &any), "{order:?}: {any:?}");
                prop_assert!(!refused || any.is_failed() || any == Answer::Token(None));
            }
        }
    }

    #[test]
    fn a_task_is_read_as_twilio_writes_it(sid in task(), version in any::<u32>(), attributes in json_value()) {
        for (word, status) in [("reserved", TaskStatus::Reserved), ("canceled", TaskStatus::Canceled)] {
            let body = json!({
                "sid": sid, "version": version, "assignment_status": word, "attributes": attributes.to_string(),
            });
            let order = Order::FetchTask { task: sid.clone() };
            let version = format!("\"{version}\"");
            let read = Answer::Task(Task { sid: sid.clone(), version, status, attributes: attributes.clone(), workflow: None });
            prop_assert_eq!(http::answer(&order, 200, None, &body.to_string()), read);
        }
    }

    #[test]
    fn what_others_wrote_on_a_task_stays(attributes in json_value(), key in "[a-z_]{1,8}", value in json_value()) {
        let status = TaskStatus::Reserved;
        let task = Task { sid: caller_task(), version: String::new(), status, attributes: attributes.clone(), workflow: None };
        let mut written = task.with(&[(&key, value.clone())]);
        prop_assert_eq!(written["internal_call"].as_object_mut().unwrap().remove(&key), Some(value));
        let own = attributes.get("internal_call").and_then(Value::as_object);
        for (other, value) in own.into_iter().flatten().filter(|(other, _)| **other != key) {
            prop_assert_eq!(&written["internal_call"][other], value);
        }
        for (other, value) in attributes.as_object().into_iter().flatten() {
            prop_assert!(other == "internal_call" || &written[other] == value, "{other}");
        }
    }

    #[test]
    fn a_run_ends_whatever_twilio_answers(
        request in any_request(),
        answers in prop::collection::vec(prop::collection::vec(any_answer(), 0..4), MAX_STEPS),
        now in any::<u64>(),
    ) {
        let (mut run, mut step) = start(settings(), request);
        let mut answers = answers.into_iter();
        while let Step::Orders(orders) = step {
            prop_assert!(!orders.is_empty(), "nothing to wait for");
            let Some(answer) = answers.next() else {
                return Err(TestCaseError::fail("it never ends"));
            };
            step = run.resume(Millis(now), answer);
        }
        let Step::Respond(response) = step else { unreachable!() };
        prop_assert!([200, 204, 400, 403, 404, 409, 500, 502, 503].contains(&response.status), "{response:?}");
    }

    #[test]
    fn no_base_url_breaks_out_of_the_twiml(base in "\\PC{0,40}") {
        let page = |base: &str, label| {
            let settings = Settings { base: base.to_owned(), ..settings() };
            let (_, step) = start(settings, Request::Twiml { conference: caller_task(), label, outlives: false });
            match step {
                Step::Respond(Response { body: Body::Twiml(text), .. }) => text,
                other => panic!("{other:?}"),
            }
        };
        for label in [Label::Of(Role::Caller), Label::Of(Role::Callee), Label::Added(caller_task())] {
            let (any, plain) = (page(&base, label.clone()), page("", label));
            for mark in ['<', '>', '"'] {
                prop_assert_eq!(any.matches(mark).count(), plain.matches(mark).count(), "{}", any);
            }
            let escaped = |rest: &str| ["amp;", "lt;", "gt;", "quot;"].iter().any(|name| rest.starts_with(name));
            prop_assert!(any.split('&').skip(1).all(escaped), "{any}");
        }
    }
}
