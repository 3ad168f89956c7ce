import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { ffmpegArgs } from "#lib/media/ffmpeg-args.ts";
import { ALLOWED_DEMUXERS, fileUrl, untrustedInputArgs } from "#lib/media/input-args.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { audioStream, CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";

function spec(name: string): EncodeSpec {
  return encodeSpecSchema.parse(
    structuredClone(PREDEFINED_SPECS.find((candidate) => candidate.name === name)?.spec),
  );
}

function args(names: string[], media = mediaInfo()) {
  const jobs = names.map((name, index) => ({ key: `j${index}`, spec: spec(name), templateName: name }));
  const run = planEncode(media, jobs, CAPABILITIES).runs[0];
  if (!run) throw new Error("nothing to run");
  return ffmpegArgs(run, { sourcePath: "/in/source", outputDirOf: (key) => `/jobs/${key}/raw`, threads: 2 });
}

const START = [
  "-nostdin",
  "-hide_banner",
  "-loglevel",
  "level+warning",
  "-y",
  "-progress",
  "pipe:1",
  "-nostats",
  "-stats_period",
  "1",
  "-threads",
  "2",
];
const INPUT = [
  "-protocol_whitelist",
  "file",
  "-format_whitelist",
  ALLOWED_DEMUXERS.join(","),
  "-max_pixels",
  "35389440",
  "-max_streams",
  "100",
  "-analyzeduration",
  "20M",
  "-probesize",
  "50M",
  "-f",
  "mov",
  "-i",
  "file:/in/source",
];
const CLEAN = ["-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-max_muxing_queue_size", "4096"];
const AAC = (index: number) => [
  `-filter:a:${index}`,
  "aresample=async=1:first_pts=0,aformat=sample_rates=48000:channel_layouts=stereo",
  `-c:a:${index}`,
  "aac",
  `-b:a:${index}`,
  "128k",
  `-disposition:a:${index}`,
  "default",
];
const X264 = (index: number, profile: string, maxKbps: number) => [
  `-c:v:${index}`,
  "libx264",
  `-pix_fmt:v:${index}`,
  "yuv420p",
  `-threads:v:${index}`,
  "2",
  `-preset:v:${index}`,
  "veryfast",
  `-profile:v:${index}`,
  profile,
  `-g:v:${index}`,
  "9999",
  `-sc_threshold:v:${index}`,
  "0",
  `-x264-params:v:${index}`,
  "open-gop=0",
  `-force_key_frames:v:${index}`,
  "expr:gte(t,n_forced*2)",
  `-crf:v:${index}`,
  "23",
  `-maxrate:v:${index}`,
  `${maxKbps}k`,
  `-bufsize:v:${index}`,
  `${maxKbps * 1.5}k`,
  `-tag:v:${index}`,
  "avc1",
];

/** High definition without colour tags, made small. */
const TAGS = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709";

describe("the whole command", () => {
  it("of an MP4", () => {
    expect(args(["System_MP4_H264"])).toEqual([
      ...START,
      ...INPUT,
      "-filter_complex_threads",
      "2",
      "-filter_complex",
      "[0:0]scale=1920:1080:flags=bicubic,setsar=1[j0v0p];[j0v0p]format=yuv420p[j0v0]",
      "-map",
      "[j0v0]",
      "-map",
      "0:1",
      ...CLEAN,
      "-fps_mode",
      "vfr",
      ...X264(0, "high", 6000),
      ...AAC(0),
      "-movflags",
      "+faststart",
      "-f",
      "mp4",
      "file:/jobs/j0/raw/media.mp4",
    ]);
  });

  it("of a DASH ladder: each size is made from the next larger one", () => {
    expect(args(["System_DASH_MP4_H264"])).toEqual([
      ...START,
      ...INPUT,
      "-filter_complex_threads",
      "2",
      "-filter_complex",
      [
        "[0:0]scale=1920:1080:flags=bicubic,setsar=1,split=2[j0v0p][g0n1]",
        "[j0v0p]format=yuv420p[j0v0]",
        "[g0n1]scale=1280:720:flags=bicubic,setsar=1,split=2[j0v1p][g0n2]",
        "[j0v1p]format=yuv420p[j0v1]",
        "[g0n2]scale=854:480:flags=bicubic,setsar=1,split=2[j0v2p][g0n3]",
        `[j0v2p]${TAGS},format=yuv420p[j0v2]`,
        "[g0n3]scale=640:360:flags=bicubic,setsar=1[j0v3p]",
        `[j0v3p]${TAGS},format=yuv420p[j0v3]`,
      ].join(";"),
      "-map",
      "[j0v0]",
      "-map",
      "[j0v1]",
      "-map",
      "[j0v2]",
      "-map",
      "[j0v3]",
      "-map",
      "0:1",
      ...CLEAN,
      "-fps_mode",
      "vfr",
      ...X264(0, "high", 5000),
      ...X264(1, "high", 2800),
      ...X264(2, "high", 1400),
      ...X264(3, "main", 800),
      ...AAC(0),
      "-f",
      "dash",
      "-dash_segment_type",
      "mp4",
      "-seg_duration",
      "6",
      "-use_template",
      "1",
      "-use_timeline",
      "1",
      "-format_options",
      "movflags=+cmaf+negative_cts_offsets",
      "-adaptation_sets",
      "id=0,streams=0 id=1,streams=1 id=2,streams=2 id=3,streams=3 id=4,streams=4",
      "-init_seg_name",
      "init_$RepresentationID$.mp4",
      "-media_seg_name",
      "seg_$RepresentationID$_$Number%05d$.m4s",
      "file:/jobs/j0/raw/manifest.mpd",
    ]);
  });

  it("of sound alone has no filter graph", () => {
    expect(args(["System_Audio_AAC"])).toEqual([
      ...START,
      ...INPUT,
      "-map",
      "0:1",
      ...CLEAN,
      ...AAC(0),
      "-movflags",
      "+faststart",
      "-f",
      "ipod",
      "file:/jobs/j0/raw/media.m4a",
    ]);
  });

  it("of H.265 spells its cap and keyframes as x265 wants them", () => {
    const command = args(["System_MP4_H265"]);
    expect(command).toContain(
      "log-level=error:open-gop=0:scenecut=0:keyint=9999:min-keyint=1:repeat-headers=0:pools=2:vbv-maxrate=4000:vbv-bufsize=6000",
    );
    expect(command[command.indexOf("-tag:v:0") + 1]).toBe("hvc1");
  });

  it("of several jobs decodes once: equal sizes share a scaler", () => {
    const command = args(["System_MP4_H264", "System_HLS_H264", "System_DASH_MP4_H264"]);
    expect(command.filter((arg) => arg === "-i")).toHaveLength(1);
    const graph = command[command.indexOf("-filter_complex") + 1] ?? "";
    expect(graph.match(/scale=1920:1080/g)).toHaveLength(1);
    expect(graph.match(/scale=640:360/g)).toHaveLength(1);
  });

  it("tone-maps after the first scaling, before the smaller rungs", () => {
    const media = mediaInfo({
      video: [videoStream({ width: 3840, height: 2160, hdr: "HDR10", colorTransfer: "smpte2084" })],
    });
    const command = args(["System_HLS_H264"], media);
    const graph = command[command.indexOf("-filter_complex") + 1] ?? "";
    expect(graph).toMatch(/^\[0:0\]scale=1920:1080:flags=bicubic,setsar=1,zscale=t=linear.*,split=2/);
    expect(graph.match(/tonemap=tonemap/g)).toHaveLength(1);
  });
});

