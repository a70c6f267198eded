//! How fast the roster is, natively: `cargo run --profile roster -p backline-roster --example native [agents …]`.
//!
//! To steer by; what counts is measured in the browser. One figure a line: median and p99 over the keystrokes of people
//! who type names, logins, skills, with slips and backspaces; each keystroke is the best of several rounds.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]
#![allow(
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    missing_docs
)]

use backline_roster::{Entry, Index, Status, ROWS};
use generator::{Agent, Random, STATUSES};
use std::hint::black_box;

#[path = "../../tests/roster/generator.rs"]
mod generator;
#[path = "../../tests/roster/keystrokes.rs"]
mod keystrokes;

/// The time that this thread has run, seconds: others on the machine cost less than by the clock on the wall.
struct Instant(f64);

impl Instant {
    fn now() -> Self {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
        let ran = text
            .split(' ')
            .next()
            .and_then(|ran| ran.parse::<f64>().ok());
        Self(ran.expect("nanoseconds") / 1e9)
    }

    fn elapsed(&self) -> f64 {
        Self::now().0 - self.0
    }
}

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|size| size.parse().ok())
        .collect();
    for &agents in if sizes.is_empty() {
        &[15_000, 100_000][..]
    } else {
        &sizes
    } {
        measure(agents);
    }
}

fn measure(count: usize) {
    let agents = generator::directory(count, 1);
    println!("{count} agents");
    let mut index = build(&agents);
    queries(&index, &agents);
    if std::env::var_os("QUERIES").is_some() {
        return;
    }
    statuses(&mut index, &agents);
    changes(&mut index, &agents);
}

fn entry<'a>(agent: &'a Agent, skills: &'a [&'a str]) -> Entry<'a> {
    Entry {
        key: agent.key,
        name: &agent.name,
        login: &agent.login,
        email: &agent.email,
        team: &agent.team,
        skills,
        extension: &agent.extension,
        address: &agent.address,
    }
}

fn put(index: &mut Index, agent: &Agent) {
    let skills: Vec<&str> = agent.skills.iter().map(String::as_str).collect();
    index.put(&entry(agent, &skills), agent.status);
}

fn build(agents: &[Agent]) -> Index {
    let statuses = STATUSES.map(|(name, reachable)| Status {
        name: name.to_owned(),
        reachable,
        hidden: name == "Unavailable",
    });
    // Begins the high-water mark anew.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmRSS");
    let mut index = Index::new(None, statuses.to_vec());
    let start = Instant::now();
    let mut longest = 0.0f64;
    for batch in agents.chunks(4_096) {
        let start = Instant::now();
        batch.iter().for_each(|agent| put(&mut index, agent));
        longest = longest.max(start.elapsed());
    }
    let added = start.elapsed();
    loop {
        let start = Instant::now();
        let done = index.settle();
        longest = longest.max(start.elapsed());
        if done {
            break;
        }
    }
    let all = start.elapsed();
    let per = |bytes: usize| bytes / agents.len();
    println!(
        "  build {:.1} ms (adding {:.1}), longest slice {:.1} ms",
        all * 1e3,
        added * 1e3,
        longest * 1e3
    );
    println!(
        "  memory {} B an agent by its own count, peak of the process {} B",
        per(index.bytes()),
        per(memory("VmHWM") - before)
    );
    let start = Instant::now();
    let bytes = index.snapshot();
    let written = start.elapsed();
    let restored = (0..5).map(|_| {
        let start = Instant::now();
        black_box(Index::restore(&bytes, None).ok());
        start.elapsed()
    });
    println!(
        "  snapshot of {} B an agent written in {:.1} ms, read in {:.1} ms",
        bytes.len() / agents.len(),
        written * 1e3,
        restored.fold(f64::MAX, f64::min) * 1e3
    );
    index
}

fn queries(index: &Index, agents: &[Agent]) {
    let stream = keystrokes::stream(agents, 99, 400);
    let mut times: Vec<(f64, &str)> = stream
        .iter()
        .map(|query| {
            let best = (0..5).map(|_| {
                let start = std::time::Instant::now();
                black_box(index.search(query, &[], ROWS));
                start.elapsed().as_secs_f64() * 1e6
            });
            (best.fold(f64::MAX, f64::min), query.as_str())
        })
        .collect();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].0;
    let total: f64 = times.iter().map(|time| time.0).sum();
    println!(
        "  keystroke p25 {:.1} p50 {:.1} p75 {:.1} p90 {:.1} p99 {:.1} max {:.1} mean {:.1} µs over {}",
        at(0.25),
        at(0.5),
        at(0.75),
        at(0.9),
        at(0.99),
        at(1.0),
        total / times.len() as f64,
        times.len()
    );
    for length in 1..=8 {
        let mut some: Vec<f64> = times
            .iter()
            .filter(|(_, query)| query.chars().count() == length)
            .map(|time| time.0)
            .collect();
        some.sort_by(f64::total_cmp);
        if let Some(median) = some.get(some.len() / 2) {
            print!("  {length}: {median:.1}");
        }
    }
    println!();
    if std::env::var_os("SLOWEST").is_some() {
        for (time, query) in times.iter().rev().take(40) {
            println!(
                "    {time:.0} µs {query:?} {}",
                index.search(query, &[], ROWS).total
            );
        }
    }
}

fn statuses(index: &mut Index, agents: &[Agent]) {
    let mut random = Random(5);
    let changes: Vec<(u128, u16)> = (0..200_000)
        .map(|_| {
            (
                agents[random.below(agents.len())].key,
                random.below(8) as u16,
            )
        })
        .collect();
    let start = Instant::now();
    for &(key, status) in &changes {
        index.set_status(key, status);
    }
    println!(
        "  status {:.0} ns",
        start.elapsed() * 1e9 / changes.len() as f64
    );
}

fn changes(index: &mut Index, agents: &[Agent]) {
    let many = agents.len() / 2;
    let mut random = Random(6);
    let new: Vec<Agent> = (0..many)
        .map(|number| {
            let agent = agents[random.below(agents.len())].clone();
            let name = agents[random.below(agents.len())].name.clone();
            let key = if number % 2 == 0 {
                agent.key
            } else {
                u128::from(random.next())
            };
            Agent { key, name, ..agent }
        })
        .collect();
    let start = Instant::now();
    for agent in &new {
        put(index, agent);
        if index.wants_merging() {
            index.settle_all();
        }
    }
    println!(
        "  add or rename {:.2} µs, merges among them, over {many}",
        start.elapsed() * 1e6 / many as f64
    );
    index.settle_all();
    for agent in new.iter().take(agents.len() / 16) {
        index.remove(agent.key);
        put(index, agent);
    }
    println!("  with one agent in 16 unsettled:");
    queries(index, agents);
}

/// A figure of this process's memory, bytes; 0 where the system does not tell.
fn memory(what: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let figure = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok());
    figure.unwrap_or_default() * 1024
}
