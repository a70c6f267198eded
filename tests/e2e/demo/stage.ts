// What both acts share: the timeline, the meters, the screenshots under target/demo/.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import type { Agent } from "../helpers/agent";
import { target } from "../helpers/config";
import type { Sandbox } from "../helpers/sandbox";
import type { Agents } from "../helpers/test";

export const folder = join(target, "demo");
mkdirSync(folder, { recursive: true });

/** What an act is played with. */
export interface Stage {
  sandbox: Sandbox;
  agents: Agents;
  browser: Browser;
}

const start = Date.now();

export function say(who: string, what: string): void {
  const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(6);
  console.log(`${seconds} s  ${who.padEnd(15)} ${what}`);
}

export function picture(agent: Agent, name: string): Promise<Buffer> {
  return agent.page.screenshot({ path: join(folder, `${name}.png`) });
}
