//! WAV files: 8000 samples a second, one channel, 16-bit PCM or µ-law. (`hound`, the usual library, knows no µ-law.)

use super::g711;
use super::tones::SAMPLE_RATE;
use thiserror::Error;

/// Why a file cannot be played.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WavError {
    /// No `RIFF`, no `WAVE`, no `fmt ` before the samples, or cut off.
    #[error("not a WAV file")]
    NotWav,
    /// Twilio would resample it; the sandbox does not.
    #[error("only 8000 samples a second in one channel are played, not {rate} in {channels}")]
    NotTelephony {
        /// Samples a second.
        rate: u32,
        /// Channels.
        channels: u16,
    },
    /// Neither 16-bit PCM nor µ-law.
    #[error(
        "only 16-bit PCM (1) and 8-bit µ-law (7) are played, not format {format} of {bits} bits"
    )]
    Coding {
        /// `wFormatTag`.
        format: u16,
        /// Bits a sample.
        bits: u16,
    },
}

#[derive(Clone, Copy)]
enum Coding {
    Pcm,
    MuLaw,
}

/// The samples of a file.
///
/// # Errors
/// [`WavError`].
pub fn decode(file: &[u8]) -> Result<Vec<i16>, WavError> {
    let mut rest = match file.get(..12) {
        Some([b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E']) => file.get(12..),
        Some(_) | None => None,
    }
    .ok_or(WavError::NotWav)?;
    let mut coding = None;
    loop {
        let (name, after) = rest.split_at_checked(4).ok_or(WavError::NotWav)?;
        let (length, body) = after.split_at_checked(4).ok_or(WavError::NotWav)?;
        let length = usize::try_from(number(length)).map_err(|_| WavError::NotWav)?;
        if name == b"data" {
            // A stream that was written without knowing its end says too much.
            let samples = body.get(..length).unwrap_or(body);
            return coding
                .map(|coding| read(samples, coding))
                .ok_or(WavError::NotWav);
        }
        let chunk = body.get(..length).ok_or(WavError::NotWav)?;
        if name == b"fmt " {
            coding = Some(format(chunk)?);
        }
        // Chunks begin at even places.
        rest = body.get(length + length % 2..).ok_or(WavError::NotWav)?;
    }
}

fn format(chunk: &[u8]) -> Result<Coding, WavError> {
    let field = |from: usize, to: usize| chunk.get(from..to).map(number).ok_or(WavError::NotWav);
    let short = |from: usize| {
        let value = field(from, from + 2)?;
        u16::try_from(value).map_err(|_| WavError::NotWav)
    };
    let (format, channels, rate, bits) = (short(0)?, short(2)?, field(4, 8)?, short(14)?);
    if u64::from(rate) != SAMPLE_RATE || channels != 1 {
        return Err(WavError::NotTelephony { rate, channels });
    }
    match (format, bits) {
        (1, 16) => Ok(Coding::Pcm),
        (7, 8) => Ok(Coding::MuLaw),
        (_, _) => Err(WavError::Coding { format, bits }),
    }
}

fn read(samples: &[u8], coding: Coding) -> Vec<i16> {
    match coding {
        Coding::Pcm => samples
            .chunks_exact(2)
            .filter_map(|sample| Some(i16::from_le_bytes(sample.try_into().ok()?)))
            .collect(),
        Coding::MuLaw => samples.iter().map(|code| g711::decode(*code)).collect(),
    }
}

/// Little-endian.
fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(format: u16, channels: u16, rate: u32, bits: u16, data: &[u8]) -> Vec<u8> {
        let mut file = b"RIFF____WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        file.extend(format.to_le_bytes());
        file.extend(channels.to_le_bytes());
        file.extend(rate.to_le_bytes());
        file.extend((rate * 2).to_le_bytes());
        file.extend(2u16.to_le_bytes());
        file.extend(bits.to_le_bytes());
        file.extend(b"data");
        file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        file.extend(data);
        file
    }

    #[test]
    fn pcm_and_mu_law_are_read_past_chunks_that_say_something_else() {
        let pcm = file(1, 1, 8000, 16, &[1, 0, 0xff, 0xff, 9]);
        assert_eq!(decode(&pcm), Ok(vec![1, -1]));
        let mu_law = file(7, 1, 8000, 8, &[0xff, 0x00]);
        assert_eq!(decode(&mu_law), Ok(vec![0, g711::decode(0)]));
    }

    #[test]
    fn what_is_not_telephony_is_refused_with_its_reason() {
        let stereo = WavError::NotTelephony {
            rate: 8000,
            channels: 2,
        };
        assert_eq!(decode(&file(1, 2, 8000, 16, &[])), Err(stereo));
        assert!(decode(&file(1, 1, 44100, 16, &[])).is_err());
        let (format, bits) = (1, 8);
        let coding = WavError::Coding { format, bits };
        assert_eq!(decode(&file(1, 1, 8000, 8, &[])), Err(coding));
        assert_eq!(decode(b"ID3"), Err(WavError::NotWav));
        assert_eq!(decode(b"RIFF____WAVEdata\0\0\0\0"), Err(WavError::NotWav));
    }

    #[test]
    fn the_functions_own_ringback_is_played() {
        let samples = decode(&backline::functions::ringback::wav()).unwrap();
        assert_eq!(samples.len(), 6 * 8000);
    }

    proptest! {
        #[test]
        fn no_bytes_stop_the_process(bytes: Vec<u8>, cut in 0usize..60) {
            let _ = decode(&bytes);
            let whole = file(1, 1, 8000, 16, &bytes);
            let _ = decode(&whole[..cut.min(whole.len())]);
        }
    }
}
