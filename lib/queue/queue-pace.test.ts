import { expect, test } from "vitest";

import { estimateWaitSeconds, type QueuePace } from "#lib/queue/queue-pace.ts";

const pace = (changes: Partial<QueuePace> = {}): QueuePace => ({
  slots: 4,
  freeSlots: 0,
  runSeconds: 80,
  ...changes,
});

test.each<[number, Partial<QueuePace>, number | null]>([
  [1, {}, 20],
  [12, {}, 240],
  [12, { slots: 1 }, 960],
  [1, { freeSlots: 2 }, 0],
  [3, { freeSlots: 2 }, 20],
  [5, { runSeconds: 0.1 }, 0],
  [1, { slots: 0 }, null],
  [1, { runSeconds: null }, null],
])("place %i at %j waits %s s", (position, changes, expected) => {
  expect(estimateWaitSeconds(position, pace(changes))).toBe(expected);
});
