import assert from "node:assert/strict";
import test from "node:test";
import { advance, describe } from "./support.mjs";

/** Polls every 10 seconds of the server's clock until the pack is in none of the pending states. */
async function wait(name, pending, polls = 20) {
  const seen = [];
  while (seen.length < polls) {
    const [pack] = (await describe({ ConformancePackNames: [name] })).ConformancePackStatusDetails;
    seen.push(pack?.ConformancePackState ?? "gone");
    if (!pending.includes(seen.at(-1))) return { seen, pack };
    await advance(10);
  }
  throw new Error(`${name} never ends: ${seen}`);
}

// One after the other, as they share the clock: the moves are due 30, 100, 200 seconds after its start.

test("until CREATE_COMPLETE", async () => {
  const { seen, pack } = await wait("js-good", ["CREATE_IN_PROGRESS"]);
  assert.deepEqual(seen, ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]);
  assert.equal(pack.LastUpdateCompletedTime - pack.LastUpdateRequestedTime, 30_000);
  assert.equal(pack.ConformancePackStatusReason, undefined);
});

test("until CREATE_FAILED, with its reason", async () => {
  const { seen, pack } = await wait("js-bad", ["CREATE_IN_PROGRESS"]);
  assert.equal(seen.at(-1), "CREATE_FAILED");
  assert.equal(pack.ConformancePackStatusReason, "no role");
  assert.equal(pack.LastUpdateCompletedTime, undefined);
});

test("until it is gone", async () => {
  const { seen } = await wait("js-dying", ["DELETE_IN_PROGRESS"]);
  assert.equal(seen[0], "DELETE_IN_PROGRESS");
  assert.equal(seen.at(-1), "gone");
});
