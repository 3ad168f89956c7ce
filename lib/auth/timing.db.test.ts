import { afterAll, beforeAll, expect, test } from "vitest";

import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import { hashPassword, verifyPassword } from "#lib/auth/password.ts";
import { verifyAccessKey } from "#lib/auth/verify-access-key.ts";
import { makeTestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";

/**
 * Whether the time of a refusal tells why. The kinds are measured in turn and the fastest runs of each are compared:
 * what else the machine does only adds to the others. A look-up or a hash that is left out makes a refusal many times
 * faster; the bound is far from that and from what a busy machine does to the fastest run of many.
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

/** The time of the second fastest run of each kind, in milliseconds. */
async function measure(works: Record<string, () => Promise<unknown>>, rounds: number): Promise<number[]> {
  const times = Object.values(works).map((): number[] => []);
  for (let round = -5; round < rounds; round++)
    for (const [index, work] of Object.values(works).entries()) {
      const started = performance.now();
      expect(await work()).toBeFalsy();
      // The first rounds warm up.
      if (round >= 0) times[index]?.push(performance.now() - started);
    }
  return times.map((list) => list.toSorted((a, b) => a - b)[1] ?? Number.NaN);
}

function expectAlike(fastest: readonly number[]): void {
  expect(Math.max(...fastest) / Math.min(...fastest), `milliseconds: ${fastest.join(", ")}`).toBeLessThan(2);
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
