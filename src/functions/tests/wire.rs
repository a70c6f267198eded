use super::*;

#[test]
fn both_legs_carry_the_same_absolute_callback_and_end_the_conference() {
    let twiml = |role| match Twilio::new(|_| {})
        .run(Request::Twiml {
            conference: caller_task(),
            label: Label::Of(role),
            outlives: false,
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
        assert!(text.contains("endConferenceOnExit=\"true\""));
        let wait = match role {
            Role::Caller => {
                "waitUrl=\"https://f.example/internal-call/common/ringback\" waitMethod=\"GET\""
            }
            Role::Callee => "waitUrl=\"\"",
        };
        assert!(text.contains(wait), "{text}");
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
    let task = caller_task();
    let hinted = [
        ("taskSid", task.as_str()),
        ("calleeWorker", "bob"),
        ("Token", "t"),
    ];
    let unhinted = Request::Ring {
        task: task.clone(),
        callee: None,
        token: "t".to_owned(),
    };
    assert_eq!(parse(ring, &hinted), Ok(unhinted), "a hint is no demand");
    assert_eq!(
        parse("/internal-call/flex/other", &[]),
        Err(http::RequestError::NoSuchFunction)
    );
}

pub(super) fn api() -> http::Api {
    http::Api {
        taskrouter: "https://tr".to_owned(),
        voice: "https://v".to_owned(),
        iam: "https://i".to_owned(),
        account: AccountSid::from_number(1),
        workspace: WorkspaceSid::from_number(1),
    }
}

#[test]
fn orders_are_written_as_twilios_rest_wants_them() {
    let api = api();
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
        "EvaluateTaskAttributes=internal_call.caller_task%20%3D%3D%20%27{task}%27"
    )));
    let conversation = "1-2".to_owned();
    let list = http::call(&api, &Order::ListConversation { conversation });
    assert!(list.url.ends_with(
        "EvaluateTaskAttributes=conversations.conversation_id%20%3D%3D%20%271-2%27%20AND%20\
         internal_call.role%20%3D%3D%20%27caller%27"
    ));
}

