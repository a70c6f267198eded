// Supervisors: a call between agents has a conference of its own, which Flex's monitoring does not know.
import { expect, test } from "../helpers/test";

test("monitoring a call between agents is refused at once, by a sentence", async ({ agents }) => {
  const alice = await agents.at("alice");
  await alice.page.evaluate(async () => {
    const { Actions } = (window as unknown as { Twilio: { Flex: { Actions: { invokeAction(name: string, payload: object): Promise<unknown> } } } }).Twilio.Flex;
    await Actions.invokeAction("MonitorCall", { task: { sid: "WR1", taskSid: "WT1", attributes: { client_call: true } } });
  });
  await expect(alice.told("A call between colleagues cannot be monitored")).toBeVisible();
});
