import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AudioSpec, EncodeSpec, Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import { Clips, predefined, produce, produceAll, realTools, X264 } from "#lib/media/test-pipeline.ts";
import { checkLoudness } from "#lib/media/verify-loudness.ts";

const clips = new Clips();
let source: string;
beforeAll(() => {
  source = clips.plain("source.mp4", { size: "320x180", seconds: 2 });
});
afterAll(() => clips.remove());

type Wanted = {
  container: EncodeSpec["container"];
  video?: Partial<VideoSpec> | null;
  rung?: Partial<Rendition>;
  audio?: Partial<AudioSpec> | null;
};

/** An MP4 template with the changes of a test; the rendition has no profile unless the test gives one. */
function spec({ container, video = {}, rung = {}, audio = {} }: Wanted): EncodeSpec {
  const made = predefined("System_MP4_H264");
  if (!made.video || !made.audio) throw new Error("the template has video and audio");
  const rendition: Rendition = { name: "only", rateControl: { mode: "crf", crf: 30 }, ...rung };
  return {
    ...made,
    container,
    video: video && { ...made.video, preset: "ultrafast", ...video, renditions: [rendition] },
    audio: audio && { ...made.audio, ...audio },
  };
}

const AUDIO = { codec: "aac", kbps: 128, channels: 2, sampleRate: 48000, tracks: "default" } as const;
const sound = (codec: AudioSpec["codec"]): Partial<AudioSpec> => ({ codec });

describe("containers and codecs", () => {
  it("all come from a single decode and hold what was asked for", async () => {
    const wanted: [string, EncodeSpec, string, string[]][] = [
      ["fmp4", spec({ container: "fmp4" }), "mov", ["h264", "aac"]],
      [
        "mp4-av1",
        spec({ container: "mp4", video: { codec: "av1" }, audio: sound("opus") }),
        "mov",
        ["av1", "opus"],
      ],
      ["ts", spec({ container: "ts", audio: sound("ac3") }), "mpegts", ["h264", "ac3"]],
      ["ts-hevc", spec({ container: "ts", video: { codec: "h265" } }), "mpegts", ["hevc", "aac"]],
      ["flv", spec({ container: "flv" }), "flv", ["h264", "aac"]],
      ["mkv", spec({ container: "mkv", audio: sound("flac") }), "matroska", ["h264", "flac"]],
      [
        "webm",
        spec({ container: "webm", video: { codec: "av1" }, audio: sound("opus") }),
        "matroska",
        ["av1", "opus"],
      ],
      ["mov", spec({ container: "mov", audio: sound("pcm") }), "mov", ["h264", "pcm_s16le"]],
      ["ogg", spec({ container: "ogg", video: null, audio: sound("opus") }), "ogg", ["opus"]],
      ["flac", spec({ container: "flac", video: null, audio: sound("flac") }), "flac", ["flac"]],
      ["wav", spec({ container: "wav", video: null, audio: sound("pcm") }), "wav", ["pcm_s16le"]],
    ];
    const made = await produceAll(
      source,
      Object.fromEntries(wanted.map(([key, one]) => [key, one])),
      clips.path("all"),
    );
    expect(new Set(made.map(({ log }) => log[0])).size).toBe(1);
    for (const [key, , format, codecs] of wanted) {
      const { verified } = made.find(({ plan }) => plan.key === key) ?? {};
      const { primary } = verified ?? {};
      expect([key, primary?.format.split(",")[0]]).toEqual([key, format]);
      expect(
        [key, ...(primary?.video ?? []), ...(primary?.audio ?? [])].map((one) =>
          typeof one === "string" ? one : one.codec,
        ),
      ).toEqual([key, ...codecs]);
      expect(primary?.durationSeconds).toBeCloseTo(2, 0);
      if (codecs.length === 2) expect([key, primary?.video[0]?.frameCount]).toEqual([key, 60]);
    }
  });

  it("10 bits in H.264, H.265, VP9 and AV1", async () => {
    const deep = (codec: VideoSpec["codec"]) =>
      spec({ container: "mkv", video: { codec, bitDepth: 10 }, audio: null });
    const made = await produceAll(
      source,
      { h264: deep("h264"), h265: deep("h265"), vp9: deep("vp9"), av1: deep("av1") },
      clips.path("deep"),
    );
    expect(made.map(({ verified }) => verified.primary.video[0]?.pixelFormat)).toEqual(
      Array.from({ length: 4 }, () => "yuv420p10le"),
    );
  });

  it("AV1, VP9, Opus and AC-3 in DASH, AV1 in HLS: keyframes and codec strings are right", async () => {
    const ladder = (container: "dash" | "hls", video: Partial<VideoSpec>, audio: AudioSpec["codec"]) => ({
      ...spec({ container, video: { gopSeconds: 1, ...video }, audio: sound(audio) }),
      segments: { seconds: 1, format: "fmp4" as const, byteRange: false },
    });
    const made = await produceAll(
      source,
      {
        av1: ladder("dash", { codec: "av1" }, "opus"),
        vp9: ladder("dash", { codec: "vp9" }, "ac3"),
        hls: ladder("hls", { codec: "av1" }, "aac"),
      },
      clips.path("dash"),
    );
    const strings = made.map(({ packaged }) => packaged.renditions.flatMap(({ codecs }) => codecs));
    expect(strings).toEqual([
      [expect.stringMatching(/^av01\.0\.\d\d[MH]\.08/), "opus"],
      [expect.stringMatching(/^vp09\.00\.\d\d\.08/), "ac-3"],
      [expect.stringMatching(/^av01\./), "mp4a.40.2"],
    ]);
    for (const { packaged } of made) expect(packaged.renditions[0]?.segments).toHaveLength(2);
  });
});

