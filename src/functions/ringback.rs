//! What the caller hears until the callee comes: North America's ringback tone, 440 and 480 Hz together, 2 s on and 4 s off
//! (ITU-T E.180, supplement 2), as a WAV file that Twilio repeats
//! (<https://www.twilio.com/docs/voice/twiml/conference#attributes-waiturl>).

/// Telephone quality, samples a second.
const RATE: u32 = 8000;
/// One period of the cadence, seconds.
const ON_S: u32 = 2;
const OFF_S: u32 = 4;
/// Hertz.
const TONES: [f64; 2] = [440.0, 480.0];
/// Of each tone, of full scale: 19 dB below it, as exchanges send it.
const AMPLITUDE: f64 = 0.11;

/// The file: 16-bit PCM, one channel.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // a sample is within 16 bits
pub fn wav() -> Vec<u8> {
    let samples = RATE * (ON_S + OFF_S);
    let bytes = samples * 2;
    let mut file = Vec::with_capacity(44 + usize::try_from(bytes).unwrap_or(0));
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes()); // PCM
    file.extend_from_slice(&1_u16.to_le_bytes()); // one channel
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    for index in 0..samples {
        let level = if index < RATE * ON_S {
            let time = f64::from(index) / f64::from(RATE);
            let tone = |hertz: f64| (std::f64::consts::TAU * hertz * time).sin();
            TONES.into_iter().map(tone).sum::<f64>() * AMPLITUDE
        } else {
            0.0
        };
        let sample = (level * f64::from(i16::MAX)) as i16;
        file.extend_from_slice(&sample.to_le_bytes());
    }
    file
}
