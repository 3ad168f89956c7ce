import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { bareCommand, handWrittenCommand, makeSource, runAlone, threeRungs } from "./commands.ts";
import { Api, submitAndMeasure, type Measured } from "./product-run.ts";
import { startProduct } from "#e2e/support/product.ts";
import { freePort } from "#lib/launcher/free-port.ts";

/**
 * What the product costs on top of ffmpeg: `node bench/overhead/run.ts [--pairs 5] [--seconds 30]`, after `npm run build`.
 *
 * One 1080p source, an HLS template of three rungs. The base is the faster of two commands that are run alone: the one that
 * ffmpegArgs spells for that template, and one written by hand. Same threads, warm cache, product and base in turn.
 */
const TARGETS = { ratio: 1.03, outside: 1, first: 0.5, p95: 100 };

const { values } = parseArgs({
  options: { pairs: { type: "string", default: "5" }, seconds: { type: "string", default: "30" } },
});
const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)];
const folder = mkdtempSync(path.join(tmpdir(), "vod-overhead-"));
chmodSync(folder, 0o711);
const threads = availableParallelism();
const product = await startProduct(path.join(folder, "data"), await freePort(), { WORKER_SLOTS: "1" });
try {
  const source = await makeSource(path.join(folder, "source.mp4"), seconds);
  console.log(
    `Source: ${seconds} s of 1080p, ${statSync(source).size} bytes. Threads: ${threads}. Pairs: ${pairs}.`,
  );
  const work = path.join(folder, "base");
  mkdirSync(work);
  const commands = {
    ffmpegArgs: await bareCommand(source, threeRungs(), path.join(work, "args"), threads),
    byHand: handWrittenCommand(source, path.join(work, "hand"), threads),
  };
  const api = new Api(product.url);
  const ready = await api.prepare(source, threeRungs());
  // Once each for the cache, and to choose the base.
  const once = { ffmpegArgs: await runAlone(commands.ffmpegArgs), byHand: await runAlone(commands.byHand) };
  const base = once.ffmpegArgs <= once.byHand ? "ffmpegArgs" : "byHand";
  console.log(
    `Alone, once: ffmpegArgs ${show(once.ffmpegArgs)} s, by hand ${show(once.byHand)} s; base: ${base}.`,
  );
  const results: (Measured & { base: number })[] = [];
  for (let pair = 1; pair <= pairs; pair++) {
    const isBaseFirst = pair % 2 === 1;
    const before = isBaseFirst ? await runAlone(commands[base]) : 0;
    const measured = await submitAndMeasure(api, ready, `overhead/${pair}`);
    const alone = isBaseFirst ? before : await runAlone(commands[base]);
    results.push({ ...measured, base: alone });
    console.log(
      `Pair ${pair}: alone ${show(alone)} s, product ${show(measured.total)} s, of which ffmpeg ${show(measured.encoding)} s`,
    );
    await sleep(500);
  }
  report(results);
} finally {
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
}

function report(results: readonly (Measured & { base: number })[]): void {
  const calls = results.flatMap((one) => one.calls);
  const rows: [string, string, string][] = [
    [
      "product / base, whole task",
      show(median(results.map((one) => one.total / one.base))),
      `≤ ${TARGETS.ratio}`,
    ],
    ["product's ffmpeg / base", show(median(results.map((one) => one.encoding / one.base))), ""],
    [
      "seconds outside ffmpeg",
      show(median(results.map((one) => one.total - one.encoding))),
      `< ${TARGETS.outside}`,
    ],
    ["submit to first encode, s", show(median(results.map((one) => one.first))), `< ${TARGETS.first}`],
    [`API p50 meanwhile, ms (${calls.length} calls)`, show(quantile(calls, 0.5)), ""],
    ["API p95 meanwhile, ms", show(quantile(calls, 0.95)), `< ${TARGETS.p95}`],
  ];
  console.log("\n| Figure | Median | Target |\n| --- | --- | --- |");
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}

function show(value: number): string {
  return value.toFixed(3);
}
function median(all: readonly number[]): number {
  return quantile(all, 0.5);
}
function quantile(all: readonly number[], share: number): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
