import assert from "node:assert/strict";
import test from "node:test";
import { paginateDescribeConformancePackStatus } from "@aws-sdk/client-config-service";
import { client } from "./support.mjs";

const expected = Array.from({ length: 45 }, (_, number) => `pack-${String(number).padStart(3, "0")}`);

async function pages(settings, input) {
  const sizes = [];
  const names = [];
  for await (const page of paginateDescribeConformancePackStatus({ client: client(), ...settings }, input)) {
    sizes.push(page.ConformancePackStatusDetails.length);
    names.push(...page.ConformancePackStatusDetails.map((pack) => pack.ConformancePackName));
  }
  return { sizes, names: names.filter((name) => name.startsWith("pack-")) };
}

test("all pages", async () => {
  const { sizes, names } = await pages({}, {});
  assert.deepEqual(names, expected);
  assert.deepEqual(sizes, [20, 20, 8]);
});

for (const pageSize of [1, 7, 20]) {
  test(`pages of ${pageSize}`, async () => {
    const { sizes, names } = await pages({ pageSize }, {});
    assert.deepEqual(names, expected);
    assert.ok(sizes.slice(0, -1).every((size) => size === pageSize));
  });
}

test("pages of names", async () => {
  const { sizes, names } = await pages({ pageSize: 10 }, { ConformancePackNames: expected.slice(0, 25).reverse() });
  assert.deepEqual(names, expected.slice(0, 25));
  assert.deepEqual(sizes, [10, 10, 5]);
});

test("from a token on", async () => {
  const first = await paginateDescribeConformancePackStatus({ client: client(), pageSize: 20 }, {}).next();
  const { sizes } = await pages({ startingToken: first.value.NextToken }, {});
  assert.deepEqual(sizes, [20, 8]);
});
