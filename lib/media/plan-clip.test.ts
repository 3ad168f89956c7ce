import { describe, expect, it } from "vitest";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { ffmpegArgs } from "#lib/media/ffmpeg-args.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { audioStream, CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";

function specOf(name: string): EncodeSpec {
  const found = PREDEFINED_SPECS.find((one) => one.name === name);
  if (!found) throw new Error(`no template ${name}`);
  return found.spec;
}

function clipped(
  media: MediaInfo,
  clip: { startSeconds: number; endSeconds?: number },
  name = "System_MP4_H264",
) {
  const spec = specOf(name);
  const { jobs, runs } = planEncode(
    media,
    [{ key: "k", spec: { ...spec, clip }, templateName: "T" }],
    CAPABILITIES,
  );
  const options = { sourcePath: "/in/source", outputDirOf: () => "/jobs/k", threads: 2 };
  const [job] = jobs;
  const args = runs[0] ? ffmpegArgs(runs[0], options) : [];
  return { job, args, after: (name: string) => args[args.indexOf(name) + 1] ?? null };
}

const TS = { format: "mpegts", container: "MPEG-TS" };

describe("a clip", () => {
  it("ends when it should for every stream, also for one that begins after it", () => {
    const { after } = clipped(mediaInfo(), { startSeconds: 2, endSeconds: 5 });
    expect([after("-ss"), after("-t")]).toEqual(["2", "3"]);
    expect(after("-filter_complex")).toMatch(/^\[0:0\]trim=end=3,scale=/);
    expect(after("-filter:a:0")).toMatch(/^atrim=end=3,aresample=/);
  });

  it("of a source without an index is read from before it, where a keyframe is", () => {
    const { after } = clipped(mediaInfo({ ...TS, durationSeconds: 60 }), {
      startSeconds: 9.5,
      endSeconds: 9.9,
    });
    expect(after("-t")).toBe("9.9");
    expect(after("-filter_complex")).toMatch(/^\[0:0\]trim=start=9.5:end=9.9,setpts=PTS-9.5\/TB,scale=/);
    expect(after("-filter:a:0")).toMatch(/^atrim=start=9.5:end=9.9,asetpts=PTS-9.5\/TB,aresample=/);
  });

  it("that is far into such a source is not read from the beginning", () => {
    const long = { durationSeconds: 100 };
    const media = mediaInfo({ ...TS, ...long, video: [videoStream(long)], audio: [audioStream(long)] });
    const { after } = clipped(media, { startSeconds: 50 });
    expect(after("-ss")).toBe("38");
    expect(after("-filter_complex")).toMatch(/^\[0:0\]trim=start=12,setpts=PTS-12\/TB,scale=/);
  });

  it("in which there is no sound gives a result without, and says so", () => {
    const media = mediaInfo({ audio: [audioStream({ startSeconds: 4, durationSeconds: 6 })] });
    const { job } = clipped(media, { startSeconds: 1, endSeconds: 4 });
    expect(job?.renditions.map(({ kind }) => kind)).toEqual(["video"]);
    expect(job?.warnings).toContainEqual({ code: "no_audio_in_clip", params: { left: 0 } });
  });

  it("in which there is nothing of what is needed is refused", () => {
    const short = mediaInfo({ video: [videoStream({ durationSeconds: 2 })] });
    expect(clipped(short, { startSeconds: 3, endSeconds: 5 }).job?.failure).toMatchObject({
      code: "CLIP_OUT_OF_RANGE",
      params: { duration: "2.0 s", end: "5.0 s" },
    });
    const late = mediaInfo({ audio: [audioStream({ startSeconds: 4, durationSeconds: 6 })] });
    expect(clipped(late, { startSeconds: 0, endSeconds: 3 }, "System_Audio_AAC").job?.failure).toMatchObject({
      code: "TEMPLATE_INVALID",
      params: { field: "clip", reason: "the source's sound begins at 4.0 s, and the clip ends at 3.0 s" },
    });
  });
});

/** A source whose picture lasts so long, and whose sound lasts half a second longer. */
const lasting = (seconds: number) =>
  mediaInfo({
    durationSeconds: seconds + 0.5,
    video: [videoStream({ durationSeconds: seconds })],
    audio: [audioStream({ durationSeconds: seconds + 0.5 })],
  });

function plan(seconds: number, clip: EncodeSpec["clip"], media = lasting(seconds)) {
  const spec = { ...specOf("System_GIF_Preview"), clip };
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
    const { startSeconds, maxSeconds = null } = clip;
    expect(planned).toEqual({ startSeconds, durationSeconds: maxSeconds, leadSeconds: 0 });
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
