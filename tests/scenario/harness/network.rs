//! The way between the parts: how long a message takes, and what goes wrong with it.

use backline::time::Millis;

/// Numbers that are the same for the same seed (xorshift64*, Vigna 2016).
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        // Neighbouring seeds must not start alike, and zero would stay zero.
        let mut rng = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            rng.next();
        }
        rng
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// One of `0..count`.
    pub fn below(&mut self, count: u64) -> u64 {
        self.next() % count.max(1)
    }

    pub fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        let index = self.below(choices.len() as u64);
        choices[usize::try_from(index).unwrap()].clone()
    }
}

/// What goes wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It never arrives; its sender gives up after a while.
    Lose,
    /// It arrives twice.
    Double,
    /// It takes this much longer.
    Delay(Millis),
    /// It is answered with this status, and nothing is done.
    Fail(u16),
}

/// A fault of the messages whose hop begins with `hop`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub hop: &'static str,
    /// So many are spared first.
    pub spare: u64,
    /// So many are met.
    pub meet: u64,
    pub fault: Fault,
}

/// How long messages take.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    /// At least, milliseconds.
    pub least: u64,
    /// Up to this much more, milliseconds.
    pub spread: u64,
    /// One of so many is a straggler, 0 for none …
    pub straggler_of: u64,
    /// … which takes up to this much more, milliseconds.
    pub straggle: u64,
}

/// The way between the parts.
#[derive(Debug, Clone)]
pub struct Network {
    pub rng: Rng,
    pub latency: Latency,
    pub rules: Vec<Rule>,
    /// Hops that were met by a fault.
    pub met: Vec<(String, Fault)>,
}

impl Network {
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed),
            latency: Latency {
                least: 20,
                spread: 60,
                straggler_of: 0,
                straggle: 0,
            },
            rules: Vec::new(),
            met: Vec::new(),
        }
    }

    pub fn latency(&mut self, hop: &str) -> Millis {
        let Latency {
            least,
            spread,
            straggler_of,
            straggle,
        } = self.latency;
        let mut span = least + self.rng.below(spread + 1);
        // A function's time is short: REST that takes seconds is a fault of its own (`Lose`).
        let is_rest = hop.starts_with("rest:") || hop.starts_with("answer:");
        if is_rest {
            return Millis(span.min(200));
        }
        if straggler_of > 0 && self.rng.below(straggler_of) == 0 {
            span += self.rng.below(straggle + 1);
        }
        Millis(span)
    }

    /// What goes wrong with the next message of this hop.
    pub fn fault(&mut self, hop: &str) -> Option<Fault> {
        let mut fault = None;
        for rule in &mut self.rules {
            if !hop.starts_with(rule.hop) || rule.meet == 0 {
                continue;
            }
            if rule.spare > 0 {
                rule.spare -= 1;
            } else if fault.is_none() {
                rule.meet -= 1;
                fault = Some(rule.fault);
            }
        }
        if let Some(fault) = fault {
            self.met.push((hop.to_owned(), fault));
        }
        fault
    }
}
