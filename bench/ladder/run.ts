import { mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { DELIVERED, makeFilm } from "../make-film.ts";
import { comparePairs, median } from "../processor-time.ts";
import { encodePlain, plainTools, planOne, specOf } from "../plain-run.ts";

/**
 * What one decode for all rungs saves: `node bench/ladder/run.ts [--pairs 3] [--seconds 10] [--threads N] [--template
 * System_HLS_H264] [--in-turn]`.
 *
 * A 1080p source and a template of four rungs. In turn: the product's one process, and four processes of the product's
 * spelling with one rung each, the sound with the largest; side by side unless `--in-turn`. The same threads for all.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "3" },
    seconds: { type: "string", default: "10" },
    threads: { type: "string", default: String(availableParallelism()) },
    template: { type: "string", default: "System_HLS_H264" },
    "in-turn": { type: "boolean", default: false },
  },
});
const [pairs, seconds, threads] = [values.pairs, values.seconds, values.threads].map(Number) as [
  number,
  number,
  number,
];
const TARGET = 0.72;
const folder = mkdtempSync(path.join(tmpdir(), "vod-ladder-"));
try {
  const tools = await plainTools(threads);
  const source = await makeFilm(path.join(folder, "source.mp4"), {
    size: "1920x1080",
    seconds,
    video: ["-preset", "fast", "-b:v", "12M", ...DELIVERED.profile],
    rest: DELIVERED.rest,
  });
  const spec = specOf(values.template);
  const together = await planOne(source, spec, tools);
  const rungs = spec.video.renditions;
  if (rungs.length !== 4) throw new Error(`${values.template} has ${rungs.length} rungs instead of four.`);
  const alone = await Promise.all(
    rungs.map((rung, index) => {
      const video = { ...spec.video, renditions: [rung] };
      return planOne(source, { ...spec, video, audio: index === 0 ? spec.audio : null }, tools);
    }),
  );
  const how = values["in-turn"] ? "one after the other" : "side by side";
  console.log(
    `Source: ${seconds} s of 1080p, ${statSync(source).size} bytes. ${values.template}, ${threads} threads, ${how}.`,
  );
  const one = () => encodePlain(together, source, path.join(folder, "together"), tools);
  const four = async () => {
    const work = (index: number) => path.join(folder, `alone-${index}`);
    if (!values["in-turn"])
      return Promise.all(alone.map((run, index) => encodePlain(run, source, work(index), tools)));
    for (const [index, run] of alone.entries()) await encodePlain(run, source, work(index), tools);
  };
  // Once for the cache.
  await one();
  const ratios = await comparePairs(pairs, ["one process", "four"], [one, four]);
  console.log("\n| Figure | Median | Target |\n| --- | --- | --- |");
  console.log(`| one process / four, processor | ${median(ratios.map(({ cpu }) => cpu))} | ≤ ${TARGET} |`);
  console.log(`| one process / four, wall | ${median(ratios.map(({ wall }) => wall))} | |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
