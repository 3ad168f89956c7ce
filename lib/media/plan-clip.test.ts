import { describe, expect, it } from "vitest";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { predefined } from "#lib/media/test-pipeline.ts";
import { audioStream, CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";

/** A source whose picture lasts so long, and whose sound lasts half a second longer. */
const lasting = (seconds: number) =>
  mediaInfo({
    durationSeconds: seconds + 0.5,
    video: [videoStream({ durationSeconds: seconds })],
    audio: [audioStream({ durationSeconds: seconds + 0.5 })],
  });

function plan(seconds: number, clip: EncodeSpec["clip"], media = lasting(seconds)) {
  const spec = { ...predefined("System_GIF_Preview"), clip };
  const [job] = planEncode(media, [{ key: "k", spec, templateName: "T" }], CAPABILITIES).jobs;
  if (!job) throw new Error("no job");
  const shortened = job.warnings.filter(({ code }) => code === "clip_shortened");
  return { ...job, shortened: shortened.map(({ params }) => params) };
}

describe("at most so long", () => {
  it.each([
    [10, { startSeconds: 0, maxSeconds: 2.5 }, 2.5, []],
    [2.45, { startSeconds: 0, maxSeconds: 2.5 }, 2.45, []],
    [1, { startSeconds: 0, maxSeconds: 2.5 }, 1, [{ seconds: "1.0 s", asked: "2.5 s" }]],
    [4, { startSeconds: 3, maxSeconds: 2.5 }, 1, [{ seconds: "1.0 s", asked: "2.5 s" }]],
    [4, { startSeconds: 3, maxSeconds: undefined }, 1, []],
  ])("of %s s, %j is %s s", (seconds, clip, result, told) => {
    const { failure, expectedDurationSeconds, shortened, clip: planned } = plan(seconds, clip);
    expect(failure).toBeNull();
    expect(expectedDurationSeconds).toBeCloseTo(result, 6);
    expect(shortened).toEqual(told);
    expect(planned).toEqual({ startSeconds: clip.startSeconds, durationSeconds: clip.maxSeconds ?? null });
  });

  it("is still nothing when the source is over before the clip starts", () => {
    expect(plan(2, { startSeconds: 5, maxSeconds: 2.5 }).failure).toMatchObject({
      code: "CLIP_OUT_OF_RANGE",
      params: { duration: "2.5 s", end: "7.5 s" },
    });
  });

  it("is the limit of an animation whose source does not tell its length", () => {
    const media = mediaInfo({ durationSeconds: null, video: [videoStream({ durationSeconds: null })] });
    expect(plan(0, { startSeconds: 0, maxSeconds: 2.5 }, media).failure).toBeNull();
    expect(plan(0, undefined, media).failure).toMatchObject({ code: "TEMPLATE_INVALID" });
  });
});

describe("an end", () => {
  it("beyond the source is refused, but for what containers round", () => {
    expect(plan(2, { startSeconds: 0, endSeconds: 9 }).failure).toMatchObject({
      code: "CLIP_OUT_OF_RANGE",
      params: { duration: "2.5 s", end: "9.0 s" },
    });
    const near = plan(2, { startSeconds: 0, endSeconds: 2.9 });
    expect(near.failure).toBeNull();
    expect(near.shortened).toEqual([{ seconds: "2.0 s", asked: "2.9 s" }]);
  });
});
