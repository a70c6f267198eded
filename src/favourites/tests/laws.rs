//! Copies merge into the same, in whatever order.

use super::*;
use proptest::prelude::*;

/// Few colleagues and few moments, so that changes meet.
fn colleagues() -> impl Strategy<Value = List> {
    let one = (
        2u128..6,
        proptest::option::of(0u64..4),
        0u64..4,
        proptest::option::of(0u64..4),
    );
    proptest::collection::vec(one, 0..8).prop_map(|rows| {
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(number, f, at, called)| colleague(number, f, at, called))
            .collect();
        list(&rows)
    })
}

fn merged(a: &List, b: &List) -> List {
    let mut both = a.clone();
    both.merge(b);
    both
}

proptest! {
    #[test]
    fn merging_is_commutative_associative_and_idempotent(a in colleagues(), b in colleagues(), c in colleagues()) {
        prop_assert_eq!(merged(&a, &b), merged(&b, &a));
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
        prop_assert_eq!(merged(&a, &a), a.clone());
        prop_assert_eq!(merged(&merged(&a, &b), &b), merged(&a, &b));
    }

    #[test]
    fn a_copy_is_ahead_of_another_exactly_as_long_as_merging_changes_that(a in colleagues(), b in colleagues()) {
        prop_assert_eq!(a.ahead_of(&b).is_none(), merged(&b, &a) == b);
        let mut other = b.clone();
        for _ in 0..10 {
            if let Some(item) = a.ahead_of(&other) {
                other.take(&item);
            }
        }
        prop_assert_eq!(other, merged(&b, &a));
    }

    /// Also where this machine's clock is behind.
    #[test]
    fn what_is_changed_here_outlives_whatever_is_known_here(a in colleagues(), number in 2u128..6, wall in 0u64..6) {
        let who = worker(number);
        let mut pressed = a.clone();
        pressed.toggle(&who, wall);
        prop_assert_ne!(pressed.is_favourite(&who), a.is_favourite(&who));
        let both = merged(&a, &pressed);
        prop_assert_eq!(both.is_favourite(&who), pressed.is_favourite(&who));
        let mut called = a.clone();
        called.called(&who, wall);
        prop_assert_eq!(&merged(&called, &a).recent()[0], &who);
    }

    #[test]
    fn what_is_written_is_read_as_it_was(a in colleagues()) {
        prop_assert_eq!(List::read(&raw(a.rows())), a);
    }
}
