//! Random schedules: slow, doubled, reordered and lost messages, lists that lag, dropped sockets, pages that go and come
//! back, people who do what they like.
//!
//! Every schedule ends with everybody back at his desk and one more call: what was left by a page that went while
//! nobody else was told is found then, by the check at log-in or by the sweep at that call's end.

use crate::harness::message::{Act, Seat};
use crate::harness::network::{Fault, Latency, Network, Rng, Rule};
use crate::harness::station::FULL_NAMES;
use crate::harness::{Office, ALICE, BOB, CAROL, NAMES};
use backline::recorder::replay::{replay, Recording};
use backline::time::Millis;
use backline::twilio::attributes::DeclineReason;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;

/// Schedules of a normal run; `SCHEDULES` in the environment runs more.
const SCHEDULES: u64 = 300;

/// In so many every outcome must have been seen.
const ENOUGH: u64 = 10_000;

/// What may go wrong, and with what.
const FAULTS: [(&str, &[Fault]); 33] = [
    ("rpc:create-task", &[Fault::Lose, Fault::Fail(500), SLOW]),
    ("rpc:call", &[Fault::Lose, Fault::Fail(500), SLOW]),
    ("rpc:complete", &[Fault::Lose, Fault::Fail(500)]),
    ("rpc:reject", &[Fault::Lose, Fault::Fail(500), SLOW]),
    ("settled:", &[Fault::Lose, Fault::Double, SLOW]),
    (
        "http:ring",
        &[Fault::Lose, Fault::Double, Fault::Fail(503), SLOW],
    ),
    (
        "http:end",
        &[Fault::Lose, Fault::Double, Fault::Fail(503), SLOW],
    ),
    (
        "http:reject",
        &[Fault::Lose, Fault::Double, Fault::Fail(503), SLOW],
    ),
    (
        "http:transfer",
        &[Fault::Lose, Fault::Double, Fault::Fail(503), SLOW],
    ),
    (
        "http:add",
        &[Fault::Lose, Fault::Double, Fault::Fail(503), SLOW],
    ),
    (
        "http:remove",
        &[Fault::Lose, Fault::Double, Fault::Fail(503)],
    ),
    ("rest:let-go", &[Fault::Lose, Fault::Fail(503)]),
    ("rest:remove-participant", &[Fault::Lose, Fault::Fail(503)]),
    ("http:hold", &[Fault::Lose, Fault::Fail(503), SLOW]),
    ("http:check", &[Fault::Lose, Fault::Double]),
    (
        "http:rejoin",
        &[Fault::Lose, Fault::Double, Fault::Fail(503), SLOW],
    ),
    (
        "webhook:participant-leave",
        &[Fault::Lose, Fault::Double, SLOW],
    ),
    (
        "http:came",
        &[Fault::Lose, Fault::Double, Fault::Fail(503), SLOW],
    ),
    (
        "webhook:twiml",
        &[Fault::Lose, Fault::Double, Fault::Fail(500)],
    ),
    (
        "webhook:participant-join",
        &[Fault::Lose, Fault::Double, SLOW],
    ),
    (
        "webhook:conference-end",
        &[Fault::Lose, Fault::Double, SLOW],
    ),
    ("webhook:leg-over", &[Fault::Lose, Fault::Double, SLOW]),
    ("webhook:task-event", &[Fault::Lose, Fault::Double, SLOW]),
    ("rest:create-task", &[Fault::Lose, Fault::Fail(503), SLOW]),
    (
        "rest:update-task",
        &[Fault::Lose, Fault::Fail(429), Fault::Fail(412), SLOW],
    ),
    (
        "rest:close-task",
        &[Fault::Lose, Fault::Fail(429), Fault::Fail(412), SLOW],
    ),
    ("rest:hold-participant", &[Fault::Lose, Fault::Fail(503)]),
    ("rest:list", &[Fault::Lose, Fault::Fail(500), SLOW]),
    ("rest:", &[Fault::Lose, Fault::Fail(500), SLOW]),
    ("answer:", &[Fault::Lose]),
    ("phone:ring", &[Fault::Lose]),
    ("phone:hang-up", &[Fault::Lose, SLOW]),
    ("push:", &[Fault::Double, SLOW]),
];

