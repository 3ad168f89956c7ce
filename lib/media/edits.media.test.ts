import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import {
  Clips,
  predefined,
  produce,
  produceAll,
  realTools,
  X264,
  type Produced,
} from "#lib/media/test-pipeline.ts";
import { verifyJob } from "#lib/media/verify-job.ts";

const clips = new Clips();
afterAll(() => clips.remove());

function mp4(changes: object, video: object = {}): EncodeSpec {
  const made = predefined("System_MP4_H264");
  return encodeSpecSchema.parse({
    ...made,
    ...changes,
    video: { ...made.video, preset: "ultrafast", ...video },
  });
}

const sized = (sides: object, scale: string) => ({
  scale,
  renditions: [{ name: "one", rateControl: { mode: "crf", crf: 23 }, ...sides }],
});

/** The brightness of every pixel of one frame, row by row. */
function frame(file: string, seconds: number, filter = "null"): Buffer {
  return execFileSync("ffmpeg", [
    ...["-v", "error", "-ss", String(seconds), "-i", `file:${file}`, "-frames:v", "1", "-vf", filter],
    ...["-pix_fmt", "gray", "-f", "rawvideo", "-"],
  ]);
}
/** A picture of one colour. */
const logo = (name: string, color: string, kind = "png", size = "64x32") =>
  clips.make(`${name}.${kind}`, ...["-f", "lavfi", "-i", `color=${color}:s=${size}`, "-frames:v", "1"]);
const mean = (pixels: Buffer) => pixels.reduce((sum, value) => sum + value, 0) / pixels.length;

