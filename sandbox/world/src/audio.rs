//! Who hears what at this moment: telephony decides it, the voice product's mixer carries it out.
//!
//! One [`LegAudio`] for every leg that is in progress, whether a Device carries it or not. The lists are complete:
//! a leg hears exactly what its own entry says, so hold, mute, coaching and monitoring are all expressed by who is
//! in whose list. Entries of legs that are not (or no longer) connected are harmless; a leg without an entry hears
//! silence and is heard by nobody.

use backline::ids::CallSid;
use backline::time::Millis;

/// Every leg in progress, in any order; each call at most once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AudioGraph {
    /// The legs.
    pub legs: Vec<LegAudio>,
}

/// One leg: where its sound comes from, and what is sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegAudio {
    /// The leg.
    pub call: CallSid,
    /// Where its sound comes from.
    pub speaks: Speaks,
    /// What is sent to it.
    pub hears: Hears,
}

/// Where the sound of a leg comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaks {
    /// A Voice SDK Device, through signalling and media.
    Device,
    /// A synthetic customer, who needs no Device and says one steady tone: his own, so that he can be recognised.
    Tone {
        /// Frequency, Hz, between 300 and 3400 (what a telephone carries).
        hertz: u32,
    },
    /// It is one of the two legs of a call to an application: it says what the other hears.
    WhatIsHeardBy(CallSid),
}

/// What is sent to a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hears {
    /// These legs, mixed; never itself. One who is muted or on hold is left out of everybody's list.
    Legs(Vec<CallSid>),
    /// Twilio's own hold music: on hold, waiting in a queue, or alone in a conference that has no `waitUrl`.
    Music,
    /// What the account's own server chose for one who waits or is on hold.
    Chosen {
        /// Which of the two.
        place: Place,
        /// What sounds.
        sound: Sound,
    },
    /// The tone of a phone that rings at the other end.
    Ringback,
    /// Nothing (RTP flows nevertheless).
    Silence,
}

/// Why somebody hears what the account's server chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// He waits for the conference to start (`waitUrl`).
    Wait,
    /// He is on hold (`HoldUrl`).
    Hold,
}

impl Place {
    /// The name of the webhook that asks for the sound, and of the sound itself: `wait` or `hold`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Hold => "hold",
        }
    }
}

/// What sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sound {
    /// The sound that was answered at a URL, from its beginning at a moment, over and over.
    File {
        /// As the webhook asked for it.
        url: String,
        /// When it began.
        since: Millis,
    },
    /// `<Say>`: not rendered, but audible.
    Speech,
}
