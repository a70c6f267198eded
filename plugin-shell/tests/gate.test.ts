import { describe, expect, it } from 'vitest';
import { gate } from '../src/flex/gate';
import type { AudioTrack } from '../src/flex/voice';

/** As a browser's: the property is on its prototype. */
class BrowserTrack {
  readonly written: boolean[] = [];
  readonly muted = false;
  private open = true;
  get enabled(): boolean {
    return this.open;
  }
  set enabled(enabled: boolean) {
    this.open = enabled;
    this.written.push(enabled);
  }
}

const plain = (): AudioTrack => ({ enabled: true, muted: false });

describe.each([
  ['a browser’s track', () => new BrowserTrack()],
  ['a stand-in’s', plain],
])('the gate of %s', (_, made) => {
  it('opens and closes it, and lets nobody else', () => {
    const track: AudioTrack = made();
    let open = false;
    const { apply } = gate(track, () => open);
    apply();
    expect(track.enabled).toBe(false);
    track.enabled = true;
    expect(track.enabled).toBe(false);
    open = true;
    expect(track.enabled).toBe(false);
    track.enabled = false;
    expect(track.enabled, 'whoever writes it, it is as it should be').toBe(true);
  });

  it('goes, and leaves the track as it is', () => {
    const track: AudioTrack = made();
    const { apply, release } = gate(track, () => false);
    apply();
    release();
    expect(track.enabled).toBe(false);
    track.enabled = true;
    expect(track.enabled).toBe(true);
  });

  it('gives way to the next one, and does not take that along', () => {
    const track: AudioTrack = made();
    const first = gate(track, () => true);
    const second = gate(track, () => false);
    second.apply();
    first.release();
    track.enabled = true;
    expect(track.enabled).toBe(false);
    second.release();
    track.enabled = true;
    expect(track.enabled).toBe(true);
  });
});

it('never opens a browser’s track in between', () => {
  const track = new BrowserTrack();
  gate(track, () => false).apply();
  track.enabled = true;
  expect(track.written).toEqual([false, false]);
});
