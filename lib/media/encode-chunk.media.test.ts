import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { encodeSound } from "#lib/media/encode-sound.ts";
import { chunkFile, encodeChunk, listChunks, sourceFrameTimes } from "#lib/media/encode-chunk.ts";
import { encodeRun, type EncodeOptions } from "#lib/media/encode.ts";
import { packageJob, publishDirOf } from "#lib/media/package-job.ts";
import { chunkObstacle, planChunks, type Chunk } from "#lib/media/plan-chunks.ts";
import { planEncode, type EncodeRun, type JobPlan } from "#lib/media/plan-encode.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { Clips, predefined, realTools } from "#lib/media/test-pipeline.ts";
import { verifyJob } from "#lib/media/verify-job.ts";

const clips = new Clips();
afterAll(() => clips.remove());

const SECONDS = 7;
const picture = (fps: string) => ["-f", "lavfi", "-i", `testsrc2=s=320x180:r=${fps}:d=${SECONDS}`];
const tone = ["-f", "lavfi", "-i", `sine=440:d=${SECONDS}:r=48000`];
const openGop = ["-c:v", "libx264", "-preset", "superfast", "-pix_fmt", "yuv420p", "-bf", "3"];
const x264 = (params: string) => [...openGop, "-x264-params", `scenecut=0:${params}`, "-c:a", "aac"];

beforeAll(() => {
  const keyed = x264("keyint=45:open-gop=1");
  clips.make("open.mp4", ...picture("25"), ...tone, ...keyed);
  const thinned = "select='if(lt(mod(t,4),2),1,not(mod(n,5)))'";
  clips.make("varying.mp4", ...picture("60"), ...tone, "-vf", thinned, "-vsync", "vfr", ...x264("keyint=70"));
  // Begins in the middle of a group of pictures, behind an edit list.
  clips.make("cut.mp4", "-ss", "0.7", "-i", clips.path("open.mp4"), "-c", "copy");
  clips.make("late.mkv", ...tone, "-itsoffset", "0.2", ...picture("30000/1001"), ...x264("keyint=50"));
  clips.make("rounded.mkv", ...tone, "-itsoffset", "0.003", ...picture("25"), ...x264("keyint=50"));
}, 60_000);

function files(): Record<string, EncodeSpec> {
  const specs = { file: predefined("System_MP4_H264"), list: predefined("System_HLS_H264") };
  for (const { video } of Object.values(specs)) {
    if (!video) continue;
    video.preset = "superfast";
    video.gopSeconds = 2;
  }
  return specs;
}

/** A run of some of them, as if its source were long. */
async function plan(source: string, keys: string[]) {
  const { tools, capabilities } = await realTools();
  const media = await probeMedia(source, tools);
  const wanted = Object.entries(files())
    .filter(([key]) => keys.includes(key))
    .map(([key, spec]) => ({ key, spec, templateName: key }));
  const run = planEncode(media, wanted, capabilities).runs[0];
  if (!run) throw new Error("nothing to run");
  expect(chunkObstacle({ ...run, expectedDurationSeconds: 3600 })).toBeNull();
  const times = await sourceFrameTimes(run, media, source, { tools });
  return { run, times, chunks: planChunks(run, times, 2) };
}

async function optionsFor(source: string, workDir: string): Promise<EncodeOptions> {
  const { tools } = await realTools();
  return {
    tools,
    sourcePath: source,
    workDir,
    durationSeconds: SECONDS,
    onProgress: () => undefined,
    onCommand: () => undefined,
    onLog: () => undefined,
    deadlineSeconds: 100,
  };
}

async function encodeInChunks(source: string, run: EncodeRun, chunks: readonly Chunk[], name: string) {
  const folder = clips.path(name);
  const folderOf = ({ index }: Chunk) => join(folder, String(index));
  const options = await optionsFor(source, clips.path(`${name}.whole`));
  for (const chunk of chunks) await encodeChunk(run, chunk, { ...options, workDir: folderOf(chunk) });
  const fileOf = (chunk: Chunk, key: string, index: number) => chunkFile(folderOf(chunk), key, index);
  const lists = await listChunks(run, chunks, { folder, fileOf }, options);
  const sound = await encodeSound(run, options);
  await encodeRun(run, { ...options, chunks: { ...lists, sound } });
  return options.workDir;
}

async function verified(job: JobPlan, workDir: string) {
  const { tools } = await realTools();
  const primaryName = job.key === "file" ? "a.mp4" : "a.m3u8";
  const packaged = await packageJob(job, { workDir, primaryName, mediaFolder: "a.1" });
  const dir = publishDirOf(workDir, job.key);
  return { ...(await verifyJob(job, packaged, { dir, tools })), renditions: packaged.renditions, dir };
}

/** Frames in each segment of every rung. Where the sound is cut depends on which stream comes first. */
const segmentFrames = ({ renditions }: Awaited<ReturnType<typeof verified>>) =>
  renditions
    .filter(({ plan: { kind } }) => kind === "video")
    .map(({ segments }) => segments.map(({ samples }) => samples));

