import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunkFile, encodeChunk, listChunks, sourceFrameTimes } from "#lib/media/encode-chunk.ts";
import { encodeSound } from "#lib/media/encode-sound.ts";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { encodeRun, rawDirOf, type EncodeOptions } from "#lib/media/encode.ts";
import { isSegmentedContainer } from "#lib/media/fits.ts";
import { planChunks, type Chunk } from "#lib/media/plan-chunks.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { Clips, predefined, realTools, X264 } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

/** Two sounds, of which one begins late and has a hole: what fills them must be the same, too. */
beforeAll(() => {
  const tone = (hertz: number) => ["-f", "lavfi", "-i", `sine=${hertz}:d=4:r=44100`];
  const inputs = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", ...tone(440), ...tone(880)];
  const holes = ["-filter:a:0", "aselect='gt(t,0.3)*not(between(t,2,2.5))'"];
  clips.make("holes.mkv", ...inputs, "-map", "0", "-map", "1", "-map", "2", ...X264, ...holes);
}, 60_000);

type Format = Pick<EncodeSpec, "container"> & {
  audio: Partial<NonNullable<EncodeSpec["audio"]>>;
  segments?: "ts" | "fmp4";
};

function specOf({ container, audio, segments }: Format): EncodeSpec {
  const spec = predefined(segments ? "System_HLS_H264" : "System_MP4_H264");
  Object.assign(spec.video ?? {}, { preset: "ultrafast", gopSeconds: 2 });
  Object.assign(spec.audio ?? {}, { tracks: "all", ...audio });
  return encodeSpecSchema.parse({
    ...spec,
    container,
    ...(segments && { segments: { seconds: 2, format: segments } }),
  });
}

/** Joins the same chunks twice. @returns what was joined with the sound encoded before, and while joining; and its file */
async function joinTwice(format: Format, name: string) {
  const { tools, capabilities } = await realTools();
  const sourcePath = clips.path("holes.mkv");
  const media = await probeMedia(sourcePath, tools);
  const planned = planEncode(media, [{ key: "job", spec: specOf(format), templateName: name }], capabilities);
  const [run] = planned.runs;
  if (!run) throw new Error("nothing to run");
  const optionsFor = (folder: string): EncodeOptions => ({
    ...{
      tools,
      sourcePath,
      workDir: clips.path(`${name}${folder}`),
      durationSeconds: 4,
      deadlineSeconds: 60,
    },
    ...{ onProgress: () => undefined, onCommand: () => undefined, onLog: () => undefined },
  });
  const chunks = planChunks(run, await sourceFrameTimes(run, media, sourcePath, { tools }), 2);
  expect(chunks).toHaveLength(2);
  for (const chunk of chunks) await encodeChunk(run, chunk, optionsFor(`/${chunk.index}`));
  const fileOf = ({ index }: Chunk, key: string, at: number) =>
    chunkFile(clips.path(`${name}/${index}`), key, at);
  const lists = await listChunks(run, chunks, { folder: clips.path(name), fileOf }, { tools });
  const sound = await encodeSound(run, optionsFor(".before"));
  await encodeRun(run, { ...optionsFor(".before"), chunks: { ...lists, sound } });
  await encodeRun(run, {
    ...optionsFor(".while"),
    chunks: { ...lists, sound: { ...sound, file: null } },
  });
  const made = (folder: string) => contentOf(rawDirOf(clips.path(`${name}${folder}`), "job"), format);
  return { file: sound.file, before: made(".before"), while: made(".while") };
}

/**
 * Segments as they are; of a file every packet of its sounds, and what their decoders are set up with. What the rate is on
 * average is known before a file that is copied, and is written into its header; so headers are compared by their length.
 */
function contentOf(folder: string, { container }: Format): unknown {
  const names = readdirSync(folder).sort();
  if (isSegmentedContainer(container))
    return names.flatMap((name) => {
      const bytes = readFileSync(join(folder, name));
      if (name.startsWith("init")) return [[name, bytes.length]];
      return name.endsWith(".mpd") ? [] : [[name, createHash("sha256").update(bytes).digest("hex")]];
    });
  const media = names.find((name) => name.startsWith("media."));
  const entries =
    "packet=stream_index,pts,dts,duration,flags,data_hash:packet_side_data=skip_samples,discard_padding:stream=codec_tag_string,start_time,duration,extradata_hash:stream_tags=language:stream_disposition=default";
  const args = ["-v", "error", "-select_streams", "a", "-show_data_hash", "md5", "-of", "compact"];
  const text = execFileSync("ffprobe", [...args, "-show_entries", entries, join(folder, media ?? "")]);
  return text.toString().split("\n");
}

describe("a sound that is encoded beside the chunks", () => {
  const formats: Format[] = [
    ...(["mp4", "fmp4", "mov", "mkv", "ts"] as const).flatMap((container) => [
      { container, audio: { codec: "aac" as const } },
      { container, audio: { codec: "ac3" as const } },
    ]),
    { container: "flv", audio: { codec: "aac", tracks: "default" } },
    { container: "mp4", audio: { codec: "aac", loudness: { targetLufs: -16, truePeakDb: -1 } } },
    { container: "hls", segments: "ts", audio: { codec: "aac", tracks: "default" } },
    ...(["aac", "ac3"] as const).flatMap((codec) => [
      { container: "hls" as const, segments: "fmp4" as const, audio: { codec } },
      { container: "dash" as const, segments: "fmp4" as const, audio: { codec } },
      { container: "cmaf" as const, segments: "fmp4" as const, audio: { codec } },
    ]),
  ];
  it.each(formats.map((format, at) => [formatName(format), format, at] as const))(
    "is the one of the join: %s",
    { timeout: 60_000 },
    async (_, format, at) => {
      const joined = await joinTwice(format, `apart-${at}`);
      expect(joined.file).not.toBeNull();
      expect(joined.before).toEqual(joined.while);
    },
  );

  it.each(["mp3", "opus"] as const)("is none of %s, whose last packet says how it ends", async (codec) => {
    const joined = await joinTwice({ container: "mkv", audio: { codec } }, codec);
    expect(joined.file).toBeNull();
    expect(joined.before).toEqual(joined.while);
  });
});

function formatName({ container, segments, audio }: Format): string {
  return [container, segments, audio.codec, audio.loudness && "loudness"].filter(Boolean).join(" ");
}
