mod converge;
mod laws;
mod panel;

use super::*;
use crate::error::Failure;
use crate::event::Event;

fn worker(number: u128) -> WorkerSid {
    WorkerSid::from_number(number)
}

fn colleague(
    number: u128,
    favourite: Option<u64>,
    changed_at: u64,
    called_at: Option<u64>,
) -> Colleague {
    let worker = worker(number);
    Colleague {
        worker,
        favourite,
        changed_at,
        called_at,
    }
}

fn list(rows: &[Colleague]) -> List {
    let mut list = List::default();
    rows.iter().for_each(|row| list.take(row));
    list
}

fn raw(rows: &[Colleague]) -> Vec<RawColleague> {
    serde_json::from_value(serde_json::to_value(rows).unwrap()).unwrap()
}

/// A machine, and what it asked for.
struct Machine {
    favourites: Favourites,
    ledger: Ledger<Purpose>,
    now: Millis,
    kept: List,
    out: Vec<Effect>,
}

impl Machine {
    fn new(origin: u64) -> Self {
        Self {
            favourites: Favourites::new(Some(origin)),
            ledger: Ledger::default(),
            now: Millis(0),
            kept: List::default(),
            out: Vec::new(),
        }
    }

    /// Opened; the map holds `rows`.
    fn opened(origin: u64, rows: &[Colleague]) -> Self {
        let mut machine = Self::new(origin);
        machine.tell(|favourites, now, ledger| favourites.open(now, &worker(1), ledger));
        let id = machine.opening().unwrap();
        machine.settle(id, Purpose::Open, &holds(rows));
        machine
    }

    fn tell(
        &mut self,
        act: impl FnOnce(&mut Favourites, Millis, &mut Ledger<Purpose>) -> Vec<Effect>,
    ) {
        self.now = self.now + Millis(1);
        for effect in act(&mut self.favourites, self.now, &mut self.ledger) {
            match effect {
                Effect::KeepFavourites { colleagues } => self.kept.merge(&list(&colleagues)),
                Effect::ViewChanged { .. } => {}
                other => self.out.push(other),
            }
        }
    }

    fn settle(&mut self, id: EffectId, purpose: Purpose, outcome: &Outcome) {
        if self.ledger.settle(id).is_some() {
            self.tell(|favourites, now, ledger| {
                favourites.settle(now, id, purpose, outcome, ledger)
            });
        }
    }

    fn press(&mut self, number: u128) {
        self.tell(|favourites, now, ledger| favourites.pressed(now, &worker(number), ledger));
    }

    /// It is the time that it waits for.
    fn wake(&mut self) {
        self.now = self.favourites.next_deadline().unwrap();
        self.tell(|favourites, now, ledger| favourites.wake(now, &worker(1), ledger));
    }

    fn opening(&mut self) -> Option<EffectId> {
        let at = self
            .out
            .iter()
            .position(|effect| matches!(effect, Effect::OpenFavourites { .. }))?;
        match self.out.remove(at) {
            Effect::OpenFavourites { id, .. } => Some(id),
            _ => None,
        }
    }

    fn writing(&mut self) -> Option<(EffectId, Colleague)> {
        let at = self
            .out
            .iter()
            .position(|effect| matches!(effect, Effect::WriteFavourite { .. }))?;
        match self.out.remove(at) {
            Effect::WriteFavourite { id, colleague, .. } => Some((id, colleague)),
            _ => None,
        }
    }

    fn names(&self) -> Vec<u128> {
        let favourites = self.favourites.list().favourites();
        favourites.iter().map(WorkerSid::number).collect()
    }
}

fn holds(rows: &[Colleague]) -> Outcome {
    Outcome::Favourites {
        colleagues: raw(rows),
    }
}

fn refused(status: u16) -> Outcome {
    let failure = Failure {
        status: Some(status),
        ..Failure::new("no")
    };
    Outcome::Failed { failure }
}

const NOON: u64 = 1_700_000_000_000;

