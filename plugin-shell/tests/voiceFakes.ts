import { EventEmitter } from 'node:events';
import { vi } from 'vitest';
import type { CoreEvent } from '../src/core/types';
import { Legs } from '../src/flex/legs';
import type { AudioStream, CallStatus, VoiceCall, VoiceDevice } from '../src/flex/voice';

export class FakeTrack extends EventEmitter {
  enabled = true;
  muted = true;
  addEventListener = (event: string, listener: () => void) => void this.on(event, listener);
  unmute(): void {
    this.muted = false;
    this.emit('unmute');
  }
}

export const streamOf = (track: FakeTrack): AudioStream => ({ getAudioTracks: () => [track] });

/** A call that behaves as the Voice SDK 2.11.1 does, where it matters. */
export class FakeCall extends EventEmitter {
  readonly remote = new FakeTrack();
  microphone = new FakeTrack();
  state: CallStatus = 'pending';
  private muted = false;
  private hasRemote = false;
  private hasLocal = false;
  readonly customParameters: Map<string, string>;
  readonly parameters: Record<string, string>;
  /** Whose packets have come. */
  sources: object[] = [];
  readonly _mediaHandler = {
    version: { pc: { getReceivers: () => [{ getSynchronizationSources: () => this.sources }] } },
    /** The SDK's: the track is on the wire, open or not as he muted himself. */
    _setInputTracksFromStream: async (_clone: boolean, stream: AudioStream) => {
      this.sent.push(stream.getAudioTracks()[0]?.enabled);
      this.microphone = stream.getAudioTracks()[0] as FakeTrack;
      this.hasLocal = true;
      this.microphone.enabled = !this.muted;
    },
  };
  readonly sent: Array<boolean | undefined> = [];
  disconnect = vi.fn(() => this.over('disconnect'));

  constructor(sid: string, readonly connectToken: string | undefined = `token of ${sid}`, params: Record<string, string> = {}) {
    super();
    this.parameters = { CallSid: sid };
    this.customParameters = new Map(Object.entries(params));
  }
  status = () => this.state;
  isMuted = () => this.muted;
  getLocalStream = () => (this.hasLocal ? streamOf(this.microphone) : null);
  getRemoteStream = () => (this.hasRemote ? streamOf(this.remote) : null);
  mute(muted: boolean): void {
    const was = this.muted;
    this.muted = muted;
    this.microphone.enabled = !muted;
    if (was !== muted) this.emit('mute', muted, this);
  }
  answer(): void {
    this.state = 'connecting';
    this.hasLocal = true;
    this.microphone.enabled = true;
  }
  /** The remote stream is there. */
  plays(): void {
    this.hasRemote = true;
  }
  /** The remote stream is there, its element is being made, nothing plays yet; then the answer. */
  accept({ says = true } = {}): void {
    this.answer();
    this.plays();
    if (says) this.emit('audio', {});
    this.microphone.enabled = !this.muted;
    this.state = 'open';
    this.emit('accept', this);
  }
  over(event: 'disconnect' | 'cancel' | 'reject'): void {
    this.state = 'closed';
    this.emit(event, this);
  }
}

const outputs = () => {
  const chosen = new Set<{ deviceId: string }>();
  return {
    get: () => chosen,
    set: vi.fn(async (ids: string | string[]) => {
      chosen.clear();
      [ids].flat().forEach((deviceId) => chosen.add({ deviceId }));
    }),
  };
};

export class FakeDevice extends EventEmitter {
  static made: FakeDevice[] = [];
  static next: (device: FakeDevice) => Promise<FakeCall> = () => new Promise(() => undefined);
  activeCall: FakeCall | undefined;
  edge: string | null = 'ashburn';
  state = 'registered';
  readonly audio = {
    audioConstraints: null as object | null,
    inputDevice: null as { deviceId: string } | null,
    availableInputDevices: new Map([['headset', {}]]),
    availableOutputDevices: new Map([['headset', {}], ['default', {}]]),
    isOutputSelectionSupported: true,
    speakerDevices: outputs(),
    setInputDevice: vi.fn(async () => undefined),
    setAudioConstraints: vi.fn(async () => undefined),
    unsetAudioConstraints: vi.fn(async () => undefined),
  };
  updateToken = vi.fn((token: string) => void (this.token = token));
  connect = vi.fn(() => FakeDevice.next(this));
  destroy = vi.fn(() => {
    this.state = 'destroyed';
    this.emit('destroyed');
  });
  constructor(public token: string, readonly options: Record<string, unknown>) {
    super();
    FakeDevice.made.push(this);
  }
  get isBusy(): boolean {
    return this.activeCall !== undefined;
  }
}

/** The tab's own, which Flex sets at the accept of a task. */
export const OWN_SESSION = 'of this tab';

/**
 * As Flex does it: a device behind a proxy, whose calls Flex answers or asks about before anybody else hears of them. It answers
 * once it has set the microphone.
 */
export function flexWithLegs() {
  FakeDevice.made = [];
  FakeDevice.next = () => new Promise(() => undefined);
  const device = new FakeDevice('first token', {});
  const voice = new Proxy(device, {
    get: (target, key) => {
      const value: unknown = target[key as keyof FakeDevice];
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  }) as unknown as VoiceDevice;
  const told: CoreEvent[] = [];
  let shown: unknown;
  const phone = {
    get shown() {
      return shown;
    },
    monitors: false,
    afterMonitoring: vi.fn<(then: () => void) => void>(),
    show: vi.fn((call: VoiceCall) => void (shown = call)),
    clear: vi.fn(() => void (shown = undefined)),
    muteChanged: vi.fn(),
  };
  const changed = vi.fn<(open: string[]) => void>();
  const legs = new Legs({
    dispatch: (event) => void told.push(event),
    changed,
    phone,
    reservationOf: (task) => (task === 'WT1' ? 'WR1' : undefined),
    options: () => ({ acceptOptions: { rtcConfiguration: { a: 1 } }, audioConstraints: {}, codecPreferences: undefined, dscp: true }),
    flexVersion: '2.17.1',
  });
  const questions: boolean[] = [];
  device.on('incoming', (call: FakeCall) => {
    call.on('accept', () => (device.activeCall = call));
    if ((call.customParameters.get('flex_session_identifier') ?? OWN_SESSION) !== OWN_SESSION) return;
    if (voice.isBusy) questions.push(legs.takesSecondCall());
    else void device.audio.setInputDevice().then(() => call.state === 'pending' && call.answer());
  });
  legs.attach(voice);
  const ring = (call: FakeCall) => {
    device.emit('incoming', call);
    return call;
  };
  const kinds = () => told.map((event) => event.kind);
  return { device, voice, legs, told, changed, kinds, phone, questions, ring };
}

/** A tab: its storage, and its end. */
export function fakeTab(storage = new Map<string, string>()) {
  const ends: Array<() => void> = [];
  const stays: Array<() => void> = [];
  return {
    sessionStorage: {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, text: string) => void storage.set(key, text),
      removeItem: (key: string) => void storage.delete(key),
    },
    addEventListener: (_: 'beforeunload', listener: () => void) => void ends.push(listener),
    setTimeout: (callback: () => void) => void stays.push(callback),
    storage,
    leave: () => ends.forEach((end) => end()),
    stay: () => stays.forEach((stay) => stay()),
  };
}

export const ticks = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
