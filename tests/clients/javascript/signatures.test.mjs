// What this SDK signs verifies, and what was spoilt on the way does not.
import { DescribeConformancePackStatusCommand, ListTagsForResourceCommand } from "@aws-sdk/client-config-service";
import assert from "node:assert/strict";
import test from "node:test";
import { client, refusal, verifyingUrl } from "./support.mjs";

// the credentials of test_javascript.py's world
const plain = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const session = { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: "session/secret+of=one", sessionToken: "a+b/c==" };
const regions = ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"];

function signer(credentials, region = "us-east-1", options = {}) {
  return client({ endpoint: verifyingUrl, region, credentials, maxAttempts: 1, ...options });
}

/** Inputs of generated variety: lengths, characters that need escapes, several operations. */
function command(number) {
  if (number % 3 === 0) return new ListTagsForResourceCommand({ ResourceArn: `arn:ü☃😀/${"x".repeat(number)} "\\\n` });
  const names = Array.from({ length: number % 26 }, (_, index) => `pack-${number}-${index}`);
  return new DescribeConformancePackStatusCommand({ ConformancePackNames: names, Limit: number % 21 });
}

test("200 requests verify", async () => {
  for (let number = 0; number < 200; number++) {
    const sdk = signer(number % 2 ? plain : session, regions[number % regions.length]);
    const answer = await sdk.send(command(number)).catch((error) => error);
    const wanted = number % 3 === 0 ? "ResourceNotFoundException" : undefined; // past the signature, no such thing
    assert.equal(answer.name, wanted, `${number}: ${answer.message}`);
    sdk.destroy();
  }
});

/** A client whose requests are changed after they were signed. */
function spoiling(change) {
  const sdk = signer(plain);
  sdk.middlewareStack.add((next) => (args) => next({ ...args, request: change(args.request) ?? args.request }), {
    step: "finalizeRequest",
    priority: "low",
  });
  return sdk;
}

const spoilt = {
  body: (request) => void (request.body = '{"Limit":2}'),
  host: (request) => void (request.headers.host = "elsewhere.example"),
  time: (request) => void (request.headers["x-amz-date"] = request.headers["x-amz-date"].replace(/.Z$/, (end) => `${(+end[0] + 1) % 10}Z`)),
  signature: (request) =>
    void (request.headers.authorization = request.headers.authorization.replace(/.$/, (end) => (end === "0" ? "1" : "0"))),
  path: (request) => void (request.path = "/other"),
  query: (request) => void (request.query = { a: "b" }),
};

for (const [what, change] of Object.entries(spoilt)) {
  test(`a changed ${what} is refused`, async () => {
    const error = await refusal(spoiling(change).send(new DescribeConformancePackStatusCommand({ Limit: 1 })));
    assert.equal(error.name, "InvalidSignatureException", error.message);
    assert.match(error.message, /^The request signature we calculated does not match the signature you provided\./);
  });
}

test("wrong secrets, unknown keys, missing tokens", async () => {
  const send = (credentials) => refusal(signer(credentials).send(new DescribeConformancePackStatusCommand({})));
  assert.equal((await send({ ...plain, secretAccessKey: "guessed" })).name, "InvalidSignatureException");
  assert.equal((await send({ ...plain, accessKeyId: "AKIAUNKNOWN" })).name, "UnrecognizedClientException");
  assert.equal((await send({ ...session, sessionToken: undefined })).name, "UnrecognizedClientException");
  assert.equal((await send({ ...session, sessionToken: "another" })).name, "UnrecognizedClientException");
});

test("a clock that is 16 minutes slow", async () => {
  const sdk = signer(plain, "us-east-1", { systemClockOffset: -16 * 60 * 1000 });
  const error = await refusal(sdk.send(new DescribeConformancePackStatusCommand({})));
  assert.equal(error.name, "InvalidSignatureException");
  assert.match(error.message, /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/);
});
