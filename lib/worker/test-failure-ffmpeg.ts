import { copyFileSync, existsSync, mkdirSync } from "node:fs";

import type { Failure, FailureCode } from "#lib/errors.ts";
import { classifyFailure } from "#lib/media/classify-failure.ts";
import { runTool } from "#lib/media/run-tool.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";
import { type Clips, realTools } from "#lib/media/test-pipeline.ts";

/**
 * What ffmpeg is asked for that the worker and the planner never ask it for, and what becomes of its words: the rows of the
 * designs that a task cannot provoke. Run by failure-table.db.test.ts with the product's own runner.
 */
export type FfmpegRow = {
  what: string;
  /** ffmpeg's words, without which the row would show nothing. */
  words: RegExp;
  code: FailureCode;
  isRetried?: boolean;
  /** A word that the cause must hold. */
  says?: RegExp;
  memoryLimitBytes?: number;
  /** SANDBOX=off: in a sandbox there is no network. */
  hasNetwork?: boolean;
  make?: (clips: Clips) => void;
  /** `good`: a second of H.264 and AAC; `folder`: may be read and written to; `origin`: the server of test-failure-server.ts. */
  args: (at: { good: string; folder: string; origin: string }) => string[];
};

export type Where = Parameters<FfmpegRow["args"]>[0];

/** The folder that these ffmpegs read and write. */
export const ASKED = "asked";
export const asked = (clips: Clips, name: string): string => clips.path(`${ASKED}/${name}`);

export const X264 = ["-c:v", "libx264", "-preset", "ultrafast"];
export const read = (file: string, ...args: string[]) => [...args, "-i", `file:${file}`];
export const NOWHERE = ["-f", "null", "-"];

/** Encodes the picture with `args` and throws it away. */
export const picture =
  (...args: string[]) =>
  ({ good }: Where) => [...read(good), "-an", ...args, ...NOWHERE];

export const sound =
  (...args: string[]) =>
  ({ good }: Where) => [...read(good), "-vn", ...args, ...NOWHERE];

export type SaidByFfmpeg = { exitCode: number | null; line: string; failure: Failure };

/** Runs a row's ffmpeg as the product would, and classifies how it ended. */
export async function askFfmpeg(row: FfmpegRow, clips: Clips, origin: string): Promise<SaidByFfmpeg> {
  const folder = clips.path(ASKED);
  const good = asked(clips, "good.mp4");
  if (!existsSync(good)) {
    mkdirSync(folder);
    copyFileSync(clips.path("good.mp4"), good);
  }
  row.make?.(clips);
  const { tools: usual } = await realTools();
  const tools = {
    ...usual,
    ...(row.hasNetwork && { sandbox: await detectSandbox("off") }),
    memoryLimitBytes: row.memoryLimitBytes ?? usual.memoryLimitBytes,
  };
  const result = await runTool({
    tool: "ffmpeg",
    args: [
      ..."-nostdin -hide_banner -nostats -loglevel level+warning -y".split(" "),
      ...row.args({ good, folder, origin }),
    ],
    tools,
    readPaths: [],
    writeDir: folder,
    timeoutSeconds: 60,
  });
  const stopped = result.stopped === null ? null : "stalled";
  const failure = classifyFailure({
    ...result,
    stopped,
    template: "Mine",
    gotSeconds: 0.5,
    expectedSeconds: 1,
  });
  const line = failure.evidence.find((said) => row.words.test(said)) ?? "";
  return { exitCode: result.exitCode, line, failure };
}
