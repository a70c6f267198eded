// What the list of colleagues says of somebody who is on a call, and whether he could take another.
import { expect, test } from "../helpers/test";

test("a colleague on a call is shown as such, and whoever chooses him reads whether he has room for another", async ({ sandbox, agents }, info) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  await alice.become("Break");
  await sandbox.setActivity("carol", "Break");
  const field = alice.page.getByRole("combobox", { name: "Select an agent" });
  const row = (name: string) => alice.page.getByRole("listbox", { name: "Select an agent" }).getByRole("option", { name });
  const panel = alice.page.getByRole("region", { name: "Internal call" });
  await alice.openDialpad();
  await alice.agentTab.click();
  await field.fill("");
  await field.click();
  await expect(row(bob.name)).toContainText("Available");
  await expect(row(bob.name)).not.toContainText("On a call");

  const dana = await sandbox.customerCalls({ from: "+15550001111", name: "Dana" });
  await bob.accept();
  await expect(row(bob.name)).toContainText("On a call");
  await expect(row("Carol Clark")).not.toContainText("On a call");
  await alice.page.screenshot({ path: info.outputPath("on-a-call.png") });
  await row(bob.name).click();
  await expect(panel).toContainText("Bob Brown has no room for another call at present.");
  await sandbox.setCapacity("bob", 2);
  await field.click();
  await row(bob.name).click();
  await expect(panel).toContainText("Bob Brown has room for 1 more call.");
  await sandbox.setCapacity("bob", 3);
  await field.click();
  await row(bob.name).click();
  await expect(panel).toContainText("Bob Brown has room for 2 more calls.");
  await alice.page.screenshot({ path: info.outputPath("room.png") });

  await field.fill("");
  await field.click();
  await sandbox.customerHangsUp(dana);
  await expect(row(bob.name)).not.toContainText("On a call");
  await bob.completeButton.click();
  await bob.expectNoTasks();
  await sandbox.setCapacity("bob", 1);
  await row("Carol Clark").click();
  await expect(panel).toContainText("Carol Clark takes no calls at present.");
  await field.fill("");
  await alice.page.keyboard.press("Escape");
  await alice.become("Available");
});