describe("edits of the picture", () => {
  let results: Record<string, Produced>;
  const file = (key: string) => join(results[key]?.dir ?? "", "result.mp4");
  const size = (key: string) => {
    const video = results[key]?.verified.primary.video[0];
    return `${video?.width}x${video?.height}`;
  };

  beforeAll(async () => {
    // Grey, with a white left half: what is cropped or turned can be seen in the brightness.
    const source = clips.make(
      "halves.mp4",
      ...["-f", "lavfi", "-i", "color=0x404040:s=320x180:r=25:d=2,drawbox=0:0:160:180:white:fill"],
      ...["-f", "lavfi", "-i", "sine=440:d=2:r=48000", ...X264, "-c:a", "aac"],
    );
    const text = { kind: "text", text: "50% [a]: it's\n好", position: "bottom-right", heightPercent: 20 };
    const image = { kind: "image", position: "top-left", widthPercent: 20, marginPercent: 5, opacity: 0.5 };
    const black = `data:image/png;base64,${readFileSync(logo("black", "black")).toString("base64")}`;
    const address = "https://images.example/logo";
    const faded = { ...image, source: address, position: "right", widthPercent: 30, opacity: 1 };
    const made = await produceAll(
      source,
      {
        image: mp4({ watermarks: [{ ...image, source: black, startSeconds: 1 }] }),
        imageFaded: mp4({ watermarks: [faded], fade: { inSeconds: 0.5, outSeconds: 0 } }),
        crop: mp4({ crop: { x: 160, y: 0, width: 160, height: 180 } }),
        turned: mp4({ rotate: 90 }),
        padded: mp4({ pad: { width: 400, height: 400, color: "#000000" } }),
        faded: mp4({ fade: { inSeconds: 0.5, outSeconds: 0.5 } }),
        filled: mp4({}, sized({ width: 90, height: 160 }, "fill")),
        stretched: mp4({}, sized({ width: 100, height: 100 }, "stretch")),
        shortSide: mp4({}, sized({ height: 90 }, "short_side")),
        text: mp4({ watermarks: [{ ...text, startSeconds: 1 }] }),
        cleaned: mp4({}, { denoise: "medium", sharpen: "light" }),
      },
      clips.path("it's, [edited]: here"),
      { assetFiles: new Map([[address, logo("white", "white", "jpg")]]) },
    );
    results = Object.fromEntries(made.map((one) => [one.plan.key, one]));
  });

  it("all come from a single decode", () => {
    expect(new Set(Object.values(results).map(({ log }) => log[0])).size).toBe(1);
  });

  it("a crop leaves the part that was asked for", () => {
    expect(size("crop")).toBe("160x180");
    expect(mean(frame(file("crop"), 1))).toBeLessThan(80);
  });

  it("a turn by 90 degrees puts the left side on top", () => {
    expect(size("turned")).toBe("180x320");
    expect(mean(frame(file("turned"), 1, "crop=180:100:0:0"))).toBeGreaterThan(200);
  });

  it("a canvas has the picture in its middle, not enlarged", () => {
    expect(size("padded")).toBe("400x400");
    expect(mean(frame(file("padded"), 1, "crop=400:60:0:0"))).toBeLessThan(20);
    expect(mean(frame(file("padded"), 1, "crop=100:100:50:150"))).toBeGreaterThan(200);
  });

  it("a fade begins and ends dark, and so does the sound", () => {
    expect(mean(frame(file("faded"), 0))).toBeLessThan(10);
    expect(mean(frame(file("faded"), 1))).toBeGreaterThan(120);
    expect(mean(frame(file("faded"), 1.92))).toBeLessThan(60);
    expect(results["faded"]?.log[0]).toContain("afade=t=out:st=1.5");
  });

  it("a text is drawn where and when it was asked for, whatever characters it has", () => {
    const corner = "crop=160:60:160:120";
    expect(Math.max(...frame(file("text"), 1.5, corner))).toBeGreaterThan(200);
    expect(Math.max(...frame(file("text"), 0.5, corner))).toBeLessThan(90);
  });

  it("an image lies where, when and as wide as it was asked for, and lets through what it is to let through", () => {
    // Black, a fifth of the width, at 5 percent of the margin, over white; half of it shows the white below.
    const at = (seconds: number) => mean(frame(file("image"), seconds, "crop=48:20:24:17"));
    expect(at(0.5)).toBeGreaterThan(230);
    expect(at(1.5)).toBeGreaterThan(100);
    expect(at(1.5)).toBeLessThan(150);
    expect(mean(frame(file("image"), 1.5, "crop=10:40:2:12"))).toBeGreaterThan(230);
    expect(mean(frame(file("image"), 1.5, "crop=40:20:90:17"))).toBeGreaterThan(230);
    expect(results["image"]?.log.join("\n")).not.toContain("base64");
    expect(results["image"]?.verified.primary.video[0]?.frameCount).toBe(50);
  });

  it("an image fades with the picture that it lies on", () => {
    expect(Math.max(...frame(file("imageFaded"), 0))).toBeLessThan(10);
    expect(mean(frame(file("imageFaded"), 1, "crop=60:60:240:60"))).toBeGreaterThan(200);
  });

  it.each([
    [
      "has too many pixels",
      () => readFileSync(logo("huge", "black", "png", "5000x5000")).toString("latin1"),
      "5000x5000 pixels",
    ],
    ["is no image", () => "<svg/>", "no PNG, JPEG or WebP"],
    [
      "is cut off",
      () => readFileSync(logo("cut", "black")).subarray(0, 60).toString("latin1"),
      "cannot be decoded",
    ],
  ])(
    "an image that %s is refused by its field, and costs the other jobs nothing",
    async (_what, content, why) => {
      const address = "https://images.example/x.png";
      const bad = clips.path("bad-image");
      writeFileSync(bad, Buffer.from(content(), "latin1"));
      const watermarks = [{ kind: "image", source: address, position: "top", widthPercent: 20 }];
      const source = clips.path("halves.mp4");
      const options = { assetFiles: new Map([[address, bad]]) };
      await expect(
        produceAll(source, { bad: mp4({ watermarks }) }, clips.path("bad"), options),
      ).rejects.toMatchObject({
        failure: {
          code: "TEMPLATE_INVALID",
          params: { field: "watermarks.0.source", reason: expect.stringContaining(why) as string },
        },
      });
    },
  );

  it("cleaning keeps size and frames", () => {
    expect(size("cleaned")).toBe("320x180");
    expect(results["cleaned"]?.verified.primary.video[0]?.frameCount).toBe(50);
  });

  it("a box that is filled shows the middle of the picture, one that is stretched all of it", () => {
    expect([size("filled"), size("stretched"), size("shortSide")]).toEqual(["90x160", "100x100", "160x90"]);
    for (const [key, half] of [
      ["filled", 45],
      ["stretched", 50],
    ] as const) {
      expect(mean(frame(file(key), 1, `crop=${half - 4}:90:0:0`))).toBeGreaterThan(200);
      expect(mean(frame(file(key), 1, `crop=${half - 4}:90:${half + 4}:0`))).toBeLessThan(80);
    }
  });

  it("a crop of a source whose size changes midway goes on to its end", async () => {
    const half = (name: string, size: string, from: number) =>
      clips.make(
        name,
        ...["-f", "lavfi", "-i", `testsrc2=s=${size}:r=25:d=1`, ...X264],
        ...["-output_ts_offset", String(from)],
      );
    const source = clips.path("changing.ts");
    const parts = [half("large.ts", "320x180", 0), half("small.ts", "160x90", 1)];
    writeFileSync(source, Buffer.concat(parts.map((part) => readFileSync(part))));
    const wanted = mp4({ crop: { x: 10, y: 10, width: 300, height: 160 } });
    const { verified } = await produce(source, wanted, clips.path("changing"));
    expect(verified.primary.video[0]).toMatchObject({ width: 300, height: 160 });
    expect(verified.primary.durationSeconds).toBeGreaterThan(1.8);
  });

  it("a crop outside of the source is refused", async () => {
    const source = clips.path("halves.mp4");
    const wanted = mp4({ crop: { x: 200, y: 0, width: 160, height: 180 } });
    await expect(produce(source, wanted, clips.path("w-out"))).rejects.toMatchObject({
      failure: { code: "TEMPLATE_INVALID", params: { field: "crop" } },
    });
  });
});