describe("safety of the arguments", () => {
  it("the hardened flags stand before every source", () => {
    for (const { name } of PREDEFINED_SPECS) {
      const command = args([name]);
      const input = command.indexOf("-i");
      const before = command.slice(0, input);
      expect(before).toContain("-protocol_whitelist");
      expect(before[before.indexOf("-protocol_whitelist") + 1]).toBe("file");
      expect(before).toContain("-format_whitelist");
      expect(command[input + 1]).toMatch(/^file:\//);
    }
  });

  it.each(["hls", "dash", "concat", "sdp", "image2", "lavfi", "ffmetadata", "applehttp", "subviewer", "srt"])(
    "the demuxer %s is not allowed",
    (name) => {
      expect(ALLOWED_DEMUXERS as readonly string[]).not.toContain(name);
    },
  );

  it("a path is always spelt file:/…", () => {
    expect(() => fileUrl("-x.mp4")).toThrow();
    expect(() => untrustedInputArgs("concat:x")).toThrow();
  });

  it("nothing that a user or a file says becomes an option", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (name, language, title) => {
        const media = mediaInfo({
          audio: [audioStream({ language: /^[A-Za-z-]{2,12}$/.test(language) ? language : null, title })],
        });
        const job = { key: "k", spec: spec("System_HLS_H264"), templateName: name };
        const run = planEncode(media, [job], CAPABILITIES).runs[0];
        if (!run) return;
        const command = ffmpegArgs(run, {
          sourcePath: "/in/-x.mp4",
          outputDirOf: () => "/jobs/-o",
          threads: 1,
        });
        for (const arg of command) {
          if (!arg.startsWith("-") || arg === "-1") continue;
          expect(arg).toMatch(/^-[a-z][a-z0-9_-]*(:[a-z]+(:[a-z])?(:\d+)?)?$/);
        }
      }),
    );
  });

  it("what a text watermark says is in no argument: only the file that it lies in is named", () => {
    const withText = (text: string) => {
      const watermark = { kind: "text", text, position: "top", heightPercent: 5 };
      const marked = encodeSpecSchema.parse({ ...spec("System_MP4_H264"), watermarks: [watermark] });
      const job = { key: "k", spec: marked, templateName: "marked" };
      const run = planEncode(mediaInfo(), [job], CAPABILITIES).runs[0];
      if (!run) throw new Error("nothing to run");
      return ffmpegArgs(run, { sourcePath: "/in/source", outputDirOf: () => "/jobs/k/raw", threads: 1 });
    };
    const harmless = withText("x");
    expect(harmless.join(" ")).toContain("drawtext=expansion=none:textfile=");
    const attack = fc.constantFrom(
      "x'[a];movie=/etc/passwd[b];[a][b]overlay,drawtext=text='",
      "%{pts}:textfile=/etc/passwd",
      "\\'],[out]",
    );
    fc.assert(
      fc.property(fc.oneof(attack, fc.string({ minLength: 1, maxLength: 500 })), (text) => {
        expect(withText(text)).toEqual(harmless);
      }),
      { numRuns: 1000 },
    );
  });
});
