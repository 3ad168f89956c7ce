import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkArgs, joinArgs } from "#lib/media/chunk-args.ts";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { chunkObstacle, planChunks, type Chunk } from "#lib/media/plan-chunks.ts";
import { planEncode, type EncodeRun } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { audioStream, CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";

function runOf(
  name: string,
  change: (spec: EncodeSpec) => void = () => undefined,
  seconds = 3600,
): EncodeRun {
  const spec = encodeSpecSchema.parse(
    structuredClone(PREDEFINED_SPECS.find((candidate) => candidate.name === name)?.spec),
  );
  change(spec);
  const media = mediaInfo({
    durationSeconds: seconds,
    video: [videoStream({ index: 0, durationSeconds: seconds })],
    audio: [audioStream({ index: 1, durationSeconds: seconds })],
  });
  const run = planEncode(media, [{ key: "job", spec, templateName: name }], CAPABILITIES).runs[0];
  if (!run) throw new Error("nothing to run");
  return run;
}

const hls = () => runOf("System_HLS_H264");
/** Frames of a source: evenly paced or not, from some time on. */
const frames = fc
  .record({
    fps: fc.constantFrom(5, 24000 / 1001, 25, 30000 / 1001, 50, 60),
    skips: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
    start: fc.constantFrom(0, 0.021, 0.5, 7.3),
    count: fc.integer({ min: 1, max: 3000 }),
  })
  .map(({ fps, skips, start, count }) => {
    let at = -1;
    const times = Array.from({ length: count }, (_, index) => {
      at += index === 0 ? 1 : (skips[index % skips.length] ?? 1);
      return Math.round((start + at / fps) * 1e6) / 1e6;
    });
    return { fps, times };
  });

describe("chunks", () => {
  it("hold every frame once, in order, and begin at multiples of the segment", () => {
    const run = hls();
    const step = Math.max(...run.jobs.map(({ segmentSeconds }) => segmentSeconds));
    fc.assert(
      fc.property(frames, fc.constantFrom(6, 30, 47, 300), ({ fps, times }, seconds) => {
        const chunks = planChunks(run, times, seconds);
        expect(chunks.reduce((sum, chunk) => sum + chunk.frames, 0)).toBe(times.length);
        let first = 0;
        for (const [at, chunk] of chunks.entries()) {
          expect(chunk.index).toBe(at);
          expect(chunk.frames).toBeGreaterThan(0);
          expect(chunk.startSeconds).toBe(times[first]);
          expect(chunk.fromSeconds).toBe(at === 0 ? null : (chunks[at - 1]?.toSeconds ?? Number.NaN));
          const boundary = (chunk.startSeconds - chunk.lateSeconds - (times[0] ?? 0)) / step;
          expect(Math.abs(boundary - Math.round(boundary))).toBeLessThan(1e-5);
          // No frame between the boundary and the chunk's first.
          expect(times[first - 1] ?? -1).toBeLessThan(chunk.startSeconds - chunk.lateSeconds);
          // As fine as a container counts, and as coarse as a frame.
          for (const ticks of [90_000, fps]) {
            const tick = (seconds: number) => Math.round((seconds - (times[0] ?? 0)) * ticks);
            if (chunk.fromSeconds === null) continue;
            expect(tick(times[first - 1] ?? 0)).toBeLessThan(tick(chunk.fromSeconds));
            expect(tick(times[first] ?? 0)).toBeGreaterThanOrEqual(tick(chunk.fromSeconds));
          }
          first += chunk.frames;
        }
      }),
      { numRuns: 60 },
    );
  });

  it("are as many as the length asks for, whoever plans them", () => {
    const run = (seconds: number) => runOf("System_HLS_H264", undefined, seconds);
    const lengths = (seconds: number) => {
      const times = Array.from({ length: seconds * 5 }, (_, index) => index / 5);
      return planChunks(run(seconds), times).map((chunk) => chunk.frames / 5);
    };
    expect(lengths(120)).toEqual([30, 30, 30, 30]);
    expect(lengths(130)).toEqual([30, 36, 30, 34]);
    expect(new Set(lengths(7200))).toEqual(new Set([300]));
  });
});

describe("a run is not split", () => {
  const changed = (change: (spec: EncodeSpec) => void) => chunkObstacle(runOf("System_MP4_H264", change));
  it("when it is short, or of a kind that chunks would change", () => {
    expect(chunkObstacle(hls())).toBeNull();
    expect(changed(() => undefined)).toBeNull();
    expect(chunkObstacle(runOf("System_HLS_H264", undefined, 119))).toMatch(/120 s/);
    expect(chunkObstacle({ ...hls(), demuxer: "mpegts" })).toMatch(/index/);
    expect(changed((spec) => (spec.clip = { startSeconds: 2 }))).toMatch(/part/);
    expect(changed((spec) => spec.video && (spec.video.frameRate = { mode: "fixed", fps: 12 }))).toMatch(
      /fps=12/,
    );
    const abr = { mode: "vbr", kbps: 900, twoPass: false } as const;
    expect(changed((spec) => spec.video?.renditions.forEach((rung) => (rung.rateControl = abr)))).toMatch(
      /shared out/,
    );
    expect(chunkObstacle(runOf("System_WebM_VP9"))).toMatch(/vp9/);
    expect(chunkObstacle(runOf("System_Audio_AAC"))).toMatch(/no picture/);
    expect(changed((spec) => spec.video && (spec.video.gopSeconds = 7.001))).toBeNull();
    const odd = runOf("System_MP4_H264", (spec) => spec.video && (spec.video.gopSeconds = 1.999));
    expect(chunkObstacle({ ...odd, jobs: [...odd.jobs, ...hls().jobs] })).toMatch(/multiple/);
  });
});

describe("the arguments", () => {
  const options = { sourcePath: "/in/source", outputDirOf: (key: string) => `/jobs/${key}/raw`, threads: 2 };
  const chunk: Chunk = {
    index: 3,
    fromSeconds: 89.98,
    toSeconds: 119.98,
    startSeconds: 90.01,
    lateSeconds: 0.01,
    frames: 750,
  };

  it("of a chunk: a second of lead, the cut behind the filters, times of the source", () => {
    const args = chunkArgs(runOf("System_MP4_H264"), chunk, options);
    const text = args.join(" ");
    expect(text).toContain("-copyts -start_at_zero -noaccurate_seek -ss 88.980000 ");
    expect(text).toContain("[0:0]trim=start=89.980000:end=119.980000,scale=");
    expect(text).toContain("expr:gte(t+0.010000,n_forced*");
    expect(args.slice(-7)).toEqual([
      "-output_ts_offset",
      "-90.010000",
      "-use_editlist",
      "0",
      "-f",
      "mp4",
      "file:/jobs/job/raw/chunk_0.mp4",
    ]);
    const first = chunkArgs(
      runOf("System_MP4_H264"),
      { ...chunk, fromSeconds: null, lateSeconds: 0 },
      options,
    );
    expect(first).not.toContain("-ss");
    expect(first.join(" ")).toContain("trim=end=119.980000,");
    expect(first.join(" ")).toContain("expr:gte(t,n_forced*");
  });

  it("of the join: the picture copied, the sound encoded from the source", () => {
    const lists = {
      chunkListOf: (key: string, index: number) => `/kept/${key}_${index}.txt`,
      startSeconds: 0.5,
      soundFile: null,
    };
    const text = joinArgs(runOf("System_MP4_H264"), { ...options, ...lists }).join(" ");
    expect(text).toContain(
      "-itsoffset 0.500000 -protocol_whitelist file -format_whitelist concat,mov -f concat -auto_convert 0 -i file:/kept/job_0.txt -map 1:0 -map 0:1 ",
    );
    expect(text).toContain("-c:v:0 copy -tag:v:0 avc1 -filter:a:0 ");
    const beside = joinArgs(runOf("System_MP4_H264"), { ...options, ...lists, soundFile: "/work/sound.mp4" });
    expect(beside.join(" ")).toContain(
      "-seek_timestamp 1 -protocol_whitelist file -f mov -i file:/work/sound.mp4 -map 1:0 -map 2:0 ",
    );
    expect(beside.join(" ")).toContain("-c:v:0 copy -tag:v:0 avc1 -c:a:0 copy ");
  });
});