#[test]
fn a_change_is_kept_here_at_once_and_written_one_after_the_other() {
    let mut machine = Machine::opened(NOON, &[]);
    machine.press(2);
    machine.press(3);
    assert_eq!(machine.kept, *machine.favourites.list());
    let (first, item) = machine.writing().unwrap();
    assert_eq!((item.worker, machine.writing()), (worker(2), None));
    machine.settle(first, Purpose::Write, &Outcome::Done);
    let (second, item) = machine.writing().unwrap();
    assert_eq!(item.worker, worker(3));
    machine.settle(second, Purpose::Write, &Outcome::Done);
    assert_eq!((machine.writing(), machine.names()), (None, vec![2, 3]));
}

#[test]
fn what_changed_while_it_was_written_is_written_again() {
    let mut machine = Machine::opened(NOON, &[]);
    machine.press(2);
    let (first, _) = machine.writing().unwrap();
    machine.press(2);
    machine.settle(first, Purpose::Write, &Outcome::Done);
    let (_, item) = machine.writing().unwrap();
    assert_eq!((item.worker, item.favourite), (worker(2), None));
}

#[test]
fn before_the_map_is_read_nothing_is_written_and_then_all_that_it_lacks() {
    let mut machine = Machine::new(NOON);
    machine.press(4);
    machine.tell(|favourites, now, ledger| favourites.open(now, &worker(1), ledger));
    let Some(Effect::RestoreFavourites { id }) = machine.out.first().cloned() else {
        panic!("{:?}", machine.out);
    };
    let kept = [colleague(2, Some(NOON - 9), NOON - 9, None)];
    machine.settle(id, Purpose::Restore, &holds(&kept));
    assert_eq!((machine.names(), machine.writing()), (vec![2, 4], None));
    let open = machine.opening().unwrap();
    let map = [colleague(3, Some(NOON - 5), NOON - 5, None)];
    machine.settle(open, Purpose::Open, &holds(&map));
    assert_eq!(machine.names(), [2, 3, 4]);
    let (id, item) = machine.writing().unwrap();
    assert_eq!(item.worker, worker(2));
    machine.settle(id, Purpose::Write, &Outcome::Done);
    assert_eq!(machine.writing().unwrap().1.worker, worker(4));
}

#[test]
fn without_a_map_all_is_kept_here_and_he_is_told_until_it_is_back() {
    let mut machine = Machine::new(NOON);
    machine.tell(|favourites, now, ledger| favourites.open(now, &worker(1), ledger));
    for failures in 1..=4 {
        let id = machine.opening().unwrap();
        machine.settle(id, Purpose::Open, &refused(503));
        assert_eq!(machine.favourites.stays_here(), failures >= TOLD_AFTER);
        machine.press(1 + u128::from(failures));
        assert_eq!(
            (machine.writing(), &machine.kept),
            (None, machine.favourites.list())
        );
        machine.wake();
    }
    let id = machine.opening().unwrap();
    machine.settle(id, Purpose::Open, &holds(&[]));
    assert!(machine.favourites.stays_here(), "nothing is written yet");
    for _ in 0..4 {
        let (id, _) = machine.writing().unwrap();
        machine.settle(id, Purpose::Write, &Outcome::Done);
    }
    assert!(!machine.favourites.stays_here());
}

#[test]
fn whoever_may_read_but_not_write_is_told_at_once_and_stays_told() {
    let mut machine = Machine::opened(NOON, &[]);
    machine.press(2);
    for _ in 0..3 {
        let (id, _) = machine.writing().unwrap();
        machine.settle(id, Purpose::Write, &refused(403));
        assert!(machine.favourites.stays_here());
        machine.wake();
        let id = machine.opening().unwrap();
        machine.settle(id, Purpose::Open, &holds(&[]));
        assert!(machine.favourites.stays_here());
    }
}

