import { deviceClass, hiddenOptions, playAtCitrix } from './internals';
import { sentence } from './voice';
import type { ConnectOptions, VoiceAudio, VoiceCall, VoiceDevice } from './voice';

/** `configuration.sdkOptions.voice`: https://www.twilio.com/docs/flex/developer/config/flex-ui-configuration. */
export interface VoiceOptions {
  acceptOptions?: { rtcConfiguration?: object; rtcConstraints?: object };
  audioConstraints?: object;
  codecPreferences?: unknown;
  fileInputStream?: { clone?(): unknown };
  [option: string]: unknown;
}

/** What a device is opened with. */
export interface Site {
  /** Flex's own device. */
  voice: VoiceDevice;
  options: VoiceOptions;
  flexVersion: string;
}

/** From the constructor to `connect()`: signalling takes a few 100 ms, and retries for ever where it cannot connect. */
const CONNECT_MS = 10_000;
/** A new device does not know the machine's devices at once. */
const DEVICES_MS = 1_000;
const LOOK_MS = 20;
/** The token is no good, and will not get better: https://www.twilio.com/docs/api/errors. */
const REFUSED = [20101, 20104, 31201, 31202, 31204, 31205, 31206, 31207, 31208];

/**
 * Takes the ringing call to a device of its own, as good as Flex's. `carry` is called with the call as soon as there is
 * one, before anything else can happen to it. Rejects, with nothing left open, if there is none.
 */
export async function takeElsewhere(
  site: Site,
  connectToken: string,
  aborted: Promise<never>,
  carry: (call: VoiceCall, device: VoiceDevice) => void,
): Promise<void> {
  const device = new (deviceClass(site.voice))(site.voice.token ?? '', optionsOf(site));
  let carried = false;
  let lastError: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const broken = new Promise<never>((_, reject) => {
      // Without a listener a dropped socket throws inside of the SDK, and signalling never comes back.
      device.on('error', (error) => {
        lastError = sentence(error);
        console.warn('[backline] device', error.code, lastError);
        if (REFUSED.includes(error.code ?? 0)) reject(new Error(lastError));
      });
      timer = setTimeout(() => reject(new Error(lastError ?? 'Twilio did not answer in time.')), CONNECT_MS);
    });
    broken.catch(() => undefined);
    const given = { over: false };
    const connected = async () => {
      await sameDevices(site.voice.audio, device.audio);
      if (given.over) return;
      await device.connect(connectOptions(site, connectToken)).then((call) => {
        if (given.over) {
          call.disconnect();
          return;
        }
        carried = true;
        playAtCitrix(call);
        carry(call, device);
      });
    };
    try {
      await Promise.race([connected(), broken, aborted]);
    } finally {
      given.over = true;
    }
  } finally {
    clearTimeout(timer);
    if (!carried) destroy(device);
  }
}

/** Hangs up whatever is on it. */
export function destroy(device: VoiceDevice): void {
  try {
    if (device.state !== 'destroyed') device.destroy();
  } catch (error) {
    console.warn('[backline] device', error);
  }
}

/** As Flex makes its own, but that it takes no second call. */
function optionsOf({ voice, options, flexVersion }: Site): object {
  const { acceptOptions: _, audioConstraints: __, codecPreferences, fileInputStream, ...rest } = options;
  return {
    ...rest,
    ...hiddenOptions(voice),
    // Given as undefined, the SDK fails.
    ...(codecPreferences ? { codecPreferences } : {}),
    // Tracks in common would be muted in common.
    ...(fileInputStream?.clone ? { fileInputStream: fileInputStream.clone() } : {}),
    // A connect token is good at the edge only where the call rings.
    ...(voice.edge ? { edge: voice.edge } : {}),
    allowIncomingWhileBusy: false,
    appName: 'flex-ui',
    appVersion: flexVersion,
  };
}

function connectOptions({ options }: Site, connectToken: string): ConnectOptions {
  const { rtcConfiguration, rtcConstraints } = options.acceptOptions ?? {};
  return { connectToken, ...(rtcConfiguration ? { rtcConfiguration } : {}), ...(rtcConstraints ? { rtcConstraints } : {}) };
}

/**
 * The agent's headset is his headset on every call. Before the call is connected: while the SDK opens the default
 * microphone, choosing another would break the call. A device that cannot be had is no reason to lose the caller.
 */
async function sameDevices(from: VoiceAudio | null, to: VoiceAudio | null): Promise<void> {
  if (!from || !to) return;
  const attempt = (what: string, done: Promise<unknown>) =>
    done.catch((error: unknown) => console.warn(`[backline] ${what}`, sentence(error)));
  const outputs = Array.from(from.speakerDevices.get(), ({ deviceId }) => deviceId);
  const speakers = outputs.some((id) => id !== 'default') && to.isOutputSelectionSupported ? outputs : [];
  const input = from.inputDevice?.deviceId;
  await known(to.availableOutputDevices, speakers);
  if (input !== undefined) await known(to.availableInputDevices, [input]);
  if (from.audioConstraints) {
    await to.setAudioConstraints(from.audioConstraints).catch(() => to.unsetAudioConstraints().catch(() => undefined));
  }
  if (speakers.length > 0) await attempt('speakers', to.speakerDevices.set(speakers));
  if (input !== undefined) await attempt('microphone', to.setInputDevice(input));
}

async function known(devices: ReadonlyMap<string, unknown>, ids: string[]): Promise<void> {
  for (let waited = 0; waited < DEVICES_MS && !ids.every((id) => devices.has(id)); waited += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
