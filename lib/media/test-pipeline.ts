import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detectCapabilities, type Capabilities } from "#lib/media/capabilities.ts";
import { PRIMARY_EXTENSION, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { encodeRun, type EncodeOptions } from "#lib/media/encode.ts";
import { encryptJob } from "#lib/media/encrypt-job.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { packageJob, publishDirOf, type PackagedJob } from "#lib/media/package-job.ts";
import { planEncode, type JobPlan } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { probeMedia } from "#lib/media/probe.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";
import { verifyJob, type VerifiedJob } from "#lib/media/verify-job.ts";

/** For the media tests: real tools, tiny generated clips, and the whole way from a source to verified files. */

export const X264 = ["-c:v", "libx264", "-preset", "superfast", "-pix_fmt", "yuv420p"];

/** A temporary folder with clips in it. */
export class Clips {
  readonly folder = mkdtempSync(join(tmpdir(), "media-test-"));

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs ffmpeg (outside the sandbox: the input is ours) and returns the path of what it made. */
  make(name: string, ...args: string[]): string {
    execFileSync("ffmpeg", [
      "-nostdin",
      "-hide_banner",
      "-loglevel",
      "error",
      "-y",
      ...args,
      `file:${this.path(name)}`,
    ]);
    return this.path(name);
  }

  /** Test pattern with a tone. */
  plain(name: string, options: { size?: string; fps?: number; seconds?: number } = {}): string {
    const { size = "640x360", fps = 30, seconds = 3 } = options;
    return this.make(
      name,
      "-f",
      "lavfi",
      "-i",
      `testsrc2=s=${size}:r=${fps}:d=${seconds}`,
      "-f",
      "lavfi",
      "-i",
      `sine=440:d=${seconds}:r=48000`,
      ...X264,
      "-c:a",
      "aac",
      "-movflags",
      "+faststart",
    );
  }

  /** Replaces bytes (latin1) of a file by as many others, wherever they are. @throws when they are nowhere. */
  patch(file: string, from: string, to: string): string {
    const bytes = readFileSync(file);
    const wanted = Buffer.from(from, "latin1");
    let at = bytes.indexOf(wanted);
    if (at < 0) throw new Error(`${file} does not hold ${JSON.stringify(from)}`);
    for (; at >= 0; at = bytes.indexOf(wanted, at + wanted.length)) bytes.write(to, at, "latin1");
    writeFileSync(file, bytes);
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let shared: Promise<{ tools: Tools; capabilities: Capabilities }> | undefined;

/** The strictest sandbox that works here, and what ffmpeg can do; detected once per test file. */
export function realTools(): Promise<{ tools: Tools; capabilities: Capabilities }> {
  shared ??= (async () => {
    const sandbox = await detectSandbox("auto");
    const tools: Tools = { sandbox, slot: 9, memoryLimitBytes: 4 * 1024 ** 3, threads: 2 };
    return { tools, capabilities: await detectCapabilities(tools) };
  })();
  return shared;
}

/** A predefined template's spec, with short segments so that a short clip has several. */
export function predefined(name: string, segmentSeconds = 2): EncodeSpec {
  const found = PREDEFINED_SPECS.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no predefined template ${name}`);
  const spec = structuredClone(found.spec);
  if (spec.segments) spec.segments.seconds = segmentSeconds;
  return spec;
}

export type Produced = {
  media: MediaInfo;
  plan: JobPlan;
  packaged: PackagedJob;
  verified: VerifiedJob;
  dir: string;
  log: string[];
};

/** Probe, plan, encode, package and verify; throws what any of them throws, a job's failure included. */
export async function produce(source: string, spec: EncodeSpec, workDir: string): Promise<Produced> {
  const [produced] = await produceAll(source, { only: spec }, workDir);
  if (!produced) throw new Error("nothing was produced");
  return produced;
}

export async function produceAll(
  source: string,
  specs: Record<string, EncodeSpec>,
  workDir: string,
  { assetFiles, ...own }: Pick<EncodeOptions, "assetFiles"> & Partial<Pick<Tools, "slot" | "threads">> = {},
): Promise<Produced[]> {
  const real = await realTools();
  const { capabilities } = real;
  const tools = { ...real.tools, ...own };
  const media = await probeMedia(source, tools);
  const wanted = Object.entries(specs).map(([key, spec]) => ({ key, spec, templateName: key }));
  const plan = planEncode(media, wanted, capabilities);
  const results: Produced[] = [];
  for (const job of plan.jobs)
    if (job.failure) throw Object.assign(new Error(job.failure.code), { failure: job.failure });
  for (const run of plan.runs) {
    const log: string[] = [];
    await encodeRun(run, {
      tools,
      sourcePath: source,
      workDir,
      assetFiles,
      durationSeconds: run.expectedDurationSeconds,
      onProgress: () => undefined,
      onCommand: (command) => log.push(command),
      onLog: ({ level, text }) => log.push(`${level}: ${text}`),
      deadlineSeconds: 100,
    });
    for (const job of run.jobs) {
      const packaged = await packageJob(job, {
        workDir,
        primaryName: `result${PRIMARY_EXTENSION[job.container]}`,
        mediaFolder: "result.a1",
      });
      const dir = publishDirOf(workDir, job.key);
      const verified = await verifyJob(job, packaged, { dir, tools });
      results.push({
        media,
        plan: job,
        packaged: await encryptJob(job, packaged, { dir, assetFiles }),
        verified,
        dir,
        log,
      });
    }
  }
  return results;
}
