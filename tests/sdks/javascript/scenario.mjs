// The scenario with the AWS SDK for JavaScript, version 3.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as aws from "@aws-sdk/client-config-service";

const TEMPLATE = `
Resources:
  Versioning:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: versioning
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
`;

const client = (region) => new aws.ConfigServiceClient({ endpoint: process.env.MOCK_URL, region });
const config = client("us-east-1");
const full = client("us-west-2"); // where there are as many packs as there may be
const troubled = client("eu-west-1"); // which throttles, and permits nothing

const ok = (step) => console.log(`ok ${step}`);
const status = (input, from = config) => from.send(new aws.DescribeConformancePackStatusCommand(input));
const put = (input, to = config) => to.send(new aws.PutConformancePackCommand(input));
const remove = (name) => config.send(new aws.DeleteConformancePackCommand({ ConformancePackName: name }));

/** undefined when the pack is gone */
async function state(name) {
  const { ConformancePackStatusDetails: [pack] } = await status({ ConformancePackNames: [name] });
  return pack?.ConformancePackState;
}

async function wait(name, wanted) {
  for (let polls = 0; polls < 20; polls++) {
    if ((await state(name)) === wanted) return;
    await sleep(50);
  }
  throw new Error(`${name} is never ${wanted}`);
}

async function refused(kind, type, promise) {
  const answer = await promise.catch((error) => error);
  assert.ok(answer instanceof type, `${kind} ${type.name}: ${answer}`);
  ok(`${kind} ${answer.name}`);
}

const mine = { ConformancePackName: "mine", TemplateBody: TEMPLATE };
assert.ok((await put(mine)).ConformancePackArn);
ok("put");
assert.equal(await state("mine"), "CREATE_IN_PROGRESS");
ok("in progress");
await refused("put", aws.ResourceInUseException, put(mine));
await refused("delete", aws.ResourceInUseException, remove("mine"));
await wait("mine", "CREATE_COMPLETE");
ok("complete");

const names = [];
for await (const page of aws.paginateDescribeConformancePackStatus({ client: full }, {})) {
  names.push(...page.ConformancePackStatusDetails.map((pack) => pack.ConformancePackName));
}
assert.deepEqual(names, Array.from({ length: 45 }, (_, number) => `pack-${String(number).padStart(3, "0")}`));
ok("pages");

await refused("describe", aws.InvalidLimitException, status({ Limit: 21 }));
await refused("describe", aws.InvalidNextTokenException, status({ NextToken: "bogus" }));
await refused("describe", aws.InvalidParameterValueException, status({ ConformancePackNames: ["not a name"] }));
await refused("describe", aws.NoSuchConformancePackException,
  config.send(new aws.DescribeConformancePacksCommand({ ConformancePackNames: ["ghost"] })));
await refused("put", aws.InvalidParameterValueException, put({ ConformancePackName: "no-template" }));
await refused("put", aws.ConformancePackTemplateValidationException,
  put({ ConformancePackName: "empty", TemplateBody: "Resources: {}" }));
await refused("put", aws.MaxNumberOfConformancePacksExceededException,
  put({ ...mine, ConformancePackName: "one-more" }, full));
await refused("put", aws.InsufficientPermissionsException, put(mine, troubled));
await refused("delete", aws.NoSuchConformancePackException, remove("ghost"));

await status({}, troubled); // gets through at the third try
ok("retry");

await remove("mine");
ok("delete");
await wait("mine", undefined);
ok("gone");
