//! Rows of people, packed: one list of numbers and one text cross to JavaScript far quicker than fifty objects, and do so at
//! every keystroke.
//!
//! Numbers, for each row:
//!
//! | numbers | are |
//! |---|---|
//! | 1 | bits 0 and 1: his presence (0 available, 1 unavailable, 2 unknown); 2 and 3: his group (0 favourites, 1 recent, 2 everybody); 4: a favourite; 5: there is a detail; 6: it is known since when; 7: his calls are known |
//! | 1 | how many calls |
//! | 5 | lengths, in UTF-16 units, of name, detail, activity, since when, and contact address: they follow the worker SID in the text, in this order |
//! | 2 | how many marks of the name, and of the detail |
//! | 2 each | start and end of a mark, UTF-16 units |
//!
//! The shell's side is `plugin-shell/src/core/rows.ts`.

use crate::view::{Group, PersonRow, Presence};

/// Packed rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackedRows {
    /// As above.
    pub numbers: Vec<u32>,
    /// The texts of all rows, one after another.
    pub text: String,
}

impl PackedRows {
    /// These rows.
    #[must_use]
    pub fn of(rows: &[PersonRow]) -> Self {
        let mut packed = Self::default();
        for row in rows {
            packed.row(row);
        }
        packed
    }

    fn row(&mut self, row: &PersonRow) {
        let PersonRow {
            callee,
            name_marks,
            detail,
            detail_marks,
            presence: _,
            activity,
            since,
            calls,
            favourite: _,
            group: _,
        } = row;
        self.text.push_str(callee.worker.as_str());
        self.numbers.push(flags(row));
        self.numbers.push(calls.unwrap_or_default());
        self.put(callee.name.as_str());
        self.put(detail.as_ref().map_or("", |detail| detail.as_str()));
        self.put(activity);
        self.put(since.as_deref().unwrap_or_default());
        self.put(callee.contact_uri.as_str());
        for marks in [name_marks, detail_marks] {
            self.number(marks.len());
        }
        for marks in [name_marks, detail_marks] {
            self.numbers.extend(marks.iter().flatten());
        }
    }

    fn put(&mut self, text: &str) {
        self.number(text.encode_utf16().count());
        self.text.push_str(text);
    }

    fn number<N: TryInto<u32>>(&mut self, number: N) {
        self.numbers.push(number.try_into().unwrap_or(u32::MAX));
    }
}

fn flags(row: &PersonRow) -> u32 {
    let presence = match row.presence {
        Presence::Available => 0,
        Presence::Unavailable => 1,
        Presence::Unknown => 2,
    };
    let group = match row.group {
        Group::Favourites => 0,
        Group::Recent => 1,
        Group::Everybody => 2,
    };
    let bit = |at: u32, set: bool| u32::from(set) << at;
    presence
        | group << 2
        | bit(4, row.favourite)
        | bit(5, row.detail.is_some())
        | bit(6, row.since.is_some())
        | bit(7, row.calls.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Callee;
    use crate::ids::{ContactUri, WorkerSid};

    /// As `rows.ts` reads them.
    fn unpacked(packed: &PackedRows) -> Vec<PersonRow> {
        let units: Vec<u16> = packed.text.encode_utf16().collect();
        let mut numbers = packed.numbers.iter().copied().peekable();
        let mut read = 0;
        let mut rows = Vec::new();
        while numbers.peek().is_some() {
            let mut next = || numbers.next().unwrap();
            let (flags, calls) = (next(), next());
            let has = |at: u32| flags >> at & 1 == 1;
            let mut text = |length: u32| {
                let from = read;
                read += length as usize;
                String::from_utf16(&units[from..read]).unwrap()
            };
            let worker = text(34);
            let [name, detail, activity, since, address] = [(); 5].map(|()| text(next()));
            let (of_name, of_detail) = (next(), next());
            let mut marks = |count| (0..count).map(|_| [next(), next()]).collect();
            rows.push(PersonRow {
                callee: Callee {
                    worker: WorkerSid::parse(&worker).unwrap(),
                    contact_uri: ContactUri::parse(&address).unwrap(),
                    name: name.as_str().into(),
                },
                name_marks: marks(of_name),
                detail: has(5).then(|| detail.as_str().into()),
                detail_marks: marks(of_detail),
                presence: [
                    Presence::Available,
                    Presence::Unavailable,
                    Presence::Unknown,
                ][(flags & 3) as usize],
                activity,
                since: has(6).then_some(since),
                calls: has(7).then_some(calls),
                favourite: has(4),
                group: [Group::Favourites, Group::Recent, Group::Everybody]
                    [(flags >> 2 & 3) as usize],
            });
        }
        assert_eq!(read, units.len());
        rows
    }

    #[test]
    fn packed_rows_say_what_the_rows_say() {
        let plain = PersonRow {
            callee: Callee {
                worker: WorkerSid::from_number(u128::MAX - 7),
                contact_uri: ContactUri::parse("client:zoe_40example").unwrap(),
                name: "Zoë 😀 Nguyễn".into(),
            },
            name_marks: vec![[0, 3], [7, 9]],
            detail: Some("zoe@example.com".into()),
            detail_marks: vec![[0, 3]],
            presence: Presence::Unknown,
            activity: "Mittagspause – kurz".to_owned(),
            since: Some("2026-11-21T12:00:00.000Z".to_owned()),
            calls: Some(2),
            favourite: true,
            group: Group::Recent,
        };
        let bare = PersonRow {
            detail: None,
            name_marks: Vec::new(),
            detail_marks: Vec::new(),
            since: None,
            calls: None,
            favourite: false,
            presence: Presence::Available,
            group: Group::Favourites,
            ..plain.clone()
        };
        let other = PersonRow {
            detail: Some("".into()),
            calls: Some(0),
            presence: Presence::Unavailable,
            group: Group::Everybody,
            ..bare.clone()
        };
        let rows = [plain, bare, other];
        assert_eq!(unpacked(&PackedRows::of(&rows)), rows);
        assert_eq!(PackedRows::of(&[]), PackedRows::default());
    }
}
