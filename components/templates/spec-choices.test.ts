import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readDraft } from "#components/templates/json-view.tsx";
import { readNumbers, writeNumbers } from "#components/templates/number-list.ts";
import { patched } from "#components/templates/patched.ts";
import {
  clipOf,
  fadeOf,
  qualityOf,
  rateMode,
  setEdits,
  soundChoices,
  thumbnailMode,
  THUMBNAIL_MODES,
  withAudioCodec,
  withFrameRateMode,
  withRateMode,
  withThumbnailMode,
} from "#components/templates/spec-choices.ts";
import { plainSpec, withCodec, withContainer } from "#components/templates/template-form.ts";
import {
  AUDIO_CODECS,
  CONTAINERS,
  encodeSpecSchema,
  POSITIONS,
  SCALES,
  VIDEO_CODECS,
  type EncodeSpec,
} from "#lib/media/encode-spec.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";

const size = fc.integer({ min: 16, max: 8192 });
const kbps = fc.integer({ min: 8, max: 1024 });
const seconds = fc.double({ min: 0.25, max: 900, noNaN: true });
const some = { requiredKeys: [] };
const rateControl = fc.oneof(
  fc.record({ mode: fc.constant("crf"), crf: fc.integer({ min: 0, max: 63 }), maxKbps: kbps }),
  fc.record({ mode: fc.constant("crf"), crf: fc.constant(20), bufferKbits: kbps }),
  fc.record({ mode: fc.constant("vbr"), kbps, maxKbps: kbps, bufferKbits: kbps, twoPass: fc.boolean() }),
  fc.record({ mode: fc.constant("cbr"), kbps }),
);
const rendition = fc.record(
  {
    name: fc.constantFrom("720p", "a", "b-2"),
    rateControl,
    width: size,
    height: size,
    profile: fc.constantFrom("main", "high10"),
    level: fc.constantFrom("4.0", "5"),
  },
  { requiredKeys: ["name", "rateControl"] },
);
const strength = fc.constantFrom("off", "light", "medium", "strong");
const video = fc.record(
  {
    codec: fc.constantFrom(...VIDEO_CODECS),
    renditions: fc.array(rendition, { minLength: 1, maxLength: 3 }),
    preset: fc.constantFrom("ultrafast", "veryslow"),
    tune: fc.constantFrom("film", "grain"),
    bitDepth: fc.constantFrom(8, 10),
    scale: fc.constantFrom(...SCALES),
    gopSeconds: fc.constantFrom(0.2, 2, 20),
    frameRate: fc.constantFrom({ mode: "source" }, { mode: "cap", fps: 30 }, { mode: "fixed", fps: 29.97 }),
    deinterlace: fc.constantFrom("auto", "off", "always"),
    hdr: fc.constantFrom("to_sdr", "keep"),
    copyWhenPossible: fc.boolean(),
    denoise: strength,
    sharpen: strength,
  },
  { requiredKeys: ["codec", "renditions"] },
);
const audio = fc.record(
  {
    codec: fc.constantFrom(...AUDIO_CODECS),
    kbps,
    variantsKbps: fc.array(kbps, { minLength: 1, maxLength: 7 }),
    channels: fc.constantFrom(1, 2, 6, "source"),
    sampleRate: fc.constantFrom(22050, 48000, "source"),
    tracks: fc.constantFrom("default", "all"),
    copyWhenPossible: fc.boolean(),
    loudness: fc.record({ targetLufs: fc.constantFrom(-36, -16), truePeakDb: fc.constantFrom(-9, 0) }, some),
  },
  { requiredKeys: ["codec"] },
);
const shared = {
  position: fc.constantFrom(...POSITIONS),
  opacity: fc.constantFrom(0, 0.5, 1),
  marginPercent: fc.constantFrom(0, 40),
  startSeconds: seconds,
  endSeconds: seconds,
};
const image = { kind: fc.constant("image"), source: fc.webUrl(), widthPercent: fc.constantFrom(1, 100) };
const text = { kind: fc.constant("text"), text: fc.string({ minLength: 1 }), heightPercent: fc.constant(5) };
const watermark = fc.oneof(
  fc.record({ ...image, ...shared }, { requiredKeys: ["kind", "source", "widthPercent", "position"] }),
  fc.record({ ...text, ...shared }, { requiredKeys: ["kind", "text", "heightPercent", "position"] }),
);

/** Whatever the schema takes, whether the engine can do it or not. */
const anySpec: fc.Arbitrary<EncodeSpec> = fc
  .record(
    {
      container: fc.constantFrom(...CONTAINERS),
      video: fc.option(video),
      audio: fc.option(audio),
      segments: fc.record(
        {
          seconds: fc.constantFrom(1, 6, 20),
          format: fc.constantFrom("ts", "fmp4"),
          byteRange: fc.boolean(),
        },
        some,
      ),
      clip: fc.record({ startSeconds: seconds, endSeconds: seconds, maxSeconds: seconds }, some),
      crop: fc.record({ x: size, y: size, width: size, height: size }),
      pad: fc.record({ width: size, height: size, color: fc.constant("#0a0B0c") }),
      rotate: fc.constantFrom(90, 180, 270),
      fade: fc.record({ inSeconds: seconds, outSeconds: seconds }),
      watermarks: fc.array(watermark, { maxLength: 3 }),
      subtitles: fc.constantFrom("drop", "carry", "burn"),
      metadata: fc.constantFrom("drop", "keep"),
      thumbnails: fc.record(
        {
          intervalSeconds: seconds,
          count: fc.integer({ min: 1, max: 1000 }),
          times: fc.array(seconds, { minLength: 1, maxLength: 4 }),
          percents: fc.array(fc.constantFrom(0, 33.3, 100), { minLength: 1, maxLength: 4 }),
          width: size,
          sprite: fc.boolean(),
        },
        some,
      ),
      encryption: fc.record(
        { method: fc.constant("aes-128"), keyUrl: fc.webUrl() },
        { requiredKeys: ["method"] },
      ),
      quality: fc.record({ ssim: fc.boolean(), psnr: fc.boolean() }, some),
    },
    { requiredKeys: ["container", "video", "audio"] },
  )
  .map((one) => encodeSpecSchema.parse(JSON.parse(JSON.stringify(one))));

