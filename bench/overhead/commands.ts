import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";

import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { ffmpegArgs } from "#lib/media/ffmpeg-args.ts";

import { makeFilm } from "../make-film.ts";
import { plainTools, planOne, specOf } from "../plain-run.ts";

/** Arguments of ffmpeg, and the folder that they fill. */
export type Command = { args: string[]; folder: string };

/** The predefined HLS ladder of H.264 with its upper three rungs. */
export function threeRungs(): EncodeSpec {
  const spec = specOf("System_HLS_H264");
  return { ...spec, video: { ...spec.video, renditions: spec.video.renditions.slice(0, 3) } };
}

/** 1080p in 20 Mbit/s, as a camera records it. */
export const makeSource = (file: string, seconds: number): Promise<string> =>
  makeFilm(file, {
    size: "1920x1080",
    seconds,
    video: ["-preset", "ultrafast", "-b:v", "20M"],
    rest: ["-movflags", "+faststart"],
  });

/** What ffmpegArgs spells for a template, without the product and its sandbox around it. */
export async function bareCommand(
  source: string,
  spec: EncodeSpec,
  folder: string,
  threads: number,
): Promise<Command> {
  const run = await planOne(source, spec, await plainTools(threads));
  return { args: ffmpegArgs(run, { sourcePath: source, outputDirOf: () => folder, threads }), folder };
}

/** The same ladder as a person would type it: one decode, three encodes, fragmented HLS. */
export function handWrittenCommand(source: string, folder: string, threads: number): Command {
  const rungs = [
    { size: "1920:1080", profile: "high", kbps: 5000 },
    { size: "1280:720", profile: "high", kbps: 2800 },
    { size: "854:480", profile: "high", kbps: 1400 },
  ];
  const names = rungs.map((_, index) => `v${index}`);
  const graph = [
    `[0:v]split=3${names.map((name) => `[${name}in]`).join("")}`,
    ...rungs.map(({ size }, index) => `[v${index}in]scale=${size}[v${index}]`),
  ].join(";");
  const x264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-g", "60", "-keyint_min", "60"];
  const hls = ["-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"];
  const video = rungs.flatMap(({ profile, kbps }, index) => [
    ...["-map", `[v${index}]`, ...x264, "-sc_threshold", "0", "-profile:v", profile],
    ...["-maxrate", `${kbps}k`, "-bufsize", `${2 * kbps}k`, ...hls, "-threads", String(threads)],
    ...["-hls_fmp4_init_filename", `init${index}.mp4`, path.join(folder, `v${index}.m3u8`)],
  ]);
  const audio = ["-map", "0:a", "-c:a", "aac", "-b:a", "128k", ...hls];
  const audioNames = ["-hls_fmp4_init_filename", "inita.mp4", path.join(folder, "a.m3u8")];
  const input = ["-threads", String(threads), "-i", source, "-filter_complex", graph];
  return { args: [...input, ...video, ...audio, ...audioNames], folder };
}

/** Seconds that a command takes, from start to exit. Its folder is empty before. */
export async function runAlone({ args, folder }: Command): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const started = performance.now();
  await run(args);
  return (performance.now() - started) / 1000;
}

async function run(args: readonly string[]): Promise<void> {
  const child = spawn("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${said}`);
}
