//! Lists of slots in few bytes: ascending numbers as their gaps, seven bits a byte.

/// Appends a number.
pub(super) fn put(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes [`put`] appends.
pub(super) fn length(number: u32) -> usize {
    (38 - (number | 1).leading_zeros() as usize) / 7
}

/// Reads numbers one after another; beyond the end they are 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// From `at` on.
    pub(super) fn at(bytes: &'a [u8], at: usize) -> Self {
        Self {
            rest: bytes.get(at..).unwrap_or_default(),
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next number.
    #[inline]
    pub(super) fn number(&mut self) -> u32 {
        let Some((&first, rest)) = self.rest.split_first() else {
            return 0;
        };
        self.rest = rest;
        if first < 0x80 {
            return u32::from(first);
        }
        self.longer(first)
    }

    #[inline]
    fn longer(&mut self, first: u8) -> u32 {
        let mut number = u32::from(first & 0x7f);
        let mut shift = 7;
        while let Some((&byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            number |= u32::from(byte & 0x7f).wrapping_shl(shift);
            if byte < 0x80 || shift > 28 {
                break;
            }
            shift += 7;
        }
        number
    }

    /// The next `length` bytes; fewer at the end.
    pub(super) fn bytes(&mut self, length: usize) -> &'a [u8] {
        let (bytes, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        bytes
    }

    /// Passes over a text.
    pub(super) fn skip_text(&mut self) {
        let length = self.number() as usize;
        self.bytes(length);
    }

    /// The next text, as [`put_text`] wrote it.
    pub(super) fn text(&mut self) -> &'a str {
        utf8(self.raw_text())
    }

    /// Its bytes: looking whether they are a text takes longer than finding them.
    pub(super) fn raw_text(&mut self) -> &'a [u8] {
        let length = self.number() as usize;
        self.bytes(length)
    }
}

/// Bytes as text; nothing if they are none.
pub(super) fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Appends a text and its length.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}
