import { expect, it } from "vitest";
import { countPackets } from "#lib/media/count-packets.ts";

const packet = (time: number | null, length = 0.5, stream = 0) => ({
  stream_index: stream,
  ...(time === null ? {} : { pts_time: String(time), dts_time: String(time) }),
  duration_time: String(length),
});
const lengths = (format: string, times: (number | null)[]) =>
  countPackets(
    times.map((time) => packet(time)),
    format,
  ).get(0);

it("counts from the first time to the end of the last packet", () => {
  expect(lengths("matroska,webm", [2, 2.5, 3])).toMatchObject({ packets: 3, durationSeconds: 1.5 });
});

it("adds up packets that have no times", () => {
  expect(lengths("h264", [null, null, null])).toMatchObject({ packets: 3, durationSeconds: 1.5 });
});

it("follows a transport stream's clock that is set anew, and keeps its short gaps", () => {
  expect(lengths("mpegts", [1, 1.5, 1, 1.5])).toMatchObject({ durationSeconds: 2 });
  expect(lengths("mpegts", [1, 1.5, 900, 900.5])).toMatchObject({ durationSeconds: 2 });
  expect(lengths("mpegts", [1, 1.5, 8])).toMatchObject({ durationSeconds: 7.5 });
});

it("adds up the pieces of a chained Ogg file", () => {
  expect(lengths("ogg", [0, 0.5, 0])).toMatchObject({ durationSeconds: 1.5 });
});

it("keeps streams apart", () => {
  const both = countPackets([packet(0), packet(5, 1, 1), packet(0.5)], "mpegts");
  expect([both.get(0)?.durationSeconds, both.get(1)?.durationSeconds]).toEqual([1, 1]);
});