/// Longer than whoever waits would like.
const SLOW: Fault = Fault::Delay(Millis::from_secs(6));

/// What people may do, how often of all that they do, and whether a schedule may lack it.
const ACTS: [(Kind, u64); 18] = [
    (Kind::Accept, 16),
    (Kind::Call, 2),
    (Kind::CallBack, 2),
    (Kind::Reject, 2),
    (Kind::Decline, 2),
    (Kind::HangUp, 3),
    (Kind::Cancel, 2),
    (Kind::Hold, 4),
    (Kind::Transfer, 6),
    (Kind::Add, 6),
    (Kind::Remove, 2),
    (Kind::HoldParty, 2),
    (Kind::EndForAll, 1),
    (Kind::Leave, 2),
    (Kind::Return, 2),
    (Kind::DropSocket, 2),
    (Kind::Load, 2),
    (Kind::SecondTab, 2),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Accept,
    Call,
    CallBack,
    Reject,
    Decline,
    HangUp,
    Cancel,
    Hold,
    Transfer,
    Add,
    Remove,
    HoldParty,
    EndForAll,
    Leave,
    Return,
    DropSocket,
    Load,
    SecondTab,
}

/// Runs the schedule of this seed to its end.
fn run(seed: u64, logs: bool) -> Office {
    let mut rng = Rng::new(!seed);
    let mut office = Office::with(Network::new(seed), logs, seed % 3 == 2);
    office.network.latency = Latency {
        least: 1,
        spread: rng.one_of(&[20, 200, 1000]),
        straggler_of: rng.one_of(&[0, 5, 20]),
        straggle: 5000,
    };
    office.lag = Millis::from_secs(rng.one_of(&[0, 0, 2, 10]));
    if rng.below(2) == 0 {
        office.tell_task_events();
    }
    for _ in 0..rng.below(3) {
        let (hop, faults) = rng.one_of(&FAULTS);
        let fault = rng.one_of(faults);
        office.network.rules.push(Rule {
            hop,
            spare: rng.one_of(&[0, 0, 1, 3]),
            meet: rng.one_of(&[1, 1, 1, 2, 5]),
            fault,
        });
    }
    plan(&mut office, &mut rng);
    office.pass(Millis::from_secs(900));
    let left = office.left_over();
    if let Some(left) = left.filter(|_| !office.pages_lost) {
        office.fail(&format!("left over: {left}"));
    }
    let talked = office.talked;
    one_more_call(&mut office);
    office.talked = talked;
    office
}

/// Some call, and do this and that for 45 seconds; after minutes everybody ends what is left over on his screen.
fn plan(office: &mut Office, rng: &mut Rng) {
    let start = office.now;
    let first = call(rng, ALICE);
    office.act_at(start, ALICE, first);
    if rng.below(4) == 0 {
        three(office, rng, start);
    }
    // Schedules differ most if each does without some of it.
    let mut kinds = Vec::new();
    for (kind, weight) in ACTS {
        if rng.below(2) == 0 || (kind == Kind::Accept && rng.below(4) > 0) {
            kinds.extend((0..weight).map(|_| kind));
        }
    }
    for _ in 0..rng.below(18) {
        if kinds.is_empty() {
            break;
        }
        let seat = rng.one_of(&[ALICE, ALICE, BOB, BOB, BOB, CAROL]);
        let at = start + Millis(rng.below(rng.clone().one_of(&[3_000, 15_000, 45_000])));
        let kind = rng.one_of(&kinds);
        act(office, rng, at, seat, kind);
    }
    for moment in (200..500).step_by(30) {
        for seat in 0..6 {
            let at = start + Millis::from_secs(moment) + Millis(rng.below(1000));
            office.act_at(at, seat, Act::TidyUp);
        }
    }
}

