import { expect, test } from "vitest";

import { MemoryPool, type MemoryShortage } from "#lib/worker/memory-pool.ts";

/** A worker's encoders on a pool of 100 bytes, each ended by hand. */
class Scene {
  readonly pool = new MemoryPool(100);
  /** What runs, in the order in which it began. */
  readonly begun: string[] = [];
  readonly shortages: MemoryShortage[] = [];
  readonly #ends = new Map<string, () => void>();

  start(name: string, bytes: number, signal = new AbortController().signal): Promise<string> {
    const ended = new Promise<void>((resolve) => this.#ends.set(name, resolve));
    const onWait = (shortage: MemoryShortage) => {
      this.shortages.push(shortage);
      return Promise.resolve();
    };
    return this.pool.hold(bytes, { signal, onWait }, async () => {
      this.begun.push(name);
      await ended;
      return name;
    });
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await this.settled();
  }

  /** Every step that follows from what was done is a microtask. */
  settled(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

test("what fits begins at once, what does not waits and is told how much is missing", async () => {
  const scene = new Scene();
  const first = scene.start("a", 60);
  void scene.start("b", 50);
  await scene.settled();
  expect(scene.begun).toEqual(["a"]);
  expect(scene.shortages).toEqual([{ needBytes: 50, freeBytes: 40, limitBytes: 100 }]);
  await scene.end("a");
  expect(await first).toBe("a");
  expect(scene.begun).toEqual(["a", "b"]);
  expect(scene.pool.freeBytes).toBe(50);
});

test("a small one goes before a large one that does not fit, but not for ever", async () => {
  const scene = new Scene();
  void scene.start("first", 30);
  void scene.start("large", 80);
  for (let i = 1; i <= 10; i++) void scene.start(`small${i}`, 5);
  await scene.settled();
  const eight = Array.from({ length: 8 }, (_, i) => `small${i + 1}`);
  expect(scene.begun).toEqual(["first", ...eight]);
  await scene.end("first");
  expect(scene.begun).toHaveLength(9);
  for (const name of eight) await scene.end(name);
  expect(scene.begun.slice(9)).toEqual(["large", "small9", "small10"]);
});

test("one that is larger than all runs alone", async () => {
  const scene = new Scene();
  void scene.start("small", 1);
  void scene.start("huge", 1000);
  await scene.settled();
  expect(scene.begun).toEqual(["small"]);
  expect(scene.shortages).toEqual([{ needBytes: 1000, freeBytes: 99, limitBytes: 100 }]);
  await scene.end("small");
  expect(scene.begun).toEqual(["small", "huge"]);
  expect(scene.pool.freeBytes).toBe(0);
  void scene.start("next", 1);
  await scene.settled();
  expect(scene.begun).toEqual(["small", "huge"]);
  await scene.end("huge");
  expect(scene.begun).toEqual(["small", "huge", "next"]);
});

test("a wait that is stopped ends with the reason, and those behind it go on", async () => {
  const scene = new Scene();
  void scene.start("a", 60);
  const stop = new AbortController();
  const stopped = scene.start("b", 100, stop.signal);
  for (let i = 1; i <= 8; i++) {
    void scene.start(`c${i}`, 1);
    await scene.end(`c${i}`);
  }
  // It waits behind b, which was overtaken often enough.
  void scene.start("d", 1);
  await scene.settled();
  expect(scene.begun).not.toContain("d");
  stop.abort(new Error("canceled"));
  await expect(stopped).rejects.toThrow("canceled");
  await scene.settled();
  expect(scene.begun.at(-1)).toBe("d");
  await scene.end("a");
  await scene.end("d");
  expect(scene.pool.freeBytes).toBe(100);
});

test("what fails gives its memory back, also when telling of the wait fails", async () => {
  const pool = new MemoryPool(100);
  const signal = new AbortController().signal;
  const onWait = () => Promise.reject(new Error("lost"));
  const broken = pool.hold(100, { signal, onWait }, async () => {
    await expect(pool.hold(1, { signal, onWait }, () => Promise.resolve())).rejects.toThrow("lost");
    throw new Error("died");
  });
  await expect(broken).rejects.toThrow("died");
  expect(pool.freeBytes).toBe(100);
  await expect(
    pool.hold(1, { signal: AbortSignal.abort(new Error("gone")), onWait }, () => Promise.resolve()),
  ).rejects.toThrow("gone");
});

test("a share that nobody has to wait for is given at once, or not at all", async () => {
  const pool = new MemoryPool(100);
  const release = pool.tryHold(60);
  expect(release).not.toBeNull();
  expect(pool.tryHold(60)).toBeNull();
  const options = { signal: new AbortController().signal, onWait: async () => undefined };
  const waiting = pool.hold(50, options, async () => pool.freeBytes);
  // 40 are free, and somebody stands in line before.
  expect(pool.tryHold(10)).toBeNull();
  release?.();
  expect(await waiting).toBe(50);
  expect(pool.freeBytes).toBe(100);
});