/** Packet times of a stream, in order. */
function timesOf(file: string, stream: string): number[] {
  const args = [
    "-v",
    "error",
    "-select_streams",
    stream,
    "-show_entries",
    "packet=pts_time",
    "-of",
    "csv=p=0",
  ];
  const text = execFileSync("ffprobe", [...args, file]).toString();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Number(line.split(",")[0]))
    .sort((a, b) => a - b);
}

/** How like its source each frame of a result is. */
function likeness(result: string, source: string, name: string): number[] {
  const stats = clips.path(`${name}.ssim`);
  const numbered = (input: number) => `[${input}:v]scale=320:180,settb=1/25,setpts=N`;
  const graph = `${numbered(0)}[a];${numbered(1)}[b];[a][b]ssim=stats_file=${stats}`;
  const inputs = ["-i", result, "-i", source];
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", ...inputs, "-lavfi", graph, "-f", "null", "-"]);
  return [...readFileSync(stats, "utf8").matchAll(/All:([\d.]+)/g)].map((found) => Number(found[1]));
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each([
  ["B-frames and open groups of pictures", "open.mp4", ["file", "list"]],
  ["a frame rate that varies", "varying.mp4", ["file", "list"]],
  ["an edit list", "cut.mp4", ["file"]],
  ["29.97 frames a second that begin late", "late.mkv", ["file"]],
  ["a start that is no whole frame", "rounded.mkv", ["file", "list"]],
])("encoded in chunks, a source with %s", (_, name, keys) => {
  it("becomes what one process makes of it", { timeout: 60_000 }, async () => {
    const source = clips.path(name);
    const { run, times, chunks } = await plan(source, keys);
    expect(chunks.length).toBe(3);
    const chunkedDir = await encodeInChunks(source, run, chunks, `${name}.chunks`);
    const single = await optionsFor(source, clips.path(`${name}.single`));
    await encodeRun(run, single);
    for (const job of run.jobs) {
      const [inChunks, whole] = [await verified(job, chunkedDir), await verified(job, single.workDir)];
      expect(inChunks.primary.video[0]?.frameCount).toBe(times.length);
      expect(segmentFrames(inChunks)).toEqual(segmentFrames(whole));
      if (job.key !== "file") continue;
      const [file, other] = [join(inChunks.dir, "a.mp4"), join(whole.dir, "a.mp4")];
      const [shown, expected] = [timesOf(file, "v:0"), timesOf(other, "v:0")];
      expect(shown.length).toBe(expected.length);
      expect(shown.every((time, at) => at === 0 || time > (shown[at - 1] ?? 0))).toBe(true);
      expect(Math.max(...shown.map((time, at) => Math.abs(time - (expected[at] ?? 0))))).toBeLessThan(0.02);
      expect(Math.abs((timesOf(file, "a:0")[0] ?? 9) - (timesOf(other, "a:0")[0] ?? 0))).toBeLessThan(0.02);
      const [own, theirs] = [likeness(file, source, "own"), likeness(other, source, "theirs")];
      expect(own.length).toBe(times.length);
      for (const { startSeconds } of chunks.slice(1)) {
        const near = (_: number, at: number) => Math.abs((times[at] ?? 0) - startSeconds) <= 0.5;
        expect(Math.abs(mean(own.filter(near)) - mean(theirs.filter(near)))).toBeLessThan(0.005);
      }
    }
  });
});

describe("a seam that does not fit", () => {
  it("is found: a chunk of too few frames, a missing one, one of another decoder", async () => {
    const source = clips.path("open.mp4");
    const { run, chunks } = await plan(source, ["file"]);
    const options = await optionsFor(source, clips.path("seams/0"));
    const first = chunks[0];
    if (!first) throw new Error("no chunk");
    const seams = { code: "OUTPUT_VERIFICATION_FAILED", params: { check: "seams" } };
    await expect(encodeChunk(run, { ...first, frames: first.frames + 1 }, options)).rejects.toMatchObject({
      failure: seams,
    });
    const fileIn = (folder: string, key: string, index: number) =>
      chunkFile(clips.path(`seams/${folder}`), key, index);
    const place = {
      folder: clips.path("seams"),
      fileOf: (_: Chunk, key: string, index: number) => fileIn("0", key, index),
    };
    const { tools } = options;
    await encodeChunk(run, first, options);
    await expect(listChunks(run, chunks, place, { tools })).rejects.toMatchObject({ failure: seams });
    // As many frames as the first, of the same picture, from an encoder that was set up otherwise.
    await encodeChunk(run, first, { ...options, workDir: clips.path("seams/1") });
    clips.make("other.mp4", "-i", fileIn("0", "file", 0), "-c:v", "libx264", "-preset", "veryslow");
    copyFileSync(clips.path("other.mp4"), fileIn("1", "file", 0));
    const twins = [first, { ...first, index: 1, startSeconds: first.startSeconds + 2 }];
    const fileOf = (chunk: Chunk, key: string, index: number) => fileIn(String(chunk.index), key, index);
    await expect(listChunks(run, twins, { ...place, fileOf }, { tools })).rejects.toMatchObject({
      failure: { ...seams, params: { detail: expect.stringContaining("decoders") as string } },
    });
  });
});
