import { describe, expect, test } from "vitest";

import { FailureError } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { type JobPlan, planEncode } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { audioStream, CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";
import { checkSpans, fileSpans } from "#lib/media/verify-spans.ts";

function planOf(media = mediaInfo(), changes: Partial<EncodeSpec> = {}): JobPlan {
  const found = PREDEFINED_SPECS.find(({ name }) => name === "System_MP4_720p_H264");
  if (found === undefined) throw new Error("no such template");
  const wanted = [{ key: "a", spec: { ...found.spec, ...changes }, templateName: "T" }];
  const [plan] = planEncode(media, wanted, CAPABILITIES).jobs;
  if (plan === undefined) throw new Error("no plan");
  return plan;
}

function failureOf(plan: JobPlan, media: ReturnType<typeof mediaInfo>) {
  try {
    checkSpans(plan, fileSpans(plan, media));
    return null;
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
}

const result = (video: { start?: number; seconds?: number }, audio: { start?: number; seconds?: number }) =>
  mediaInfo({
    video: [videoStream({ startSeconds: video.start ?? 0, durationSeconds: video.seconds ?? 10 })],
    audio: [audioStream({ startSeconds: audio.start ?? 0, durationSeconds: audio.seconds ?? 10 })],
  });

describe("checkSpans", () => {
  test("takes what lasts as long as the source, and sound that was filled up at its beginning", () => {
    expect(failureOf(planOf(), result({}, {}))).toBeNull();
    const late = result({}, { start: 3, seconds: 7 });
    expect(failureOf(planOf(late), result({}, {}))).toBeNull();
    expect(failureOf(planOf(late), late)).toBeNull();
  });

  test("names the sound that breaks off while the picture goes on", () => {
    expect(failureOf(planOf(), result({}, { seconds: 4 }))).toMatchObject({
      code: "INPUT_TRUNCATED",
      evidence: [expect.stringMatching(/ ends at .+ of /)],
    });
  });

  test("refuses a picture that begins late", () => {
    expect(failureOf(planOf(), result({ start: 2.5, seconds: 7.5 }, {}))).toMatchObject({
      code: "OUTPUT_VERIFICATION_FAILED",
      params: { check: "offset" },
    });
  });

  test("expects of a clip what lies in it", () => {
    const clip = { startSeconds: 6, endSeconds: 9 };
    expect(failureOf(planOf(mediaInfo(), { clip }), result({ seconds: 3 }, { seconds: 3 }))).toBeNull();
    const short = result({}, { seconds: 5 });
    // The sound has ended before the clip begins: none is expected.
    expect(planOf(short, { clip }).expectedSpans).toEqual({
      [planOf().renditions[0]?.name ?? ""]: { start: 0, end: 3 },
    });
  });

  test("leaves a picture alone whose last frame may stand for long", () => {
    const slides = mediaInfo({ video: [videoStream({ frameRate: 1 })] });
    expect(failureOf(planOf(slides), result({ seconds: 6 }, {}))).toBeNull();
    const varying = mediaInfo({ video: [videoStream({ isVariableFrameRate: true })] });
    expect(failureOf(planOf(varying), result({ seconds: 6 }, {}))).toBeNull();
  });
});