#[test]
fn an_answer_that_never_comes_is_not_waited_for_and_changes_nothing_when_it_does() {
    let mut machine = Machine::opened(NOON, &[]);
    machine.press(2);
    let (late, _) = machine.writing().unwrap();
    machine.wake();
    assert!(machine.favourites.stays_here());
    machine.wake();
    let open = machine.opening().unwrap();
    let before = machine.favourites.clone();
    machine.settle(late, Purpose::Write, &Outcome::Done);
    assert_eq!(machine.favourites, before);
    machine.settle(open, Purpose::Open, &holds(&[]));
    assert_eq!(machine.writing().unwrap().1.worker, worker(2));
}

#[test]
fn whoever_overwrites_news_with_old_ones_is_set_right() {
    let mut machine = Machine::opened(NOON, &[]);
    machine.press(2);
    let (id, item) = machine.writing().unwrap();
    machine.settle(id, Purpose::Write, &Outcome::Done);
    let old = raw(&[colleague(2, None, NOON - 50, Some(NOON - 50))]);
    machine.tell(|favourites, now, ledger| favourites.heard(now, &old, ledger));
    let (_, again) = machine.writing().unwrap();
    assert_eq!(
        (again.favourite, again.called_at),
        (item.favourite, Some(NOON - 50))
    );
}

#[test]
fn what_a_map_holds_besides_is_left_out() {
    let rows = serde_json::json!([{"worker": "WK1"}, {}, {"worker": 7}, {"worker": worker(2), "favourite": -1},
        {"worker": worker(3), "changedAt": 1_u64 << 60}, {"worker": worker(4), "favourite": 5, "changedAt": 5}]);
    let read = List::read(&serde_json::from_value::<Vec<_>>(rows).unwrap());
    assert_eq!(read.favourites(), [worker(4)]);
    assert_eq!(read.rows().len(), 1);
}

#[test]
fn without_a_clock_nothing_is_kept() {
    let mut machine = Machine {
        favourites: Favourites::new(None),
        ..Machine::new(0)
    };
    machine.tell(|favourites, now, ledger| favourites.open(now, &worker(1), ledger));
    machine.press(2);
    assert_eq!((machine.out.len(), machine.kept), (0, List::default()));
}

#[test]
fn whoever_is_no_favourite_and_was_long_not_called_is_forgotten() {
    let mut kept = list(&[
        colleague(2, Some(1), 1, None),
        colleague(3, None, 1, Some(NOON - FORGOTTEN_AFTER)),
        colleague(4, None, 1, Some(NOON - FORGOTTEN_AFTER - 1)),
    ]);
    kept.forget_old(NOON);
    let left: Vec<u128> = kept.rows().iter().map(|row| row.worker.number()).collect();
    assert_eq!(left, [2, 3]);
}

#[test]
fn there_are_fifty_favourites_at_most_and_one_more_changes_nothing() {
    let mut machine = Machine::opened(NOON, &[]);
    (2..60).for_each(|number| machine.press(number));
    assert_eq!(machine.names(), (2..52).collect::<Vec<_>>());
    machine.press(2);
    machine.press(70);
    assert_eq!(machine.names().last(), Some(&70));
}

#[test]
fn a_favourite_moves_by_a_place_and_not_beyond_the_ends() {
    let mut machine = Machine::opened(NOON, &[]);
    // Two machines may have given one place to two.
    let same = raw(&[
        colleague(2, Some(9), 1, None),
        colleague(3, Some(9), 1, None),
        colleague(4, Some(9), 1, None),
    ]);
    machine.tell(|favourites, now, ledger| favourites.heard(now, &same, ledger));
    let mut shift = |number, up| {
        machine.tell(|favourites, now, ledger| favourites.moved(now, &worker(number), up, ledger));
        machine.names()
    };
    assert_eq!(shift(4, true), [2, 4, 3]);
    assert_eq!(shift(4, true), [4, 2, 3]);
    assert_eq!(shift(4, true), [4, 2, 3]);
    assert_eq!(shift(2, false), [4, 3, 2]);
    assert_eq!(shift(2, false), [4, 3, 2]);
    assert_eq!(shift(7, true), [4, 3, 2]);
}
