import { expect, test, vi } from "vitest";

import { lazyPart } from "#components/ui/lazy-part.ts";

test("a part is loaded once, and everyone who waits is told", async () => {
  const load = vi.fn(async () => "menu");
  const part = lazyPart(load);
  const listener = vi.fn();
  const stop = part.subscribe(listener);
  expect(part.get()).toBeNull();
  expect(await Promise.all([part.load(), part.load()])).toEqual(["menu", "menu"]);
  expect(part.get()).toBe("menu");
  expect([load.mock.calls.length, listener.mock.calls.length]).toEqual([1, 1]);
  stop();
});

test("what could not be fetched is asked for again", async () => {
  const load = vi.fn(async () => "menu").mockRejectedValueOnce(new Error("offline"));
  const part = lazyPart(load);
  await expect(part.load()).rejects.toThrow("offline");
  expect(part.get()).toBeNull();
  expect(await part.load()).toBe("menu");
});

test("prefetching in vain leaves the error to the one who opens the part", async () => {
  vi.useFakeTimers();
  const load = vi.fn(async () => "menu").mockRejectedValueOnce(new Error("offline"));
  const part = lazyPart(load);
  part.prefetch();
  part.prefetch();
  await vi.runAllTimersAsync();
  expect([load.mock.calls.length, part.get()]).toEqual([1, null]);
  expect(await part.load()).toBe("menu");
  vi.useRealTimers();
});
