import { FailureError } from "#lib/errors.ts";
import { evidenceLines } from "#lib/media/classify-failure.ts";
import { runTool, type Tools } from "#lib/media/run-tool.ts";

/** One packet is a line of at most about forty bytes; a day of sixty frames a second is five million. */
const MOST_LINES = 6_000_000;

type ReadOptions = {
  stream: string;
  tools: Tools;
  readPaths: readonly string[];
  signal?: AbortSignal | undefined;
  timeoutSeconds: number;
};

/**
 * When a file's frames are shown, in order, in seconds as the file counts them; from its packets: nothing is decoded.
 * Frames that an edit list hides are left out.
 * @param input ffprobe's arguments that open the file
 * @throws FailureError OUTPUT_VERIFICATION_FAILED when it cannot be read; the signal's reason when aborted
 */
export async function readFrameTimes(input: readonly string[], options: ReadOptions): Promise<number[]> {
  const times: number[] = [];
  await readLines(["-show_entries", "packet=pts_time,flags", ...input], options, (line) => {
    const [kind, time, flags] = line.split("|");
    if (kind === "packet" && flags?.includes("D") !== true && times.length < MOST_LINES)
      times.push(Number(time));
  });
  if (times.some((time) => !Number.isFinite(time))) throw unreadable([]);
  return times.sort((a, b) => a - b);
}

/**
 * What a stream's decoder is set up with, hashed. By itself: ffprobe, when it is to hash anything, hashes every packet, too
 * (0.4 s for 100 MB).
 * @throws as {@link readFrameTimes}
 */
export async function readSetup(input: readonly string[], options: ReadOptions): Promise<string> {
  let setup = "";
  const entries = ["-show_data_hash", "sha256", "-show_entries", "stream=extradata_hash"];
  await readLines([...entries, ...input], options, (line) => {
    const [kind, hash] = line.split("|");
    if (kind === "stream") setup = hash ?? "";
  });
  return setup;
}

async function readLines(args: string[], options: ReadOptions, read: (line: string) => void): Promise<void> {
  let rest = "";
  const result = await runTool({
    tool: "ffprobe",
    args: [
      ...["-hide_banner", "-loglevel", "warning", "-of", "compact=nokey=1"],
      ...["-select_streams", options.stream, ...args],
    ],
    tools: options.tools,
    readPaths: options.readPaths,
    signal: options.signal,
    timeoutSeconds: options.timeoutSeconds,
    maxFileBytes: 1024 * 1024,
    onStdout: (part) => {
      const lines = (rest + part.toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(read);
    },
  });
  if (options.signal?.aborted) throw options.signal.reason;
  if (result.exitCode !== 0) throw unreadable(evidenceLines(result.stderrTail));
}

const unreadable = (evidence: string[]) =>
  new FailureError(
    "OUTPUT_VERIFICATION_FAILED",
    { check: "seams", detail: "the times of the frames could not be read" },
    { evidence },
  );
