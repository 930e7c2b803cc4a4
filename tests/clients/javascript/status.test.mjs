import assert from "node:assert/strict";
import test from "node:test";
import { describe } from "./support.mjs";

test("status by name", async () => {
  const { ConformancePackStatusDetails, NextToken, $metadata } = await describe({ ConformancePackNames: ["failed"] });
  assert.equal(ConformancePackStatusDetails.length, 1);
  const [pack] = ConformancePackStatusDetails;
  assert.equal(pack.ConformancePackName, "failed");
  assert.equal(pack.ConformancePackState, "CREATE_FAILED");
  assert.equal(pack.ConformancePackStatusReason, "Because “of” it: ☃ 😀");
  assert.match(pack.ConformancePackId, /^conformance-pack-[a-z0-9]{9}$/);
  assert.equal(
    pack.ConformancePackArn,
    `arn:aws:config:us-east-1:123456789012:conformance-pack/failed/${pack.ConformancePackId}`,
  );
  assert.match(pack.StackArn, /^arn:aws:cloudformation:us-east-1:123456789012:stack\/awsconfigconforms-failed-/);
  assert.equal(pack.LastUpdateRequestedTime.toISOString(), "2019-11-16T00:46:41.619Z");
  assert.equal(pack.LastUpdateCompletedTime.toISOString(), "2019-11-16T00:30:44.653Z");
  assert.equal(NextToken, undefined);
  assert.equal($metadata.httpStatusCode, 200);
  assert.match($metadata.requestId, /^[0-9a-f-]{36}$/);
});

test("a name that no pack has", async () => {
  assert.deepEqual((await describe({ ConformancePackNames: ["ghost"] })).ConformancePackStatusDetails, []);
});

test("another account and another region", async () => {
  const credentials = { accessKeyId: "210987654321", secretAccessKey: "secret" };
  const { ConformancePackStatusDetails } = await describe({}, { region: "eu-west-1", credentials });
  assert.deepEqual(ConformancePackStatusDetails.map((pack) => pack.ConformancePackName), ["elsewhere"]);
  assert.match(ConformancePackStatusDetails[0].ConformancePackArn, /^arn:aws:config:eu-west-1:210987654321:/);
});

test("the endpoint from the environment", async () => {
  process.env.AWS_ENDPOINT_URL_CONFIG_SERVICE = process.env.MOCK_URL;
  const { ConformancePackStatusDetails } = await describe({ ConformancePackNames: ["failed"] }, { endpoint: undefined });
  assert.equal(ConformancePackStatusDetails.length, 1);
});
