/** The Voice SDK (2.11 and later) as far as it is used: https://www.twilio.com/docs/voice/sdks/javascript. */

/** A track, of this browser or of a VDI's stand-in for it. */
export interface AudioTrack {
  enabled: boolean;
  readonly muted: boolean;
  addEventListener?(event: 'unmute', listener: () => void): void;
}

export interface AudioStream {
  getAudioTracks(): AudioTrack[];
}

export type CallStatus = 'closed' | 'connecting' | 'open' | 'pending' | 'reconnecting' | 'ringing';

export interface VoiceCall {
  readonly parameters: Readonly<Record<string, string | undefined>>;
  readonly customParameters?: ReadonlyMap<string, string>;
  /** By it another device takes the call; only while the first has not answered. */
  readonly connectToken?: string;
  status(): CallStatus;
  isMuted(): boolean;
  disconnect(): void;
  getLocalStream(): AudioStream | undefined | null;
  getRemoteStream(): AudioStream | undefined | null;
  on(event: 'mute', listener: (muted: boolean) => void): unknown;
  on(event: 'error', listener: (error: { message?: string }) => void): unknown;
  on(event: string, listener: () => void): unknown;
}

export interface OutputDevices {
  get(): Iterable<{ deviceId: string }>;
  set(ids: string | string[]): Promise<unknown>;
}

export interface VoiceAudio {
  readonly audioConstraints: object | null;
  readonly inputDevice: { deviceId: string } | null;
  readonly availableInputDevices: ReadonlyMap<string, unknown>;
  readonly availableOutputDevices: ReadonlyMap<string, unknown>;
  readonly isOutputSelectionSupported: boolean;
  speakerDevices: OutputDevices;
  setInputDevice(id: string): Promise<unknown>;
  setAudioConstraints(constraints: object): Promise<unknown>;
  unsetAudioConstraints(): Promise<unknown>;
}

export interface ConnectOptions {
  connectToken: string;
  rtcConfiguration?: object;
  rtcConstraints?: object;
}

export interface VoiceDevice {
  readonly audio: VoiceAudio | null;
  readonly edge: string | null;
  readonly isBusy: boolean;
  readonly state: string;
  readonly token: string | null;
  connect(options: ConnectOptions): Promise<VoiceCall>;
  destroy(): void;
  updateToken(token: string): void;
  on(event: 'incoming', listener: (call: VoiceCall) => void): unknown;
  on(event: 'error', listener: (error: { code?: number; message?: string }) => void): unknown;
  on(event: 'destroyed', listener: () => void): unknown;
  prependListener(event: 'incoming', listener: (call: VoiceCall) => void): unknown;
}

export type DeviceClass = new (token: string, options: object) => VoiceDevice;

/** The call's own SID, the same on whichever device. */
export const sidOf = (call: VoiceCall): string => call.parameters['CallSid'] ?? '';

/** An error's sentence. */
export const sentence = (error: unknown): string => {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' && message !== '' ? message : String(error);
};