#[test]
fn a_colleague_is_named_as_his_own_plugin_names_him() {
    let order = Order::FetchColleague { worker: alice() };
    let read = |attributes: Value| {
        let worker = json!({"friendly_name": "alice", "attributes": attributes.to_string()});
        http::answer(&order, 200, None, &worker.to_string())
    };
    let contact_uri = ContactUri::parse("client:alice").ok();
    let named = json!({"full_name": "Alice \"Al\" & Co", "contact_uri": "client:alice"});
    let name = "Alice \"Al\" & Co".to_owned();
    assert_eq!(read(named), Answer::Colleague { name, contact_uri });
    for attributes in [json!({}), json!({"full_name": " ", "contact_uri": 7})] {
        let name = "alice".to_owned();
        let contact_uri = None;
        assert_eq!(read(attributes), Answer::Colleague { name, contact_uri });
    }
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

#[test]
fn ringback_is_a_wav_file_of_two_tones_and_silence() {
    let Body::Wav(file) = Twilio::new(|_| {}).run(Request::Ringback).body else {
        panic!("no audio")
    };
    assert_eq!((&file[..4], &file[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
    let size = u32::from_le_bytes(file[4..8].try_into().unwrap());
    assert_eq!(usize::try_from(size).unwrap(), file.len() - 8);
    let samples: Vec<f64> = file[44..]
        .chunks(2)
        .map(|two| f64::from(i16::from_le_bytes([two[0], two[1]])))
        .collect();
    assert_eq!(samples.len(), 6 * 8000);
    let (on, off) = samples.split_at(2 * 8000);
    assert!(off.iter().all(|sample| *sample == 0.0));
    // How much of a tone there is (Goertzel), against the whole.
    let power = |hertz: f64| {
        let turn = std::f64::consts::TAU * hertz / 8000.0;
        let (mut a, mut b) = (0.0, 0.0);
        for sample in on {
            (a, b) = (sample + 2.0 * turn.cos() * a - b, a);
        }
        a * a + b * b - 2.0 * turn.cos() * a * b
    };
    let [low, high, other] = [440.0, 480.0, 460.0].map(power);
    assert!(low > 1000.0 * other && high > 1000.0 * other);
}

#[test]
fn the_forms_of_the_plugins_requests_are_understood_and_others_refused() {
    let parse = |path: &str, more: &[(&str, &str)]| {
        let mut form = vec![
            ("taskSid".to_owned(), caller_task().to_string()),
            ("Token".to_owned(), "t".to_owned()),
        ];
        form.extend(more.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        http::request(&format!("/internal-call/flex/{path}"), &form)
    };
    for (path, name, good) in [
        (
            "end",
            "outcome",
            ["no_answer", "unavailable", "not_connected"].as_slice(),
        ),
        ("reject", "reason", &["busy", "calling_back", "message"]),
        ("hold", "hold", &["true", "false"]),
    ] {
        for value in good {
            assert!(parse(path, &[(name, value)]).is_ok(), "{path} {value}");
        }
        let wrong = Err(http::RequestError::Parameter(name));
        assert_eq!(parse(path, &[(name, "else")]), wrong);
    }
    assert!(parse("end", &[]).is_ok() && parse("reject", &[]).is_ok());
    assert_eq!(
        parse("hold", &[]),
        Err(http::RequestError::Parameter("hold"))
    );
}

#[test]
fn what_rest_says_of_workers_channels_workflows_and_reservations_is_read() {
    let read = |order: &Order, body: Value| http::answer(order, 200, None, &body.to_string());
    let worker = Order::FetchWorker { worker: bob() };
    assert_eq!(
        read(&worker, json!({"available": false})),
        Answer::Worker {
            available: false,
            policy: None
        }
    );
    let channel = Order::FetchVoiceChannel { worker: bob() };
    let left = |calls| Capacity::Left(NonZeroU32::new(calls));
    for (available, percentage, configured, room) in [
        (true, 100, json!(1), left(1)),
        (true, 50, json!(2), left(1)),
        (true, 66, json!(3), left(2)),
        (true, 67, json!(3), left(2)),
        (true, 33, json!(3), left(1)),
        (true, 98, json!(50), left(49)),
        (true, 100, json!(null), left(0)),
        (true, 99, json!(51), left(0)),
        (true, 100, json!(u64::MAX), left(0)),
        (true, 1_000, json!(7), left(0)),
        (true, 0, json!(4), Capacity::Full),
        (false, 100, json!(4), Capacity::Full),
    ] {
        let body = json!({"available": available, "available_capacity_percentage": percentage,
            "configured_capacity": configured});
        assert_eq!(
            read(&channel, body),
            Answer::Channel {
                room,
                on_a_call: false,
                idle: percentage == 100,
            }
        );
    }
    for (assigned, on_a_call) in [(json!(0), false), (json!(2), true), (Value::Null, false)] {
        let body = json!({"available": true, "available_capacity_percentage": 50,
            "configured_capacity": 4, "assigned_tasks": assigned});
        let room = left(2);
        let idle = false;
        assert_eq!(
            read(&channel, body),
            Answer::Channel {
                room,
                on_a_call,
                idle
            }
        );
    }
    let workflow = Order::FetchWorkflow {
        workflow: settings().workflow,
    };
    assert_eq!(
        read(&workflow, json!({"task_reservation_timeout": 30})),
        Answer::Workflow {
            reservation_timeout_s: 30
        }
    );
    let reservations = Order::ListReservations {
        task: caller_task(),
    };
    let body = json!({"reservations": [
        {"worker_sid": alice(), "reservation_status": "rejected"},
        {"worker_sid": alice(), "reservation_status": "pending"},
        {"worker_sid": bob(), "reservation_status": "accepted"}]});
    let holders = vec![bob()];
    let offered = vec![alice()];
    assert_eq!(
        read(&reservations, body),
        Answer::Reservations { holders, offered }
    );
    for order in [worker, channel, workflow, reservations] {
        assert!(matches!(
            read(&order, json!({})),
            Answer::Failed { status: 502, .. }
        ));
    }
}

#[test]
fn supervisors_are_known_by_their_roles() {
    let order = Order::ValidateToken {
        token: "t".to_owned(),
    };
    for (roles, supervisor) in [
        (json!(["agent"]), false),
        (json!(["agent", "supervisor"]), true),
        (json!(["admin"]), true),
        (Value::Null, false),
    ] {
        let body = json!({"valid": true, "worker_sid": bob(), "roles": roles}).to_string();
        assert_eq!(
            http::answer(&order, 200, None, &body),
            Answer::Token(Some(Identity {
                worker: bob(),
                supervisor
            }))
        );
    }
}

#[test]
fn functions_that_are_set_up_say_so_and_others_name_what_is_wanting() {
    let ready = |token: &str| Request::Ready {
        token: token.to_owned(),
        workflow: Some(WorkflowSid::from_number(8)),
    };
    assert_eq!(Twilio::new(|_| {}).run(ready("bob")).status, 200);
    assert_eq!(Twilio::new(|_| {}).run(ready("forged")).status, 403);
    let workflow = || Answer::Workflow {
        reservation_timeout_s: 120,
    };
    for (answers, wanting) in [
        (
            [gone(), workflow()],
            "TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID",
        ),
        (
            [workflow(), gone()],
            "outbound_call_flows.default.workflow_sid",
        ),
    ] {
        let (mut run, _) = start(settings(), ready("bob"));
        let token = Answer::Token(Some(agent(bob())));
        let answers = [token].into_iter().chain(answers).collect();
        let Step::Respond(response) = run.resume(NOW, answers) else {
            panic!("no answer")
        };
        let code = format!("\"code\":\"{wanting}\"");
        assert!(matches!(response.body, Body::Json(text) if text.contains(&code)));
    }
}

#[test]
fn whether_a_colleague_could_be_rung_is_what_ringing_him_would_find() {
    let reach = || Request::Reach {
        worker: bob(),
        policy: None,
        token: "bob".to_owned(),
    };
    let run = |token, channel, worker| {
        let (mut run, step) = start(settings(), reach());
        assert!(matches!(step, Step::Orders(orders) if orders.len() == 3));
        match run.resume(NOW, vec![token, channel, worker]) {
            Step::Respond(Response {
                status,
                body: Body::Json(text),
            }) => {
                let json: Value = serde_json::from_str(&text).unwrap();
                let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
                (status, text("code"), text("message"))
            }
            other => panic!("{other:?}"),
        }
    };
    let token = || Answer::Token(Some(agent(bob())));
    let room = |room| Answer::Channel {
        room,
        on_a_call: false,
        idle: true,
    };
    let channel = |free: bool| {
        room(if free {
            Capacity::Left(None)
        } else {
            Capacity::Full
        })
    };
    let worker = |available| Answer::Worker {
        available,
        policy: None,
    };
    let broken = || Answer::Failed {
        status: 503,
        message: String::new(),
    };
    for (channel, worker, expected) in [
        (channel(true), worker(true), (200, "free")),
        (channel(false), worker(true), (200, "busy")),
        (channel(false), worker(false), (200, "unavailable")),
        (broken(), gone(), (200, "unavailable")),
        (channel(false), broken(), (200, "busy")),
        (channel(true), broken(), (502, "")),
        (broken(), worker(true), (502, "")),
        (worker(true), channel(true), (500, "")),
    ] {
        let (status, code, _) = run(token(), channel, worker);
        assert_eq!((status, code.as_str()), expected);
    }
    let (status, ..) = run(Answer::Token(None), channel(true), worker(true));
    assert_eq!(status, 403);
    for (left, available, said) in [
        (Capacity::Left(NonZeroU32::new(2)), true, "2"),
        (Capacity::Left(None), true, ""),
        (Capacity::Full, true, ""),
        (Capacity::Left(NonZeroU32::new(2)), false, ""),
    ] {
        let (_, _, message) = run(token(), room(left), worker(available));
        assert_eq!(message, said, "for so many calls he has room");
    }
}

/// His other tabs tell a missed call from a declined one by it.
#[test]
fn the_task_of_a_callee_who_declines_is_cancelled_with_that_reason() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    let callee = twilio.callees()[0].sid.clone();
    let reason = |order: &Order| match http::call(&api(), order).body {
        http::CallBody::Form(form) => form.into_iter().find(|(name, _)| *name == "Reason"),
        http::CallBody::None | http::CallBody::Json(_) => None,
    };
    let mut reasons = Vec::new();
    let mut going = Going::new(Request::Reject {
        task: callee,
        token: "bob".to_owned(),
        reason: None,
    });
    while going.response.is_none() {
        let given = going.orders.iter().filter_map(reason);
        reasons.extend(given.map(|(_, reason)| reason));
        going.step(NOW, &mut twilio);
    }
    assert_eq!(reasons, ["the callee declined", "the call is over"]);
}
