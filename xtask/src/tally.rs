//! Counting what each suite's runner says about its tests.

use std::ops::AddAssign;

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Passed.
    pub passed: u32,
    /// Failed, did not run, or passed only at a second attempt.
    pub failed: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Tally {
    /// One check that passed or failed.
    pub fn one(passed: bool) -> Self {
        Self {
            passed: u32::from(passed),
            failed: u32::from(!passed),
        }
    }

    /// Reads the summaries of cargo test, nextest, wasm-bindgen-test, vitest and Playwright. A runner that fails
    /// without a failed test, or that ran none at all, counts as one failure.
    pub fn of(output: &str, success: bool) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            tally += line_of(&without_colour(line));
        }
        if tally.failed == 0 && (!success || tally.passed == 0) {
            tally.failed = 1;
        }
        tally
    }
}

fn line_of(line: &str) -> Tally {
    let words: Vec<&str> = line
        .split(|letter: char| letter.is_whitespace() || ";,.|()".contains(letter))
        .filter(|word| !word.is_empty())
        .collect();
    let summary = match words.as_slice() {
        // cargo test, wasm-bindgen-test; indented it is what nextest shows of a failed test, which its own summary counts.
        ["test", "result:", ..] => line.starts_with("test"),
        // nextest; vitest.
        ["Summary", ..] | ["Tests", ..] => true,
        // Playwright: `  3 passed (1.2m)`, `  1 did not run`.
        [number, "passed" | "failed" | "flaky" | "interrupted" | "did", ..] => {
            line.starts_with("  ") && number.parse::<u32>().is_ok()
        }
        _ => false,
    };
    let mut tally = Tally::default();
    if !summary {
        return tally;
    }
    for pair in words.windows(2) {
        let [number, word] = pair else { continue };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        match *word {
            "passed" => tally.passed += number,
            "failed" | "flaky" | "interrupted" | "did" => tally.failed += number,
            _ => {}
        }
    }
    tally
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u32, failed: u32) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn cargo_tests_summaries_add_up() {
        let output = "test a ... ok\ntest result: ok. 11 passed; 0 failed; 2 ignored; 0 measured\n\
                      test result: FAILED. 3 passed; 1 failed; 0 ignored\n";
        assert_eq!(Tally::of(output, false), tally(14, 1));
    }

    #[test]
    fn nextests_summary_is_read() {
        let output =
            "     Summary [   0.512s] 12 tests run: 10 passed (1 slow), 2 failed, 3 skipped\n";
        assert_eq!(Tally::of(output, false), tally(10, 2));
        let shown = "    test result: FAILED. 0 passed; 1 failed; 0 ignored\n";
        assert_eq!(
            Tally::of(&format!("{shown}{output}"), false),
            tally(10, 2),
            "a failed test counts once"
        );
    }

    #[test]
    fn vitests_tests_are_counted_and_not_its_files() {
        let output = " Test Files  1 failed | 2 passed (3)\n\u{1b}[2m      Tests \u{1b}[22m 1 failed | 5 passed (6)\n";
        assert_eq!(Tally::of(output, false), tally(5, 1));
    }

    #[test]
    fn what_playwright_did_not_run_counts_as_failed() {
        let output = "  ✓  1 a.spec.ts:3:1 › 2 passed it on (1s)\n  1 failed\n    a.spec.ts\n  2 did not run\n  7 passed (1.2m)\n";
        assert_eq!(Tally::of(output, false), tally(7, 3));
    }

    #[test]
    fn a_runner_that_fails_silently_or_runs_nothing_is_a_failure() {
        assert_eq!(Tally::of("could not compile", false), tally(0, 1));
        assert_eq!(Tally::of("", true), tally(0, 1));
        assert_eq!(
            Tally::of("test result: ok. 4 passed; 0 failed", false),
            tally(4, 1)
        );
    }
}
