//! Two machines of one agent and the map between them: whatever is late, doubled, out of order, refused or lost, they
//! end up alike, and no change that nobody made void is missing.

use super::*;
use proptest::prelude::*;
use proptest::sample::Index;

#[derive(Debug, Clone)]
enum Step {
    Press(usize, u128),
    Call(usize, u128),
    Move(usize, u128, bool),
    /// The next request is carried out; whether its answer arrives.
    Serve(usize, bool),
    /// It is refused.
    Refuse(usize),
    /// A machine hears of a change; maybe not of the oldest, and maybe again.
    Hear(usize, Index, bool),
    /// The time that it waits for is here.
    Wake(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (machine, who) = (0usize..2, 2u128..6);
    let step = prop_oneof![
        3 => (machine.clone(), who.clone()).prop_map(|(m, w)| Step::Press(m, w)),
        1 => (machine.clone(), who.clone()).prop_map(|(m, w)| Step::Call(m, w)),
        1 => (machine.clone(), who, any::<bool>()).prop_map(|(m, w, up)| Step::Move(m, w, up)),
        4 => (machine.clone(), any::<bool>()).prop_map(|(m, arrives)| Step::Serve(m, arrives)),
        1 => machine.clone().prop_map(Step::Refuse),
        3 => (machine.clone(), any::<Index>(), any::<bool>()).prop_map(|(m, at, again)| Step::Hear(m, at, again)),
        1 => machine.prop_map(Step::Wake),
    ];
    proptest::collection::vec(step, 0..60)
}

struct World {
    machines: [Machine; 2],
    map: List,
    /// What each machine has not heard of yet.
    news: [Vec<Colleague>; 2],
}

impl World {
    fn new(ahead: u64) -> Self {
        let mut machines = [Machine::new(NOON), Machine::new(NOON + ahead)];
        for machine in &mut machines {
            machine.tell(|favourites, now, ledger| favourites.open(now, &worker(1), ledger));
            // What is kept on this computer is read by nobody here.
            let restores = |effect: &Effect| matches!(effect, Effect::RestoreFavourites { .. });
            machine.out.retain(|effect| !restores(effect));
        }
        Self {
            machines,
            map: List::default(),
            news: Default::default(),
        }
    }

    fn serve(&mut self, at: usize, arrives: bool) -> bool {
        let machine = &mut self.machines[at];
        if let Some(id) = machine.opening() {
            if arrives {
                machine.settle(id, Purpose::Open, &holds(self.map.rows()));
            }
        } else if let Some((id, item)) = machine.writing() {
            self.map.take(&item);
            self.news[1 - at].push(self.map.of(&item.worker));
            if arrives {
                machine.settle(id, Purpose::Write, &Outcome::Done);
            }
        } else {
            return false;
        }
        true
    }

    fn hear(&mut self, at: usize, which: usize, again: bool) {
        let change = self.news[at][which].clone();
        if !again {
            self.news[at].remove(which);
        }
        let rows = raw(&[change]);
        self.machines[at].tell(|favourites, now, ledger| favourites.heard(now, &rows, ledger));
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Press(at, who) => self.machines[at].press(who),
            Step::Call(at, who) => {
                self.machines[at].tell(|f, now, ledger| f.called(now, &worker(who), ledger))
            }
            Step::Move(at, who, up) => {
                self.machines[at].tell(|f, now, ledger| f.moved(now, &worker(who), up, ledger))
            }
            Step::Serve(at, arrives) => drop(self.serve(at, arrives)),
            Step::Refuse(at) => {
                let machine = &mut self.machines[at];
                if let Some(id) = machine.opening() {
                    machine.settle(id, Purpose::Open, &refused(503));
                } else if let Some((id, _)) = machine.writing() {
                    machine.settle(id, Purpose::Write, &refused(503));
                }
            }
            Step::Hear(at, which, again) => {
                if !self.news[at].is_empty() {
                    let which = which.index(self.news[at].len());
                    self.hear(at, which, again);
                }
            }
            Step::Wake(at) => {
                if self.machines[at].favourites.next_deadline().is_some() {
                    self.machines[at].wake();
                }
            }
        }
    }

    /// Nothing is lost any more.
    fn rest(&mut self) {
        for _ in 0..400 {
            let mut quiet = true;
            for at in 0..2 {
                while !self.news[at].is_empty() {
                    self.hear(at, 0, false);
                }
                quiet &= !self.serve(at, true);
                if self.machines[at].out.is_empty()
                    && self.machines[at].favourites.next_deadline().is_some()
                {
                    self.machines[at].wake();
                    quiet = false;
                }
            }
            if quiet {
                return;
            }
        }
        panic!("it never ends");
    }
}

proptest! {
    #[test]
    fn two_machines_become_alike(steps in steps(), ahead in 0u64..50) {
        let mut world = World::new(ahead);
        for step in steps {
            world.step(step);
            for machine in &world.machines {
                prop_assert_eq!(&machine.kept, machine.favourites.list(), "kept before it is written");
            }
        }
        world.rest();
        let [a, b] = &world.machines;
        prop_assert_eq!(a.favourites.list(), b.favourites.list());
        prop_assert_eq!(a.favourites.list(), &world.map);
        prop_assert!(!a.favourites.stays_here() && !b.favourites.stays_here());
    }
}

#[test]
fn a_star_set_on_one_machine_and_a_call_placed_on_the_other_both_stay() {
    let mut world = World::new(3);
    world.step(Step::Press(0, 2));
    world.step(Step::Call(1, 2));
    world.rest();
    for machine in &world.machines {
        assert_eq!(
            (machine.names(), machine.favourites.list().recent()),
            (vec![2], vec![worker(2)])
        );
    }
}

#[test]
fn of_two_who_decide_apart_the_later_one_stays() {
    let mut world = World::new(0);
    world.step(Step::Press(0, 2));
    world.rest();
    assert_eq!(world.machines[1].names(), [2]);
    world.machines[1].now = Millis(900);
    world.step(Step::Press(1, 2));
    world.machines[0].now = Millis(500);
    world.step(Step::Press(0, 2));
    world.step(Step::Press(0, 2));
    world.rest();
    assert!(world
        .machines
        .iter()
        .all(|machine| machine.names().is_empty()));
}
