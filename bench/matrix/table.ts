import type { Outcome, Pair } from "./pair.ts";
import { PLAYED_SOURCES } from "./play.ts";
import type { MatrixSource } from "./sources.ts";

export type Row = Outcome & { source: MatrixSource; template: Pair["template"]; isPlayed: boolean };

/** docs/matrix.md: which versions, when, the table (a template a line, a source a column), and what was wrong. */
export function matrixPage(
  rows: readonly Row[],
  templates: readonly { name: string }[],
  facts: { ffmpeg: string; parallel: number; minutes: number; cores: number; load: number; date: Date },
): string {
  const sources = [...new Map(rows.map(({ source }) => [source.name, source])).values()];
  const failed = rows.filter(({ problems }) => problems.length > 0);
  const lines = [
    "# The matrix",
    "",
    "Every source below with every predefined template, through the product's own probe, planner, encoder, packager and",
    "verification; then seen by programs that are none of the product's: ffprobe decodes every frame of every rendition,",
    "m3u8-parser and mpd-parser read the playlists and manifests, mp4box the MP4 files and segments; the first picture is",
    "compared with the source's, and the tone of every sound is measured. What has to come out is written down by hand",
    "beside each source (`bench/matrix/sources.ts`).",
    "",
    "`npm run test:matrix` runs it; `npm run test:matrix -- --write` writes this page. A fixed tenth of it is in `npm test`.",
    "",
    `Run on ${facts.date.toISOString().slice(0, 10)} with ${facts.ffmpeg}: ${rows.length - failed.length} passed, ${failed.length} failed.`,
    `${facts.minutes.toFixed(0)} minutes, ${facts.parallel} at a time on ${facts.cores} cores; load average of the machine ${facts.load.toFixed(1)}.`,
    "",
    "## Sources",
    "",
    ...table(
      ["Name", "What", "Seconds"],
      sources.map(({ name, title, seconds }) => [name, title, String(seconds)]),
    ),
    "",
    "## Results",
    "",
    "Seconds from the source to the last check; p: and played to its end in chromium by the product's player",
    `(Shaka; sources ${PLAYED_SOURCES.join(", ")}; HEVC, which Debian's chromium does not play, by its codec string and the`,
    "full decode alone). A code: this failure is what has to happen. ✗: see below.",
    "",
    ...table(
      ["Template", ...sources.map(({ name }) => name)],
      templates.map(({ name: template }) => [
        template.replace("System_", ""),
        ...sources.map(({ name }) => cellOf(rows, name, template)),
      ]),
    ),
    "",
  ];
  if (failed.length === 0) return lines.join("\n");
  const faults = failed.flatMap(({ source, template, problems }) =>
    problems.map((problem) => `- ${source.name}, ${template}: ${problem}`),
  );
  return [...lines, "## Wrong", "", ...faults, ""].join("\n");
}

function cellOf(rows: readonly Row[], source: string, template: string): string {
  const row = rows.find((one) => one.source.name === source && one.template === template);
  if (!row) return "";
  if (row.problems.length > 0) return "✗";
  if (row.result !== "verified") return row.result.replace("INPUT_", "");
  return `${row.seconds.toFixed(1)}${row.isPlayed ? " p" : ""}`;
}

/** A Markdown table as prettier lays it out. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)];
}
