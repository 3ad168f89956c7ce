import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textArgs } from "#lib/media/text-args.ts";
import { encodeSpecSchema } from "#lib/media/encode-spec.ts";
import { ffmpegArgs } from "#lib/media/ffmpeg-args.ts";
import { planEncode, type EncodeRun } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { stillsArgs } from "#lib/media/stills-args.ts";
import { CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";

const OPTIONS = {
  sourcePath: "/in/source",
  outputDirOf: (key: string) => `/jobs/${key}/raw`,
  threads: 2,
};
const SUBTITLED = mediaInfo({
  subtitles: [
    { index: 2, codec: "hdmv_pgs_subtitle", language: null, title: null },
    { index: 3, codec: "subrip", language: "fra", title: null },
  ],
});

function planned(name: string, changes: object, media = mediaInfo()): EncodeRun {
  const made = PREDEFINED_SPECS.find((candidate) => candidate.name === name)?.spec;
  const spec = encodeSpecSchema.parse({ ...structuredClone(made), ...changes });
  const plan = planEncode(media, [{ key: "k", spec, templateName: name }], CAPABILITIES);
  const [run] = plan.runs;
  if (!run) throw new Error(JSON.stringify(plan.jobs[0]?.failure));
  return run;
}
const after = (args: readonly string[] | null | undefined, option: string) =>
  args?.[args.indexOf(option) + 1];
const graphOf = (run: EncodeRun) => after(ffmpegArgs(run, OPTIONS), "-filter_complex")?.split(";");

const image = (changes: object) => ({
  kind: "image",
  source: "https://a.example/logo.png",
  position: "bottom-right",
  widthPercent: 10,
  ...changes,
});

describe("images over the picture", () => {
  it("are inputs after the source, scaled for the largest rung, laid over it in order and cascaded with it", () => {
    const watermarks = [
      image({}),
      image({ position: "top", verticalMarginPercent: 4, widthPercent: 50, startSeconds: 1, endSeconds: 2 }),
    ];
    const run = planned("System_HLS_H264", { watermarks, fade: { inSeconds: 1, outSeconds: 0 } });
    const args = ffmpegArgs(run, OPTIONS);
    expect(args.filter((_, at) => args[at - 1] === "-i")).toEqual([
      "file:/in/source",
      "file:/jobs/k/raw/watermark_0.png",
      "file:/jobs/k/raw/watermark_1.png",
    ]);
    const graph = graphOf(run);
    expect(graph?.slice(0, 5)).toEqual([
      "[0:0]scale=1920:1080:flags=bicubic,setsar=1[g0b0]",
      "[1:v]scale=192:1080:force_original_aspect_ratio=decrease:flags=bicubic:out_color_matrix=bt709,format=yuva420p[g0i0]",
      "[g0b0][g0i0]overlay=x=W-w-W*2/100:y=H-h-H*2/100:format=yuv420[g0b1]",
      "[2:v]scale=960:1080:force_original_aspect_ratio=decrease:flags=bicubic:out_color_matrix=bt709,format=yuva420p[g0i1]",
      "[g0b1][g0i1]overlay=x=(W-w)/2:y=H*4/100:enable=gte(t\\,1)*lt(t\\,2):format=yuv420,fade=t=in:st=0:d=1,split=2[j0v0p][g0n1]",
    ]);
    expect(graph?.slice(5).some((chain) => chain.includes("overlay"))).toBe(false);
  });

  it("keep ten bits where the result has them, and old colours where the source has them", () => {
    const old = mediaInfo({ video: [videoStream({ colorSpace: "smpte170m" })] });
    const rung = { name: "one", rateControl: { mode: "crf", crf: 23 } };
    const run = planned(
      "System_MP4_H264",
      { watermarks: [image({})], video: { codec: "h265", bitDepth: 10, renditions: [rung] } },
      old,
    );
    expect(graphOf(run)?.join(";")).toMatch(/out_color_matrix=bt601.*format=yuv420p10\[j0v0p\]/);
  });

  it("are named in no argument", () => {
    const withSource = (source: string) =>
      ffmpegArgs(planned("System_MP4_H264", { watermarks: [image({ source })] }), OPTIONS);
    const harmless = withSource("https://a.example/x");
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, validSchemes: ["http", "https"] }), (source) => {
        expect(withSource(source)).toEqual(harmless);
      }),
    );
  });
});

