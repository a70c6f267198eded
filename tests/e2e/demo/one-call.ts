// First act: a customer's call, then Alice calls Bob.
import { join } from "node:path";
import type { Sandbox } from "../helpers/sandbox";
import { expect } from "../helpers/test";
import { folder, picture, say, type Stage } from "./stage";

export async function oneCallAtATime({ sandbox, agents, browser }: Stage): Promise<void> {
  const alice = await agents.listening("alice");
  say(alice.name, "is at the real Flex UI, Available");
  await picture(alice, "01-alice-ready");

  const customer = await sandbox.customerCalls({ from: "+15550001111", name: "Dana" });
  say("Dana", "calls in");
  await alice.expectRinging();
  say(alice.name, "sees Dana's call and accepts it");
  await alice.accept();
  await expect.poll(() => heard(sandbox, customer, "alice"), "Alice hears Dana").toBe(true);
  await levels(sandbox);
  await picture(alice, "02-alice-with-a-customer");
  await alice.hangUp();
  await alice.completeButton.click();
  await alice.expectNoTasks();
  await sandbox.expectAtRest();
  say("sandbox", "no task, reservation, conference or leg is open");

  const bob = await agents.at("bob");
  say(bob.name, "is at the real Flex UI, Available");
  await alice.choose("Call Agent", "Select an agent", bob.name);
  say(alice.name, `found ${bob.name} in the dial pad`);
  await picture(alice, "03-alice-finds-bob");
  const clicked = Date.now();
  await alice.callButton.click();
  await bob.expectRinging();
  say(bob.name, `sees the call of ${alice.name}, ${Date.now() - clicked} ms after the click`);
  await picture(bob, "04-bob-rings");
  const accepted = Date.now();
  await bob.accept();
  await sandbox.expectAllHear("alice", "bob");
  say("sandbox", `both hear each other, ${Date.now() - accepted} ms after Bob's click`);
  await levels(sandbox);
  await picture(alice, "05-alice-in-the-call");
  await picture(bob, "06-bob-in-the-call");

  // Both side by side, without the page's right half, which is Flex's advertisement: the README's screenshot.
  const clip = { x: 0, y: 0, width: 668, height: 720 };
  const page = await browser.newPage({ viewport: { width: 1360, height: 736 } });
  const pictures = [await alice.page.screenshot({ clip }), await bob.page.screenshot({ clip })];
  const images = pictures.map((png) => `<img src="data:image/png;base64,${png.toString("base64")}">`);
  await page.setContent(`<body style="margin:0;display:flex;gap:8px;background:#606b85;padding:8px">${images.join("")}`);
  await page.screenshot({ path: join(folder, "both.png") });
  await page.close();

  await bob.hangUp();
  say(bob.name, "hangs up");
  await sandbox.expectAtRest();
  await alice.expectNoTasks();
  await bob.expectNoTasks();
  say("sandbox", "no task, reservation, conference or leg is open");
}

/** What the sandbox's meters say of each leg. */
async function levels(sandbox: Sandbox): Promise<void> {
  for (const leg of await sandbox.legs()) {
    const sources = Object.entries(leg.heard_ms).map(([source, ms]) => `${source} for ${ms} ms`);
    const name = leg.identity ?? "customer";
    say(name, `leg ${leg.call}: says ${leg.level_in}, is sent ${leg.level_out}; heard ${sources.join(", ") || "nobody"}`);
  }
}

async function heard(sandbox: Sandbox, speaker: string, listener: string): Promise<boolean> {
  return (await sandbox.legs()).some((leg) => leg.identity === listener && (leg.heard_ms[speaker] ?? 0) > 0);
}
