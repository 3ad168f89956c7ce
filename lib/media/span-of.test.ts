import { expect, it } from "vitest";
import { spanOf } from "#lib/media/span-of.ts";

it("takes the frames of a day", () => {
  const frames = 24 * 3600 * 25;
  const times = Array.from({ length: frames }, (_, frame) => ((frame * 7) % frames) / 25);
  expect(spanOf(times)).toEqual({ first: 0, last: (frames - 1) / 25 });
});