describe("what comes along with the picture", () => {
  let source: string;
  beforeAll(() => {
    writeFileSync(clips.path("a.srt"), "1\n00:00:00,500 --> 00:00:01,500\nHello\n\n");
    source = clips.make(
      "rich.mkv",
      ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-f", "lavfi", "-i", "sine=440:d=2:r=48000"],
      ...[
        "-i",
        clips.path("a.srt"),
        "-map",
        "0",
        "-map",
        "1",
        "-map",
        "1",
        "-map",
        "2",
        ...X264,
        "-c:a",
        "aac",
      ],
      ...["-c:s", "srt", "-metadata", "title=The film", "-metadata:s:s:0", "language=fra"],
      ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"],
    );
  });

  it("subtitles, languages and titles are kept in files", async () => {
    const audio = { ...predefined("System_MP4_H264").audio, tracks: "all" };
    const wanted = { subtitles: "carry", metadata: "keep", audio };
    const made = await produceAll(
      source,
      {
        mp4: mp4(wanted),
        mkv: mp4({ ...wanted, container: "mkv" }),
        bare: mp4({ audio }),
      },
      clips.path("rich"),
    );
    const seen = made.map(({ verified: { primary } }) => [
      primary.subtitles.map(({ codec, language }) => `${codec} ${language}`),
      primary.audio.map(({ language }) => language),
    ]);
    expect(seen).toEqual([
      [["mov_text fra"], ["eng", "deu"]],
      [["subrip fra"], ["eng", "deu"]],
      [[], ["eng", "deu"]],
    ]);
    const titles = made.map(({ dir, packaged }) =>
      execFileSync("ffprobe", [
        ...[
          "-v",
          "error",
          "-show_entries",
          "format_tags=title",
          "-of",
          "csv=p=0",
          join(dir, packaged.primary),
        ],
      ])
        .toString()
        .trim(),
    );
    expect(titles).toEqual(["The film", "The film", ""]);
  });

  it("subtitles are drawn on the picture at their times, in a clip that begins within a line too", async () => {
    writeFileSync(clips.path("b.srt"), "1\n00:00:00,500 --> 00:00:01,500\nHEADLINE 50% [x]: it's 好\n\n");
    const dark = clips.make(
      "dark.mkv",
      ...[
        "-f",
        "lavfi",
        "-i",
        "color=black:s=320x180:r=25:d=2",
        "-i",
        clips.path("b.srt"),
        ...X264,
        "-c:s",
        "srt",
      ],
    );
    const burn = { subtitles: "burn", audio: null };
    const made = await produceAll(
      dark,
      {
        whole: mp4(burn),
        clip: mp4({ ...burn, clip: { startSeconds: 1 } }),
        hls: encodeSpecSchema.parse({ ...predefined("System_HLS_H264"), subtitles: "burn" }),
      },
      clips.path("it's, [burnt]: in"),
    );
    const [whole, clip, hls] = ["whole", "clip", "hls"].map((key) => {
      const one = made.find(({ plan }) => plan.key === key);
      return join(one?.dir ?? "", one?.packaged.primary ?? "");
    });
    const brightest = (file = "", seconds: number) => Math.max(...frame(file, seconds, "crop=320:60:0:120"));
    expect([0.2, 1, 1.8].map((seconds) => brightest(whole, seconds) > 150)).toEqual([false, true, false]);
    expect([0.2, 0.8].map((seconds) => brightest(clip, seconds) > 150)).toEqual([true, false]);
    expect(readFileSync(hls ?? "", "utf8")).toContain("#EXT-X-STREAM-INF");
    expect(made.map(({ verified }) => verified.primary.subtitles)).toEqual([[], [], []]);
    const plain = clips.plain("no-text.mp4", { size: "320x180", seconds: 1 });
    const none = await produce(plain, mp4(burn), clips.path("w-none"));
    expect(none.plan.warnings).toContainEqual({ code: "no_subtitles", params: {} });
  });

  it("HDR10 stays HDR10 in 10-bit H.265, VP9 and AV1 when it is to be kept, with its metadata where it can", async () => {
    const hdr = clips.make(
      "hdr.mp4",
      ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=24:d=2", "-vf", "format=yuv420p10le", "-c:v", "libx265"],
      ...["-preset", "ultrafast", "-x265-params"],
      "log-level=none:hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400",
    );
    const keep = (codec: string) =>
      mp4(
        { container: "mkv", audio: null },
        {
          codec,
          bitDepth: 10,
          hdr: "keep",
          gopSeconds: 0.5,
          renditions: [{ name: "x", rateControl: { mode: "crf", crf: 30 } }],
        },
      );
    const made = await produceAll(
      hdr,
      { h265: keep("h265"), vp9: keep("vp9"), av1: keep("av1") },
      clips.path("hdr"),
    );
    for (const { plan, verified } of made)
      expect([plan.key, verified.primary.video[0]]).toMatchObject([
        plan.key,
        { hdr: "HDR10", bitDepth: 10, colorPrimaries: "bt2020" },
      ]);
    const contentLight = { maxCll: 1000, maxFall: 400 };
    const [h265, vp9, av1] = made;
    expect(h265?.media.video[0]?.hdrMetadata).toMatchObject({ contentLight });
    // H.265 to the last digit; AV1's are binary fractions, which verifying has compared.
    expect(h265?.verified.primary.video[0]?.hdrMetadata).toEqual(h265?.media.video[0]?.hdrMetadata);
    expect(av1?.verified.primary.video[0]?.hdrMetadata).toMatchObject({ contentLight });
    expect(vp9?.verified.primary.video[0]?.hdrMetadata).toBeUndefined();
    const lost = made.map(({ plan }) => plan.warnings.map(({ code }) => code).includes("hdr_metadata_lost"));
    expect(lost).toEqual([false, true, false]);
    const path = join(h265!.dir, "result.mkv");
    const probe = ["-v", "error", "-skip_frame", "nokey", "-show_frames", "-of", "json", path];
    const { frames } = JSON.parse(execFileSync("ffprobe", probe).toString()) as { frames: object[] };
    expect(frames.length).toBeGreaterThan(2);
    for (const one of frames) expect(JSON.stringify(one)).toMatch(/Mastering display.*Content light/);

    // A result without them is not published.
    const { tools } = await realTools();
    const bare = structuredClone(h265!);
    const planned = bare.plan.renditions[0];
    if (planned?.kind !== "video") throw new Error("no picture was planned");
    planned.hdr!.metadata!.contentLight = { maxCll: 4000, maxFall: 400 };
    await expect(verifyJob(bare.plan, bare.packaged, { dir: bare.dir, tools })).rejects.toMatchObject({
      failure: { code: "OUTPUT_VERIFICATION_FAILED", params: { check: "colours" } },
    });
  });
});
