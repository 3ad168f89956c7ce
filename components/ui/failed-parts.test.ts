import { expect, test, vi } from "vitest";

import {
  countFailedParts,
  noteFailedPart,
  retryFailedParts,
  subscribeFailedParts,
} from "#components/ui/failed-parts.ts";

test("what could not be fetched is noted until it is here", async () => {
  const listener = vi.fn();
  const stop = subscribeFailedParts(listener);
  const menu = vi.fn(async () => "menu").mockRejectedValueOnce(new Error("offline"));
  const dialog = vi.fn(async () => "dialog");
  noteFailedPart(menu);
  noteFailedPart(dialog);
  expect([countFailedParts(), listener.mock.calls.length]).toEqual([2, 2]);
  await retryFailedParts();
  expect([countFailedParts(), menu.mock.calls.length, dialog.mock.calls.length]).toEqual([1, 1, 1]);
  await retryFailedParts();
  expect([countFailedParts(), menu.mock.calls.length, dialog.mock.calls.length]).toEqual([0, 2, 1]);
  stop();
});
