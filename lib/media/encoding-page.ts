import { writeFileSync } from "node:fs";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { type ArgsOptions, videosOf } from "#lib/media/ffmpeg-args.ts";
import { FITS } from "#lib/media/fits.ts";
import { untrustedInputArgs } from "#lib/media/input-args.ts";
import { qualityArgs } from "#lib/media/measure-quality.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { OPTION_EXAMPLES } from "#lib/media/option-examples.ts";
import { type EncodeRun, type JobPlan, planEncode } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { runCommands } from "#lib/media/run-commands.ts";
import { CAPABILITIES, mediaInfo } from "#lib/media/test-media-info.ts";

const INTRO = `# Encoding

What each option of a template does, and the ffmpeg arguments that it becomes. This page is written by
\`node lib/media/encoding-page.ts\` from the same code that the worker runs; a test holds it to that.

The console's template editor shows the whole command for a sample. Nothing is silently ignored: an option that is not
done, a codec that does not go into a container, and whatever the installed ffmpeg lacks are refused by name. A picture
is never enlarged, sizes are even, and the renditions of a task come from one decode; a job with a clip of its own or in
two passes has its own.
`;

/** docs/encoding.md. */
export function encodingPage(): string {
  return [
    INTRO,
    "## What goes into which container\n",
    `${table([["Container", "Video", "Audio"], ...containerRows()])}\n`,
    "Audio containers hold no video; HLS, DASH and CMAF hold a ladder, the others one rendition. HLS with MPEG-TS segments",
    "takes H.264 and AAC.\n",
    "## Options\n",
    "The arguments are those that the example adds to `System_MP4_H264`, or that it changes there.\n",
    `${table([["Example", "What it does", "ffmpeg arguments"], ...optionRows()])}\n`,
    "## Predefined templates\n",
    `${table([["Name", "What it gives", "Renditions"], ...templateRows()])}\n`,
  ].join("\n");
}

function containerRows(): string[][] {
  return Object.entries(FITS).map(([container, { video, audio }]) => [
    container,
    video.join(", ") || "none",
    audio.join(", "),
  ]);
}

function optionRows(): string[][] {
  return OPTION_EXAMPLES.map(({ option, does, set, source = mediaInfo() }) => {
    const spec = base();
    set(spec);
    return [code(option), does, code(changed(spec, source))];
  });
}

function templateRows(): string[][] {
  return PREDEFINED_SPECS.map(({ name, description, spec }) => {
    const rungs = (spec.video?.renditions ?? []).map(({ name: rung, rateControl }) =>
      rateControl.mode === "crf" && rateControl.maxKbps !== undefined
        ? `${rung} (CRF ${rateControl.crf}, at most ${rateControl.maxKbps} kbit/s)`
        : rung,
    );
    return [code(name), description, rungs.join(", ") || "sound alone"];
  });
}

function base(): EncodeSpec {
  return encodeSpecSchema.parse(
    structuredClone(PREDEFINED_SPECS.find(({ name }) => name === "System_MP4_H264")?.spec),
  );
}

/** The arguments of `spec` for `source` that the base template would not have had for an ordinary file. */
function changed(spec: EncodeSpec, source: MediaInfo): string {
  const before = new Set(pairs(commands(base(), mediaInfo())[0] ?? []));
  const all = commands(spec, source);
  const main = all.at(-1) ?? [];
  const added = pairs(main).filter((pair) => !before.has(pair));
  if (added.length === 0) throw new Error("an example of an option changes nothing");
  return added.join(" ");
}

function commands(spec: EncodeSpec, source: MediaInfo): string[][] {
  const { runs, jobs } = planEncode(source, [{ key: "job", spec, templateName: "T" }], CAPABILITIES);
  const failure = jobs[0]?.failure;
  if (failure) throw new Error(`an example cannot be planned: ${JSON.stringify(failure)}`);
  const options = { sourcePath: "/input", outputDirOf: () => "/output", threads: 2 };
  return runs.flatMap((run) => [
    ...runCommands(run, options),
    ...run.jobs.flatMap((job) => comparisons(run, job, options)),
  ]);
}

function comparisons(run: EncodeRun, job: JobPlan, options: ArgsOptions): string[][] {
  if (job.quality.length === 0) return [];
  const input = { path: "/output/result.mp4", args: untrustedInputArgs("/output/result.mp4") };
  return videosOf(job).map((video) => qualityArgs({ run, job, video, input }, options));
}

/** An option with its value; a value that stands alone by itself. */
function pairs(args: readonly string[]): string[] {
  return args.flatMap((arg, at) => {
    const next = args[at + 1];
    if (!arg.startsWith("-") || arg === "-1") return args[at - 1]?.startsWith("-") ? [] : [arg];
    const isFlag = next === undefined || (next.startsWith("-") && next !== "-1");
    return [isFlag ? arg : `${arg} ${next}`];
  });
}

const code = (text: string) => `\`${text}\``;

/** As prettier aligns it. */
function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

// node lib/media/encoding-page.ts: writes the page.
if (process.argv[1]?.endsWith("encoding-page.ts") === true) writeFileSync("docs/encoding.md", encodingPage());