/// One calls another, who accepts; one of them adds the third, who accepts too: what comes of itself too seldom.
fn three(office: &mut Office, rng: &mut Rng, start: Millis) {
    let mut at = start;
    let by = rng.one_of(&[ALICE, BOB]);
    let acts = [
        (ALICE, Act::Call(BOB)),
        (BOB, Act::Accept),
        (by, Act::Add(CAROL)),
        (CAROL, Act::Accept),
        (rng.one_of(&[ALICE, BOB, CAROL]), Act::HoldParty(true)),
        (rng.one_of(&[ALICE, BOB, CAROL]), Act::Remove),
    ];
    for (seat, act) in acts {
        office.act_at(at, seat, act);
        at = at + Millis(2_000 + rng.below(3_000));
    }
}

fn call(rng: &mut Rng, seat: Seat) -> Act {
    match rng.below(5) {
        0 => Act::CallQueue(rng.one_of(&["Everyone", "Sales", "Support"])),
        1 => Act::Call((seat + 2) % 3),
        _ => Act::Call((seat + 1) % 3),
    }
}

fn act(office: &mut Office, rng: &mut Rng, at: Millis, seat: Seat, kind: Kind) {
    let span = Millis(rng.below(8000));
    // Whoever has a second tab uses it now and then.
    let used = if rng.below(4) == 0 { seat + 3 } else { seat };
    let act = match kind {
        Kind::Accept => Act::Accept,
        Kind::Call => call(rng, seat),
        Kind::CallBack => Act::CallBack,
        Kind::Reject => Act::Reject,
        Kind::Decline => Act::Decline(rng.one_of(&[
            DeclineReason::Busy,
            DeclineReason::CallingBack,
            DeclineReason::Message,
        ])),
        Kind::HangUp => Act::HangUp,
        Kind::Cancel => Act::Cancel,
        Kind::Hold => {
            office.act_at(at + span, used, Act::Resume);
            Act::Hold
        }
        Kind::Transfer => Act::Transfer((seat + 1 + rng.below(2) as usize) % 3),
        Kind::Add => Act::Add((seat + 1 + rng.below(2) as usize) % 3),
        Kind::Remove => Act::Remove,
        Kind::HoldParty => {
            office.act_at(at + span, used, Act::HoldParty(false));
            Act::HoldParty(true)
        }
        Kind::EndForAll => Act::EndForAll,
        Kind::Leave => Act::Activity {
            name: rng.one_of(&["Offline", "Break", "Unavailable"]),
            reject_pending: rng.below(2) == 0,
        },
        Kind::Return => available(),
        Kind::DropSocket => Act::DropSocket(span),
        Kind::Load if rng.below(3) == 0 => Act::Close,
        Kind::Load => Act::Load(Millis(500) + span),
        Kind::SecondTab => {
            office.act_at(at, seat + 3, Act::Load(Millis(500)));
            if rng.below(2) == 0 {
                office.act_at(at + span, seat + 3, Act::Close);
            }
            return;
        }
    };
    office.act_at(at, used, act.clone());
    if used != seat && !office.stations[used].open {
        office.act_at(at, seat, act);
    }
}

fn available() -> Act {
    Act::Activity {
        name: "Available",
        reject_pending: false,
    }
}

