import { execFileSync } from "node:child_process";
import { appendFile, chmod, rename, rm, stat, symlink, truncate, utimes } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { encodeRun, rawDirOf } from "#lib/media/encode.ts";
import { RAW } from "#lib/media/ffmpeg-args.ts";
import { packageJob, publishDirOf } from "#lib/media/package-job.ts";
import { type EncodeRun, type JobPlan, planEncode } from "#lib/media/plan-encode.ts";
import { probeHeads } from "#lib/media/probe-own.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { Clips, predefined, realTools } from "#lib/media/test-pipeline.ts";
import { hashFile } from "#lib/storage/hash-file.ts";
import { type AheadOptions, ReadAhead } from "#lib/worker/read-ahead.ts";

const clips = new Clips();
afterAll(() => clips.remove());

let source: string;
let run: EncodeRun;
let job: JobPlan;
let workDir: string;
let said: string[];
const all: ReadAhead[] = [];

beforeAll(async () => {
  const { tools, capabilities } = await realTools();
  source = clips.plain("source.mp4", { size: "320x180", seconds: 5 });
  const spec = predefined("System_HLS_H264", 2);
  const media = await probeMedia(source, tools);
  const plan = planEncode(media, [{ key: "job", spec, templateName: "HLS" }], capabilities);
  run = plan.runs[0]!;
  job = plan.jobs[0]!;
});

/** A finished encode: as if the muxer had only just given every segment its name. */
beforeEach(async () => {
  said = [];
  workDir = clips.path(`work-${all.length}-${Date.now()}`);
  const { tools } = await realTools();
  await encodeRun(run, {
    tools,
    sourcePath: source,
    workDir,
    durationSeconds: 5,
    onProgress: () => undefined,
    onCommand: () => undefined,
    onLog: () => undefined,
    deadlineSeconds: 100,
  });
  return async () => {
    await Promise.all(all.splice(0).map((ahead) => ahead.stop()));
  };
});

const raw = (name: string) => path.join(rawDirOf(workDir, job.key), name);
const SEGMENTS = [1, 2, 3].map((number) => RAW.segment(0, number));
const packaging = { primaryName: "clip.m3u8", mediaFolder: "clip.a1" };

async function begin(own: Partial<AheadOptions> = {}): Promise<ReadAhead> {
  const { tools } = await realTools();
  const ahead = new ReadAhead([job], {
    workDir,
    ownDir: path.join(workDir, "..", `ahead-${path.basename(workDir)}`),
    tools,
    log: { info: (text) => said.push(text) },
    signal: new AbortController().signal,
    mayRead: () => true,
    ...own,
  });
  all.push(ahead);
  return ahead;
}

/** Which of the first rendition's segments were read and lie there untouched. */
async function claimed(ahead: ReadAhead): Promise<boolean[]> {
  const before = ahead.of(job);
  await before.claim(raw(RAW.init(0)), "init");
  return Promise.all(SEGMENTS.map(async (name) => (await before.claim(raw(name), name)) !== null));
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let round = 0; !(await what()); round++) {
    if (round > 600) throw new Error(`waited in vain; it said: ${said.join("; ")}`);
    await sleep(50);
  }
}

async function isAllRead(ahead: ReadAhead): Promise<boolean> {
  const before = ahead.of(job);
  for (const [index, rendition] of job.renditions.entries()) {
    await before.claim(raw(RAW.init(index)), "init");
    for (const number of [1, 2, 3])
      if ((await before.claim(raw(RAW.segment(index, number)), "x")) === null) return false;
    if (before.head(rendition) === null) return false;
  }
  return true;
}

