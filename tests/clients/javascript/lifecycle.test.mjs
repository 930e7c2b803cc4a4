// Packs that are put and deleted, and every kind of script. Each test has an account of its own; the clock is shared,
// and tests come one after the other.
import assert from "node:assert/strict";
import test from "node:test";
import * as config from "@aws-sdk/client-config-service";
import { advance, client, refusal, url } from "./support.mjs";

const CREATING = "CREATE_IN_PROGRESS";
const DELETING = "DELETE_IN_PROGRESS";

const TEMPLATE = `
Resources:
  Versioning:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: versioning
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
`;

let accounts = 700_000_000_000;

async function control(path, body) {
  const reply = await fetch(`${url}/_mock${path}`, { method: "POST", body: JSON.stringify(body) });
  assert.ok(reply.ok, await reply.text());
}

/** A tool that deploys packs into a new account, where these scripts hold. */
async function deployer(...scripts) {
  const account = String(accounts++);
  const sdk = client({ credentials: { accessKeyId: account, secretAccessKey: "secret" } });
  const send = (command, input) => sdk.send(new config[`${command}Command`](input));
  await control("/state", { scripts: scripts.map((script) => ({ ...script, account })) });

  async function status(name) {
    const { ConformancePackStatusDetails: found } = await send("DescribeConformancePackStatus", { ConformancePackNames: [name] });
    return found[0];
  }
  async function wait(name, pending, polls = 10) {
    const seen = [];
    while (seen.length < polls) {
      const pack = await status(name);
      seen.push(pack?.ConformancePackState ?? "gone");
      if (seen.at(-1) !== pending) return { seen, pack };
      await advance(10);
    }
    return { seen };
  }
  return {
    account, send, status,
    put: (name, more) => send("PutConformancePack", { ConformancePackName: name, TemplateBody: TEMPLATE, ...more }),
    remove: (name) => send("DeleteConformancePack", { ConformancePackName: name }),
    created: (name, polls) => wait(name, CREATING, polls),
    removed: (name, polls) => wait(name, DELETING, polls),
    move: (name, state) => control(`/packs/${name}/transition?account=${account}`, { ConformancePackState: state }),
  };
}

const to = (state, trigger, reason) => ({ ConformancePackState: state, ...trigger, ConformancePackStatusReason: reason });

test("a life", async () => {
  const tool = await deployer({ progression: "after 15s" });
  const answer = await tool.put("a", { DeliveryS3Bucket: "bucket", Tags: [{ Key: "owner", Value: "me" }] });
  assert.deepEqual(Object.keys(answer).sort(), ["$metadata", "ConformancePackArn"]);
  assert.ok(await refusal(tool.put("a")) instanceof config.ResourceInUseException);

  const { seen, pack } = await tool.created("a");
  assert.deepEqual(seen, [CREATING, CREATING, "CREATE_COMPLETE"]);
  assert.equal(pack.ConformancePackArn, answer.ConformancePackArn);
  assert.equal(pack.LastUpdateCompletedTime - pack.LastUpdateRequestedTime, 15_000);

  const { ConformancePackDetails: [details] } = await tool.send("DescribeConformancePacks", { ConformancePackNames: ["a"] });
  assert.equal(details.DeliveryS3Bucket, "bucket");
  assert.deepEqual(details.ConformancePackInputParameters, []);

  const updated = await tool.put("a");
  assert.equal(updated.ConformancePackArn, answer.ConformancePackArn);
  await tool.created("a");

  const removed = await tool.remove("a");
  assert.equal(removed.$metadata.httpStatusCode, 200);
  assert.deepEqual(Object.keys(removed), ["$metadata"]);
  assert.ok(await refusal(tool.remove("a")) instanceof config.ResourceInUseException);
  assert.deepEqual((await tool.removed("a")).seen, [DELETING, DELETING, "gone"]);
  assert.ok(await refusal(tool.remove("a")) instanceof config.NoSuchConformancePackException);
  const gone = await refusal(tool.send("DescribeConformancePacks", { ConformancePackNames: ["a"] }));
  assert.ok(gone instanceof config.NoSuchConformancePackException);
});

test("tags", async () => {
  const tool = await deployer();
  const { ConformancePackArn: ResourceArn } = await tool.put("a", { Tags: [{ Key: "a", Value: "1" }, { Key: "b", Value: "2" }] });
  await tool.send("TagResource", { ResourceArn, Tags: [{ Key: "b", Value: "3" }, { Key: "c", Value: "4" }] });
  await tool.send("UntagResource", { ResourceArn, TagKeys: ["a"] });
  const { Tags } = await tool.send("ListTagsForResource", { ResourceArn });
  assert.deepEqual(Tags, [{ Key: "b", Value: "3" }, { Key: "c", Value: "4" }]);
  const unknown = await refusal(tool.send("ListTagsForResource", { ResourceArn: `${ResourceArn}x` }));
  assert.ok(unknown instanceof config.ResourceNotFoundException);
  const many = Array.from({ length: 49 }, (_, number) => ({ Key: `k${number}`, Value: "" }));
  assert.ok(await refusal(tool.send("TagResource", { ResourceArn, Tags: many })) instanceof config.TooManyTagsException);
});

