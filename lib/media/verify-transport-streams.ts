import { join } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { evidenceLines } from "#lib/media/classify-failure.ts";
import { ffprobeJson } from "#lib/media/ffprobe-json.ts";
import { ownInputArgs } from "#lib/media/input-args.ts";
import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { spanOf } from "#lib/media/span-of.ts";

const CLOCK = 90_000;
/** A segment's first frame is the keyframe nearest to where the playlist says that it begins. */
const NEAR_SECONDS = 0.1;

/**
 * Reads every packet of each rendition through its own playlist (which we wrote, opened as nothing but a playlist), and
 * returns the renditions with measured segment starts, frame counts and keyframes.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED
 */
export async function checkTransportStreams(
  renditions: readonly MeasuredRendition[],
  options: { dir: string; tools: Tools; signal?: AbortSignal | undefined },
): Promise<MeasuredRendition[]> {
  const all = renditions.map((rendition) => measure(rendition, options));
  // To the end of all, so that none reads in a folder that is gone.
  await Promise.allSettled(all);
  return Promise.all(all);
}

async function measure(
  rendition: MeasuredRendition,
  options: { dir: string; tools: Tools; signal?: AbortSignal | undefined },
): Promise<MeasuredRendition> {
  const folder = join(options.dir, rendition.folder);
  const failed = (check: string, detail: string, evidence: string[] = []) =>
    new FailureError(
      "OUTPUT_VERIFICATION_FAILED",
      { check, detail: `${rendition.plan.name}: ${detail}` },
      { evidence },
    );
  const { json, result } = await ffprobeJson(
    [
      "-select_streams",
      "v:0",
      "-show_entries",
      "packet=pts_time,dts_time,flags",
      ...ownInputArgs(join(folder, "playlist.m3u8"), "hls"),
    ],
    { tools: options.tools, readPaths: [folder], signal: options.signal, timeoutSeconds: 300 },
  );
  if (options.signal?.aborted) throw options.signal.reason;
  if (!json || json.packets.length === 0)
    throw failed("opens", "cannot be read", evidenceLines(result.stderrTail));

  let lastDts = Number.NEGATIVE_INFINITY;
  for (const packet of json.packets) {
    const dts = Number(packet.dts_time);
    if (Number.isFinite(dts) && dts <= lastDts) throw failed("timing", `decode time goes back at ${dts} s`);
    if (Number.isFinite(dts)) lastDts = dts;
  }
  const times = json.packets.map((packet) => Number(packet.pts_time)).filter((time) => Number.isFinite(time));
  const keyframes = json.packets
    .filter((packet) => packet.flags?.startsWith("K"))
    .map((packet) => Number(packet.pts_time));
  const zero = spanOf(times).first;
  let begins = 0;
  const segments = rendition.segments.map((segment, index) => {
    const keyframe = keyframes.find((time) => Math.abs(time - zero - begins) < NEAR_SECONDS);
    begins += segment.durationSeconds;
    const isLast = index === rendition.segments.length - 1;
    const start = keyframe === undefined ? begins - segment.durationSeconds : keyframe - zero;
    const samples = times.filter(
      (time) => time - zero >= start - 0.001 && (isLast || time - zero < begins - 0.001),
    ).length;
    return {
      ...segment,
      start: Math.round(start * CLOCK),
      duration: Math.round(segment.durationSeconds * CLOCK),
      samples,
      startsWithKeyframe: keyframe !== undefined,
    };
  });
  return {
    ...rendition,
    timescale: CLOCK,
    segments,
    frameRate: paceOf(times) ?? rendition.frameRate,
  };
}

/** Frames per second of pictures shown at `times`; the sound may go on after the last of them. */
function paceOf(times: readonly number[]): number | null {
  const { first, last } = spanOf(times);
  return last > first ? (times.length - 1) / (last - first) : null;
}
