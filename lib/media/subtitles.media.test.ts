import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Parser } from "m3u8-parser";
import { parse as parseMpd } from "mpd-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Clips, predefined, produceAll, X264 } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

const picture = (seconds: number) => ["-f", "lavfi", "-i", `testsrc2=s=160x90:r=25:d=${seconds}`];
const tone = (seconds: number) => ["-f", "lavfi", "-i", `sine=440:d=${seconds}:r=48000`];
const BOTH = ["-map", "0", "-map", "1", ...X264, "-c:a", "aac"];

const rolesIn = (set: string) =>
  [...set.matchAll(/<Role [^>]*value="([^"]+)"/g)].map(([, role = ""]) => role);
const cue = (from: string, to: string, text: string) => `${from} --> ${to}\n${text}\n\n`;
const carry = (name: string) => ({ ...predefined(name), subtitles: "carry" as const });

describe("subtitles that are carried", () => {
  let source: string;
  beforeAll(() => {
    const text = clips.path("hello.srt");
    writeFileSync(text, `1\n${cue("00:00:00,500", "00:00:01,500", "Hello")}`);
    source = clips.make(
      "said.mkv",
      ...[...picture(2), ...tone(2), "-i", text, ...BOTH, "-map", "2", "-map", "2", "-c:s", "srt"],
      ...["-metadata:s:s:0", "language=fra", "-disposition:s:0", "forced"],
      ...["-metadata:s:s:1", "language=eng", "-disposition:s:1", "default+hearing_impaired"],
    );
  });

  it("are a WebVTT file beside segments, listed in HLS, DASH and both of CMAF", async () => {
    const made = await produceAll(
      source,
      { hls: carry("System_HLS_H264"), dash: carry("System_DASH_MP4_H264"), cmaf: carry("System_CMAF_H264") },
      clips.path("sidecars"),
    );
    for (const { dir, plan, packaged, verified } of made) {
      const vtt = packaged.files.find(({ type }) => type === "text/vtt");
      const cue = /00:0(\d\.\d+) --> 00:0(\d\.\d+)\s+Hello/.exec(
        readFileSync(join(dir, vtt?.path ?? ""), "utf8"),
      );
      // Within a frame: the sound's priming lets the source's picture begin 21 ms late, and frames lie on a grid.
      const { segments = [], timescale = 1 } = packaged.renditions[0] ?? {};
      const first = (segments[0]?.start ?? 0) / timescale;
      expect(Math.abs(Number(cue?.[1]) - first - 0.5)).toBeLessThan(1 / 25);
      expect(Number(cue?.[2]) - Number(cue?.[1])).toBeCloseTo(1, 3);
      expect(verified.primary.subtitles).toMatchObject([
        { codec: "webvtt", language: "fra", disposition: ["forced"] },
        { codec: "webvtt", language: "eng", disposition: ["default", "hearing_impaired"] },
      ]);
      if (plan.container !== "dash") {
        const parser = new Parser();
        parser.push(readFileSync(join(dir, packaged.primary), "utf8"));
        parser.end();
        const group = parser.manifest.mediaGroups.SUBTITLES["subtitles"] ?? {};
        expect(
          Object.values(group).map(({ language, forced, characteristics }) => [
            language,
            forced,
            characteristics?.split(",").length,
          ]),
        ).toEqual([
          ["fra", true, undefined],
          ["eng", undefined, 2],
        ]);
      }
      const mpd = packaged.files.find(({ path }) => path.endsWith(".mpd"));
      if (plan.container === "hls") continue;
      const text = readFileSync(join(dir, mpd?.path ?? ""), "utf8");
      const manifest = parseMpd(text, { manifestUri: "http://host/x.mpd" });
      expect(manifest.playlists).toHaveLength(1);
      const sets = text.split("<AdaptationSet").filter((set) => set.includes(`contentType="text"`));
      expect(sets.map((set) => [/lang="(\w+)"/.exec(set)?.[1], ...rolesIn(set)])).toEqual([
        ["fra", "subtitle", "forced-subtitle"],
        ["eng", "caption"],
      ]);
    }
    expect(made[2]?.packaged.files.map(({ path }) => path)).toContain("result.a1/manifest.mpd");
  });

  it("stay forced or for the deaf in a file, whole or a clip", async () => {
    const clip = { startSeconds: 0.5, endSeconds: 1.5 };
    const file = (container: "mp4" | "mkv") => ({ ...carry("System_MP4_H264"), container, clip });
    const specs = {
      whole: carry("System_MP4_H264"),
      ...{ mp4: file("mp4"), mkv: file("mkv") },
    };
    const made = await produceAll(source, specs, clips.path("w-said"));
    for (const { plan, verified } of made)
      expect([plan.key, verified.primary.subtitles]).toMatchObject([
        plan.key,
        [
          { language: "fra", disposition: ["forced"] },
          { language: "eng", disposition: ["default", "hearing_impaired"] },
        ],
      ]);
  });

  it("of a clip have its times, and move neither sound nor picture", async () => {
    const text = clips.path("lines.srt");
    writeFileSync(
      text,
      [
        cue("00:00:00,100", "00:00:00,400", "ended"),
        cue("00:00:00,600", "00:00:02,500", "goes on"),
        cue("00:00:02,600", "00:00:03,500", "inside"),
      ]
        .map((one, index) => `${index + 1}\n${one}`)
        .join(""),
    );
    const carried = ["-map", "2", "-c:s", "mov_text", "-g", "250"];
    const source = clips.make("lines.mp4", ...picture(4), ...tone(4), "-i", text, ...BOTH, ...carried);
    const clip = { startSeconds: 2, endSeconds: 3 };
    const wanted = (name: string) => ({ ...carry(name), clip });
    const specs = {
      mp4: wanted("System_MP4_H264"),
      mkv: { ...wanted("System_MP4_H264"), container: "mkv" as const },
      hls: wanted("System_HLS_H264"),
    };
    const lines = "WEBVTT\n\n00:00.000 --> 00:00.500\ngoes on\n\n00:00.600 --> 00:01.000\ninside\n";
    for (const { plan, dir, packaged, verified } of await produceAll(source, specs, clips.path("w-lines"))) {
      const { path } = packaged.files.find((file) => file.path.endsWith(".vtt")) ?? {
        path: packaged.primary,
      };
      // Matroska begins with the silence that the encoder puts before the sound.
      const before = plan.key === "mkv" ? "0.021" : "0";
      const shown = execFileSync("ffmpeg", [
        ...["-v", "error", "-i", join(dir, path), "-map", "0:s", "-output_ts_offset", `-${before}`],
        ...["-f", "webvtt", "-"],
      ]).toString();
      expect([plan.key, shown]).toEqual([plan.key, lines]);
      expect(verified.primary.durationSeconds).toBeCloseTo(1, 1);
    }
  });
});
