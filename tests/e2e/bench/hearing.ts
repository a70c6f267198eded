// For how long an agent's ears get nothing: all remote tracks of his page through one audio worklet, beside the page's own
// thread, so that nothing that the page does delays the measurement.
import type { Page } from "@playwright/test";

declare global {
  interface Window {
    hearing: {
      /** The longest time, since `forget`, in which no track was audible after one had been. */
      gapMs(): Promise<number>;
      forget(): void;
    };
  }
}

/** Tracks at once. */
const INPUTS = 16;

/** Of full scale: a customer's tone is a quarter. */
const AUDIBLE = 0.01;

const PROCESSOR = `
  registerProcessor("hearing", class extends AudioWorkletProcessor {
    constructor() {
      super();
      const forget = () => Object.assign(this, { heard: false, silent: 0, gap: 0 });
      forget();
      this.port.onmessage = ({ data }) => {
        if (data === "forget") forget();
        // In blocks of 128 samples.
        else this.port.postMessage((Math.max(this.gap, this.silent) * 128 * 1000) / sampleRate);
      };
    }
    process(inputs) {
      if (inputs.some(([samples]) => samples?.some((sample) => Math.abs(sample) > ${AUDIBLE}))) {
        this.gap = Math.max(this.gap, this.silent);
        Object.assign(this, { heard: true, silent: 0 });
      } else if (this.heard) {
        this.silent += 1;
      }
      return true;
    }
  });
`;

/** Begins to listen; before Flex's page loads. */
export async function measureHearing(page: Page): Promise<void> {
  await page.addInitScript(
    ([processor, inputs]) => {
      const context = new AudioContext();
      const module = URL.createObjectURL(new Blob([processor], { type: "text/javascript" }));
      const ready = context.audioWorklet.addModule(module).then(() => {
        const node = new AudioWorkletNode(context, "hearing", { numberOfInputs: inputs });
        node.connect(context.destination); // it says nothing, but what leads nowhere is not run
        return node;
      });
      const taken: { track: MediaStreamTrack; source: AudioNode }[] = [];
      const listenTo = async (track: MediaStreamTrack) => {
        const node = await ready;
        const free = taken.findIndex((one) => one.track.readyState === "ended");
        const input = free >= 0 ? free : taken.length;
        taken[input]?.source.disconnect();
        const source = context.createMediaStreamSource(new MediaStream([track]));
        source.connect(node, 0, input);
        taken[input] = { track, source };
      };
      const Native = RTCPeerConnection;
      window.RTCPeerConnection = class extends Native {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          this.addEventListener("track", ({ track }) => void listenTo(track));
        }
      };
      window.hearing = {
        forget: () => void ready.then(({ port }) => port.postMessage("forget")),
        gapMs: async () => {
          const { port } = await ready;
          const answer = new Promise<number>((resolve) => (port.onmessage = ({ data }) => resolve(data)));
          port.postMessage("gap");
          return answer;
        },
      };
    },
    [PROCESSOR, INPUTS] as const,
  );
}
