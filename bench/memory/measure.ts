import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";

import type { EncodeSpec, VideoSpec } from "#lib/media/encode-spec.ts";
import { ffmpegArgs } from "#lib/media/ffmpeg-args.ts";
import { detectCapabilities } from "#lib/media/capabilities.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";
import { peakMemory } from "./peak-memory.ts";

/**
 * What one rendition takes at its peak, by codec, size, preset and threads: the numbers behind
 * lib/media/estimate-memory.ts. Prints one line per case.
 */

const MIB = 1024 ** 2;
/** Longer than any encoder looks ahead. */
const FRAMES = 75;
const SIZES = { "360p": [640, 360], "1080p": [1920, 1080], "2160p": [3840, 2160] } as const;
type SizeName = keyof typeof SIZES;
type Case = {
  size: SizeName;
  codec: "h264" | "h265" | "av1" | "vp9";
  preset: VideoSpec["preset"];
  threads: number;
  bitDepth?: 8 | 10;
  /** Of the source, when it is another one. */
  source?: SizeName;
};

const folder = mkdtempSync(path.join(process.env["BENCH_DIR"] ?? process.cwd(), "bench-memory-"));
try {
  await measureAll();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureAll(): Promise<void> {
  const sources = Object.fromEntries(
    Object.entries(SIZES).map(([name, [width, height]]) => [name, makeSource(name, width, height)]),
  );
  const sandbox = await detectSandbox("off");
  console.log("codec,size,source,preset,threads,bits,residentMiB,addressMiB");
  for (const one of cases()) {
    const tools = { sandbox, slot: 9, memoryLimitBytes: 16 * 1024 * MIB, threads: one.threads };
    const source = sources[one.source ?? one.size] ?? "";
    const media = await probeMedia(source, tools);
    const job = { key: "only", spec: specOf(one), templateName: "bench" };
    const [run] = planEncode(media, [job], await detectCapabilities(tools)).runs;
    if (run === undefined) throw new Error("nothing is planned");
    const outputDir = path.join(folder, "out");
    mkdirSync(outputDir, { recursive: true });
    const options = { sourcePath: source, outputDirOf: () => outputDir, threads: one.threads };
    const peak = await peakMemory(ffmpegArgs(run, options));
    const mib = (bytes: number) => Math.round(bytes / MIB);
    const what = [one.codec, one.size, one.source ?? one.size, one.preset, one.threads, one.bitDepth ?? 8];
    console.log([...what, mib(peak.resident), mib(peak.address)].join(","));
  }
}

/** Noise, so that the encoder has as much to hold as with a film. */
function makeSource(name: string, width: number, height: number): string {
  const file = path.join(folder, `${name}.mp4`);
  const seconds = FRAMES / 25;
  const picture = `testsrc2=size=${width}x${height}:rate=25:duration=${seconds},noise=alls=12:allf=t`;
  const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "28", "-pix_fmt", "yuv420p"];
  execFileSync("ffmpeg", [
    "-nostdin",
    "-loglevel",
    "error",
    "-y",
    "-f",
    "lavfi",
    "-i",
    picture,
    ...x264,
    file,
  ]);
  return file;
}

function specOf({ size, codec, preset, bitDepth }: Case): EncodeSpec {
  const [width, height] = SIZES[size];
  return {
    container: "mp4",
    video: {
      codec,
      preset,
      bitDepth: bitDepth ?? 8,
      gopSeconds: 2,
      frameRate: { mode: "source" },
      deinterlace: "off",
      hdr: "to_sdr",
      denoise: "off",
      sharpen: "off",
      renditions: [{ name: size, width, height, rateControl: { mode: "crf", crf: 28 } }],
    },
    audio: null,
    watermarks: [],
    subtitles: "drop",
    metadata: "drop",
  };
}

function cases(): Case[] {
  const sizes = Object.keys(SIZES) as SizeName[];
  const found: Case[] = [];
  for (const size of sizes) {
    for (const preset of ["ultrafast", "veryfast", "medium"] as const)
      for (const threads of [1, 2]) found.push({ size, codec: "h264", preset, threads });
    for (const preset of ["ultrafast", "veryfast"] as const)
      for (const threads of [1, 2]) found.push({ size, codec: "h265", preset, threads });
    found.push({ size, codec: "av1", preset: "ultrafast", threads: 1 });
    found.push({ size, codec: "av1", preset: "veryfast", threads: 2 });
    found.push({ size, codec: "vp9", preset: "ultrafast", threads: 1 });
    found.push({ size, codec: "vp9", preset: "veryfast", threads: 2 });
  }
  found.push({ size: "360p", source: "2160p", codec: "h264", preset: "ultrafast", threads: 1 });
  found.push({ size: "360p", source: "2160p", codec: "h264", preset: "ultrafast", threads: 2 });
  found.push({ size: "2160p", codec: "h265", preset: "veryfast", threads: 1, bitDepth: 10 });
  found.push({ size: "1080p", codec: "h265", preset: "slower", threads: 2 });
  found.push({ size: "1080p", codec: "h264", preset: "slower", threads: 2 });
  found.push({ size: "2160p", codec: "h265", preset: "medium", threads: 1 });
  found.push({ size: "2160p", codec: "h264", preset: "medium", threads: 4 });
  return found;
}
