// What Chromium's fake microphone says: one steady tone. Its own beeps leave pauses that a meter takes for silence.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const RATE_HZ = 48_000;
const SECONDS = 2;
/** A whole number of periods in the file, so that its repetition has no click. */
const TONE_HZ = 440;
/** A quarter of full scale. */
const AMPLITUDE = 8_000;

/** Writes the tone as a WAV file (16 bit, mono). */
export function writeTone(file: string): void {
  const samples = RATE_HZ * SECONDS;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE_HZ, 24);
  wav.writeUInt32LE(RATE_HZ * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let sample = 0; sample < samples; sample += 1) {
    const value = Math.round(AMPLITUDE * Math.sin((2 * Math.PI * TONE_HZ * sample) / RATE_HZ));
    wav.writeInt16LE(value, 44 + sample * 2);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, wav);
}
