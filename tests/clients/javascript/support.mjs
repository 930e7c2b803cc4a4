// What every script here uses. The server's URL is in the environment, its world is test_javascript.py's.
import { ConfigServiceClient, DescribeConformancePackStatusCommand } from "@aws-sdk/client-config-service";

export const url = process.env.MOCK_URL; // account 123456789012, us-east-1; its clock stands still
export const strictUrl = process.env.MOCK_STRICT_URL; // with --unknown-pack error
export const observedUrl = process.env.MOCK_OBSERVED_URL; // with --errors observed
export const verifyingUrl = process.env.MOCK_VERIFYING_URL; // with --verify-signatures

export function client(options = {}) {
  return new ConfigServiceClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "123456789012", secretAccessKey: "secret" },
    ...options,
  });
}

export function describe(input, options) {
  return client(options).send(new DescribeConformancePackStatusCommand(input));
}

/** What a call is refused with. */
export async function refusal(promise) {
  const answer = await promise.catch((error) => error);
  if (!(answer instanceof Error)) throw new Error(`not refused: ${JSON.stringify(answer)}`);
  return answer;
}

export async function advance(seconds) {
  const reply = await fetch(`${url}/_mock/clock/advance`, { method: "POST", body: JSON.stringify({ seconds }) });
  if (!reply.ok) throw new Error(await reply.text());
}
