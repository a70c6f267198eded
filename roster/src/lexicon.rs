//! The settled part of the index: every word once, in order, and who has it.

use super::bits::Bits;
use super::bytes::Reader;
use super::grams::Grams;
use super::tally::look;
use super::words::{partition, Words, FIRST};

/// A slot with a word, and whether the word stands elsewhere than in his name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting(pub(super) u32);

impl Posting {
    pub(super) fn new(slot: u32, elsewhere: bool) -> Self {
        Self(slot << 1 | u32::from(elsewhere))
    }

    #[inline]
    pub(super) fn slot(self) -> u32 {
        self.0 >> 1
    }

    #[inline]
    pub(super) fn elsewhere(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Many slots that have a word, or a word with some beginning.
#[derive(Debug, Clone, Default)]
pub(super) struct Dense {
    /// In the name.
    pub(super) name: Bits,
    /// Elsewhere, and perhaps in the name too.
    pub(super) elsewhere: Bits,
}

impl Dense {
    /// Adds one of so many agents.
    pub(super) fn add(&mut self, posting: Posting, agents: usize) {
        let bits = if posting.elsewhere() {
            &mut self.elsewhere
        } else {
            &mut self.name
        };
        bits.reach(agents);
        bits.put(posting.slot(), true);
    }

    /// Adds all of others.
    pub(super) fn add_all(&mut self, other: &Self, agents: usize) {
        for (into, bits) in [
            (&mut self.name, &other.name),
            (&mut self.elsewhere, &other.elsewhere),
        ] {
            if !bits.0.is_empty() {
                into.reach(agents);
            }
            for (into, bits) in into.0.iter_mut().zip(&bits.0) {
                *into |= bits;
            }
        }
    }
}

/// Where a word's postings are: one of these in the upper two bits, its number below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// Its only posting.
    Only(Posting),
    /// Where in the stream they start.
    Stream(u32),
    /// Which of the dense ones.
    Dense(u32),
}

impl Row {
    pub(super) fn pack(self) -> u32 {
        match self {
            Self::Only(posting) => posting.0 & 0x3fff_ffff,
            Self::Stream(at) => at & 0x3fff_ffff | 1 << 30,
            Self::Dense(number) => number & 0x3fff_ffff | 2 << 30,
        }
    }

    #[inline]
    pub(super) fn unpack(packed: u32) -> Self {
        let number = packed & 0x3fff_ffff;
        match packed >> 30 {
            0 => Self::Only(Posting(number)),
            1 => Self::Stream(number),
            _ => Self::Dense(number),
        }
    }
}

/// Words in order, in arrays that never change.
#[derive(Debug, Clone, Default)]
pub(super) struct Lexicon {
    /// The words, one after another.
    pub(super) text: Vec<u8>,
    /// Where each starts, and the end.
    pub(super) starts: Vec<u32>,
    /// The first eight bytes of each.
    pub(super) keys: Vec<u64>,
    /// [`Row`]s.
    pub(super) rows: Vec<u32>,
    /// Postings of words that several have: how many, then the gaps of [`Posting`]s.
    pub(super) stream: Vec<u8>,
    /// Those of words that very many have, and of beginnings that very many words have.
    pub(super) dense: Vec<Dense>,
    /// Ranges of words and their number in `dense`, in order.
    pub(super) beginnings: Vec<[u32; 3]>,
    pub(super) grams: Grams,
}

impl Words for Lexicon {
    #[inline]
    fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    fn key(&self, at: usize) -> u64 {
        look();
        self.keys.get(at).copied().unwrap_or(u64::MAX)
    }

    #[inline]
    fn word(&self, at: usize) -> &[u8] {
        look();
        match self.starts.get(at..at + 2) {
            Some(&[from, to]) => self
                .text
                .get(from as usize..to as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }
}

impl Lexicon {
    /// The first real word; those before it are initials, teams and skills.
    pub(super) fn first(&self) -> usize {
        partition(0, self.len(), |at| {
            self.word(at).first().is_some_and(|&byte| byte < FIRST)
        })
    }

    #[inline]
    pub(super) fn row(&self, at: usize) -> Row {
        Row::unpack(self.rows.get(at).copied().unwrap_or_default())
    }

    /// The postings of a word that is not dense.
    #[inline]
    pub(super) fn postings(&self, row: Row, mut f: impl FnMut(Posting)) {
        match row {
            Row::Only(posting) => {
                look();
                f(posting);
            }
            Row::Stream(at) => {
                let mut stream = Reader::at(&self.stream, at as usize);
                let mut posting = 0u32;
                for _ in 0..stream.number() {
                    if stream.is_at_end() {
                        return;
                    }
                    posting = posting.wrapping_add(stream.number());
                    look();
                    f(Posting(posting));
                }
            }
            Row::Dense(_) => {}
        }
    }

    /// Everybody who has a word of `lo..hi`, if they are known together.
    pub(super) fn together(&self, lo: usize, hi: usize) -> Option<&Dense> {
        let at = self
            .beginnings
            .binary_search_by(|[from, to, _]| (*from as usize, *to as usize).cmp(&(lo, hi)))
            .ok()?;
        self.dense_at(self.beginnings.get(at)?[2])
    }

    pub(super) fn dense_at(&self, number: u32) -> Option<&Dense> {
        self.dense.get(number as usize)
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity()
            + self.starts.capacity() * 4
            + self.keys.capacity() * 8
            + self.rows.capacity() * 4
            + self.stream.capacity()
            + self.beginnings.capacity() * 12
            + self
                .dense
                .iter()
                .map(|dense| dense.name.bytes() + dense.elsewhere.bytes())
                .sum::<usize>()
            + self.grams.bytes()
    }
}
