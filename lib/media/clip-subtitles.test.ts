import { expect, test } from "vitest";
import { clipAss } from "#lib/media/clip-subtitles.ts";

const line = (from: string, to: string, text: string) =>
  `Dialogue: 0,${from},${to},Default,,0,0,0,,${text}\r\n`;
const HEAD = "[Script Info]\r\nScriptType: v4.00+\r\n\r\n[Events]\r\nFormat: Layer, Start, End, Text\r\n";
const SOURCE = [
  HEAD,
  line("0:00:01.00", "0:00:02.00", "ended"),
  line("0:59:58.50", "1:00:01.25", "begun, and {\\i1}on{\\i0}"),
  line("1:00:02.00", "1:00:02.50", "inside"),
  line("1:00:04.00", "1:00:09.00", "goes on"),
  line("1:00:05.00", "1:00:06.00", "after"),
].join("");

test("counts from the clip's beginning, and leaves nothing of what is outside", () => {
  expect(clipAss(SOURCE, { startSeconds: 3600, durationSeconds: 5, leadSeconds: 0 })).toBe(
    [
      HEAD,
      line("0:00:00.00", "0:00:01.25", "begun, and {\\i1}on{\\i0}"),
      line("0:00:02.00", "0:00:02.50", "inside"),
      line("0:00:04.00", "0:00:05.00", "goes on"),
    ].join(""),
  );
});

test("of a clip without an end keeps all that follows", () => {
  expect(clipAss(SOURCE, { startSeconds: 3604.5, durationSeconds: null, leadSeconds: 0 })).toBe(
    [HEAD, line("0:00:00.00", "0:00:04.50", "goes on"), line("0:00:00.50", "0:00:01.50", "after")].join(""),
  );
});
