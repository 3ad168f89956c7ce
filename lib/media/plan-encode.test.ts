import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { audioStream, CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";

function spec(name: string): EncodeSpec {
  const found = PREDEFINED_SPECS.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no template ${name}`);
  return encodeSpecSchema.parse(structuredClone(found.spec));
}

function plan(media = mediaInfo(), wanted = spec("System_HLS_H264")) {
  const { runs, jobs } = planEncode(media, [{ key: "k", spec: wanted, templateName: "T" }], CAPABILITIES);
  const job = jobs[0];
  if (!job) throw new Error("no job");
  const videos = job.renditions.filter((rendition): rendition is PlannedVideo => rendition.kind === "video");
  return { runs, job, videos, sizes: videos.map(({ name, width, height }) => `${name} ${width}x${height}`) };
}

const source = (width: number, height: number) => mediaInfo({ video: [videoStream({ width, height })] });

describe("the ladder", () => {
  it("fits every rung into its box", () => {
    expect(plan().sizes).toEqual(["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]);
  });

  it.each([
    [1280, 720, ["720p 1280x720", "480p 854x480", "360p 640x360"]],
    [640, 360, ["360p 640x360"]],
    [320, 180, ["360p 320x180"]],
    [3840, 2160, ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]],
    [1920, 804, ["1080p 1920x804", "720p 1280x536", "480p 854x358", "360p 640x268"]],
    [1440, 1080, ["1080p 1440x1080", "720p 960x720", "480p 640x480", "360p 480x360"]],
    [1080, 1920, ["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640"]],
    [700, 394, ["480p 700x394", "360p 640x360"]],
    [641, 359, ["480p 640x358"]],
  ])("of a %s x %s source is %j", (width, height, expected) => {
    expect(plan(source(width, height)).sizes).toEqual(expected);
  });

  it("says which rungs fell away", () => {
    expect(plan(source(854, 480)).job.warnings).toEqual([
      { code: "rung_skipped", params: { rung: "1080p", source: "854x480" } },
      { code: "rung_skipped", params: { rung: "720p", source: "854x480" } },
    ]);
  });

  it("never scales up, never has odd sizes, always has a rung and falls from rung to rung", () => {
    fc.assert(
      fc.property(
        fc.record({ width: fc.integer({ min: 2, max: 8192 }), height: fc.integer({ min: 2, max: 4320 }) }),
        fc.uniqueArray(fc.integer({ min: 16, max: 4320 }), { minLength: 1, maxLength: 6 }),
        ({ width, height }, heights) => {
          const wanted = spec("System_HLS_H264");
          if (!wanted.video) return;
          wanted.video.renditions = heights
            .sort((a, b) => b - a)
            .map((rung) => ({ name: `r${rung}`, height: rung, rateControl: { mode: "crf", crf: 23 } }));
          const { videos } = plan(source(width, height), wanted);
          expect(videos.length).toBeGreaterThan(0);
          for (const [index, video] of videos.entries()) {
            expect(video.width % 2).toBe(0);
            expect(video.height % 2).toBe(0);
            expect(video.width).toBeGreaterThanOrEqual(2);
            expect(video.height).toBeGreaterThanOrEqual(2);
            expect(video.width).toBeLessThanOrEqual(Math.max(2, width));
            expect(video.height).toBeLessThanOrEqual(Math.max(2, height));
            const above = videos[index - 1];
            if (above) expect(video.width * video.height).toBeLessThanOrEqual(above.width * above.height);
          }
          expect(new Set(videos.map(({ gopSeconds }) => gopSeconds)).size).toBe(1);
          expect(new Set(videos.map(({ name }) => name)).size).toBe(videos.length);
        },
      ),
    );
  });
});

describe("one decode", () => {
  it("serves every job in a single run", () => {
    const jobs = PREDEFINED_SPECS.map(({ name }) => ({ key: name, spec: spec(name), templateName: name }));
    const { runs } = planEncode(mediaInfo(), jobs, CAPABILITIES);
    // The previews, which are of one clip, have a decode of their own.
    const previews = PREDEFINED_SPECS.filter((one) => one.spec.clip !== undefined).length;
    expect(runs.map((run) => run.jobs.length)).toEqual([PREDEFINED_SPECS.length - previews, previews]);
  });

  it("is not shared between different clips", () => {
    const clipped = { ...spec("System_MP4_H264"), clip: { startSeconds: 1, endSeconds: 3 } };
    const { runs } = planEncode(
      mediaInfo(),
      [
        { key: "a", spec: clipped, templateName: "A" },
        { key: "b", spec: clipped, templateName: "B" },
        { key: "c", spec: spec("System_MP4_H264"), templateName: "C" },
      ],
      CAPABILITIES,
    );
    expect(runs.map(({ jobs, clip }) => [jobs.map(({ key }) => key), clip])).toEqual([
      [["a", "b"], { startSeconds: 1, durationSeconds: 2, leadSeconds: 0 }],
      [["c"], null],
    ]);
  });

  it("leaves out the jobs that cannot be done", () => {
    const { runs, jobs } = planEncode(
      mediaInfo({ video: [] }),
      [
        { key: "v", spec: spec("System_MP4_H264"), templateName: "V" },
        { key: "a", spec: spec("System_Audio_AAC"), templateName: "A" },
      ],
      CAPABILITIES,
    );
    expect(runs[0]?.jobs.map(({ key }) => key)).toEqual(["a"]);
    expect(jobs[0]?.failure).toMatchObject({ code: "INPUT_NO_VIDEO", params: { streams: "audio (aac)" } });
  });
});

describe("decisions about the source", () => {
  it.each([
    [
      "a codec that nothing decodes",
      mediaInfo({ video: [videoStream({ codec: "prores_raw" })] }),
      "INPUT_CODEC_UNSUPPORTED",
    ],
    ["no video", mediaInfo({ video: [] }), "INPUT_NO_VIDEO"],
  ])("%s", (_what, media, code) => {
    expect(plan(media).job.failure?.code).toBe(code);
  });

  it("names the template and the field when this worker has no encoder", () => {
    const { jobs } = planEncode(
      mediaInfo(),
      [{ key: "k", spec: spec("System_MP4_H265"), templateName: "Mine" }],
      {
        ...CAPABILITIES,
        encoders: ["libx264", "aac"],
      },
    );
    expect(jobs[0]?.failure).toMatchObject({
      code: "TEMPLATE_INVALID",
      params: { template: "Mine", field: "video.codec" },
    });
  });

  it("expects the longest used stream, from where the file starts", () => {
    const media = mediaInfo({
      startSeconds: 1,
      video: [videoStream({ startSeconds: 1, durationSeconds: 8 })],
      audio: [audioStream({ startSeconds: 1.5, durationSeconds: 9 })],
    });
    expect(plan(media).job.expectedDurationSeconds).toBe(9.5);
    expect(plan(media, { ...spec("System_MP4_H264"), audio: null }).job.expectedDurationSeconds).toBe(8);
  });

  it("deinterlaces by field order, and only then", () => {
    expect(plan(mediaInfo({ video: [videoStream({ fieldOrder: "tt" })] })).videos[0]?.filters).toEqual([
      "bwdif=mode=send_frame:deint=interlaced",
    ]);
    expect(plan(mediaInfo({ video: [videoStream({ fieldOrder: "unknown" })] })).videos[0]?.filters).toEqual(
      [],
    );
  });

  it("tone-maps only what is tagged with a transfer that zscale knows", () => {
    const hdr = videoStream({ hdr: "HDR10", colorTransfer: "smpte2084" });
    expect(plan(mediaInfo({ video: [hdr] })).videos[0]?.toSdr).toBe(true);
    expect(
      plan(mediaInfo({ video: [{ ...hdr, hdr: "Dolby Vision", colorTransfer: null }] })).videos[0]?.toSdr,
    ).toBe(false);
  });

  it("copies a turned picture only into what can say that it is turned", () => {
    const turned = mediaInfo({ video: [videoStream({ rotation: 90, width: 1080, height: 1920 })] });
    const copy = (container: EncodeSpec["container"]) => ({ ...spec("System_MKV_Copy"), container });
    expect(plan(turned, { ...copy("mp4"), subtitles: "drop" }).videos).toMatchObject([{ isCopy: true }]);
    expect(plan(turned, copy("mkv")).job.failure).toMatchObject({
      code: "TEMPLATE_INVALID",
      params: {
        field: "video.codec",
        reason: "mkv cannot say that the picture is turned by 90°; choose a codec instead of copy",
      },
    });
    expect(plan(mediaInfo(), copy("mkv")).job.failure).toBeNull();
  });

  it("says of an interlaced picture that is copied that it stays so", () => {
    const interlaced = mediaInfo({ video: [videoStream({ fieldOrder: "tt" })] });
    const { warnings } = plan(interlaced, spec("System_MKV_Copy")).job;
    expect(warnings).toContainEqual({ code: "interlaced_kept", params: { order: "tt" } });
    expect(warnings.map(({ code }) => code)).not.toContain("interlaced");
  });

  it("copies no picture whose source does not say when its frames are shown", () => {
    const avi = mediaInfo({ format: "avi", container: "AVI" });
    expect(plan(avi, spec("System_MKV_Copy")).job.failure).toMatchObject({
      code: "TEMPLATE_INVALID",
      params: {
        field: "video.codec",
        reason: "AVI does not say when each frame of h264 is shown; choose a codec instead of copy",
      },
    });
    const eager = spec("System_MP4_H264");
    if (eager.video) eager.video.copyWhenPossible = true;
    const { videos, job } = plan(avi, eager);
    expect(videos).toMatchObject([{ isCopy: false }]);
    expect(job.warnings).toContainEqual({ code: "not_copied", params: { kind: "video", reason: "times" } });
  });

  it("takes the default sound track, or all of them", () => {
    const media = mediaInfo({
      audio: [
        audioStream({ index: 1, isDefault: false }),
        audioStream({ index: 2, channels: 6, isDefault: true, language: "fra" }),
      ],
    });
    const audios = (wanted: EncodeSpec) =>
      plan(media, wanted).job.renditions.flatMap((r) =>
        r.kind === "audio" ? [[r.name, r.sourceIndex, r.channels, r.language]] : [],
      );
    expect(audios(spec("System_MP4_H264"))).toEqual([["audio", 2, 2, "fra"]]);
    const all = spec("System_MP4_H264");
    if (all.audio) all.audio.tracks = "all";
    expect(audios(all)).toEqual([
      ["audio-1", 1, 2, null],
      ["audio-2", 2, 2, "fra"],
    ]);
  });

  it("asks Opus for no more than it takes for the channels that the source has", () => {
    const wanted = spec("System_WebM_VP9");
    if (wanted.audio) Object.assign(wanted.audio, { kbps: 384, channels: "source" });
    const rate = (channels: number, template = wanted) =>
      plan(mediaInfo({ audio: [audioStream({ channels })] }), template).job.renditions.flatMap((one) =>
        one.kind === "audio" ? [one.kbps] : [],
      );
    expect([rate(1), rate(2)]).toEqual([[256], [384]]);
    const variants = { ...spec("System_DASH_MP4_H264"), video: null };
    if (variants.audio)
      Object.assign(variants.audio, {
        codec: "opus",
        kbps: 384,
        variantsKbps: [300, 96],
        channels: "source",
      });
    expect([rate(1, variants), rate(2, variants)]).toEqual([
      [256, 96],
      [384, 300, 96],
    ]);
  });

  it("warns of a sample rate that the codec does not have", () => {
    const wanted = spec("System_MKV_Copy");
    const warned = (codec: "ac3" | "opus" | "aac", sampleRate: number) => {
      wanted.audio = { codec, kbps: 128, channels: 2, sampleRate: "source", tracks: "default" };
      const { job } = plan(mediaInfo({ audio: [audioStream({ sampleRate })] }), wanted);
      return job.warnings.flatMap((one) => (one.code === "sample_rate_changed" ? [one.params] : []));
    };
    expect(warned("ac3", 22_050)).toEqual([{ codec: "ac3", from: 22_050, to: 32_000 }]);
    expect(warned("aac", 37_800)).toEqual([{ codec: "aac", from: 37_800, to: 32_000 }]);
    expect(warned("opus", 96_000)).toEqual([{ codec: "opus", from: 96_000, to: 48_000 }]);
    expect([warned("aac", 44_100), warned("opus", 44_100)]).toEqual([[], []]);
  });
});