describe("any settings that the schema takes", () => {
  test("come back from the form and from JSON as they were", () => {
    const check = (spec: EncodeSpec) => {
      expect(plainSpec(patched(spec, {}))).toEqual(spec);
      expect(readDraft(JSON.stringify(plainSpec(spec), null, 2))).toMatchObject({ state: "valid", spec });
    };
    for (const { spec } of PREDEFINED_SPECS) check(encodeSpecSchema.parse(spec));
    fc.assert(fc.property(anySpec, check), { numRuns: 300 });
  });

  test("stay as they are when every choice that the form shows is made once more", () => {
    const chosenAgain = (spec: EncodeSpec): EncodeSpec => {
      const { clip, fade, quality, thumbnails } = spec;
      const next = withContainer(spec, spec.container);
      return patched(next, {
        video: next.video && {
          ...withCodec(next.video, next.video.codec),
          frameRate: withFrameRateMode(next.video.frameRate, next.video.frameRate.mode),
          renditions: next.video.renditions.map((rung) =>
            patched(rung, { rateControl: withRateMode(rung.rateControl, rateMode(rung.rateControl)) }),
          ),
        },
        thumbnails: withThumbnailMode(thumbnails, thumbnailMode(thumbnails)),
        ...(clip && { clip: clipOf(clip.startSeconds, clip.endSeconds, clip.maxSeconds) ?? clip }),
        ...(fade && { fade: fadeOf(fade.inSeconds, fade.outSeconds) }),
        ...(quality && { quality: qualityOf(quality.ssim, quality.psnr) ?? quality }),
      });
    };
    fc.assert(
      fc.property(anySpec, (spec) => {
        expect(chosenAgain(spec)).toEqual(spec);
      }),
      { numRuns: 300 },
    );
  });

  test("lose nothing but the option that is taken away", () => {
    fc.assert(
      fc.property(
        anySpec,
        fc.constantFrom("crop", "pad", "fade", "encryption", "thumbnails"),
        (spec, key) => {
          const { [key]: _gone, ...rest } = spec;
          expect(patched(spec, { [key]: undefined })).toEqual(rest);
        },
      ),
    );
  });
});

test("thumbnails chosen in another way are what the engine takes, with width and sprite kept", () => {
  for (const from of THUMBNAIL_MODES)
    for (const to of THUMBNAIL_MODES) {
      const start = patched({ ...withThumbnailMode(undefined, from), sprite: true }, { width: 320 });
      const wanted = withThumbnailMode(from === "none" ? undefined : start, to);
      expect(thumbnailMode(wanted)).toBe(to);
      if (to === "none") continue;
      const { thumbnails } = encodeSpecSchema.parse({
        container: "mp3",
        video: null,
        audio: null,
        thumbnails: wanted,
      });
      expect(thumbnails).toEqual(wanted);
      if (from !== "none") expect(thumbnails).toMatchObject({ width: 320, sprite: true });
    }
});

test("numbers in a row are read however they are parted, and written back", () => {
  expect(readNumbers(" 0.5, 3;8　9、10，11\n12 ")).toEqual([0.5, 3, 8, 9, 10, 11, 12]);
  expect(readNumbers(" , ")).toEqual([]);
  expect(readNumbers("1, x")).toEqual([1, NaN]);
  expect(writeNumbers([1, NaN, 2.5])).toBe("1, , 2.5");
  fc.assert(
    fc.property(fc.array(seconds), (numbers) => {
      expect(readNumbers(writeNumbers(numbers))).toEqual(numbers);
    }),
  );
});

test("edits are counted once they differ from what is done anyway", () => {
  const [plain] = PREDEFINED_SPECS;
  if (!plain?.spec.video) throw new Error("the first template has no picture");
  expect(setEdits(plain.spec)).toEqual([]);
  const video = { ...plain.spec.video, scale: "fit" as const, denoise: "light" as const };
  expect(setEdits({ ...plain.spec, video, rotate: 90 })).toEqual(["video.denoise", "rotate"]);
});

test("a sound's choices are those of its codec, and what another has not becomes usual", () => {
  expect(soundChoices("opus").sampleRates).toEqual(["source", 48000]);
  expect(soundChoices("ac3").sampleRates).toEqual(["source", 32000, 44100, 48000]);
  expect(soundChoices("mp3").channels).toEqual(["source", 1, 2]);
  const sound = { codec: "aac", kbps: 128, channels: 6, sampleRate: 44100, tracks: "all" } as const;
  expect(withAudioCodec(sound, "opus")).toEqual({ ...sound, codec: "opus", sampleRate: 48000 });
  expect(withAudioCodec(sound, "mp3")).toEqual({ ...sound, codec: "mp3", channels: 2 });
  expect(withAudioCodec(sound, "copy")).toEqual({ ...sound, codec: "copy" });
});