/// Everybody logs in again; two talk, and hang up. Then nothing is left of anything.
fn one_more_call(office: &mut Office) {
    office.network.rules.clear();
    for seat in [ALICE, BOB, CAROL] {
        office.act(seat, Act::Close);
        office.act(seat + 3, Act::Close);
        office.act(seat, Act::Load(Millis::from_secs(1)));
    }
    office.pass(Millis::from_secs(60));
    for seat in [ALICE, BOB, CAROL] {
        office.act(seat, available());
        office.act(seat, Act::TidyUp);
    }
    office.pass(Millis::from_secs(60));
    office.act(ALICE, Act::Call(BOB));
    office.pass(Millis::from_secs(15));
    office.act(BOB, Act::Accept);
    office.pass(Millis::from_secs(15));
    office.act(BOB, Act::HangUp);
    office.pass(Millis::from_secs(60));
    if let Some(left) = office.left_over() {
        office.fail(&format!("left over after one more call: {left}"));
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What came of many schedules.
#[derive(Default)]
struct Report {
    talked: u64,
    shown: BTreeMap<&'static str, u64>,
    /// The hops of the messages that met a fault, and how often.
    met: BTreeMap<String, u64>,
    broken: Vec<(u64, String)>,
}

/// Runs one and counts; a failing one says in a line why.
fn count(seed: u64, report: &Mutex<Report>) {
    let outcome = std::panic::catch_unwind(|| {
        let office = run(seed, false);
        (office.talked, office.shown, office.network.met)
    });
    let mut report = report.lock().unwrap();
    match outcome {
        Ok((talked, shown, met)) => {
            report.talked += u64::from(talked);
            for (hop, _) in met {
                *report.met.entry(hop).or_default() += 1;
            }
            for (kind, count) in shown {
                *report.shown.entry(kind).or_default() += count;
            }
        }
        Err(why) => {
            let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
            report.broken.push((seed, why));
        }
    }
}

#[test]
fn whatever_happens_every_outcome_is_true_and_nothing_is_left() {
    if let Some(seed) = number("SEED") {
        run(seed, true);
        return;
    }
    let runs = number("SCHEDULES").unwrap_or(SCHEDULES);
    let first = number("FIRST").unwrap_or(0);
    let report = Mutex::new(Report::default());
    let next = AtomicU64::new(0);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {})); // told below
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..threads {
            scope.spawn(|| loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= runs {
                    return;
                }
                count(first + seed, &report);
            });
        }
    });
    std::panic::set_hook(hook);
    let Report {
        talked,
        shown,
        met,
        mut broken,
    } = report.into_inner().unwrap();
    println!("{runs} schedules: two talked in {talked}; shown: {shown:?}; faults met: {met:?}");
    broken.sort();
    for (seed, why) in broken.iter().take(40) {
        println!("SEED={seed}: {why}");
    }
    assert!(broken.is_empty(), "{} of {runs} broke", broken.len());
    assert!(talked > runs / 4, "only {talked} of {runs} talked");
    for outcome in OUTCOMES {
        let seen = shown.contains_key(outcome);
        assert!(seen || runs < ENOUGH, "nobody ever read: {outcome}");
    }
    for (hop, _) in FAULTS {
        // Not by a row that says more of the same.
        let more = |one: &str| {
            let mut others = FAULTS.iter().filter(|(other, _)| other.len() > hop.len());
            others.any(|(other, _)| other.starts_with(hop) && one.starts_with(other))
        };
        let seen = met.keys().any(|one| one.starts_with(hop) && !more(one));
        assert!(seen || runs < ENOUGH, "no fault ever met: {hop}");
    }
}

/// What agents may read. (That there is nobody else in a queue needs a workflow that offers callers their own calls.)
const OUTCOMES: [&str; 25] = [
    "calling",
    "ringing",
    "talking",
    "ended",
    "cancelled",
    "declined",
    "declined with a reason",
    "busy",
    "no answer",
    "unavailable",
    "not connected",
    "missed",
    "missed, as the functions say",
    "held",
    "resumed",
    "hold failed",
    "resume failed",
    "not placed",
    "not rung",
    "accept failed",
    "reject failed",
    "clean-up failed",
    "not back",
    "three talk",
    "not added",
];

#[test]
fn a_schedule_replays_exactly() {
    for seed in 0..5 {
        assert_eq!(run(seed, true).log, run(seed, true).log);
    }
}

#[test]
fn what_every_page_recorded_replays_to_the_same_decisions() {
    let (mut pages, mut decisions) = (0, 0);
    for seed in 0..40 {
        for station in &run(seed, false).stations {
            let text = station.recorder.export(Millis(0), "");
            for name in FULL_NAMES.into_iter().chain(NAMES).chain(["+1555"]) {
                assert!(!text.contains(name), "seed {seed}: {name}");
            }
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let recording: Recording = serde_json::from_value(value).unwrap();
            for step in replay(&recording) {
                assert!(step.same, "seed {seed}, seat {}: {step:#?}", station.seat);
                decisions += 1;
            }
            pages += usize::from(!recording.entries.is_empty());
        }
    }
    assert!(pages > 100 && decisions > 1000, "{pages} {decisions}");
}
