import { execFileSync } from "node:child_process";
import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { makeThumbnail, probeMedia } from "#lib/media/probe.ts";
import { Clips, predefined, produce, produceAll, realTools, X264 } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

const mp4 = () => predefined("System_MP4_H264");
const hls = () => predefined("System_HLS_H264");
const both = () => ({ mp4: mp4(), dash: predefined("System_DASH_MP4_H264") });
const pattern = (size: string, fps = 25, seconds = 2) => [
  "-f",
  "lavfi",
  "-i",
  `testsrc2=s=${size}:r=${fps}:d=${seconds}`,
];

describe("unusual but good sources", () => {
  it("one frame: a valid video of one frame comes out, as a file and as a ladder", async () => {
    const source = clips.make("one.mp4", ...pattern("320x180"), "-frames:v", "1", ...X264);
    const [file, dash] = await produceAll(source, both(), clips.path("w-one"));
    expect(file?.verified.primary.video[0]?.frameCount).toBe(1);
    expect(dash?.verified.primary.video[0]?.frameCount).toBe(1);
  });

  it("one frame, black for long, a picture every two seconds: a preview comes out all the same", async () => {
    const black = ["-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=4"];
    const sources = {
      one: clips.make("one-preview.mp4", ...pattern("320x180"), "-frames:v", "1", ...X264),
      black: clips.make("black.mp4", ...black, ...X264),
      slow: clips.make("slow-preview.mp4", ...pattern("320x180", 0.5, 6), ...X264),
    };
    const found: Record<string, unknown> = {};
    for (const [name, source] of Object.entries(sources)) {
      const specs = { gif: predefined("System_GIF_Preview"), webp: predefined("System_WebP_Preview") };
      const made = await produceAll(source, specs, clips.path(`w-preview-${name}`));
      found[name] = made.map(({ verified }) => verified.primary.durationSeconds);
    }
    // A WebP of pictures that are all alike has one, which has no length.
    expect(found).toEqual({ one: [0.1, null], black: [2.5, null], slow: [2.5, 2.5] });
  });

  it("turned by its metadata: comes out upright, without the metadata", async () => {
    clips.plain("flat.mp4", { size: "320x180", seconds: 2 });
    const source = clips.make(
      "turned.mp4",
      "-i",
      clips.path("flat.mp4"),
      "-c",
      "copy",
      "-metadata:s:v",
      "rotate=90",
    );
    const { plan, verified } = await produce(source, mp4(), clips.path("w-turned"));
    expect(verified.primary.video[0]).toMatchObject({ width: 180, height: 320, rotation: 0 });
    expect(plan.warnings.map(({ code }) => code)).toContain("rotated");
  });

  it("odd size and 4:4:4: loses one pixel a side and becomes 4:2:0", async () => {
    const source = clips.make(
      "odd.mkv",
      ...pattern("322x180"),
      // testsrc2 itself makes even sizes only.
      ...["-vf", "format=yuv444p,crop=321:179:0:0:exact=1"],
      ...["-c:v", "libx264", "-preset", "superfast"],
    );
    const { tools } = await realTools();
    expect((await probeMedia(source, tools)).video[0]).toMatchObject({ codedWidth: 321, codedHeight: 179 });
    const [file, dash] = await produceAll(source, both(), clips.path("w-odd"));
    expect(file?.verified.primary.video[0]).toMatchObject({
      codedWidth: 320,
      codedHeight: 178,
      pixelFormat: "yuv420p",
    });
    expect(dash?.verified.primary.video[0]).toMatchObject({ codedWidth: 320, codedHeight: 178 });
  });

  it("wide pixels: become square, and the picture keeps its shape", async () => {
    const source = clips.make("wide.mp4", ...pattern("360x288"), "-vf", "setsar=64/45", ...X264);
    const { verified } = await produce(source, mp4(), clips.path("w-wide"));
    expect(verified.primary.video[0]).toMatchObject({ width: 512, height: 288, sampleAspect: null });
  });

  it("no sound: the result has none, and says so", async () => {
    const source = clips.make("mute.mp4", ...pattern("320x180"), ...X264);
    const [file, dash] = await produceAll(source, both(), clips.path("w-mute"));
    expect(file?.verified.primary.audio).toEqual([]);
    expect(dash?.plan.warnings).toContainEqual({ code: "no_audio", params: {} });
  });

  it("5.1 sound: is mixed down to stereo, or kept where the template says so", async () => {
    const six = [300, 400, 500, 60, 700, 800].map((hz) => `0.2*sin(${hz}*2*PI*t)`).join("|");
    const source = clips.make(
      "six.mkv",
      ...pattern("320x180"),
      "-f",
      "lavfi",
      "-i",
      `aevalsrc=${six}:c=5.1:s=48000:d=2`,
      ...X264,
      "-c:a",
      "ac3",
    );
    const kept = mp4();
    if (kept.audio) kept.audio.channels = "source";
    const [stereo, surround] = await produceAll(source, { stereo: mp4(), kept }, clips.path("w-six"));
    expect(stereo?.verified.primary.audio[0]?.channels).toBe(2);
    expect(stereo?.plan.warnings).toContainEqual({ code: "audio_downmixed", params: { from: 6, to: 2 } });
    expect(surround?.verified.primary.audio[0]?.channels).toBe(6);
  });

  it("ten channels that nobody named: the first are taken", async () => {
    const ten = Array.from({ length: 10 }, (_, index) => (index < 2 ? "0.3*sin(2000*t)" : "0")).join("|");
    const source = clips.make("ten.mov", "-f", "lavfi", "-i", `aevalsrc='${ten}':d=1`, "-c:a", "pcm_s16le");
    const wanted: EncodeSpec = { ...mp4(), container: "m4a", video: null };
    if (wanted.audio) wanted.audio.loudness = { targetLufs: -16, truePeakDb: -1 };
    const { plan, verified } = await produce(source, wanted, clips.path("w-ten"));
    expect(plan.warnings).toContainEqual({ code: "audio_channels_picked", params: { from: 10, to: 2 } });
    expect(verified.primary.audio[0]).toMatchObject({ channels: 2, channelLayout: "stereo" });
  });

  it("a picture that begins late in Matroska: as long as it is, with the sound where it was", async () => {
    const source = clips.make(
      "late.mkv",
      ...["-itsoffset", "0.8", ...pattern("320x180")],
      ...[
        "-f",
        "lavfi",
        "-i",
        "sine=d=2.2:sample_rate=48000",
        "-map",
        "0",
        "-map",
        "1",
        ...X264,
        "-c:a",
        "aac",
      ],
    );
    const specs = { mp4: mp4(), hls: hls(), fmp4: { ...mp4(), container: "fmp4" as const } };
    const [file, ladder, fragments] = await produceAll(source, specs, clips.path("w-late"));
    expect(file?.media.video[0]?.durationSeconds).toBeCloseTo(2, 1);
    expect(file?.plan.expectedDurationSeconds).toBeCloseTo(2.8, 1);
    expect(file?.verified.primary.video[0]?.startSeconds).toBeCloseTo(0.8, 1);
    // Fragments begin at zero: the first picture stands until the second is due.
    const filled = fragments?.verified.primary.video[0];
    // ffmpeg's reader adds the two frames of reordering that negative offsets spare other players.
    expect(filled?.startSeconds).toBeLessThan(0.1);
    expect(filled?.durationSeconds).toBeCloseTo(2.8, 1);
    expect(ladder?.packaged.renditions[0]?.durationSeconds).toBeCloseTo(2.8, 1);
  });

  it("varying frame rate: keeps every frame, and segments stay aligned", async () => {
    const source = clips.make(
      "vfr.mp4",
      ...pattern("640x360", 60, 6),
      "-vf",
      "select='if(lt(mod(t,4),2),1,not(mod(n,5)))'",
      "-vsync",
      "vfr",
      ...X264,
    );
    const { media, verified, packaged } = await produce(source, hls(), clips.path("w-vfr"));
    expect(media.video[0]?.isVariableFrameRate).toBe(true);
    expect(verified.primary.video[0]?.frameCount).toBe(media.video[0]?.frameCount);
    expect(
      packaged.renditions[0]?.segments.map(({ durationSeconds }) => Math.round(durationSeconds)),
    ).toEqual([2, 2, 2]);
  });

  it("frames that vary and end before the sound: the last transport stream is as long as its sound", async () => {
    const source = clips.make(
      "early-end.mp4",
      ...pattern("320x180", 30, 4),
      ...["-f", "lavfi", "-i", "sine=440:d=4:r=48000", "-c:a", "aac"],
      // Thirty frames a second, then fifteen, and none in the last second.
      ...["-vf", "select='lt(t,3)*if(lt(t,2),1,not(mod(n,2)))'", "-fps_mode", "vfr", ...X264],
    );
    const spec = predefined("System_HLS_TS_H264");
    const { packaged, verified } = await produce(source, spec, clips.path("w-early"));
    expect(verified.primary.durationSeconds).toBeCloseTo(4, 1);
    const lengths = packaged.renditions[0]?.segments.map(({ durationSeconds }) => durationSeconds) ?? [];
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeCloseTo(4, 1);
  });

  it("frames without times in AVI and MPEG-PS: are copied with the times at which they are shown", async () => {
    for (const [name, codec] of [
      ["untimed.avi", "mpeg4"],
      ["untimed.mpg", "mpeg2video"],
    ] as const) {
      const source = clips.make(name, ...pattern("64x36", 25, 1), "-c:v", codec, "-bf", "2");
      const { dir } = await produce(source, predefined("System_MKV_Copy"), clips.path(`w-${name}`));
      const times = execFileSync("ffprobe", [
        ...["-v", "error", "-show_entries", "frame=pts_time", "-of", "csv=p=0", `${dir}/result.mkv`],
      ]);
      const shown = times.toString().split("\n").filter(Boolean).map(parseFloat);
      const steps = shown.slice(1).map((time, index) => Math.round((time - (shown[index] ?? 0)) * 1000));
      expect([name, steps]).toEqual([name, Array<number>(24).fill(40)]);
    }
  });

  it("interlaced: comes out progressive", async () => {
    const source = clips.make(
      "laced.mpg",
      ...pattern("352x288", 50),
      "-vf",
      "tinterlace=interleave_top,fieldorder=tff",
      "-c:v",
      "mpeg2video",
      "-flags",
      "+ilme+ildct",
      "-b:v",
      "2M",
    );
    const { plan, verified } = await produce(source, mp4(), clips.path("w-laced"));
    expect(plan.warnings.map(({ code }) => code)).toContain("interlaced");
    expect(verified.primary.video[0]?.fieldOrder).toBe("progressive");
  });

  it("HDR10: is tone-mapped and tagged BT.709", async () => {
    const source = clips.make(
      "hdr.mp4",
      ...pattern("320x180", 24),
      "-vf",
      "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,zscale=t=linear:npl=203,format=gbrpf32le,zscale=t=smpte2084:p=bt2020:m=bt2020nc:r=tv,format=yuv420p10le",
      "-c:v",
      "libx265",
      "-preset",
      "ultrafast",
      "-x265-params",
      "log-level=none:hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
    );
    const specs = { mp4: mp4(), gif: predefined("System_GIF_Preview") };
    const [file, preview] = await produceAll(source, specs, clips.path("w-hdr"));
    expect(file?.media.video[0]?.hdr).toBe("HDR10");
    // A GIF has no place for tags.
    expect(preview?.verified.primary.video[0]).toMatchObject({ codec: "gif", colorTransfer: null });
    expect(file?.verified.primary.video[0]).toMatchObject({
      hdr: null,
      colorTransfer: "bt709",
      colorPrimaries: "bt709",
      bitDepth: 8,
    });
  });

  it("BT.709: a WebP, which has BT.601's colours only, shows the same green as the source", async () => {
    const green = "color=0x20C040:s=320x180:r=25:d=1,scale=out_color_matrix=bt709,format=yuv420p";
    const tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"];
    const source = clips.make("green.mp4", "-f", "lavfi", "-i", green, ...X264, ...tags);
    const spec = predefined("System_WebP_Preview");
    const { dir, packaged } = await produce(source, spec, clips.path("w-green"));
    const pixel = ["-frames:v", "1", "-vf", "scale=1:1,format=rgb24", "-f", "rawvideo"];
    const shown = readFileSync(clips.make("green.rgb", "-i", join(dir, packaged.primary), ...pixel));
    for (const [index, wanted] of [0x20, 0xc0, 0x40].entries())
      expect(Math.abs((shown[index] ?? 0) - wanted)).toBeLessThan(8);
  });

  it("faster than the cap: every second frame stays", async () => {
    const source = clips.plain("fast.mp4", { size: "320x180", fps: 60, seconds: 2 });
    const spec = mp4();
    if (spec.video) spec.video.frameRate = { mode: "cap", fps: 30 };
    const { plan, verified } = await produce(source, spec, clips.path("w-fast"));
    expect(verified.primary.video[0]).toMatchObject({ frameRate: 30, frameCount: 60 });
    expect(plan.warnings).toContainEqual({ code: "frame_rate_capped", params: { from: 60, to: 30 } });
  });

  it.each([
    // A picture every two seconds; one that stays for five.
    ["slow", pattern("320x180", 0.5, 6), []],
    ["held", pattern("320x180", 25, 1), ["-vf", "setpts='if(eq(N,0),PTS,PTS+5/TB)'", "-fps_mode", "vfr"]],
  ] as const)("%s: each segment of a transport stream has its own sound", async (name, picture, varying) => {
    const tone = ["-f", "lavfi", "-i", "sine=440:d=6:r=48000", "-c:a", "aac"];
    const source = clips.make(`${name}.mp4`, ...picture, ...tone, ...varying, ...X264);
    const spec = predefined("System_HLS_TS_H264");
    const { dir, packaged, verified } = await produce(source, spec, clips.path(`w-${name}`));
    expect(verified.primary.audio[0]).toMatchObject({ codec: "aac", channels: 2 });
    const { tools } = await realTools();
    const segments = packaged.files.filter(({ type }) => type === "video/mp2t");
    let begins = 0;
    for (const [index, { path }] of segments.entries()) {
      const { audio, startSeconds } = await probeMedia(join(dir, path), tools);
      begins = index === 0 ? startSeconds : begins;
      const sound = (audio[0]?.startSeconds ?? NaN) - begins;
      const wanted = packaged.renditions[0]?.segments
        .slice(0, index)
        .reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
      expect({ path, sound }).toEqual({ path, sound: expect.closeTo(wanted ?? NaN, 0) as number });
    }
  });

  it("a last picture that stays for long, without sound: stays in a file and in transport streams", async () => {
    const moving = clips.make("moving.mp4", ...pattern("320x180", 25, 1), ...X264, "-bf", "0");
    const held = ["-bsf:v", "setts=duration=if(eq(N\\,24)\\,4/TB\\,DURATION)", "-movflags", "+faststart"];
    const source = clips.make("held-last.mp4", "-i", moving, "-c", "copy", ...held);
    const specs = { file: mp4(), ts: predefined("System_HLS_TS_H264") };
    for (const { plan, verified } of await produceAll(source, specs, clips.path("w-held-last"))) {
      const { durationSeconds } = verified.primary;
      expect({ [plan.key]: durationSeconds }).toEqual({ [plan.key]: expect.closeTo(4.96, 1) as number });
    }
    // What breaks off is not filled up.
    truncateSync(source, Math.round(statSync(source).size * 0.7));
    await expect(produce(source, mp4(), clips.path("w-held-cut"))).rejects.toMatchObject({
      failure: { code: "INPUT_TRUNCATED" },
    });
  });

  it("a length that is not written down: is found by counting packets", async () => {
    const { tools } = await realTools();
    const source = clips.make("raw.h264", ...pattern("320x180"), ...X264, "-f", "h264");
    const media = await probeMedia(source, tools);
    expect(media.video[0]?.frameCount).toBe(50);
  });
});

describe("thumbnails", () => {
  it("show a typical frame at the right size, not the black beginning", async () => {
    const { tools } = await realTools();
    const source = clips.make("dark.mp4", ...pattern("640x360", 25, 4), "-vf", "fade=in:d=0.3", ...X264);
    const media = await probeMedia(source, tools);
    const jpeg = await makeThumbnail(source, media, tools);
    expect(jpeg?.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    writeFileSync(clips.path("thumb.jpg"), jpeg ?? "");
    // Read back as a video of one frame, the one thing that the thumbnail's size can be asked from here.
    const png = clips.make("thumb.mp4", "-i", clips.path("thumb.jpg"), "-frames:v", "1", ...X264);
    expect((await probeMedia(png, tools)).video[0]).toMatchObject({ width: 320, height: 180 });
    expect(jpeg?.length).toBeGreaterThan(4000);
  });

  it("are null for sound alone", async () => {
    const { tools } = await realTools();
    const source = clips.make("tone.m4a", "-f", "lavfi", "-i", "sine=440:d=1", "-c:a", "aac");
    expect(await makeThumbnail(source, await probeMedia(source, tools), tools)).toBeNull();
  });
});
