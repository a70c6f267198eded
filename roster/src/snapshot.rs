//! The whole index as bytes, so that the next start need not build it: written where it is kept, read in milliseconds.
//!
//! | bytes | are |
//! |---|---|
//! | 8 | `BLROSTER` |
//! | 4 | version of the format |
//! | 8 | checksum of all that follows |
//! | | sections: each its length, then its bytes; numbers little-endian |
//!
//! Statuses are those at the time of writing. Bytes that are no snapshot of this version are refused; whatever is read
//! is searched without a panic, as every access is checked.

use super::bits::Bits;
use super::index::Index;
use super::lexicon::{Dense, Lexicon};
use super::people::{People, Status};
use super::record::Names;
use thiserror::Error;

const MAGIC: &[u8; 8] = b"BLROSTER";
/// Changes with the format, and with everything that words are made by: folding, tokens, ways.
const VERSION: u32 = 2;
const HEADER: usize = 20;

/// Why bytes are not an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SnapshotError {
    /// They do not begin as a snapshot does.
    #[error("not a snapshot of a roster")]
    NotASnapshot,
    /// Another version of this program wrote it: build anew.
    #[error("a snapshot of version {0}")]
    OtherVersion(u32),
    /// Something is missing or was changed: build anew.
    #[error("a damaged snapshot")]
    Damaged,
}

impl Index {
    /// The index as bytes. Settles it first.
    pub fn snapshot(&mut self) -> Vec<u8> {
        self.settle_all();
        let mut writer = Writer(Vec::with_capacity(self.bytes()));
        writer.0.extend_from_slice(MAGIC);
        writer.0.extend_from_slice(&VERSION.to_le_bytes());
        writer.0.extend_from_slice(&[0; 8]);
        self.people.write_to(&mut writer);
        self.lexicon.write_to(&mut writer);
        writer.numbers(&self.dear.favourites, |key| key.to_le_bytes());
        writer.numbers(&self.dear.recent, |key| key.to_le_bytes());
        let mut bytes = writer.0;
        seal(&mut bytes);
        bytes
    }

    /// An index out of bytes; `me` is never listed.
    ///
    /// # Errors
    /// [`SnapshotError`] if they are no whole snapshot of this version.
    pub fn restore(bytes: &[u8], me: Option<u128>) -> Result<Self, SnapshotError> {
        let (magic, rest) = bytes
            .split_first_chunk::<8>()
            .ok_or(SnapshotError::NotASnapshot)?;
        if magic != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        let (version, rest) = rest
            .split_first_chunk::<4>()
            .ok_or(SnapshotError::Damaged)?;
        match u32::from_le_bytes(*version) {
            VERSION => {}
            other => return Err(SnapshotError::OtherVersion(other)),
        }
        let (sum, rest) = rest
            .split_first_chunk::<8>()
            .ok_or(SnapshotError::Damaged)?;
        if u64::from_le_bytes(*sum) != checksum(rest) {
            return Err(SnapshotError::Damaged);
        }
        let mut reader = Sections(rest);
        let people = People::read_from(&mut reader, me)?;
        let lexicon = Lexicon::read_from(&mut reader)?;
        let mut index = Self::settled(people, lexicon);
        index.dear.favourites = reader.numbers(u128::from_le_bytes)?;
        index.dear.recent = reader.numbers(u128::from_le_bytes)?;
        index.dear.find(&index.people);
        Ok(index)
    }
}

/// Writes the checksum into its place.
pub(super) fn seal(bytes: &mut [u8]) {
    let sum = checksum(bytes.get(HEADER..).unwrap_or_default());
    if let Some(place) = bytes.get_mut(12..HEADER) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
}

/// Eight bytes at a time, in four lanes: about as fast as they are read.
fn checksum(bytes: &[u8]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut lanes = [1, 2, 3, 4u64];
    let (blocks, rest) = bytes.as_chunks::<32>();
    for block in blocks {
        let (eights, _) = block.as_chunks::<8>();
        for (lane, eight) in lanes.iter_mut().zip(eights) {
            *lane = (*lane ^ u64::from_le_bytes(*eight))
                .wrapping_mul(ODD)
                .rotate_left(31);
        }
    }
    let sum = rest.iter().fold(bytes.len() as u64, |sum, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(ODD)
    });
    lanes.iter().fold(sum, |sum, lane| {
        (sum.rotate_left(17) ^ lane).wrapping_mul(ODD)
    })
}

/// Writes sections.
struct Writer(Vec<u8>);

impl Writer {
    fn section(&mut self, bytes: &[u8]) {
        self.0
            .extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn numbers<T: Copy, const N: usize>(&mut self, numbers: &[T], bytes: impl Fn(T) -> [u8; N]) {
        self.0
            .extend_from_slice(&((numbers.len() * N) as u32).to_le_bytes());
        self.0
            .extend(numbers.iter().flat_map(|&number| bytes(number)));
    }

    fn texts<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a str>) {
        self.0
            .extend_from_slice(&(texts.len() as u32).to_le_bytes());
        texts.for_each(|text| self.section(text.as_bytes()));
    }

    fn bits(&mut self, bits: &Bits) {
        self.numbers(&bits.0, u64::to_le_bytes);
    }
}

/// Reads sections.
struct Sections<'a>(&'a [u8]);

