//! How much a search looks at: words compared, and people taken out of lists. Counted in tests only.

#[cfg(test)]
thread_local! {
    static LOOKS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// A word, a posting, or 64 people at once, is looked at.
#[inline(always)]
pub(super) fn look() {
    looks(1);
}

/// So many are.
#[inline(always)]
pub(super) fn looks(many: usize) {
    #[cfg(test)]
    LOOKS.with(|looks| looks.set(looks.get() + many as u64));
    #[cfg(not(test))]
    let _ = many;
}

/// How many looks `work` takes.
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn of(work: impl FnOnce()) -> u64 {
    let before = LOOKS.with(std::cell::Cell::get);
    work();
    LOOKS.with(std::cell::Cell::get) - before
}
