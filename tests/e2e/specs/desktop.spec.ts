// An agent who looks at another tab: what his browser shows him.
import { people } from "../helpers/agent";
import { expect, test } from "../helpers/test";

interface Shown {
  title: string;
  body: string;
  closed: boolean;
}

test("a hidden tab shows a desktop notification while a colleague's call rings, and that it was missed", async ({ sandbox, agents }) => {
  const bob = await agents.hidden("bob");
  const alice = await agents.at("alice");
  const shown = () => bob.page.evaluate(() => (window as unknown as { shown: Shown[] }).shown);
  await alice.call(bob.name);
  await bob.expectRinging();
  await expect.poll(shown).toEqual([{ title: "Internal call", body: `${people.alice} is calling you.`, closed: false }]);
  await alice.hangUp();
  await expect.poll(shown).toEqual([
    { title: "Internal call", body: `${people.alice} is calling you.`, closed: true },
    { title: "Missed internal call", body: `You missed a call from ${people.alice}.`, closed: false },
  ]);
  await sandbox.expectAtRest();
  await agents.close();
});
