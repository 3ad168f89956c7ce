import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import type { Failure, FailureCode } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { encodeRun } from "#lib/media/encode.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { type Clips, predefined, produce, realTools } from "#lib/media/test-pipeline.ts";
import { failureOf } from "#lib/worker/outcome.ts";

/** What can happen to ffmpeg, its disk and its memory while it runs; provoked on the real one by failure-table.db.test.ts. */
export type ToolRow = {
  what: string;
  code: FailureCode;
  isRetried: boolean;
  says?: RegExp;
  isWithoutEvidence?: boolean;
  needsMount?: boolean;
  /** `url`: a good source. */
  provoke: (clips: Clips, url: string) => Promise<Failure>;
};

export async function failureFrom(work: () => Promise<unknown>): Promise<Failure> {
  try {
    await work();
  } catch (error) {
    return failureOf(error);
  }
  throw new Error("it did not fail");
}

type Encoding = {
  memoryLimitBytes?: number;
  stallSeconds?: number;
  deadlineSeconds?: number;
  size?: string;
  spec?: EncodeSpec;
};

/** Encodes slowly enough to be disturbed; `disturb` is given the process number of the encoder. */
async function encode(
  clips: Clips,
  name: string,
  options: Encoding,
  disturb?: (pid: number) => void,
): Promise<Failure> {
  const source = clips.plain(`${name}.mp4`, { size: options.size ?? "1280x720", seconds: 4 });
  const { tools: usual, capabilities } = await realTools();
  const tools = { ...usual, memoryLimitBytes: options.memoryLimitBytes ?? usual.memoryLimitBytes };
  const spec = options.spec ?? predefined("System_MP4_H264");
  if (spec.video) spec.video.preset = "veryslow";
  const media = await probeMedia(source, usual);
  const [run] = planEncode(media, [{ key: "one", spec, templateName: "Slow" }], capabilities).runs;
  if (run === undefined) throw new Error("nothing was planned");
  const workDir = clips.path(`work-${name}`);
  mkdirSync(workDir);
  const over = new AbortController();
  const disturbance = (async () => {
    while (disturb && !over.signal.aborted) {
      const pid = encoderOf(workDir);
      if (pid === undefined) await sleep(50);
      else {
        // In the middle of it, not before it has begun.
        await sleep(600);
        disturb(pid);
        return;
      }
    }
  })();
  const failure = await failureFrom(() =>
    encodeRun(run, {
      tools,
      sourcePath: source,
      workDir,
      durationSeconds: run.expectedDurationSeconds,
      onProgress: () => undefined,
      onCommand: () => undefined,
      onLog: () => undefined,
      stallSeconds: options.stallSeconds,
      deadlineSeconds: options.deadlineSeconds ?? 60,
    }),
  );
  over.abort();
  await disturbance;
  return failure;
}

/** ffmpeg itself, not the sandbox around it. */
function encoderOf(workDir: string): number | undefined {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "ffmpeg" &&
          readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(workDir)
        );
      } catch {
        // It ended while it was looked at.
        return false;
      }
    });
}

/** A whole job on a disk of so many kilobytes. */
async function onSmallDisk(
  clips: Clips,
  name: string,
  spec: EncodeSpec,
  kilobytes: number,
): Promise<Failure> {
  const source = clips.plain(`${name}.mp4`, { seconds: 6 });
  const disk = clips.path(`disk-${name}`);
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k,mode=0711`, "none", disk]);
  try {
    return await failureFrom(() => produce(source, spec, `${disk}/work`));
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
}

export const TOOL_ROWS: readonly ToolRow[] = [
  {
    what: "the encoder stands still",
    code: "TASK_STALLED",
    isRetried: true,
    provoke: (clips) => encode(clips, "stall", { stallSeconds: 2 }, (pid) => process.kill(pid, "SIGSTOP")),
  },
  {
    what: "the encoder takes longer than it may",
    code: "TASK_TIMEOUT",
    isRetried: false,
    says: /1 s/,
    provoke: (clips) => encode(clips, "late", { deadlineSeconds: 1 }),
  },
  {
    what: "the encoder crashes",
    code: "UNKNOWN",
    isRetried: true,
    provoke: (clips) => encode(clips, "crash", {}, (pid) => process.kill(pid, "SIGSEGV")),
  },
  {
    what: "the system kills the encoder",
    code: "WORKER_OUT_OF_MEMORY",
    isRetried: true,
    provoke: (clips) => encode(clips, "kill", {}, (pid) => process.kill(pid, "SIGKILL")),
  },
  {
    what: "the encoder needs more memory than it may have",
    code: "WORKER_OUT_OF_MEMORY",
    isRetried: true,
    provoke: (clips) =>
      encode(clips, "memory", { memoryLimitBytes: 300 * 1024 ** 2, size: "3840x2160", stallSeconds: 10 }),
  },
  {
    // It says so, and then ends or stands still, as it happens.
    what: "SVT-AV1 has no addresses left",
    code: "WORKER_OUT_OF_MEMORY",
    isRetried: true,
    provoke: (clips) =>
      encode(clips, "addresses", {
        spec: predefined("System_MP4_AV1"),
        memoryLimitBytes: 2000 * 1024 ** 2,
        size: "3840x2160",
        stallSeconds: 5,
      }),
  },
  {
    what: "the disk fills while an MP4 is written",
    code: "WORKER_DISK_FULL",
    isRetried: true,
    needsMount: true,
    provoke: (clips) => onSmallDisk(clips, "mp4", predefined("System_MP4_H264"), 200),
  },
  {
    what: "the disk fills while an HLS ladder is written (F2: exit code 0)",
    code: "WORKER_DISK_FULL",
    isRetried: true,
    needsMount: true,
    provoke: (clips) => onSmallDisk(clips, "hls", predefined("System_HLS_H264"), 400),
  },
  {
    what: "the disk fills while a DASH ladder is written (F2: exit code 0)",
    code: "WORKER_DISK_FULL",
    isRetried: true,
    needsMount: true,
    provoke: (clips) => onSmallDisk(clips, "dash", predefined("System_DASH_MP4_H264"), 400),
  },
];
