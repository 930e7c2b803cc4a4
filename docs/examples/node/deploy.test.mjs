import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deploy } from "./deploy.mjs";
import { startMock } from "./mock.mjs";

const TEMPLATE = `
Resources:
  RootMfa:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: root-mfa
      Source: {Owner: AWS, SourceIdentifier: ROOT_ACCOUNT_MFA_ENABLED}
`;

let mock;
before(async () => (mock = await startMock()));
after(() => mock.stop());

test("it waits until the pack is there", async () => {
  const mine = mock.account();
  await mine.add({ scripts: [{ progression: "after 3m" }] });
  assert.match(await deploy(mine.client, "baseline", TEMPLATE, mine.sleep), /:conformance-pack\/baseline\//);
  assert.ok((await mine.requests("DescribeConformancePackStatus")).length > 1);
});

test("a throttled start", async () => {
  const mine = mock.account();
  await mine.fault({ operation: "PutConformancePack", error: "ThrottlingException", times: 2 });
  await deploy(mine.client, "baseline", TEMPLATE, mine.sleep);
  const statuses = (await mine.requests("PutConformancePack")).map((request) => request.status);
  assert.deepEqual(statuses, [400, 400, 200]);
});

test("a pack that fails", async () => {
  const mine = mock.account();
  const failure = { ConformancePackState: "CREATE_FAILED", afterSeconds: 60, ConformancePackStatusReason: "No such role." };
  await mine.add({ scripts: [{ match: "bad-*", on: "create", transitions: [failure] }] });
  await assert.rejects(deploy(mine.client, "bad-pack", TEMPLATE, mine.sleep), /No such role\./);
});

test("a pack that hangs", async () => {
  const mine = mock.account();
  await mine.add({ scripts: [{ on: "create", transitions: [] }] });
  await assert.rejects(deploy(mine.client, "baseline", TEMPLATE, mine.sleep), /still being created/);
});
