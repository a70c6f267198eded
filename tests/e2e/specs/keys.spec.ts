// Keys pressed during a call between agents: from Flex's own dial pad to Twilio. Nobody is on the other side's menu, but a
// colleague's phone may be a SIP one, behind which there is anything.
import { talk } from "../helpers/agent";
import { expect, test } from "../helpers/test";

test("keys pressed by either side reach Twilio on his own leg, in their order, and the call goes on", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await talk(sandbox, alice, bob);
  const pressed = async () =>
    Object.fromEntries((await sandbox.legs()).map(({ identity, keys }) => [identity, keys]));
  expect(await pressed()).toEqual({ alice: "", bob: "" });
  await alice.pressKeys("15#");
  await expect.poll(pressed).toEqual({ alice: "15#", bob: "" });
  await bob.pressKeys("0*");
  await expect.poll(pressed).toEqual({ alice: "15#", bob: "0*" });
  await expect(alice.holdButton(bob.name)).toBeVisible();
  await alice.hangUp();
});
