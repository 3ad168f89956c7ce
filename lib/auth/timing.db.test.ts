import { afterAll, beforeAll, expect, test } from "vitest";

import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import { hashPassword, verifyPassword } from "#lib/auth/password.ts";
import { verifyAccessKey } from "#lib/auth/verify-access-key.ts";
import { makeTestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";

/**
 * Whether the time of a refusal tells why. On a busy machine no two runs are alike, so the kinds are measured in turn,
 * a collection of each, and compared as distributions: the median of each kind must lie in the middle nine tenths of
 * every other. A comparison that stops at the first wrong byte, or a missing look-up or hash, is far outside.
 */

const SECRET = "0123456789abcdef0123456789abcdef01234567";
const KINDS = {
  unknownKey: `nobody-has-this-one:${SECRET}`,
  firstByteWrong: `timed:X${SECRET.slice(1)}`,
  lastByteWrong: `timed:${SECRET.slice(0, -1)}X`,
  shorter: "timed:0",
};

beforeAll(async () => {
  const { projectId } = await makeTestProject();
  await ensureAccessKey({
    projectId,
    accessKeyId: "timed",
    secret: SECRET,
    name: "timed",
    role: "viewer",
    dialects: ["*"],
  });
});
afterAll(stopBoss);

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

async function measure(
  works: Record<string, () => Promise<unknown>>,
  rounds: number,
): Promise<Record<string, { low: number; median: number; high: number }>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let round = -5; round < rounds; round++)
    for (const [name, work] of Object.entries(works)) {
      const started = performance.now();
      expect(await work()).toBeFalsy();
      // The first rounds warm up.
      if (round >= 0) times[name]?.push(performance.now() - started);
    }
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => {
      const sorted = list.sort((a, b) => a - b);
      return [name, { low: at(sorted, 0.05), median: at(sorted, 0.5), high: at(sorted, 0.95) }];
    }),
  );
}

function expectAlike(spans: Awaited<ReturnType<typeof measure>>): void {
  process.stdout.write(`${JSON.stringify(spans)}\n`);
  for (const [name, { median }] of Object.entries(spans))
    for (const [other, { low, high }] of Object.entries(spans)) {
      expect(median, `${name} against ${other}`).toBeGreaterThanOrEqual(low);
      expect(median, `${name} against ${other}`).toBeLessThanOrEqual(high);
    }
}

test("an unknown access key and a wrong secret take the same time", { timeout: 60_000 }, async () => {
  const works = Object.fromEntries(
    Object.entries(KINDS).map(([name, pair]) => [
      name,
      () => verifyAccessKey(`Basic ${Buffer.from(pair).toString("base64")}`, "native"),
    ]),
  );
  expectAlike(await measure(works, 300));
});

test("an unknown account and a wrong password take the same time", { timeout: 60_000 }, async () => {
  const hash = await hashPassword("the right one");
  expectAlike(
    await measure(
      {
        unknownAccount: () => verifyPassword(null, "a guess"),
        wrongPassword: () => verifyPassword(hash, "a guess"),
      },
      40,
    ),
  );
});
