//! A packed page says what the rows say.

use super::{person, roster};
use crate::view::{PersonRow, Presence};

fn unpacked(numbers: &[u32], text: &str) -> (usize, Vec<PersonRow>) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut numbers = numbers.iter().copied();
    let mut next = || numbers.next().unwrap();
    let mut at = 0;
    let (total, rows) = (next(), next());
    let rows = (0..rows).map(|_| {
        let key = (0..4).fold(0, |key, _| key << 32 | u128::from(next()));
        let reachable = next() == 1;
        let texts: Vec<String> = (0..4)
            .map(|_| {
                let from = at;
                at += next() as usize;
                String::from_utf16(&units[from..at]).unwrap()
            })
            .collect();
        let (name, detail) = (next(), next());
        let mut marks = |count| (0..count).map(|_| [next(), next()]).collect::<Vec<_>>();
        let (name_marks, detail_marks) = (marks(name), marks(detail));
        let mut known = roster().row(&person(key, "", "x", 1).worker).unwrap();
        known.callee.name = texts[0].as_str().into();
        known.callee.contact_uri = crate::ids::ContactUri::parse(&texts[3]).unwrap();
        known.activity.clone_from(&texts[2]);
        let presence = if reachable {
            Presence::Available
        } else {
            Presence::Unavailable
        };
        let detail = (!texts[1].is_empty()).then(|| texts[1].as_str().into());
        PersonRow {
            name_marks,
            detail,
            detail_marks,
            presence,
            ..known
        }
    });
    (total as usize, rows.collect())
}

#[test]
fn a_packed_page_says_what_the_rows_say() {
    let roster = roster();
    for query in ["", "jo", "nguyễn", "alv", "example", "jalba", "nobody"] {
        let page = roster.page(query, &[]);
        let (rows, total) = roster.search(query);
        assert_eq!(
            unpacked(&page.numbers, &page.text),
            (total, rows),
            "{query}"
        );
    }
}
