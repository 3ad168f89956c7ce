import { expect, test } from "vitest";

import type { Chunk } from "#lib/media/plan-chunks.ts";
import type { EncodeProgress } from "#lib/media/progress.ts";
import { ChunkProgress, secondsOf } from "#lib/worker/chunk-progress.ts";

const chunk = (index: number, startSeconds: number): Chunk => ({
  ...{ index, startSeconds, frames: 100, lateSeconds: 0 },
  ...{ fromSeconds: index === 0 ? null : startSeconds, toSeconds: null },
});
const CHUNKS = [chunk(0, 0), chunk(1, 30), chunk(2, 62)];
const pace = (percent: number) => ({ percent, fps: 10, speed: 2, etaSeconds: null });

test("counts the frames of all that encode at once, adds up their speeds, and forgets what one gave back", () => {
  const told: EncodeProgress[] = [];
  const progress = new ChunkProgress(CHUNKS, { hasSound: false, tell: (now) => told.push(now) });
  const [first, second] = [chunk(0, 0), chunk(1, 30)];
  progress.update(first, pace(50));
  progress.update(second, pace(20));
  expect(told.at(-1)).toEqual({ percent: (70 / 300) * 95, fps: 20, speed: 4, etaSeconds: 12 });
  progress.stopped(second);
  expect(told.at(-1)).toEqual({ percent: (50 / 300) * 95, fps: 10, speed: 2, etaSeconds: 25 });
  const count = told.length;
  progress.stopped(second);
  expect(told).toHaveLength(count);
  progress.done(first);
  expect(told.at(-1)).toEqual({ percent: (100 / 300) * 95, fps: null, speed: null, etaSeconds: null });
  progress.joining(pace(40));
  expect(told.at(-1)?.percent).toBe(97);
});

test("counts the sound in, when it is encoded beside the chunks", () => {
  const told: EncodeProgress[] = [];
  const progress = new ChunkProgress(CHUNKS, { hasSound: true, tell: (now) => told.push(now) });
  progress.sound(pace(40));
  expect(told.at(-1)).toEqual({ percent: 2, fps: null, speed: null, etaSeconds: null });
  progress.update(chunk(0, 0), pace(50));
  expect(told.at(-1)).toMatchObject({ percent: 2 + (50 / 300) * 90, fps: 10, speed: 2 });
});

test("a chunk is as long as to the next one, the last as the one before", () => {
  expect(secondsOf(CHUNKS)).toEqual([30, 32, 32]);
});
