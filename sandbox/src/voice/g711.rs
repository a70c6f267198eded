//! µ-law, ITU-T G.711 (<https://www.itu.int/rec/T-REC-G.711>): the one codec of the sandbox, and the first that the
//! Voice SDK offers (`codecPreferences`, <https://www.twilio.com/docs/voice/sdks/javascript/twiliodevice>).
//!
//! G.711 speaks of 14-bit samples; here they are 16-bit, that is four times as large.

/// Offset that makes every segment a power of two: 33 in G.711's 14-bit units.
const BIAS: i32 = 33 * 4;

/// The largest magnitude with a code of its own: 8159 in G.711's 14-bit units, less one 16-bit step.
const CLIP: i32 = 8159 * 4 - 1;

/// The 16-bit sample that a code stands for.
#[must_use]
pub fn decode(code: u8) -> i16 {
    let code = !code;
    let segment = (code & 0x70) >> 4;
    let step = i32::from(code & 0x0f);
    let magnitude = (((step << 3) + BIAS) << segment) - BIAS;
    let sample = if code & 0x80 == 0 {
        magnitude
    } else {
        -magnitude
    };
    i16::try_from(sample).unwrap_or(i16::MAX)
}

/// The code whose interval holds a 16-bit sample; louder samples than µ-law knows are clipped.
#[must_use]
pub fn encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80u8 } else { 0 };
    let biased = i32::from(sample).abs().min(CLIP) + BIAS;
    // The segment is the place of the highest bit; the bias makes that at least bit 7.
    let segment = (24u32.saturating_sub(biased.leading_zeros())).min(7);
    let step = (biased >> (segment + 3)) & 0x0f;
    let magnitude = u8::try_from((segment << 4) | u32::try_from(step).unwrap_or(0)).unwrap_or(0x7f);
    !(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Positive zero.
    const SILENCE: u8 = 0xff;

    /// G.711, table 2a: (code, decoder output y in 14-bit units), first and last code of each positive segment.
    const TABLE_2A: [(u8, i16); 16] = [
        (0xff, 0),
        (0xf0, 30),
        (0xef, 33),
        (0xe0, 93),
        (0xdf, 99),
        (0xd0, 219),
        (0xcf, 231),
        (0xc0, 471),
        (0xbf, 495),
        (0xb0, 975),
        (0xaf, 1023),
        (0xa0, 1983),
        (0x9f, 2079),
        (0x90, 3999),
        (0x8f, 4191),
        (0x80, 8031),
    ];

    /// G.711, table 2a: (decision value x in 14-bit units, the code of the interval that begins there).
    const DECISIONS: [(i16, u8); 15] = [
        (1, 0xfe),
        (3, 0xfd),
        (31, 0xef),
        (35, 0xee),
        (95, 0xdf),
        (103, 0xde),
        (223, 0xcf),
        (239, 0xce),
        (479, 0xbf),
        (511, 0xbe),
        (991, 0xaf),
        (2015, 0x9f),
        (2143, 0x9e),
        (4063, 0x8f),
        (4319, 0x8e),
    ];

    #[test]
    fn codes_decode_to_the_values_of_the_standard_in_both_signs() {
        for (code, value) in TABLE_2A {
            assert_eq!(decode(code), value * 4, "{code:#x}");
            assert_eq!(decode(code & 0x7f), -value * 4, "{:#x}", code & 0x7f);
        }
    }

    #[test]
    fn samples_change_their_code_at_the_decision_values_of_the_standard() {
        for (decision, code) in DECISIONS {
            assert_eq!(encode(decision * 4), code, "at {decision}");
            assert_eq!(encode(decision * 4 - 1), code + 1, "below {decision}");
            assert_eq!(encode(-decision * 4), code & 0x7f, "at -{decision}");
        }
    }

    #[test]
    fn every_code_survives_decoding_and_encoding_but_negative_zero() {
        for code in 0..=255u8 {
            let again = encode(decode(code));
            let expected = if code == 0x7f { SILENCE } else { code };
            assert_eq!(again, expected, "{code:#x}");
        }
    }

    #[test]
    fn the_loudest_samples_clip_instead_of_wrapping() {
        assert_eq!(encode(i16::MAX), 0x80);
        assert_eq!(encode(i16::MIN), 0x00);
    }
}