impl<'a> Sections<'a> {
    fn count(&mut self) -> Result<usize, SnapshotError> {
        let (count, rest) = self
            .0
            .split_first_chunk::<4>()
            .ok_or(SnapshotError::Damaged)?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*count) as usize)
    }

    fn section(&mut self) -> Result<&'a [u8], SnapshotError> {
        let length = self.count()?;
        let (section, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(SnapshotError::Damaged)?;
        self.0 = rest;
        Ok(section)
    }

    fn numbers<T, const N: usize>(
        &mut self,
        number: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<T>, SnapshotError> {
        match self.section()?.as_chunks::<N>() {
            (numbers, []) => Ok(numbers.iter().map(|&bytes| number(bytes)).collect()),
            _ => Err(SnapshotError::Damaged),
        }
    }

    fn texts(&mut self) -> Result<Vec<Box<str>>, SnapshotError> {
        let count = self.count()?;
        let text = |_| {
            let text = std::str::from_utf8(self.section()?);
            text.map(Box::from).map_err(|_| SnapshotError::Damaged)
        };
        (0..count).map(text).collect()
    }

    fn bits(&mut self) -> Result<Bits, SnapshotError> {
        self.numbers(u64::from_le_bytes).map(Bits)
    }
}

impl People {
    fn write_to(&self, writer: &mut Writer) {
        let common = &self.common;
        for names in [&common.teams, &common.skills, &common.domains] {
            writer.texts(names.list.iter().map(|name| &**name));
        }
        writer.texts(self.statuses.iter().map(|status| status.name.as_str()));
        let meanings = self.statuses.iter();
        let meanings =
            meanings.map(|status| u8::from(status.reachable) | u8::from(status.hidden) << 1);
        writer.section(&meanings.collect::<Vec<u8>>());
        writer
            .0
            .extend_from_slice(&(self.pages.len() as u32).to_le_bytes());
        self.pages.iter().for_each(|page| writer.section(page));
        writer.numbers(&self.at, u32::to_le_bytes);
        writer.numbers(&self.keys, u128::to_le_bytes);
        writer.numbers(&self.status, u16::to_le_bytes);
    }

    fn read_from(reader: &mut Sections, me: Option<u128>) -> Result<Self, SnapshotError> {
        let [teams, skills, domains] = [reader.texts()?, reader.texts()?, reader.texts()?];
        let names = reader.texts()?;
        let meanings = reader.section()?;
        let statuses = names
            .into_iter()
            .zip(meanings)
            .map(|(name, meaning)| Status {
                name: name.into(),
                reachable: meaning & 1 == 1,
                hidden: meaning & 2 == 2,
            });
        let mut people = Self::new(me, statuses.collect());
        people.common.teams = Names::of(teams);
        people.common.skills = Names::of(skills);
        people.common.domains = Names::of(domains);
        for _ in 0..reader.count()? {
            people.pages.push(reader.section()?.to_vec());
        }
        people.at = reader.numbers(u32::from_le_bytes)?;
        people.keys = reader.numbers(u128::from_le_bytes)?;
        people.status = reader.numbers(u16::from_le_bytes)?;
        if people.at.len() != people.slots() || people.status.len() != people.slots() {
            return Err(SnapshotError::Damaged);
        }
        people.count = people.slots();
        people.mark_all();
        Ok(people)
    }
}

impl Lexicon {
    fn write_to(&self, writer: &mut Writer) {
        writer.section(&self.text);
        writer.numbers(&self.starts, u32::to_le_bytes);
        writer.numbers(&self.keys, u64::to_le_bytes);
        writer.numbers(&self.rows, u32::to_le_bytes);
        writer.section(&self.stream);
        writer
            .0
            .extend_from_slice(&(self.dense.len() as u32).to_le_bytes());
        for dense in &self.dense {
            writer.bits(&dense.name);
            writer.bits(&dense.elsewhere);
        }
        let beginnings: Vec<u32> = self.beginnings.iter().flatten().copied().collect();
        writer.numbers(&beginnings, u32::to_le_bytes);
        writer.numbers(&self.grams.starts, u32::to_le_bytes);
        writer.section(&self.grams.lists);
    }

    fn read_from(reader: &mut Sections) -> Result<Self, SnapshotError> {
        let mut lexicon = Self {
            text: reader.section()?.to_vec(),
            starts: reader.numbers(u32::from_le_bytes)?,
            keys: reader.numbers(u64::from_le_bytes)?,
            rows: reader.numbers(u32::from_le_bytes)?,
            stream: reader.section()?.to_vec(),
            ..Self::default()
        };
        for _ in 0..reader.count()? {
            let (name, elsewhere) = (reader.bits()?, reader.bits()?);
            lexicon.dense.push(Dense { name, elsewhere });
        }
        let beginnings = reader.numbers(u32::from_le_bytes)?;
        lexicon.beginnings = beginnings.as_chunks::<3>().0.to_vec();
        lexicon.grams.starts = reader.numbers(u32::from_le_bytes)?;
        lexicon.grams.lists = reader.section()?.to_vec();
        let words = lexicon.keys.len();
        let whole =
            lexicon.rows.len() == words && (words == 0 || lexicon.starts.len() == words + 1);
        whole.then_some(lexicon).ok_or(SnapshotError::Damaged)
    }
}