test("each error by its class", async () => {
  const tool = await deployer();
  const template = await refusal(tool.put("a", { TemplateBody: "Resources: {}" }));
  assert.ok(template instanceof config.ConformancePackTemplateValidationException);
  assert.equal(template.message, "Invalid conformance pack template provided. Errors found: " +
    "[Template format error: At least one Resources member must be defined.]. Fix your template and try again.");
  assert.ok(await refusal(tool.put("a", { TemplateS3Uri: "s3://b/k" })) instanceof config.InvalidParameterValueException);
  assert.ok(await refusal(tool.put("9")) instanceof config.InvalidParameterValueException);
  for (let number = 0; number < 50; number++) await tool.put(`pack-${number}`);
  assert.ok(await refusal(tool.put("one-more")) instanceof config.MaxNumberOfConformancePacksExceededException);
});

test("fails after thirty seconds", async () => {
  const tool = await deployer({ match: "bad-*", on: "create", transitions: [to("CREATE_FAILED", { afterSeconds: 30 }, "no such role")] });
  await tool.put("bad-a");
  const { seen, pack } = await tool.created("bad-a");
  assert.deepEqual(seen, [CREATING, CREATING, CREATING, "CREATE_FAILED"]);
  assert.equal(pack.ConformancePackStatusReason, "no such role");
  assert.equal(pack.LastUpdateCompletedTime, undefined);
});

test("hangs for ever", async () => {
  const tool = await deployer({ on: "create", transitions: [] });
  await tool.put("a");
  assert.deepEqual(new Set((await tool.created("a", 30)).seen), new Set([CREATING]));
  assert.ok(await refusal(tool.remove("a")) instanceof config.ResourceInUseException);
});

test("fails once and then succeeds", async () => {
  const tool = await deployer({ on: "create", times: 1, transitions: [to("CREATE_FAILED", { afterPolls: 1 }, "once")] });
  await tool.put("a");
  assert.deepEqual((await tool.created("a")).seen, [CREATING, "CREATE_FAILED"]);
  await tool.put("a");
  assert.deepEqual((await tool.created("a")).seen, [CREATING, "CREATE_COMPLETE"]);
});

test("an update that fails keeps the time of success", async () => {
  const tool = await deployer({ on: "update", transitions: [to("CREATE_FAILED", { afterSeconds: 5 }, "no")] });
  await tool.put("a");
  const before = (await tool.created("a")).pack;
  await tool.put("a");
  const after = (await tool.created("a")).pack;
  assert.equal(after.ConformancePackState, "CREATE_FAILED");
  assert.deepEqual(after.LastUpdateCompletedTime, before.LastUpdateCompletedTime);
  assert.ok(after.LastUpdateRequestedTime > before.LastUpdateRequestedTime);
});

test("fails to delete and then can be deleted", async () => {
  const tool = await deployer(
    { on: "delete", times: 1, transitions: [to("DELETE_FAILED", { afterSeconds: 5 }, "rules remain")] },
    { progression: "immediate", on: "create" },
  );
  await tool.put("a");
  await tool.remove("a");
  const { seen, pack } = await tool.removed("a");
  assert.deepEqual(seen, [DELETING, "DELETE_FAILED"]);
  assert.equal(pack.ConformancePackStatusReason, "rules remain");
  await tool.remove("a");
  assert.deepEqual((await tool.removed("a")).seen, [DELETING, "gone"]);
});

for (const [how, seen] of [["immediate", ["CREATE_COMPLETE"]], ["polls 2", [CREATING, CREATING, "CREATE_COMPLETE"]],
  ["after 25s", [CREATING, CREATING, CREATING, "CREATE_COMPLETE"]]]) {
  test(how, async () => {
    const tool = await deployer({ progression: how });
    await tool.put("a");
    assert.deepEqual((await tool.created("a")).seen, seen);
    await tool.remove("a");
    assert.deepEqual((await tool.removed("a")).seen, [...seen.slice(1).map(() => DELETING), "gone"]);
  });
}

test("manual", async () => {
  const tool = await deployer({ progression: "manual" });
  await tool.put("a");
  assert.deepEqual((await tool.created("a", 3)).seen, [CREATING, CREATING, CREATING]);
  await tool.move("a", "CREATE_COMPLETE");
  assert.equal((await tool.status("a")).ConformancePackState, "CREATE_COMPLETE");
});
