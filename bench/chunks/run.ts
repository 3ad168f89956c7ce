import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { detectCapabilities } from "#lib/media/capabilities.ts";
import { chunkFile, encodeChunk, listChunks, sourceFrameTimes } from "#lib/media/encode-chunk.ts";
import { encodeRun, type EncodeOptions } from "#lib/media/encode.ts";
import { type Chunk, planChunks } from "#lib/media/plan-chunks.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";

import { comparePairs, costOf, median } from "../processor-time.ts";
import { makeSource } from "./make-source.ts";

/**
 * What chunks cost and bring: `node bench/chunks/run.ts [--pairs 3] [--seconds 130]`; for a second worker, workers.ts.
 *
 * One 720p source with noise and a tone, System_MP4_720p_H264, one thread a process. In turn: one process for it all; and
 * chunks in two slots, with reading the frames' times, checking the seams, the sound and the join. Processor seconds are
 * those of the tools that were waited for. `--machine` measures, besides, what two processes cost each other here.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "3" },
    seconds: { type: "string", default: "130" },
    machine: { type: "boolean", default: false },
  },
});
const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)];
const folder = mkdtempSync(path.join(tmpdir(), "vod-chunks-"));
const tools = { sandbox: await detectSandbox("off"), slot: 0, memoryLimitBytes: 4 * 1024 ** 3, threads: 1 };

try {
  const source = makeSource(path.join(folder, "source.mp4"), seconds);
  const media = await probeMedia(source, tools);
  const spec = PREDEFINED_SPECS.find(({ name }) => name === "System_MP4_720p_H264")?.spec;
  if (spec === undefined) throw new Error("System_MP4_720p_H264 is gone.");
  const wanted = [{ key: "job", spec, templateName: "bench" }];
  const run = planEncode(media, wanted, await detectCapabilities(tools)).runs[0];
  if (run === undefined) throw new Error("nothing to run");
  const chunks = planChunks(run, await sourceFrameTimes(run, media, source, { tools }));
  console.log(`Source: ${seconds} s of 720p, ${statSync(source).size} bytes; ${chunks.length} chunks.`);

  const whole = async (name = "whole") => encodeRun(run, optionsFor(source, name));
  const inChunks = async () => {
    const times = await sourceFrameTimes(run, media, source, { tools });
    const waiting = planChunks(run, times);
    const all = [...waiting];
    const slot = async () => {
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift())
        await encodeChunk(run, chunk, optionsFor(source, `chunks/${chunk.index}`));
    };
    await Promise.all([slot(), slot()]);
    const fileOf = ({ index }: Chunk, key: string, at: number) =>
      chunkFile(path.join(folder, `chunks/${index}`), key, at);
    const options = optionsFor(source, "joined");
    const list = await listChunks(run, all, { folder: path.join(folder, "chunks"), fileOf }, { tools });
    await encodeRun(run, { ...options, chunks: list });
  };

  const ratios = await comparePairs(pairs, ["in chunks", "whole"], [inChunks, () => whole()]);
  console.log("\n| Figure | Median | Target |\n| --- | --- | --- |");
  console.log(`| chunked / whole, processor | ${median(ratios.map(({ cpu }) => cpu))} | ≤ 1.12, aim 1.05 |`);
  console.log(
    `| two slots / one process, wall | ${median(ratios.map(({ wall }) => wall))} | ≤ 0.64, aim 0.58 |`,
  );
  if (values.machine) {
    const alone = await costOf(() => whole());
    const both = await costOf(() => Promise.all([whole("one"), whole("other")]));
    console.log(
      `| two processes at once / one, processor of each | ${(both.cpu / 2 / alone.cpu).toFixed(2)} | |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function optionsFor(source: string, name: string): EncodeOptions {
  return {
    tools,
    sourcePath: source,
    workDir: path.join(folder, name),
    durationSeconds: seconds,
    onProgress: () => undefined,
    onCommand: () => undefined,
    onLog: () => undefined,
    deadlineSeconds: 3600,
  };
}
