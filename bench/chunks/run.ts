import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { encodeSound } from "#lib/media/encode-sound.ts";
import { chunkFile, encodeChunk, listChunks, sourceFrameTimes } from "#lib/media/encode-chunk.ts";
import { encodeRun } from "#lib/media/encode.ts";
import { type Chunk, planChunks } from "#lib/media/plan-chunks.ts";
import { probeMedia } from "#lib/media/probe.ts";

import { chunkedFilm } from "../make-film.ts";
import { encodePlain, plainOptions, plainTools, planOne, specOf } from "../plain-run.ts";
import { comparePairs, costOf, median } from "../processor-time.ts";

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
const tools = await plainTools(1);

try {
  const source = await chunkedFilm(path.join(folder, "source.mp4"), seconds);
  const media = await probeMedia(source, tools);
  const run = await planOne(source, specOf("System_MP4_720p_H264"), tools, media);
  const optionsFor = (name: string) => plainOptions(run, source, path.join(folder, name), tools);
  const chunks = planChunks(run, await sourceFrameTimes(run, media, source, { tools }));
  console.log(`Source: ${seconds} s of 720p, ${statSync(source).size} bytes; ${chunks.length} chunks.`);

  const whole = (name = "whole") => encodePlain(run, source, path.join(folder, name), tools);
  const inChunks = async () => {
    const times = await sourceFrameTimes(run, media, source, { tools });
    const waiting = planChunks(run, times);
    const all = [...waiting];
    const slot = async () => {
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift())
        await encodeChunk(run, chunk, optionsFor(`chunks/${chunk.index}`));
    };
    const withSound = async () => {
      const sound = await encodeSound(run, optionsFor("joined"));
      await slot();
      return sound;
    };
    const [sound] = await Promise.all([withSound(), slot()]);
    const fileOf = ({ index }: Chunk, key: string, at: number) =>
      chunkFile(path.join(folder, `chunks/${index}`), key, at);
    const lists = await listChunks(run, all, { folder: path.join(folder, "chunks"), fileOf }, { tools });
    await encodeRun(run, { ...optionsFor("joined"), chunks: { ...lists, sound } });
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
