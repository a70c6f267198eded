//! A snapshot gives back the index, and nothing else ever gives one.

use super::equal::{put, query, Both};
use super::generator::{self, Random};
use crate::index::Index;
use crate::{SnapshotError, ROWS};
use proptest::prelude::*;

fn both() -> (Both, Vec<generator::Agent>) {
    let agents = generator::directory(1_200, 3);
    let mut both = Both::new(Some(agents[1].key));
    agents.iter().for_each(|agent| both.put(agent));
    both.set_favourite(agents[5].key, true);
    both.called(agents[9].key);
    (both, agents)
}

#[test]
fn a_restored_index_finds_and_changes_as_the_one_it_was_made_of() {
    let (mut both, agents) = both();
    let bytes = both.index.snapshot();
    both.index = Index::restore(&bytes, both.oracle.me).unwrap();
    assert_eq!(both.index.snapshot(), bytes);
    let mut random = Random(17);
    for _ in 0..60 {
        let agent = &agents[random.below(agents.len())];
        both.check(&query(&mut random, agent), &[], ROWS);
        both.remove(agent.key);
        both.set_status(agents[random.below(agents.len())].key, 2);
    }
    both.check("", &[], ROWS);
}

#[test]
fn a_snapshot_of_nobody_is_one() {
    let bytes = Index::new(None, Vec::new()).snapshot();
    let mut index = Index::restore(&bytes, None).unwrap();
    assert_eq!(index.search("a", &[], ROWS).total, 0);
    put(&mut index, &generator::directory(1, 1)[0]);
    assert_eq!(index.count(), 1);
}

#[test]
fn another_version_and_other_bytes_are_refused() {
    let bytes = both().0.index.snapshot();
    let refused = |bytes: &[u8]| Index::restore(bytes, None).map(|_| ()).unwrap_err();
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert_eq!(refused(&newer), SnapshotError::OtherVersion(9));
    assert_eq!(refused(b""), SnapshotError::NotASnapshot);
    assert_eq!(refused(b"BLROSTER"), SnapshotError::Damaged);
    assert_eq!(refused(&bytes[..bytes.len() - 1]), SnapshotError::Damaged);
    let mut random = Random(23);
    for _ in 0..200 {
        let mut damaged = bytes.clone();
        let at = 12 + random.below(bytes.len() - 12);
        damaged[at] ^= 1 << random.below(8);
        assert_eq!(refused(&damaged), SnapshotError::Damaged, "at {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Somebody may write a checksum that fits.
    #[test]
    fn no_bytes_make_it_panic(changes in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..20), cut in any::<u32>()) {
        let agents = generator::directory(60, 3);
        let mut small = Both::new(None);
        agents.iter().for_each(|agent| small.put(agent));
        let mut bytes = small.index.snapshot();
        let length = bytes.len() - 20;
        for (at, byte) in changes {
            bytes[20 + at as usize % length] = byte;
        }
        if cut % 4 == 0 {
            bytes.truncate(20 + cut as usize % length);
        }
        crate::snapshot::seal(&mut bytes);
        if let Ok(mut index) = Index::restore(&bytes, None) {
            for text in ["", "a", "mar", "garc", "graci", "smith j", "team:sales x", "5", "王"] {
                let found = index.search(text, &[], ROWS);
                for hit in &found.hits {
                    let (_, record, _) = index.at(hit.slot);
                    drop((record.name(), record.address()));
                }
            }
            put(&mut index, &agents[0]);
            index.remove(agents[1].key);
            index.settle_all();
        }
    }
}
