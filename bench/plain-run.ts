import { execFileSync } from "node:child_process";
import path from "node:path";

import { detectCapabilities } from "#lib/media/capabilities.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { encodeRun } from "#lib/media/encode.ts";
import { type EncodeRun, planEncode } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { probeMedia } from "#lib/media/probe.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";

/** ffmpeg as the product plans and spells it, without worker and sandbox around it. */

export async function plainTools(threads: number): Promise<Tools> {
  return { sandbox: await detectSandbox("off"), slot: 0, memoryLimitBytes: 8 * 1024 ** 3, threads };
}

/** A copy of a predefined template that has a picture. */
export function specOf(name: string): EncodeSpec & { video: NonNullable<EncodeSpec["video"]> } {
  const spec = structuredClone(PREDEFINED_SPECS.find((one) => one.name === name)?.spec);
  if (spec?.video == null) throw new Error(`${name} has no picture, or is gone.`);
  return { ...spec, video: spec.video };
}

/** The one run of ffmpeg that a template becomes. */
export async function planOne(source: string, spec: EncodeSpec, tools: Tools): Promise<EncodeRun> {
  const wanted = [{ key: "job", spec, templateName: "bench" }];
  const { runs } = planEncode(await probeMedia(source, tools), wanted, await detectCapabilities(tools));
  const [run] = runs;
  if (run === undefined || runs.length !== 1) throw new Error("The template is not one run of ffmpeg.");
  return run;
}

export const encodePlain = (run: EncodeRun, source: string, workDir: string, tools: Tools): Promise<void> =>
  encodeRun(run, {
    tools,
    sourcePath: source,
    workDir,
    durationSeconds: run.expectedDurationSeconds,
    onProgress: () => undefined,
    onCommand: () => undefined,
    onLog: () => undefined,
    deadlineSeconds: 3600,
  });

/** A moving picture with noise, so that it costs about what a film does, and a tone; `rate` as ffmpeg's options say it. */
export function makeFilm(folder: string, size: string, seconds: number, rate: readonly string[]): string {
  const file = path.join(folder, "source.mp4");
  execFileSync("ffmpeg", [
    ...["-nostdin", "-loglevel", "error", "-y"],
    ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=30:duration=${seconds},noise=alls=12:allf=t`],
    ...["-f", "lavfi", "-i", `sine=440:duration=${seconds}:sample_rate=48000`],
    ...["-c:v", "libx264", ...rate, "-profile:v", "high", "-pix_fmt", "yuv420p"],
    ...["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-movflags", "+faststart", file],
  ]);
  return file;
}