test("what is read ahead is what packaging, hashing and ffprobe find at the end", async () => {
  expect(job.renditions.length).toBe(2);
  const ahead = await begin();
  await until(() => isAllRead(ahead));
  await ahead.stop();
  const before = ahead.of(job);
  const packaged = await packageJob(job, { workDir, ...packaging, before });
  const dir = publishDirOf(workDir, job.key);
  expect(before.hashes.size).toBe(8);
  for (const [name, hashes] of before.hashes) expect(hashes).toEqual(await hashFile(path.join(dir, name)));

  // The same files again, with nothing known of them.
  for (const [index, { folder, segments, init }] of packaged.renditions.entries()) {
    await rename(path.join(dir, init ?? ""), raw(RAW.init(index)));
    for (const [at, segment] of segments.entries())
      await rename(path.join(dir, segment.path), raw(RAW.segment(index, at + 1)));
    await rm(path.join(dir, folder), { recursive: true });
  }
  const anew = await packageJob(job, { workDir, ...packaging });
  expect(packaged.renditions.map((rendition) => ({ ...rendition, head: null }))).toEqual(anew.renditions);
  const heads = await probeHeads(anew.renditions, { dir, tools: (await realTools()).tools });
  expect(packaged.renditions.map(({ head }) => head)).toEqual(heads);
  expect(said).toEqual([]);
});

test("a file that was touched since is read again, and its rendition's beginning looked at again", async () => {
  const ahead = await begin();
  await until(() => isAllRead(ahead));
  await ahead.stop();
  const first = raw(RAW.segment(0, 1));
  const { atime, mtime, mode } = await stat(first);
  // Other bytes of the same length, with the old time of modification.
  execFileSync("dd", ["if=/dev/zero", `of=${first}`, "bs=1", "count=4", "conv=notrunc", "status=none"]);
  await utimes(first, atime, mtime);
  await chmod(raw(RAW.segment(0, 2)), mode);
  const before = ahead.of(job);
  await before.claim(raw(RAW.init(0)), "init");
  expect(await before.claim(first, "1")).toBeNull();
  expect(await before.claim(raw(RAW.segment(0, 2)), "2")).toBeNull();
  expect(await before.claim(raw(RAW.segment(0, 3)), "3")).not.toBeNull();
  expect(before.head(job.renditions[0]!)).toBeNull();
  expect([...before.hashes.keys()]).toEqual(["init", "3"]);
});

test("segments are nothing without the initialisation that they were read with", async () => {
  const ahead = await begin();
  await until(() => isAllRead(ahead));
  await ahead.stop();
  await appendFile(raw(RAW.init(0)), Buffer.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]));
  expect(await claimed(ahead)).toEqual([false, false, false]);
  await rm(raw(RAW.init(0)));
  expect(await claimed(ahead)).toEqual([false, false, false]);
});

test("what is no plain file is not read", async () => {
  await rename(raw(RAW.segment(0, 1)), raw("elsewhere"));
  await symlink(raw("elsewhere"), raw(RAW.segment(0, 1)));
  await rm(raw(RAW.segment(0, 2)));
  execFileSync("mkfifo", [raw(RAW.segment(0, 2))]);
  const linked = await begin();
  await until(async () => said.length > 0);
  expect(said[0]).toMatch(/^nothing is read ahead any more: .*ELOOP/);
  await linked.stop();
  await rm(raw(RAW.segment(0, 1)));
  await rename(raw("elsewhere"), raw(RAW.segment(0, 1)));
  const piped = await begin();
  await until(async () => (await claimed(piped))[2] === true);
  await piped.stop();
  expect(await claimed(piped)).toEqual([true, false, true]);
});

test("a cut segment ends the reading, with a word in the log, and is left to packaging", async () => {
  await truncate(raw(RAW.segment(0, 2)), 100);
  const ahead = await begin();
  await until(async () => said.length > 0);
  await ahead.stop();
  expect(said).toEqual(["nothing is read ahead any more: Error: the file is cut inside a box"]);
  const before = ahead.of(job);
  await expect(packageJob(job, { workDir, ...packaging, before })).rejects.toMatchObject({
    failure: { code: "OUTPUT_VERIFICATION_FAILED", params: { check: "segments" } },
  });
});

test("what somebody else has to do with waits for him, and a stop waits for nobody", async () => {
  let isPast = false;
  const ahead = await begin({ mayRead: (_, index) => index === 1 || isPast });
  await until(async () => {
    const before = ahead.of(job);
    await before.claim(raw(RAW.init(1)), "init");
    return (await before.claim(raw(RAW.segment(1, 3)), "x")) !== null;
  });
  expect(await claimed(ahead)).toEqual([false, false, false]);
  isPast = true;
  await until(() => isAllRead(ahead));
  await ahead.stop();
  expect(said).toEqual([]);
});
