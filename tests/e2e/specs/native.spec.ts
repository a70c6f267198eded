import { expect, test } from "../helpers/test";

test("a customer's call arrives, is held, resumed, hung up and completed natively", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  // Earlier specs left them Available: the customer is for Alice.
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Offline");
  const customer = await sandbox.customerCalls({ from: "+15550001111", name: "Dana" });
  await alice.expectRinging();
  await alice.accept();
  const hears = async (): Promise<boolean> => {
    const leg = (await sandbox.legs()).find(({ identity }) => identity === "alice");
    return leg?.hears.some(({ source }) => source === customer) ?? false;
  };
  const customerHears = async (): Promise<string[]> => {
    const leg = (await sandbox.legs()).find(({ call }) => call === customer);
    return leg?.hears.map(({ source }) => (source === "music" ? "music" : "agent")) ?? [];
  };
  await expect.poll(hears, "Alice hears the customer").toBe(true);
  await expect.poll(customerHears, "the customer hears Alice").toEqual(["agent"]);
  await alice.hold();
  await expect.poll(customerHears, "the held customer hears music").toEqual(["music"]);
  expect(await hears()).toBe(false);
  await alice.unhold();
  await expect.poll(customerHears, "the customer is back").toEqual(["agent"]);
  await alice.hangUp();
  await alice.completeButton.click();
  await alice.expectNoTasks();
  await sandbox.expectAtRest();
});

test("a customer who hangs up while he waits is offered to nobody any more", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  // Earlier specs left them Available: the customer is for Alice.
  for (const other of ["bob", "carol"] as const) await sandbox.setActivity(other, "Offline");
  const customer = await sandbox.customerCalls({ from: "+15550001111", name: "Dana" });
  await alice.expectRinging();
  await sandbox.customerHangsUp(customer);
  await alice.expectNoTasks();
  await sandbox.expectAtRest();
});
