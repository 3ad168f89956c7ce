import { expect, test } from "vitest";

import { UploadLocks } from "#lib/http/upload-locks.ts";

const calm = () => new AbortController().signal;

test("the second waits until the first, which is asked to, lets go; another upload is free", async () => {
  const locks = new UploadLocks();
  const order: string[] = [];
  const [first, second] = [locks.newLock("a"), locks.newLock("a")];
  await first.lock(calm(), () => void order.push("asked"));
  const waiting = second.lock(calm(), () => undefined).then(() => order.push("second"));
  await locks.newLock("b").lock(calm(), () => undefined);
  order.push("b");
  await first.unlock();
  order.push("gone");
  await waiting;
  expect(order).toEqual(["asked", "b", "gone", "second"]);
});

test("of several that wait, one at a time gets it", async () => {
  const locks = new UploadLocks();
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const lock = locks.newLock("a");
      await lock.lock(calm(), () => undefined);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
      await lock.unlock();
    }),
  );
  expect(most).toBe(1);
});

test("one that waits too long, or whose client has left, is refused", async () => {
  const locks = new UploadLocks(20);
  await locks.newLock("a").lock(calm(), () => undefined);
  await expect(locks.newLock("a").lock(calm(), () => undefined)).rejects.toMatchObject({
    code: "unavailable",
  });
  await expect(locks.newLock("a").lock(AbortSignal.abort(), () => undefined)).rejects.toMatchObject({
    code: "unavailable",
  });
});
