//! Everybody by the functions, where Flex's own list of workers fails.

use super::*;

fn desk() -> Desk {
    super::reach::at_functions()
}

fn of(range: std::ops::Range<u128>) -> Vec<Value> {
    range
        .map(|number| person(number, &format!("agent{number:03}"), None))
        .collect()
}

fn agents(desk: &Desk) -> (Phase, usize, bool) {
    let agents = view(desk).agents;
    (agents.phase, agents.rows.len(), agents.goes_round)
}

fn listed(range: std::ops::Range<u128>, next: Option<&str>) -> Outcome {
    Outcome::People {
        people: serde_json::from_value(json!(of(range))).unwrap(),
        next: next.map(str::to_owned),
    }
}

/// The effects after an answer; what the functions are asked, if they are.
fn settle(desk: &mut Desk, id: EffectId, outcome: Outcome) -> (Vec<Effect>, Option<String>) {
    let effects = on(desk, &Event::Settled { id, outcome });
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::ListPeople { request, .. } => {
            assert_eq!(request.url, "https://f.example/internal-call/flex/people");
            let ([] | [_]) = request.form.as_slice() else {
                panic!("{request:?}")
            };
            let page = request.form.first();
            assert!(page.is_none_or(|(name, _)| name == "page"));
            Some(page.map_or(String::new(), |(_, mark)| mark.clone()))
        }
        _ => None,
    });
    (effects, asked)
}

/// The second page of the workspace's list failed; what is asked then.
fn refused(desk: &mut Desk) -> EffectId {
    let there = opening(desk);
    let first = answer(desk, there, people(Vec::new())).unwrap();
    let sorted = answer(desk, first, page(of(2..12), Some(11))).unwrap();
    let second = answer(desk, sorted, Outcome::Done).unwrap();
    let (effects, asked) = settle(desk, second, failed("refused"));
    assert_eq!(asked.as_deref(), Some(""), "from the start");
    request(&effects).unwrap()
}

#[test]
fn where_the_list_of_flex_fails_everybody_comes_by_the_functions_page_by_page() {
    let mut desk = desk();
    let id = refused(&mut desk);
    assert_eq!(agents(&desk), (Phase::Loading, 10, true));
    let sorted = answer(&mut desk, id, listed(2..22, Some("1.PA"))).unwrap();
    assert_eq!(agents(&desk), (Phase::Loading, 20, true));
    let (effects, asked) = settle(&mut desk, sorted, Outcome::Done);
    assert_eq!(asked.as_deref(), Some("1.PA"));
    let sorted = answer(&mut desk, request(&effects).unwrap(), listed(22..32, None)).unwrap();
    let (effects, _) = settle(&mut desk, sorted, Outcome::Done);
    assert_eq!(effects[0], Effect::SaveDirectory);
    assert_eq!(agents(&desk), (Phase::Ready, 30, false));
}

#[test]
fn whoever_is_on_none_of_the_functions_pages_has_left() {
    let mut desk = desk();
    load(&mut desk, of(2..12));
    let opened = Event::FieldOpened { tab: Tab::Agent };
    let id = request(&desk.handle(Millis::from_secs(60), &opened)).unwrap();
    let (effects, asked) = settle(&mut desk, id, failed("refused"));
    assert_eq!(asked.as_deref(), Some(""));
    let sorted = answer(&mut desk, request(&effects).unwrap(), listed(2..5, None)).unwrap();
    answer(&mut desk, sorted, Outcome::Done);
    assert_eq!(agents(&desk), (Phase::Ready, 3, false));
}

#[test]
fn where_the_functions_fail_too_flexs_own_list_is_tried_again_where_it_was_and_its_failure_is_told()
{
    let mut desk = desk();
    let mut waits = Vec::new();
    let mut id = refused(&mut desk);
    let mut now = Millis(1000);
    for _ in 0..8 {
        let outcome = failed("there is no such function");
        let effects = desk.handle(now, &Event::Settled { id, outcome });
        assert_eq!(request(&effects), None);
        let detail = "refused".to_owned();
        assert_eq!(agents(&desk), (Phase::Failed { detail }, 10, false));
        let due = desk.next_deadline().unwrap();
        waits.push(due.saturating_sub(now).0 / 1000);
        let again = desk.handle(due, &Event::DeadlineReached);
        assert!(
            matches!(&again[0], Effect::LoadPeople { after: Some(after), .. } if after.number() == 11),
            "{again:?}"
        );
        let (effects, _) = settle(&mut desk, request(&again).unwrap(), failed("refused"));
        (id, now) = (request(&effects).unwrap(), due);
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60, 60]);
}

#[test]
fn a_list_of_flex_that_does_not_answer_is_not_waited_for_longer() {
    let mut desk = desk();
    let there = opening(&mut desk);
    answer(&mut desk, there, people(Vec::new())).unwrap();
    let due = desk.next_deadline().unwrap();
    let effects = desk.handle(due, &Event::DeadlineReached);
    assert!(
        matches!(effects[0], Effect::ListPeople { .. }),
        "{effects:?}"
    );
}

#[test]
fn a_live_query_that_fails_is_nothing_that_the_functions_could_answer() {
    let mut desk = desk();
    let there = opening(&mut desk);
    let (effects, asked) = settle(&mut desk, there, failed("no route"));
    assert_eq!((request(&effects), asked), (None, None));
}

#[test]
fn a_late_answer_of_flexs_own_list_is_dropped() {
    let mut desk = desk();
    let there = opening(&mut desk);
    let first = answer(&mut desk, there, people(Vec::new())).unwrap();
    let (effects, _) = settle(&mut desk, first, failed("refused"));
    assert_eq!(answer(&mut desk, first, people(of(2..9))), None);
    assert_eq!(agents(&desk), (Phase::Loading, 0, true));
    assert!(answer(&mut desk, request(&effects).unwrap(), listed(2..5, None)).is_some());
}
