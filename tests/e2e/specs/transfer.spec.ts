// Flex's own transfers of a customer's call, by its directory, with the plugin there.
import { answer, begin } from "../helpers/several";
import { expect, test } from "../helpers/test";
import { expectHears, toColleague } from "../helpers/transfers";

test("a cold transfer: Dana waits with music, then talks to Bob", async ({ sandbox, agents }) => {
  const bob = await agents.at("bob");
  const alice = await agents.at("alice");
  const ears = await begin(sandbox, alice, 1);
  await answer(alice, ears, "Dana");
  await bob.become("Offline");
  await bob.become("Available");
  await alice.page.screenshot({ path: "../../target/e2e-transfer-0.png" });
  await toColleague(alice, "Transfer to", "bob");
  await bob.expectRinging();
  await alice.page.screenshot({ path: "../../target/e2e-transfer-1.png" });
  await bob.page.screenshot({ path: "../../target/e2e-transfer-2.png" });
  await expectHears(ears, { Dana: ["music"], alice: [] });
  await bob.accept();
  await expectHears(ears, { Dana: ["bob"], bob: ["Dana"], alice: [] });
  await alice.complete("Dana");
  await bob.hangUp();
  await bob.complete("Dana");
});
