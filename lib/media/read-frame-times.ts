import { FailureError } from "#lib/errors.ts";
import { evidenceLines } from "#lib/media/classify-failure.ts";
import { runTool, type Tools } from "#lib/media/run-tool.ts";

/** One packet is a line of at most about forty bytes; a day of sixty frames a second is five million. */
const MOST_LINES = 6_000_000;

export type FrameTimes = {
  /** When each frame of the picture is shown, in order; seconds, as the file counts them. */
  times: number[];
  /** What the decoder is set up with, hashed. */
  setup: string;
};

/**
 * When a file's frames are shown, from its packets: nothing is decoded. Frames that an edit list hides are left out.
 * @param input ffprobe's arguments that open the file
 * @throws FailureError OUTPUT_VERIFICATION_FAILED when it cannot be read; the signal's reason when aborted
 */
export async function readFrameTimes(
  input: readonly string[],
  options: {
    stream: string;
    tools: Tools;
    readPaths: readonly string[];
    signal?: AbortSignal | undefined;
    timeoutSeconds: number;
  },
): Promise<FrameTimes> {
  const times: number[] = [];
  let setup = "";
  let rest = "";
  const read = (line: string) => {
    const [kind, first, flags] = line.split("|");
    if (kind === "packet" && flags?.includes("D") !== true && times.length < MOST_LINES)
      times.push(Number(first));
    if (kind === "stream") setup = first ?? "";
  };
  const result = await runTool({
    tool: "ffprobe",
    args: [
      ...["-hide_banner", "-loglevel", "warning", "-of", "compact=nokey=1"],
      ...["-select_streams", options.stream, "-show_data_hash", "sha256"],
      ...["-show_entries", "packet=pts_time,flags:stream=extradata_hash", ...input],
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
  if (result.exitCode !== 0 || times.some((time) => !Number.isFinite(time))) {
    throw new FailureError(
      "OUTPUT_VERIFICATION_FAILED",
      { check: "seams", detail: "the times of the frames could not be read" },
      { evidence: evidenceLines(result.stderrTail) },
    );
  }
  return { times: times.sort((a, b) => a - b), setup };
}
