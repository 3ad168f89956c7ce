import { expect, test } from "vitest";

import { hashPassword, verifyPassword } from "#lib/auth/password.ts";

test("a hash is argon2id with at least 19 MiB, salted, and verifies its own password only", async () => {
  const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=(19456|[2-9]\d{4,}),t=2,p=1\$/);
  expect(second).not.toBe(first);
  expect(await verifyPassword(first, "correct horse")).toBe(true);
  expect(await verifyPassword(first, "Correct horse")).toBe(false);
});

test("nobody's password is never right, and takes as long to refuse", async () => {
  const hash = await hashPassword("correct horse");
  await verifyPassword(null, "warm up");
  const time = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const known = await time(() => verifyPassword(hash, "wrong"));
  const unknown = await time(() => verifyPassword(null, "wrong"));
  expect(await verifyPassword(null, "nobody's password")).toBe(false);
  expect(unknown).toBeGreaterThan(known / 4);
});

test("a flood waits in a bounded line; the rest is told to come back", async () => {
  const hash = await hashPassword("correct horse");
  const settled = await Promise.allSettled(
    Array.from({ length: 60 }, () => verifyPassword(hash, "correct horse")),
  );
  const refused = settled.filter((one) => one.status === "rejected");
  expect(settled.filter((one) => one.status === "fulfilled" && one.value)).toHaveLength(34);
  expect(refused).toHaveLength(26);
  for (const one of refused) expect(one.reason).toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
  expect(await verifyPassword(hash, "correct horse")).toBe(true);
});
