// What an agent's ears get: the loudness of every remote track of his page, as its element plays it, every 20 ms. And which of
// his microphones' tracks are open, whatever the machine makes of it: at every change, and every 20 ms.
import type { Page } from "@playwright/test";

/** Samples since the start. */
export interface Heard {
  samples: number;
  /** One stream, at least, was audible. */
  audible: number;
  /** Two streams, at least, were. */
  twice: number;
  /** The longest run of samples with none, between audible ones. */
  gap: number;
  /** Two of his microphones were open on connected calls. */
  openTwice: number;
  /** How long it took at least from one's closing to another's opening, milliseconds. */
  handover: number;
}

/** Begins to listen; before Flex's page loads. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const context = new AudioContext();
    let meters: { analyser: AnalyserNode; track: MediaStreamTrack }[] = [];
    let connections: RTCPeerConnection[] = [];
    const Native = RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
        this.addEventListener("track", ({ track }) => {
          const analyser = context.createAnalyser();
          analyser.fftSize = 1024;
          context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
          meters.push({ analyser, track });
        });
      }
    };
    const none = { samples: 0, audible: 0, twice: 0, gap: 0, openTwice: 0, handover: 1_000_000 };
    const heard = { ...none };
    const enabled = Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, "enabled") as Required<PropertyDescriptor>;
    const isOpen = (track: MediaStreamTrack | null) =>
      track?.kind === "audio" && track.readyState === "live" && Boolean(enabled.get.call(track));
    const microphones = () => {
      connections = connections.filter(({ connectionState }) => connectionState !== "closed");
      const connected = connections.filter(({ connectionState }) => connectionState === "connected");
      return connected.flatMap((connection) => connection.getSenders()).map(({ track }) => track);
    };
    const lookAtMicrophones = () => (heard.openTwice += Number(microphones().filter(isOpen).length > 1));
    let closed: { track: MediaStreamTrack; at: number } | undefined;
    Object.defineProperty(MediaStreamTrack.prototype, "enabled", {
      ...enabled,
      set(this: MediaStreamTrack, open: boolean) {
        const before = isOpen(this);
        enabled.set.call(this, open);
        if (before === open || !microphones().includes(this)) return;
        if (!open) closed = { track: this, at: performance.now() };
        else if (closed && closed.track !== this) heard.handover = Math.min(heard.handover, performance.now() - closed.at);
        lookAtMicrophones();
      },
    });
    const frame = new Float32Array(1024);
    let silent = 0;
    const loud = (analyser: AnalyserNode) => {
      analyser.getFloatTimeDomainData(frame);
      return Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length) > 0.002;
    };
    setInterval(() => {
      lookAtMicrophones();
      meters = meters.filter(({ track }) => track.readyState === "live");
      const live = meters.filter(({ track }) => track.enabled);
      const audible = live.filter(({ analyser }) => loud(analyser)).length;
      heard.samples += 1;
      heard.audible += Number(audible > 0);
      heard.twice += Number(audible > 1);
      if (audible > 0) {
        if (heard.audible > 1) heard.gap = Math.max(heard.gap, silent);
        silent = 0;
      } else {
        silent += 1;
      }
    }, 20);
    const forgetHeard = () => {
      silent = 0;
      Object.assign(heard, none);
    };
    Object.assign(window, { heard, forgetHeard });
  });
}

/** Begins anew; whether anybody listens in this page. */
export function forgetHeard(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { forgetHeard } = window as unknown as { forgetHeard?: () => void };
    forgetHeard?.();
    return forgetHeard !== undefined;
  });
}

export function heardBy(page: Page): Promise<Heard> {
  return page.evaluate(() => ({ ...(window as unknown as { heard: Heard }).heard }));
}
