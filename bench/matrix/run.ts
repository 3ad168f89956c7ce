import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";

import { runPair, type Outcome, type Pair } from "./pair.ts";
import { isPlayed, startResultPlayer } from "./play.ts";
import { SOURCES } from "./sources.ts";
import { matrixPage, type Row } from "./table.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { Clips, predefined } from "#lib/media/test-pipeline.ts";

/**
 * The matrix: `npm run test:matrix -- [--sources hd,uhd --templates System_MP4_H264,… --parallel 2 --write]`. Every source
 * with every predefined template, through the product's pipeline; what comes out is looked at by programs that are not
 * the product's, and played. `--write` writes docs/matrix.md. Ends with `N passed, N failed`.
 */
const { values } = parseArgs({
  options: {
    sources: { type: "string" },
    templates: { type: "string" },
    parallel: { type: "string", default: String(Math.min(4, availableParallelism())) },
    write: { type: "boolean", default: false },
  },
});
/** All, or those that are named. */
function chosen<T extends { name: string }>(all: readonly T[], names: string | undefined): readonly T[] {
  const wanted = names?.split(",");
  const unknown = wanted?.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no ${unknown}: ${all.map(({ name }) => name).join(", ")}.`);
  return all.filter(({ name }) => wanted?.includes(name) ?? true);
}
const sources = chosen(SOURCES, values.sources);
const templates = chosen(PREDEFINED_SPECS, values.templates);

const startedAt = performance.now();
const clips = new Clips();
const player = await startResultPlayer();
const rows: Row[] = [];
try {
  for (const source of sources) {
    const sourcePath = source.make(clips);
    const pairs: Pair[] = templates.map(({ name }) => ({ source, template: name, spec: predefined(name) }));
    const work = async (slot: number) => {
      for (let pair = pairs.shift(); pair !== undefined; pair = pairs.shift()) {
        const workDir = clips.path(`${source.name}-${pair.template}`);
        const use = isPlayed(pair) ? player.play : undefined;
        tell(pair, await runPair(pair, { sourcePath, workDir, slot, threads: 1, use }));
      }
    };
    await Promise.all(Array.from({ length: Number(values.parallel) }, (_, index) => work(9 + index)));
  }
} finally {
  await player.stop();
  clips.remove();
}
const failed = rows.filter(({ problems }) => problems.length > 0).length;
if (values.write) {
  const version = execFileSync("ffmpeg", ["-version"]).toString().split(" ", 3).join(" ");
  const page = matrixPage(rows, templates, {
    ffmpeg: version,
    parallel: Number(values.parallel),
    minutes: (performance.now() - startedAt) / 60_000,
    cores: availableParallelism(),
    load: loadavg()[1] ?? 0,
    date: new Date(),
  });
  writeFileSync(new URL("../../docs/matrix.md", import.meta.url), page);
}
console.log(`${rows.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function tell(pair: Pair, outcome: Outcome): void {
  const row = { source: pair.source, template: pair.template, isPlayed: isPlayed(pair), ...outcome };
  rows.push(row);
  const played = row.isPlayed && row.problems.length === 0 ? " and played" : "";
  const result = `${row.result}${played}`;
  console.log(
    `${row.source.name.padEnd(11)} ${row.template.padEnd(26)} ${result.padEnd(20)} ${row.seconds.toFixed(1)} s`,
  );
  for (const problem of row.problems) console.log(`    ${problem}`);
}