describe("burnt-in subtitles", () => {
  it("are the first that are text, taken out by a process of their own with the hardened flags", () => {
    const run = planned("System_MP4_H264", { subtitles: "burn" }, SUBTITLED);
    const [job] = run.jobs;
    const args = job ? textArgs(run, job, OPTIONS) : null;
    expect(after(args, "-protocol_whitelist")).toBe("file");
    expect(args?.slice(args.indexOf("-i"))).toEqual([
      ...["-i", "file:/in/source", "-map", "0:3", "-map_metadata", "-1", "-map_chapters", "-1"],
      ...["-c:s", "ass", "-f", "ass", "file:/jobs/k/raw/burn.ass"],
    ]);
    expect(graphOf(run)?.[0]).toBe(
      "[0:0]scale=1920:1080:flags=bicubic,setsar=1,ass=filename=/jobs/k/raw/burn.ass[j0v0p]",
    );
  });

  it("are drawn at the source's times in a clip, and all of the text is taken out", () => {
    const run = planned("System_MP4_H264", { subtitles: "burn", clip: { startSeconds: 2.5 } }, SUBTITLED);
    const [job] = run.jobs;
    expect(job ? textArgs(run, job, OPTIONS) : null).not.toContain("-ss");
    expect(graphOf(run)?.[0]).toContain(
      "setpts=PTS+2.5/TB,ass=filename=/jobs/k/raw/burn.ass,setpts=PTS-2.5/TB",
    );
  });

  it("that a clip carries are taken out whole, and read again after source and images", () => {
    const run = planned("System_MP4_H264", { subtitles: "carry", clip: { startSeconds: 2.5 } }, SUBTITLED);
    const [job] = run.jobs;
    expect(job ? textArgs(run, job, OPTIONS)?.slice(-7) : null).toEqual([
      ...["-map_chapters", "-1", "-c:s", "ass", "-f", "ass", "file:/jobs/k/raw/subtitles-1.ass"],
    ]);
    const args = ffmpegArgs(run, OPTIONS);
    expect(args.filter((_, index) => args[index - 1] === "-i")).toEqual([
      "file:/in/source",
      "file:/jobs/k/raw/subtitles-1.ass",
    ]);
    expect(args.filter((_, index) => args[index - 1] === "-map")).toEqual(["[j0v0]", "0:1", "1:0"]);
  });

  it("that are pictures are left out with a warning", () => {
    const pictures = mediaInfo({ subtitles: SUBTITLED.subtitles.slice(0, 1) });
    const run = planned("System_MP4_H264", { subtitles: "burn" }, pictures);
    const [job] = run.jobs;
    expect(job ? textArgs(run, job, OPTIONS) : "no job").toBeNull();
    expect(job?.warnings).toContainEqual({
      code: "subtitle_not_text",
      params: { codec: "hdmv_pgs_subtitle" },
    });
  });
});

describe("previews and pictures", () => {
  const preview = (kind: "gif" | "webp") =>
    planned("System_MP4_H264", {
      container: kind,
      audio: null,
      video: {
        codec: kind,
        frameRate: { mode: "cap", fps: 12 },
        renditions: [{ name: "one", width: 320, rateControl: { mode: "crf", crf: 21 } }],
      },
    });

  it("a GIF has a palette of its own, and repeats", () => {
    const args = ffmpegArgs(preview("gif"), OPTIONS);
    expect(after(args, "-filter_complex")).toBe(
      "[0:0]fps=12,scale=320:180:flags=bicubic,setsar=1[j0v0p];[j0v0p]scale=in_color_matrix=bt709:flags=bicubic,format=bgra,split[j0v0a][j0v0b];" +
        "[j0v0a]palettegen=stats_mode=diff[j0v0c];[j0v0b][j0v0c]paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle[j0v0]",
    );
    expect(args.slice(args.indexOf("-c:v:0"))).toEqual([
      ...["-c:v:0", "gif", "-loop", "0", "-f", "gif", "file:/jobs/k/raw/media.gif"],
    ]);
  });

  it("a WebP has its quality from the CRF and its effort from the preset", () => {
    const args = ffmpegArgs(preview("webp"), OPTIONS);
    expect(args.slice(args.indexOf("-c:v:0"))).toEqual([
      ...["-c:v:0", "libwebp_anim", "-pix_fmt:v:0", "yuv420p", "-quality:v:0", "67"],
      ...["-compression_level:v:0", "2", "-loop", "0", "-f", "webp", "file:/jobs/k/raw/media.webp"],
    ]);
  });

  it("pictures at times are frames by their numbers, each once, none after the end", () => {
    const run = planned("System_MP4_H264", { thumbnails: { percents: [100, 0, 50, 50.1] } });
    const [job] = run.jobs;
    expect(job?.stills).toMatchObject({ times: [0, 5, 9.96], count: 3 });
    expect(after(job ? stillsArgs(run, job, OPTIONS) : null, "-filter_complex")).toMatch(
      /\[j0v0\]tpad=stop_mode=clone:stop_duration=11,fps=25:round=down:start_time=0,trim=end_frame=250,select=eq\(n\\,0\)\+eq\(n\\,125\)\+eq\(n\\,249\),scale=in_color_matrix=bt709:out_color_matrix=bt601:out_range=pc:flags=bicubic,format=yuvj420p\[stills\]$/,
    );
  });
});

it("sound alone in segments has a stream for each rate", () => {
  const audio = { codec: "aac", kbps: 64, variantsKbps: [128] };
  const run = planned("System_HLS_H264", { video: null, audio });
  const args = ffmpegArgs(run, OPTIONS);
  expect([after(args, "-b:a:0"), after(args, "-b:a:1")]).toEqual(["128k", "64k"]);
  expect(after(args, "-adaptation_sets")).toBe("id=0,streams=0 id=1,streams=1");
  expect(run.jobs[0]?.renditions.map(({ name }) => name)).toEqual(["audio-128k", "audio-64k"]);
});
