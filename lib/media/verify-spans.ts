import { FailureError } from "#lib/errors.ts";
import { formatSeconds } from "#lib/media/format-measure.ts";
import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { Span } from "#lib/media/plan-times.ts";

/** Containers round their streams' lengths, and encoders their first and last frames. */
const TOLERANCE_SECONDS = 1;
const TOLERANCE_SHARE = 0.02;

/**
 * Every rendition begins and ends when its stream of the source does, so that sound and picture stay together and none
 * breaks off while another goes on. One that begins with the result instead of later is filled up, which is right too.
 * @throws FailureError INPUT_TRUNCATED when less came out than the source promised, OUTPUT_VERIFICATION_FAILED ("offset").
 */
export function checkSpans(plan: JobPlan, measured: ReadonlyMap<string, Span>): void {
  for (const [name, { start, end }] of measured) {
    const expected = plan.expectedSpans[name];
    if (expected === undefined) continue;
    const tolerance = Math.max(TOLERANCE_SECONDS, expected.end * TOLERANCE_SHARE);
    if (end < expected.end - tolerance) {
      const params = { got: formatSeconds(end), expected: formatSeconds(expected.end) };
      const evidence = [`${name} ends at ${formatSeconds(end)} of ${formatSeconds(expected.end)}`];
      throw new FailureError("INPUT_TRUNCATED", params, { evidence });
    }
    if (start <= expected.start + tolerance) continue;
    const detail = `${name} begins at ${formatSeconds(start)} instead of ${formatSeconds(expected.start)}`;
    throw new FailureError("OUTPUT_VERIFICATION_FAILED", { check: "offset", detail });
  }
}

/** Of a single file: each stream as its container tells. */
export function fileSpans(plan: JobPlan, media: MediaInfo): Map<string, Span> {
  const spans = new Map<string, Span>();
  const left = { video: [...media.video], audio: [...media.audio] };
  for (const { name, kind } of plan.renditions) {
    const stream = left[kind].shift();
    if (stream?.durationSeconds == null) continue;
    const start = stream.startSeconds - media.startSeconds;
    spans.set(name, { start, end: start + stream.durationSeconds });
  }
  return spans;
}

/** Of a package: each rendition as its segments' clocks tell, from where the earliest begins. */
export function packageSpans(measured: readonly MeasuredRendition[]): Map<string, Span> {
  const spans = measured.flatMap(({ plan, segments, timescale }): [string, Span][] => {
    const [first, last] = [segments[0], segments.at(-1)];
    if (first === undefined || last === undefined) return [];
    const length = last.duration > 0 ? last.duration / timescale : last.durationSeconds;
    return [[plan.name, { start: first.start / timescale, end: last.start / timescale + length }]];
  });
  const zero = Math.min(...spans.map(([, { start }]) => start));
  return new Map(spans.map(([name, { start, end }]) => [name, { start: start - zero, end: end - zero }]));
}
