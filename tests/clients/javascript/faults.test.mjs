import assert from "node:assert/strict";
import test from "node:test";
import { client, describe, refusal, url } from "./support.mjs";

// Each test in an account of its own, so that its faults are its own.
let accounts = 0;

function world() {
  const account = String(300000000000 + ++accounts);
  const credentials = { accessKeyId: account, secretAccessKey: "secret" };
  return {
    describe: (options = {}) => describe({}, { credentials, ...options }),
    client: (options = {}) => client({ credentials, ...options }),
    async fault(members) {
      const body = JSON.stringify({ operation: "DescribeConformancePackStatus", account, ...members });
      const reply = await fetch(`${url}/_mock/faults`, { method: "POST", body });
      assert.equal(reply.status, 201, await reply.text());
    },
    async requests() {
      const reply = await fetch(`${url}/_mock/requests?account=${account}`);
      return (await reply.json()).requests;
    },
  };
}

test("two throttles are ridden out", async () => {
  const { fault, describe, requests } = world();
  await fault({ error: "ThrottlingException", times: 2 });
  const { $metadata } = await describe();
  assert.equal($metadata.httpStatusCode, 200);
  assert.equal($metadata.attempts, 3);
  assert.deepEqual((await requests()).map((request) => request.error), ["ThrottlingException", "ThrottlingException", null]);
});

test("six are given up on", async () => {
  const { fault, describe, requests } = world();
  await fault({ error: "ThrottlingException", times: 6 });
  const error = await refusal(describe());
  assert.equal(error.name, "ThrottlingException");
  assert.equal(error.message, "Rate exceeded");
  assert.equal(error.$metadata.attempts, 3);
  assert.equal((await requests()).length, 3);
});

test("server errors are ridden out", async () => {
  const { fault, describe } = world();
  await fault({ error: "ServiceUnavailable", status: 503, times: 2 });
  assert.equal((await describe()).$metadata.attempts, 3);
});

test("what is nobody's fault but the caller's is not tried again", async () => {
  const { fault, describe } = world();
  await fault({ error: "AccessDeniedException", message: "not you" });
  const error = await refusal(describe());
  assert.equal(error.name, "AccessDeniedException");
  assert.equal(error.message, "not you");
  assert.equal(error.$metadata.attempts, 1);
});

test("a connection that is reset", async () => {
  const { fault, describe, requests } = world();
  await fault({ connection: "reset", times: 2 });
  assert.equal((await describe()).$metadata.attempts, 3);
  assert.equal((await requests()).length, 3);
});

for (const connection of ["empty", "truncate"]) {
  test(`an answer that is ${connection}: ridden out or told, never taken for one`, async () => {
    const { fault, describe } = world();
    await fault({ connection, times: 1 });
    const answer = await describe().catch((error) => error);
    if (!(answer instanceof Error)) assert.deepEqual([answer.$metadata.attempts, answer.ConformancePackStatusDetails], [2, []]);
    assert.deepEqual((await describe()).ConformancePackStatusDetails, []);
  });
}

test("a delay", async () => {
  const { fault, describe } = world();
  await fault({ delayMs: 250, times: 1 });
  const began = performance.now();
  await describe();
  assert.ok(performance.now() - began >= 250);
});