describe("HLS in byte ranges", () => {
  it("is one file per rendition; its keyframes decode on their own", async () => {
    const ranged = {
      ...predefined("System_HLS_H264", 1),
      segments: { seconds: 1, format: "fmp4" as const, byteRange: true },
    };
    if (ranged.video) ranged.video.gopSeconds = 1;
    const { dir, packaged } = await produce(source, ranged, clips.path("ranged"));
    expect(packaged.files.map(({ path }) => path)).toEqual([
      "result.a1/360p/media.mp4",
      "result.a1/audio/media.mp4",
      "result.a1/360p/playlist.m3u8",
      "result.a1/360p/keyframes.m3u8",
      "result.a1/audio/playlist.m3u8",
      "result.m3u8",
    ]);
    // Read back by ffmpeg's own HLS reader: all frames, by the playlist's ranges.
    const frames = (file: string, ...options: string[]) =>
      execFileSync("ffprobe", [
        ...["-v", "error", ...options, "-count_frames", "-select_streams", "v:0"],
        ...["-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", file],
      ])
        .toString()
        .trim();
    const folder = join(dir, "result.a1/360p");
    expect(frames(join(folder, "playlist.m3u8"), "-allowed_extensions", "ALL")).toMatch(/^60/);
    // And each keyframe by its own bytes, after the initialisation.
    const media = readFileSync(join(folder, "media.mp4"));
    const list = readFileSync(join(folder, "keyframes.m3u8"), "utf8");
    const range = (pattern: RegExp) =>
      [...list.matchAll(pattern)].map(([, bytes, from]) =>
        media.subarray(Number(from), Number(from) + Number(bytes)),
      );
    const [init = Buffer.alloc(0)] = range(/BYTERANGE="(\d+)@(\d+)"/g);
    const keyframes = range(/^#EXT-X-BYTERANGE:(\d+)@(\d+)$/gm);
    expect(keyframes).toHaveLength(2);
    for (const [index, keyframe] of keyframes.entries()) {
      const file = clips.path(`keyframe-${index}.mp4`);
      writeFileSync(file, Buffer.concat([init, keyframe]));
      expect(frames(file)).toBe("1");
    }
  });
});

describe("rate control", () => {
  it("two passes read the statistics of their own rung, in H.264, H.265 and VP9", async () => {
    const rate = { mode: "vbr", kbps: 200, twoPass: true } as const;
    const twice = (codec: VideoSpec["codec"]) =>
      spec({ container: "mkv", video: { codec }, rung: { rateControl: rate }, audio: null });
    const made = await produceAll(
      source,
      { h264: twice("h264"), h265: twice("h265"), vp9: twice("vp9") },
      clips.path("it's: twice"),
    );
    for (const { log, verified, plan } of made) {
      expect(log.filter((line) => line.startsWith("ffmpeg "))).toHaveLength(2);
      expect([plan.key, verified.primary.video[0]?.frameCount]).toEqual([plan.key, 60]);
      expect(verified.primary.bitRate).toBeLessThan(300_000);
      expect(verified.primary.bitRate).toBeGreaterThan(120_000);
    }
  });

  it("a ladder in two passes has aligned segments", async () => {
    const ladder = predefined("System_HLS_H264", 1);
    if (!ladder.video) throw new Error("no video");
    ladder.video.gopSeconds = 1;
    ladder.video.renditions = [
      { name: "180p", height: 180, rateControl: { mode: "vbr", kbps: 300, twoPass: true } },
      { name: "90p", height: 90, rateControl: { mode: "vbr", kbps: 100, twoPass: true } },
    ];
    const { verified } = await produce(source, ladder, clips.path("two-rungs"));
    expect(verified.renditions.map(({ name }) => name)).toEqual(["180p", "90p", "audio"]);
  });

  it("capped CRF, average and constant bit rates are kept", async () => {
    const noise = clips.make(
      "noise.mp4",
      ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=3,noise=alls=60:allf=t", ...X264],
    );
    const at = (codec: VideoSpec["codec"], rateControl: Rendition["rateControl"]) =>
      spec({ container: "mp4", video: { codec, preset: "superfast" }, rung: { rateControl }, audio: null });
    const made = await produceAll(
      noise,
      {
        h264: at("h264", { mode: "crf", crf: 10, maxKbps: 500 }),
        h265: at("h265", { mode: "crf", crf: 10, maxKbps: 500 }),
        vbr: at("h264", { mode: "vbr", kbps: 500, maxKbps: 600, twoPass: false }),
        cbr: at("h264", { mode: "cbr", kbps: 500 }),
        av1: at("av1", { mode: "vbr", kbps: 500, maxKbps: 500, twoPass: false }),
      },
      clips.path("rates"),
    );
    for (const { plan, verified } of made) {
      expect([plan.key, (verified.primary.bitRate ?? 0) < 900_000]).toEqual([plan.key, true]);
    }
  });
});

describe("streams that are taken over as they are", () => {
  const packets = (file: string, kind: "v" | "a") =>
    execFileSync("ffmpeg", [
      ...["-v", "error", "-i", `file:${file}`, "-map", `0:${kind}`, "-c", "copy", "-f", "md5", "-"],
    ]).toString();

  it("are the same packets when the template asks for copies", async () => {
    const { dir, plan } = await produce(
      source,
      spec({ container: "mkv", video: { codec: "copy" }, audio: sound("copy") }),
      clips.path("copy"),
    );
    expect(packets(`${dir}/result.mkv`, "a")).toBe(packets(source, "a"));
    expect(plan.warnings.map(({ code }) => code)).toEqual(["stream_copied", "stream_copied"]);
  });

  it("are copied where they satisfy the template, and encoded with a reason where they do not", async () => {
    const eager = { copyWhenPossible: true };
    const small = spec({
      container: "mp4",
      video: eager,
      rung: { height: 90 },
      audio: { ...eager, channels: 1, kbps: 160 },
    });
    const same = spec({ container: "mp4", video: eager, audio: { ...eager, channels: 1, kbps: 160 } });
    const [copied, encoded] = await produceAll(source, { same, small }, clips.path("eager"));
    expect(copied?.plan.renditions.map(({ isCopy }) => isCopy)).toEqual([true, true]);
    expect(encoded?.plan.renditions.map(({ isCopy }) => isCopy)).toEqual([false, true]);
    expect(encoded?.plan.warnings).toContainEqual({
      code: "not_copied",
      params: { kind: "video", reason: "size" },
    });
    expect(encoded?.verified.primary.video[0]?.height).toBe(90);
  });

  it("are refused where the container cannot hold them", async () => {
    await expect(
      produce(
        source,
        spec({ container: "webm", video: { codec: "copy" }, audio: sound("opus") }),
        clips.path("refused"),
      ),
    ).rejects.toMatchObject({ failure: { code: "TEMPLATE_INVALID", params: { field: "video.codec" } } });
  });
});

describe("loudness", () => {
  it("is measured in a first pass and brought to the target without being compressed; silence stays", async () => {
    const quiet = clips.make(
      "quiet.mkv",
      ...["-f", "lavfi", "-i", "aevalsrc=0.02*sin(880*PI*t)*(1+sin(PI*t)):d=5:s=44100", "-c:a", "flac"],
    );
    const silent = clips.make("silent.wav", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo:d=2");
    const loud = spec({
      container: "m4a",
      video: null,
      audio: { loudness: { targetLufs: -20, truePeakDb: -1.5 } },
    });
    const { dir, log, plan } = await produce(quiet, loud, clips.path("loud"));
    const said = execFileSync("sh", [
      "-c",
      `ffmpeg -nostats -i "${dir}/result.m4a" -af ebur128 -f null - 2>&1 | grep -A1 "Integrated loudness" | tail -1`,
    ]).toString();
    expect(Number(/(-[\d.]+) LUFS/.exec(said)?.[1])).toBeCloseTo(-20, 0);
    expect(log.filter((line) => line.startsWith("ffmpeg "))[1]).toContain("linear=true");
    expect(plan.warnings).toEqual([]);
    // Short peaks far above the rest: what is asked for would clip, which loudnorm does not do.
    const peaky = clips.make(
      "peaky.wav",
      ...["-f", "lavfi", "-i", "aevalsrc='if(lt(mod(t,1),0.002),0.98,0.01)*sin(880*PI*t)':d=5:s=48000"],
    );
    const missed = await produce(
      peaky,
      { ...loud, audio: { ...AUDIO, loudness: { targetLufs: -8, truePeakDb: -6 } } },
      clips.path("peaky"),
    );
    expect(missed.plan.warnings.map(({ code }) => code)).toEqual(["loudness_compressed"]);
    // The check measures for itself: asked for another target, the same file misses it.
    const { tools } = await realTools();
    const other = structuredClone(plan);
    for (const audio of other.renditions)
      if (audio.kind === "audio") audio.loudness = { targetLufs: -30, truePeakDb: -1 };
    await checkLoudness(other, join(dir, "result.m4a"), { tools });
    expect(other.warnings).toMatchObject([{ code: "loudness_missed", params: { target: -30 } }]);
    const still = await produce(silent, loud, clips.path("silent"));
    expect(still.log.filter((line) => line.startsWith("ffmpeg "))[1]).not.toContain("loudnorm");
  });
});
