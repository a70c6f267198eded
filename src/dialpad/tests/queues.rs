//! Queues that can be called, by the functions; and all of them, where the functions cannot say it.

use super::reach::with_queues;
use super::*;
use crate::effect::HttpRequest;

fn names(names: &[&str]) -> Outcome {
    let queues = names.iter().map(|name| (*name).to_owned()).collect();
    Outcome::Queues { queues }
}

fn failed() -> Outcome {
    Outcome::Failed {
        failure: Failure::new("no way"),
    }
}

fn opened(desk: &mut Desk) -> Vec<Effect> {
    let tab = Tab::Queue;
    on(desk, &Event::FieldOpened { tab })
}

/// The functions' list is asked for.
fn listing(effects: &[Effect]) -> EffectId {
    let expected = HttpRequest {
        url: "https://f.example/internal-call/flex/queues".to_owned(),
        form: Vec::new(),
    };
    match &effects[0] {
        Effect::ListQueues { id, request } => {
            assert_eq!(*request, expected);
            *id
        }
        other => panic!("{other:?}"),
    }
}

/// Flex's is.
fn loading(effects: &[Effect]) -> EffectId {
    match &effects[0] {
        Effect::LoadQueues { id } => *id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn those_that_can_be_called_are_listed_and_no_other() {
    let mut desk = with_queues();
    let id = listing(&opened(&mut desk));
    assert_eq!(answer(&mut desk, id, names(&["Sales", "Everyone"])), None);
    assert_eq!(view(&desk).queues.rows, ["Everyone", "Sales"]);
    assert_eq!(request(&opened(&mut desk)), None);
}

#[test]
fn where_the_functions_fail_all_are_listed_as_flex_has_them() {
    for outcome in [failed(), Outcome::Done] {
        let mut desk = with_queues();
        let id = listing(&opened(&mut desk));
        let next = on(&mut desk, &Event::Settled { id, outcome });
        let all = loading(&next);
        assert_eq!(view(&desk).queues.phase, Phase::Loading);
        assert_eq!(answer(&mut desk, all, names(&["Support", "Sales"])), None);
        assert_eq!(view(&desk).queues.rows, ["Sales", "Support"]);
    }
}

#[test]
fn where_both_fail_it_is_told_and_retry_asks_the_functions_again() {
    let mut desk = with_queues();
    let id = listing(&opened(&mut desk));
    let next = on(
        &mut desk,
        &Event::Settled {
            id,
            outcome: failed(),
        },
    );
    assert_eq!(answer(&mut desk, loading(&next), failed()), None);
    let detail = "no way".to_owned();
    assert_eq!(view(&desk).queues.phase, Phase::Failed { detail });
    let tab = Tab::Queue;
    listing(&on(&mut desk, &Event::RetryPressed { tab }));
}

#[test]
fn an_answer_that_does_not_come_is_as_good_as_a_failure_and_counts_no_more() {
    let mut desk = with_queues();
    let late = listing(&opened(&mut desk));
    let due = desk.next_deadline().unwrap();
    let all = loading(&desk.handle(due, &Event::DeadlineReached));
    assert_eq!(answer(&mut desk, late, names(&["Late"])), None);
    assert_eq!(view(&desk).queues.phase, Phase::Loading);
    assert_eq!(answer(&mut desk, all, names(&["Sales"])), None);
    assert_eq!(view(&desk).queues.rows, ["Sales"]);
}

#[test]
fn without_functions_all_are_listed() {
    loading(&opened(&mut desk()));
}
