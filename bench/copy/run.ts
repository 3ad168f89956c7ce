import { mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import type { EncodeRun } from "#lib/media/plan-encode.ts";

import { DELIVERED, makeFilm } from "../make-film.ts";
import { comparePairs, median } from "../processor-time.ts";
import { encodePlain, plainTools, planOne, specOf } from "../plain-run.ts";

/**
 * What taking streams over as they are saves: `node bench/copy/run.ts [--pairs 5] [--seconds 30] [--threads N]`.
 *
 * A 1080p source that is what System_MP4_H264 asks for, by that template with copying allowed and with copying not
 * allowed, in turn. Processor and wall of ffmpeg.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "5" },
    seconds: { type: "string", default: "30" },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const [pairs, seconds, threads] = [values.pairs, values.seconds, values.threads].map(Number) as [
  number,
  number,
  number,
];
const folder = mkdtempSync(path.join(tmpdir(), "vod-copy-"));
try {
  const tools = await plainTools(threads);
  const rate = ["-preset", "veryfast", "-b:v", "4500k", "-maxrate", "5500k", "-bufsize", "8000k", "-g", "60"];
  const source = await makeFilm(path.join(folder, "source.mp4"), {
    size: "1920x1080",
    seconds,
    video: [...rate, ...DELIVERED.profile],
    rest: DELIVERED.rest,
  });
  const spec = specOf("System_MP4_H264");
  const { audio, video } = spec;
  if (audio === null) throw new Error("System_MP4_H264 has no sound.");
  const plan = (copyWhenPossible: boolean) =>
    planOne(
      source,
      { ...spec, video: { ...video, copyWhenPossible }, audio: { ...audio, copyWhenPossible } },
      tools,
    );
  const [copied, encoded] = [await plan(true), await plan(false)];
  const isAll = ({ jobs }: EncodeRun, isCopy: boolean) =>
    jobs.every(
      ({ renditions }) => renditions.length === 2 && renditions.every((one) => one.isCopy === isCopy),
    );
  if (!isAll(copied, true) || !isAll(encoded, false))
    throw new Error(
      `Not planned as wanted: ${JSON.stringify(copied.jobs.flatMap(({ warnings }) => warnings))}`,
    );
  console.log(`Source: ${seconds} s of 1080p, ${statSync(source).size} bytes. ${threads} threads.`);
  const copy = () => encodePlain(copied, source, path.join(folder, "copied"), tools);
  const encode = () => encodePlain(encoded, source, path.join(folder, "encoded"), tools);
  await copy();
  const ratios = await comparePairs(pairs, ["copied", "encoded"], [copy, encode]);
  console.log("\n| Figure | Median |\n| --- | --- |");
  console.log(`| copied / encoded, processor | ${median(ratios.map(({ cpu }) => cpu))} |`);
  console.log(`| copied / encoded, wall | ${median(ratios.map(({ wall }) => wall))} |`);
  console.log(`| encoded / copied, wall | ${median(ratios.map(({ wall }) => 1 / wall))} |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
