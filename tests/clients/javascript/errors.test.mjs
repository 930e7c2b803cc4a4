import assert from "node:assert/strict";
import test from "node:test";
import * as config from "@aws-sdk/client-config-service";
import { client, describe, observedUrl, refusal, strictUrl } from "./support.mjs";

const names = Array.from({ length: 26 }, (_, number) => `n${number}`);
const cases = [
  ["InvalidLimitException", { Limit: 21 },
    "1 validation error detected: Value '21' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 20"],
  ["InvalidLimitException", { Limit: -1 },
    "1 validation error detected: Value '-1' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 0"],
  ["InvalidNextTokenException", { NextToken: "no token" }, "The nextToken provided is invalid"],
  ["InvalidParameterValueException", { ConformancePackNames: names },
    `1 validation error detected: Value '[${names.join(", ")}]' at 'conformancePackNames' failed to satisfy constraint: Member must have length less than or equal to 25`],
];

for (const [name, input, message] of cases) {
  test(`${name} by its class: ${JSON.stringify(input).slice(0, 40)}`, async () => {
    const error = await refusal(describe(input));
    assert.ok(error instanceof config[name]);
    assert.ok(error instanceof config.ConfigServiceServiceException);
    assert.equal(error.name, name);
    assert.equal(error.message, message);
    assert.equal(error.$fault, "client");
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.equal(error.$metadata.attempts, 1);
  });
}

test("NoSuchConformancePackException by its class, where it was asked for", async () => {
  const error = await refusal(describe({ ConformancePackNames: ["ghost"] }, { endpoint: strictUrl }));
  assert.ok(error instanceof config.NoSuchConformancePackException);
  assert.match(error.message, /ghost/);
});

test("constraints as observed", async () => {
  const error = await refusal(describe({ Limit: 21 }, { endpoint: observedUrl }));
  assert.equal(error.name, "ValidationException");
  assert.match(error.message, /^1 validation error detected: /);
});

test("types", async () => {
  const error = await refusal(describe({ NextToken: { not: "text" } }));
  assert.equal(error.name, "SerializationException");
  assert.equal(error.message, "Start of structure or map found where not expected.");
  assert.equal(error.$metadata.attempts, 1);
});

test("an operation that has neither code nor response is not retried", async () => {
  const error = await refusal(client().send(new config.DescribeConfigurationRecordersCommand({})));
  assert.equal(error.name, "NotImplementedException");
  assert.match(error.message, /DescribeConfigurationRecorders/);
  assert.equal(error.$metadata.httpStatusCode, 400);
  assert.equal(error.$metadata.attempts, 1);
});
