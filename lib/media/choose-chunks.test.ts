import { expect, test } from "vitest";

import { chooseChunks, type ChunkProspect } from "#lib/media/choose-chunks.ts";

/** Ten minutes of one rendition, which one process takes as long for. */
const usual: ChunkProspect = {
  wholeSeconds: 600,
  lengthSeconds: 600,
  renditions: 1,
  chunks: 16,
  ownSlots: 1,
  otherSlots: 0,
};

test.each<[string, Partial<ChunkProspect>, boolean]>([
  ["a second slot", {}, true],
  ["a slot of another worker", { ownSlots: 0, otherSlots: 1 }, true],
  ["no other slot", { ownSlots: 0 }, false],
  ["as many renditions as slots", { renditions: 2 }, false],
  ["as many renditions as slots, and another worker", { renditions: 2, otherSlots: 1 }, true],
  ["a source that is one chunk", { chunks: 1 }, false],
  ["no speed measured: by the slots alone", { wholeSeconds: null }, true],
  ["no speed measured, and no slot", { wholeSeconds: null, ownSlots: 0 }, false],
  ["an encode of ten seconds", { wholeSeconds: 10, lengthSeconds: 120, chunks: 4 }, false],
  ["an encode of a minute", { wholeSeconds: 60, lengthSeconds: 120, chunks: 4 }, true],
  ["a fast encode of a long source", { wholeSeconds: 30, lengthSeconds: 3600 }, false],
])("%s", (_, changes, isInChunks) => {
  expect(chooseChunks({ ...usual, ...changes }).isInChunks).toBe(isInChunks);
});

test("halves the time with a second slot, but for what the chunks cost", () => {
  expect(chooseChunks(usual).seconds).toBe(600 / 2 + 8 * 1.5 + 2 + 6);
});

/** The same numbers every time (mulberry32). */
function numbers(seed: number) {
  return (most: number) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (most + 1));
  };
}

test("of whatever prospect: chunks only for a gain, never without a slot more than one process fills, and rather so the longer it takes", () => {
  const random = numbers(1);
  let chosen = 0;
  for (let round = 0; round < 5_000; round++) {
    const prospect: ChunkProspect = {
      wholeSeconds: 1 + random(4_000),
      lengthSeconds: 120 + random(7_200),
      renditions: 1 + random(5),
      chunks: 1 + random(30),
      ownSlots: random(7),
      otherSlots: random(12),
    };
    const { wholeSeconds, renditions, ownSlots, otherSlots } = prospect;
    const { isInChunks, seconds } = chooseChunks(prospect);
    const about = JSON.stringify(prospect);
    if (!isInChunks) {
      expect(seconds, about).toBe(wholeSeconds);
      continue;
    }
    chosen += 1;
    expect(seconds, about).toBeLessThanOrEqual((wholeSeconds ?? 0) * 0.9);
    expect(1 + ownSlots + otherSlots, about).toBeGreaterThan(Math.min(renditions, 1 + ownSlots));
    const longer = { ...prospect, wholeSeconds: 2 * (wholeSeconds ?? 0) };
    expect(chooseChunks(longer).isInChunks, about).toBe(true);
  }
  expect(chosen).toBeGreaterThan(500);
});
