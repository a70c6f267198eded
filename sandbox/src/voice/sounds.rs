//! What the Voice SDK and Flex fetch beside signalling: sounds, and the place where they leave their metrics.

use super::tones::{tone, SAMPLE_RATE};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::Json;
use serde_json::{json, Value};

/// Every sound is this low tone, Hz, so that a ringing phone can be heard in a demo and told from any leg.
const HERTZ: u32 = 330;

/// Frames of a sound: 200 ms.
const FRAMES: u64 = 10;

/// How much softer than a leg a sound is.
const QUIETER: i16 = 8;

/// A short sound as a WAV file, whatever was asked for: the SDK complains about what it cannot decode.
pub async fn sound() -> Response {
    ([(CONTENT_TYPE, "audio/wav")], wav()).into_response()
}

/// Takes in the SDK's insights events, and forgets them.
pub async fn insights() -> Json<Value> {
    Json(json!({}))
}

fn wav() -> Vec<u8> {
    let samples: Vec<u8> = (0..FRAMES)
        .flat_map(|frame| tone(HERTZ, frame))
        .flat_map(|sample| (sample / QUIETER).to_le_bytes())
        .collect();
    let length = u32::try_from(samples.len()).unwrap_or_default();
    let rate = u32::try_from(SAMPLE_RATE).unwrap_or_default();
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + length).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16u32.to_le_bytes());
    // PCM, one channel.
    file.extend_from_slice(&1u16.to_le_bytes());
    file.extend_from_slice(&1u16.to_le_bytes());
    file.extend_from_slice(&rate.to_le_bytes());
    // Bytes a second, bytes a sample, bits a sample.
    file.extend_from_slice(&(rate * 2).to_le_bytes());
    file.extend_from_slice(&2u16.to_le_bytes());
    file.extend_from_slice(&16u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&length.to_le_bytes());
    file.extend(samples);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wav_file_says_its_true_lengths() {
        let file = wav();
        let riff = u32::from_le_bytes(file[4..8].try_into().unwrap());
        let data = u32::from_le_bytes(file[40..44].try_into().unwrap());
        assert_eq!(riff as usize, file.len() - 8);
        assert_eq!(data as usize, file.len() - 44);
        assert_eq!(&file[36..40], b"data");
    }
}
