// The demo without a window: the scenario, its timeline, screenshots under target/demo/.
import { expect, test } from "../helpers/test";
import { oneCallAtATime } from "./one-call";
import { severalCallsAtOnce } from "./several-calls";
import { folder, say } from "./stage";

test("one call at a time, then several at once", async ({ sandbox, agents, browser }) => {
  test.setTimeout(300_000);
  const stage = { sandbox, agents, browser };
  say("sandbox", `listens at http://localhost:${sandbox.port}/`);
  await oneCallAtATime(stage);
  await severalCallsAtOnce(stage);
  for (const agent of agents.all()) {
    // Flex throws this itself for every call whose conference it did not make.
    const errors = agent.errors.filter((error) => error !== "Error: Failed to create Sync Map");
    expect(errors, `nothing was thrown in the page of ${agent.name}`).toEqual([]);
  }
  say("demo", `all of it held; screenshots are in ${folder}`);
});
