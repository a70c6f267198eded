// Who hears whom at this moment, by the sandbox's meters.
import type { Sandbox } from "./sandbox";

/** Below this a muted microphone's zeroes are. */
const AUDIBLE = 20;

/** Who hears whom, by name: the agents (their identities), the customers, music. */
export class Ears {
  private readonly names = new Map<string, string>();

  constructor(private readonly sandbox: Sandbox) {}

  /** `attributes` are his task's besides. */
  async customerCalls(name: string, attributes: object = {}): Promise<string> {
    const number = `+1555000${1000 + this.names.size}`;
    const call = await this.sandbox.customerCalls({ from: number, name, attributes });
    this.names.set(call, name);
    return call;
  }

  async hears(name: string): Promise<string[]> {
    return (await this.levels(name)).map(({ from }) => from);
  }

  /** The same, with how loud it is; several legs of one are one. */
  async levels(name: string): Promise<{ from: string; level: number }[]> {
    const legs = await this.sandbox.legs();
    const nameOf = (call: string) =>
      this.names.get(call) ?? legs.find((leg) => leg.call === call)?.identity ?? call;
    const own = legs.filter((leg) => nameOf(leg.call) === name);
    return own
      .flatMap(({ hears }) => hears)
      .filter(({ level }) => level > AUDIBLE)
      .map(({ source, level }) => ({ from: nameOf(source), level }))
      .sort((one, other) => one.from.localeCompare(other.from));
  }
}
