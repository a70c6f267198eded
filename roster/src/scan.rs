//! Looking for a term in a long text, sixteen bytes at a time.

/// Calls `found` with every place after the first byte of a word where `term` stands in `text`, whose words zeros part.
///
/// Two anchors: a place is looked at closely where both the term's first and its last byte fit, which in words is
/// about one in three hundred.
pub(super) fn each_occurrence(text: &[u8], term: &[u8], mut found: impl FnMut(usize)) {
    let (Some(&first), Some(&last)) = (term.first(), term.last()) else {
        return;
    };
    let apart = term.len() - 1;
    let mut closely = |at: usize| {
        let begins = at > 0 && text.get(at - 1).is_some_and(|&byte| byte != 0);
        if begins && text.get(at..).is_some_and(|rest| rest.starts_with(term)) {
            found(at);
        }
    };
    let ahead = text.get(apart..).unwrap_or_default();
    let (here, rest) = text.as_chunks::<16>();
    let (there, _) = ahead.as_chunks::<16>();
    let whole = here.len().min(there.len());
    for (number, (here, there)) in here.iter().zip(there).enumerate() {
        let mut fits = both(here, there, first, last);
        while fits != 0 {
            closely(number * 16 + fits.trailing_zeros() as usize);
            fits &= fits - 1;
        }
    }
    let _ = rest;
    for at in whole * 16..ahead.len() {
        closely(at);
    }
}

/// The places where `here` is `first` and `there` is `last`, one bit each.
#[cfg(not(target_arch = "wasm32"))]
fn both(here: &[u8; 16], there: &[u8; 16], first: u8, last: u8) -> u32 {
    here.iter()
        .zip(there)
        .enumerate()
        .fold(0, |fits, (at, (&a, &b))| {
            fits | u32::from(a == first && b == last) << at
        })
}

/// The same in one go. Every browser that Flex supports has it (Chrome 91, Firefox 89, Safari 16.4).
#[cfg(target_arch = "wasm32")]
#[target_feature(enable = "simd128")]
fn both(here: &[u8; 16], there: &[u8; 16], first: u8, last: u8) -> u32 {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_and};
    fn load(bytes: &[u8; 16]) -> v128 {
        let (low, high) = (
            u128::from_le_bytes(*bytes) as u64,
            (u128::from_le_bytes(*bytes) >> 64) as u64,
        );
        core::arch::wasm32::u64x2(low, high)
    }
    u32::from(u8x16_bitmask(v128_and(
        u8x16_eq(load(here), u8x16_splat(first)),
        u8x16_eq(load(there), u8x16_splat(last)),
    )))
}
