import { execFile } from "node:child_process";
import { createFile, MP4BoxBuffer } from "mp4box";

/** The independent eyes: ffprobe and ffmpeg outside of the product's code and sandbox, and mp4box. */

export type ProbedStream = {
  codec_type: string;
  codec_name?: string;
  codec_tag_string?: string;
  width?: number;
  height?: number;
  pix_fmt?: string;
  sample_aspect_ratio?: string;
  field_order?: string;
  color_transfer?: string;
  color_primaries?: string;
  channels?: number;
  start_time?: string;
  duration?: string;
  nb_read_frames?: string;
  tags?: Record<string, string>;
  side_data_list?: { rotation?: number }[];
  disposition?: Record<string, number>;
};
export type Probed = { streams: ProbedStream[]; duration: number | null; complaints: string[] };

/** What a playlist or a manifest on the disk needs to be read by ffmpeg. */
const OPTIONS: Record<string, readonly string[]> = {
  m3u8: ["-allowed_extensions", "ALL"],
};
const input = (path: string) => [...(OPTIONS[path.split(".").at(-1) ?? ""] ?? []), "-i", path];

/** Opens a file, playlist or manifest and decodes every frame of every stream; complaints are what it said meanwhile. */
export async function decodeAll(path: string): Promise<Probed> {
  const all = await probe(path, path.endsWith(".mpd") ? [] : ["-count_frames"]);
  if (!path.endsWith(".mpd")) return all;
  // ffmpeg's DASH reader ends with the first stream that does: each is read alone.
  for (const [index, stream] of all.streams.entries()) {
    const alone = await probe(path, ["-count_frames", "-select_streams", String(index)]);
    Object.assign(stream, alone.streams[0]);
    all.complaints.push(...alone.complaints);
  }
  return all;
}

async function probe(path: string, options: readonly string[]): Promise<Probed> {
  const { stdout, stderr } = await run("ffprobe", [
    ...["-v", "error", ...options, "-show_streams", "-show_format", "-of", "json", ...input(path)],
  ]);
  const json = JSON.parse(stdout.toString() || "{}") as {
    streams?: ProbedStream[];
    format?: { duration?: string };
  };
  const duration = Number(json.format?.duration);
  return {
    streams: json.streams ?? [],
    duration: Number.isFinite(duration) ? duration : null,
    complaints: stderr.split("\n").filter((line) => line.trim() !== ""),
  };
}

type SideData = { side_data_type?: string; max_content?: number; max_average?: number };

/** Kinds of side data of a picture's first frame that say what display it was graded on, and how bright it is. */
export async function hdrMetadataOf(path: string, stream = 0): Promise<string[]> {
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-select_streams", `v:${stream}`, "-read_intervals", "%+#1", "-show_frames"],
    ...["-of", "json", ...input(path)],
  ]);
  const json = JSON.parse(stdout.toString() || "{}") as {
    frames?: { side_data_list?: SideData[] }[];
  };
  return (json.frames ?? [])
    .flatMap((frame) => frame.side_data_list ?? [])
    .flatMap(({ side_data_type, max_content, max_average }) => {
      if (side_data_type === "Mastering display metadata") return ["mastering display"];
      return side_data_type === "Content light level metadata" ? [`light ${max_content},${max_average}`] : [];
    });
}

/** The first frame as 32×32 grey pixels, the right way up. */
export async function thumbnail(path: string, stream = 0): Promise<Buffer> {
  const { stdout } = await run("ffmpeg", [
    ...["-nostdin", "-v", "error", ...input(path), "-map", `0:v:${stream}`, "-frames:v", "1"],
    ...["-vf", "scale=32:32:flags=area,format=gray", "-f", "rawvideo", "-"],
  ]);
  return stdout;
}

/** The tone of a sound: zero crossings of its middle, in Hz. */
export async function toneOf(path: string, stream = 0): Promise<number> {
  const RATE = 8000;
  const { stdout } = await run("ffmpeg", [
    ...["-nostdin", "-v", "error", ...input(path), "-map", `0:a:${stream}`, "-ac", "1", "-ar", String(RATE)],
    ...["-f", "s16le", "-"],
  ]);
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.length / 2));
  const middle = samples.subarray(RATE * 0.25, RATE * 0.75);
  let crossings = 0;
  for (let at = 1; at < middle.length; at += 1)
    if ((middle[at - 1] ?? 0) < 0 !== (middle[at] ?? 0) < 0) crossings += 1;
  return (crossings * RATE) / 2 / Math.max(1, middle.length);
}

/** How alike two thumbnails are: 1 the same, 0 nothing in common; brightness and contrast do not count. */
export function likeness(a: Buffer, b: Buffer): number {
  if (a.length === 0 || a.length !== b.length) return 0;
  const mean = (bytes: Buffer) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, squareA, squareB] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const [x, y] = [(a[at] ?? 0) - meanA, (b[at] ?? 0) - meanB];
    both += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return both / Math.sqrt(Math.max(1, squareA) * Math.max(1, squareB));
}

export type Mp4Track = {
  codec: string;
  samples: number;
  startsWithKeyframe: boolean;
  isInOrder: boolean;
  /** When its first frame is shown, without the edit list. */
  startSeconds: number;
  seconds: number;
};

/** What mp4box reads in the bytes of one file, or of an initialisation segment and its media segments in order. */
export function readMp4(parts: readonly Buffer[]): { isProgressive: boolean; tracks: Mp4Track[] } {
  const file = createFile();
  const problems: string[] = [];
  file.onError = (module, message) => problems.push(`${module}: ${message}`);
  let offset = 0;
  for (const part of parts) {
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(part).buffer, offset));
    offset += part.length;
  }
  file.flush();
  if (problems.length > 0) throw new Error(`mp4box: ${problems.join("; ")}`);
  const info = file.getInfo();
  return {
    isProgressive: info.isProgressive,
    tracks: info.tracks.map((track) => {
      const samples = file.getTrackSamplesInfo(track.id);
      return {
        codec: track.codec === "Opus" ? "opus" : track.codec,
        samples: samples.length,
        startsWithKeyframe: samples[0]?.is_sync === true,
        isInOrder: samples.every((sample, at) => at === 0 || sample.dts > (samples[at - 1]?.dts ?? 0)),
        startSeconds: Math.min(...samples.map(({ cts }) => cts)) / track.timescale,
        seconds: samples.reduce((sum, sample) => sum + sample.duration, 0) / track.timescale,
      };
    }),
  };
}

const MOST_BYTES = 64 * 1024 * 1024;

async function run(program: string, args: readonly string[]): Promise<{ stdout: Buffer; stderr: string }> {
  return new Promise((resolve, reject) => {
    const options = { encoding: "buffer" as const, maxBuffer: MOST_BYTES, timeout: 120_000 };
    execFile(program, args, options, (error, stdout, stderr) => {
      const said = stderr.toString();
      // What it says on stderr is looked at by the caller; without a word, it could not be run.
      if (error && said === "") reject(new Error(`${program}: ${error.message}`));
      else resolve({ stdout, stderr: said });
    });
  });
}
