import { expect, test } from "vitest";

import type { EncodeSpec, RateControl, VideoSpec } from "#lib/media/encode-spec.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { type PaceSample, type Prediction, predictJob } from "#lib/media/predict-job.ts";
import { CAPABILITIES, mediaInfo } from "#lib/media/test-media-info.ts";
import { predefined } from "#lib/media/test-pipeline.ts";

/** Ten seconds of 1080p25: 518.4 megapixels. */
const MEDIA = mediaInfo({ audio: [] });
const MEGAPIXELS = 1.92 * 1.08 * 25 * 10;

const sample = (changes: Partial<PaceSample> = {}): PaceSample => ({
  codec: "h264",
  preset: "veryfast",
  speed: 100,
  bitsPerPixel: 0.1,
  ...changes,
});

function predict(specs: readonly EncodeSpec[], samples: readonly PaceSample[], media = MEDIA): Prediction[] {
  const wanted = specs.map((spec, index) => ({ key: `j${index}`, spec, templateName: "T" }));
  const { jobs, runs } = planEncode(media, wanted, CAPABILITIES);
  return jobs.map((job) =>
    predictJob(
      job,
      runs.find((run) => run.jobs.includes(job))!,
      samples,
    ),
  );
}

function mp4(rateControl: RateControl, video: Partial<VideoSpec> = {}): EncodeSpec {
  const spec = predefined("System_MP4_H264");
  spec.audio = null;
  Object.assign(spec.video!, video);
  spec.video!.renditions[0]!.rateControl = rateControl;
  return spec;
}

test("a bit rate that is asked for says the size by itself; quality goes by what came out before", () => {
  const vbr = mp4({ mode: "vbr", kbps: 2000, twoPass: false });
  expect(predict([vbr], [])).toEqual([{ sizeBytes: Math.round(2_500_000 * 1.02), encodeSeconds: null }]);
  const crf = mp4({ mode: "crf", crf: 23 });
  expect(predict([crf], [])[0]?.sizeBytes).toBeNull();
  const [found] = predict([crf], [sample({ bitsPerPixel: null }), sample({ bitsPerPixel: 0.1 })]);
  expect(found?.sizeBytes).toBe(Math.round(((MEGAPIXELS * 1e6 * 0.1) / 8) * 1.02));
  // Never more than the cap.
  const capped = mp4({ mode: "crf", crf: 23, maxKbps: 1000 });
  expect(predict([capped], [sample()])[0]?.sizeBytes).toBe(Math.round(1_250_000 * 1.02));
});

test("the time goes by the median of encodes with the same codec and preset, else with the same codec", () => {
  const spec = mp4({ mode: "crf", crf: 23 });
  const samples = [10, 100, 1000].map((speed) => sample({ speed }));
  const others = [sample({ preset: "medium", speed: 1 }), sample({ codec: "h265", speed: 2 })];
  expect(predict([spec], [...others, ...samples])[0]?.encodeSeconds).toBeCloseTo(MEGAPIXELS / 100);
  expect(predict([spec], others)[0]?.encodeSeconds).toBeCloseTo(MEGAPIXELS / 1);
  expect(predict([spec], [sample({ codec: "av1" })])[0]?.encodeSeconds).toBeNull();
});

test("jobs that share a decode take the time of both", () => {
  const small = mp4({ mode: "crf", crf: 23 });
  Object.assign(small.video!.renditions[0]!, { width: 960, height: 540 });
  const both = predict([mp4({ mode: "crf", crf: 23 }), small], [sample()]);
  expect(both.map(({ encodeSeconds }) => encodeSeconds)).toEqual([
    expect.closeTo((MEGAPIXELS * 1.25) / 100),
    expect.closeTo((MEGAPIXELS * 1.25) / 100),
  ]);
});

test("sound alone has its own pace; of a copy the size is not known", () => {
  const media = mediaInfo();
  const none = sample({ codec: "none", preset: "", speed: 50, bitsPerPixel: null });
  expect(predict([predefined("System_Audio_AAC")], [none, sample()], media)).toEqual([
    { sizeBytes: Math.round(160_000 * 1.02), encodeSeconds: 0.2 },
  ]);
  expect(predict([predefined("System_MKV_Copy")], [none], media)).toEqual([
    { sizeBytes: null, encodeSeconds: 0.2 },
  ]);
});

test("of a source without a length nothing is said", () => {
  const media = mediaInfo({ durationSeconds: null, video: [], audio: [] });
  const unknown = { ...media, audio: mediaInfo().audio.map((one) => ({ ...one, durationSeconds: null })) };
  expect(predict([predefined("System_Audio_AAC")], [sample()], unknown)).toEqual([
    { sizeBytes: null, encodeSeconds: null },
  ]);
});
