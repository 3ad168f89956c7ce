import { FailureError } from "#lib/errors.ts";
import { measuringFilter } from "#lib/media/audio-args.ts";
import { evidenceLines } from "#lib/media/classify-failure.ts";
import { audiosOf } from "#lib/media/ffmpeg-args.ts";
import { fileUrl, untrustedInputArgs } from "#lib/media/input-args.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import { loudnessReader } from "#lib/media/read-loudness.ts";
import { runTool, type Tools } from "#lib/media/run-tool.ts";

/** Nearer than this is what listeners, and EBU R128, take for the same. */
const TOLERANCE_LU = 1;
const LEAST_SECONDS = 120;
/** Sound is decoded and measured at least this many times faster than it plays. */
const LEAST_SPEED = 5;

/**
 * Measures how loud the sounds of a finished file are that were to have a certain loudness. One that missed it, as very
 * short or very uneven sounds do, is a warning and no failure.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED when the file cannot be measured
 */
export async function checkLoudness(
  plan: JobPlan,
  path: string,
  options: { tools: Tools; signal?: AbortSignal | undefined },
): Promise<void> {
  const wanted = audiosOf(plan).flatMap((audio, index) =>
    audio.loudness === null ? [] : [{ audio, index }],
  );
  if (wanted.length === 0) return;
  const reader = loudnessReader();
  const result = await runTool({
    tool: "ffmpeg",
    args: [
      ...["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info"],
      ...untrustedInputArgs(path),
      ...wanted.flatMap(({ audio, index }) => [
        ...["-map", `0:a:${index}`, "-filter:a:0", measuringFilter(audio, `a${index}`, null)],
        ...["-f", "null", fileUrl("/nothing")],
      ]),
    ],
    tools: options.tools,
    readPaths: [path],
    signal: options.signal,
    timeoutSeconds: LEAST_SECONDS + (plan.expectedDurationSeconds ?? 86_400) / LEAST_SPEED,
    onLine: reader.push,
  });
  if (options.signal?.aborted) throw options.signal.reason;
  for (const { audio, index } of wanted) {
    const measured = reader.measured.get(`a${index}`);
    if (measured === undefined) {
      throw new FailureError(
        "OUTPUT_VERIFICATION_FAILED",
        { check: "loudness", detail: `${audio.name} cannot be measured` },
        { evidence: evidenceLines(result.stderrTail) },
      );
    }
    const target = audio.loudness?.targetLufs ?? 0;
    if (measured === null || Math.abs(Number(measured.integrated) - target) <= TOLERANCE_LU) continue;
    plan.warnings.push({
      code: "loudness_missed",
      params: { measured: Number(measured.integrated), target },
    });
  }
}
