// When two agents hear each other.
import type { Identity } from "../helpers/agent";
import type { Sandbox } from "../helpers/sandbox";

const FRAME_MS = 20;

/** When both hear each other, Unix milliseconds, by the frames of the sandbox's meters: asking often would itself take time. */
export async function allHeard(sandbox: Sandbox): Promise<number> {
  for (;;) {
    const asked = Date.now();
    const { frame, legs } = await sandbox.meters();
    const answered = Date.now();
    const first = (listener: Identity, speaker: Identity) =>
      legs
        .filter(({ identity }) => identity === listener)
        .flatMap((leg) => legs.filter(({ identity }) => identity === speaker).map(({ call }) => leg.heard_run[call]?.[0]))
        .find((since) => since !== undefined);
    const [alice, bob] = [first("alice", "bob"), first("bob", "alice")];
    if (alice !== undefined && bob !== undefined) return (asked + answered) / 2 - (frame - Math.max(alice, bob)) * FRAME_MS;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
