// What a supervisor sees of an agent with several calls.
import { answer, begin, hangUpAll, holdAndAnswer } from "../helpers/several";
import { expect, test } from "../helpers/test";

test.afterEach(async ({ sandbox }) => {
  await sandbox.setCapacity("alice", 1);
});

test("a supervisor sees all of Alice's calls in the Teams view, none cut off", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const carol = await agents.at("carol");
  await carol.page.goto(`${sandbox.origin("carol")}/teams`);
  await expect(carol.page.getByRole("heading", { name: "Your Teams" })).toBeVisible();
  const ears = await begin(sandbox, alice, 3);
  await answer(alice, ears, "Dana");
  await ears.customerCalls("Erin");
  await holdAndAnswer(alice);
  await expect.poll(() => ears.hears("Erin")).toEqual(["alice"]);
  await answer(alice, ears, "Farid");

  const row = carol.page.getByRole("row").filter({ hasText: alice.name });
  const column = carol.page.getByRole("columnheader", { name: "Calls" });
  for (const name of ["Dana", "Erin", "Farid"]) {
    const card = row.getByText(name, { exact: true });
    await expect(card).toBeVisible();
    const [inner, outer] = [await card.boundingBox(), await column.boundingBox()];
    expect(inner!.x + inner!.width, `${name} is within the column`).toBeLessThanOrEqual(outer!.x + outer!.width);
  }
  await carol.page.screenshot({ path: "../../target/e2e-teams.png" });

  await hangUpAll(alice, ["Dana", "Erin", "Farid"]);
  for (const name of ["Dana", "Erin", "Farid"]) await expect(row.getByText(name, { exact: true })).toHaveCount(0);
});
