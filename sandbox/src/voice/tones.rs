//! Sounds that the sandbox makes itself, as functions of time: no state, so that any frame can be made alone.

/// Samples a second: what µ-law carries.
pub const SAMPLE_RATE: u64 = 8000;

/// Samples in a frame of 20 ms, the packet time of the Voice SDK.
pub const FRAME_SAMPLES: usize = 160;

/// Milliseconds in a frame.
pub const FRAME_MS: u64 = 20;

/// 20 ms of sound.
pub type Frame = [i16; FRAME_SAMPLES];

/// No sound.
pub const SILENCE: Frame = [0; FRAME_SAMPLES];

/// Amplitude of one tone: three of them still mix without clipping.
const AMPLITUDE: f64 = 8000.0;

/// Notes of the hold music, Hz (C5, E5, G5, C6): a moving pattern, where a customer is one steady tone.
const MUSIC: [u64; 4] = [523, 659, 784, 1047];

/// How long a note of the hold music lasts, frames (240 ms).
const NOTE_FRAMES: u64 = 12;

/// Ringback as heard in the United States, Hz: 440 and 480, two seconds on and four off (ITU-T E.180 supplement 2).
const RINGBACK: [u64; 2] = [440, 480];
const RINGBACK_ON_FRAMES: u64 = 100;
const RINGBACK_PERIOD_FRAMES: u64 = 300;

/// One steady tone: what a synthetic customer says.
#[must_use]
pub fn tone(hertz: u32, frame: u64) -> Frame {
    sine(u64::from(hertz), frame, AMPLITUDE)
}

/// Hold music.
#[must_use]
pub fn music(frame: u64) -> Frame {
    let notes = u64::try_from(MUSIC.len()).unwrap_or(1);
    let note = usize::try_from((frame / NOTE_FRAMES) % notes).unwrap_or(0);
    sine(
        MUSIC.get(note).copied().unwrap_or_default(),
        frame,
        AMPLITUDE,
    )
}

/// The tone of a phone that rings at the other end.
#[must_use]
pub fn ringback(frame: u64) -> Frame {
    if frame % RINGBACK_PERIOD_FRAMES >= RINGBACK_ON_FRAMES {
        return SILENCE;
    }
    let mut sum = SILENCE;
    for hertz in RINGBACK {
        for (sample, part) in sum.iter_mut().zip(sine(hertz, frame, AMPLITUDE / 2.0)) {
            *sample = sample.saturating_add(part);
        }
    }
    sum
}

fn sine(hertz: u64, frame: u64, amplitude: f64) -> Frame {
    // The phase within a second is exact in integers, so a tone does not drift however long a call lasts.
    let first = (frame % (SAMPLE_RATE / FRAME_SAMPLES as u64)) * FRAME_SAMPLES as u64;
    let mut out = SILENCE;
    for (sample, index) in out.iter_mut().zip(first..) {
        let phase = (hertz * index) % SAMPLE_RATE;
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
        let value = (phase as f64 / SAMPLE_RATE as f64 * std::f64::consts::TAU).sin() * amplitude;
        *sample = value as i16;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Power of one frequency in a second of sound (Goertzel).
    fn power(hertz: f64, sound: impl Fn(u64) -> Frame) -> f64 {
        let w = std::f64::consts::TAU * hertz / SAMPLE_RATE as f64;
        let (mut a, mut b) = (0.0, 0.0);
        for frame in 0..50 {
            for sample in sound(frame) {
                let c = f64::from(sample) + 2.0 * w.cos() * a - b;
                b = a;
                a = c;
            }
        }
        (a * a + b * b - 2.0 * w.cos() * a * b).sqrt() / 4000.0
    }

    #[test]
    fn a_tone_is_its_own_frequency_and_nothing_else_without_a_click_between_frames() {
        let amplitude = power(440.0, |frame| tone(440, frame));
        assert!((amplitude - 8000.0).abs() < 20.0, "{amplitude}");
        assert!(power(523.0, |frame| tone(440, frame)) < 20.0);
    }

    #[test]
    fn hold_music_moves_through_its_notes() {
        for hertz in MUSIC {
            assert!(power(hertz as f64, music) > 1000.0, "{hertz}");
        }
        assert_ne!(music(0), music(NOTE_FRAMES));
    }

    #[test]
    fn ringback_pauses_between_rings() {
        assert!(power(440.0, ringback) > 3000.0 && power(480.0, ringback) > 3000.0);
        assert_eq!(ringback(RINGBACK_ON_FRAMES), SILENCE);
        assert_ne!(ringback(RINGBACK_PERIOD_FRAMES + 1), SILENCE);
    }
}
