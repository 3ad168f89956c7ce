import { open } from "node:fs/promises";
import { ffprobeJson, type FfprobeOptions } from "#lib/media/ffprobe-json.ts";
import { boxes, find } from "#lib/media/iso-boxes.ts";
import type { FramePace, MediaInfo } from "#lib/media/media-info.ts";

/** Reading all of it takes less than a second. */
const MOST_READ_BYTES = 256 * 1024 * 1024;
const MOST_INDEX_BYTES = 64 * 1024 * 1024;

/** Seconds between two pictures, and how often that is so. */
type Intervals = Map<number, number>;

/**
 * Adds to the first picture how its frames follow each other: of MP4 and MOV from the index, of other files and of fragments
 * by reading the packets' times. Nothing is added to what is too large to read, or has no times.
 * @param input arguments that open the file
 */
export async function addFramePace(
  media: MediaInfo,
  file: string,
  input: readonly string[],
  options: FfprobeOptions,
): Promise<void> {
  const [video] = media.video;
  if (!video) return;
  let intervals = media.format.startsWith("mov,") ? await indexedIntervals(file) : null;
  if (intervals === null && media.sizeBytes <= MOST_READ_BYTES) {
    const only = ["-select_streams", String(video.index), "-show_entries", "packet=pts_time"];
    const { json } = await ffprobeJson([...only, ...input], options);
    intervals = intervalsOf((json?.packets ?? []).flatMap(({ pts_time: at }) => (at ? [Number(at)] : [])));
  }
  const pace = paceOf(intervals ?? new Map<number, number>());
  if (pace !== null) video.pace = pace;
}

/** What part of the intervals is shorter than a step may be: two frames close together do not make a rate. */
const SHORTER = 0.1;
/** Intervals that differ by no more than this from a step count as one: times are rounded, and cameras are not exact. */
const JITTER = 1.25;

/** The step that frames come in while the picture moves, and the longest that one stays; null without any. */
export function paceOf(intervals: Intervals): FramePace | null {
  const sorted = [...intervals].filter(([length]) => length > 0).sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  const short = sorted.find(([, count]) => (seen += count) > total * SHORTER)?.[0];
  if (short === undefined) return null;
  const alike = sorted.filter(([length]) => length <= short * JITTER && length >= short / JITTER);
  const frames = alike.reduce((sum, [, count]) => sum + count, 0);
  const stepSeconds = alike.reduce((sum, [length, count]) => sum + length * count, 0) / frames;
  return { stepSeconds, longestSeconds: sorted.at(-1)?.[0] ?? stepSeconds };
}

function intervalsOf(times: readonly number[]): Intervals {
  const intervals: Intervals = new Map();
  const sorted = times.filter(Number.isFinite).sort((a, b) => a - b);
  sorted.slice(1).forEach((time, at) => {
    const length = Math.round((time - (sorted[at] ?? 0)) * 1e6) / 1e6;
    intervals.set(length, (intervals.get(length) ?? 0) + 1);
  });
  return intervals;
}

/** From the table of the first picture's decoding times; null without an index, or with one that cannot be read. */
export async function indexedIntervals(path: string): Promise<Intervals | null> {
  const index = await readIndex(path);
  if (index === null) return null;
  try {
    for (const { type, body: trak } of boxes(index)) {
      if (type !== "trak" || find(trak, ["mdia", "hdlr"])?.toString("latin1", 8, 12) !== "vide") continue;
      const mdhd = find(trak, ["mdia", "mdhd"]);
      const stts = find(trak, ["mdia", "minf", "stbl", "stts"]);
      return mdhd && stts ? tabled(stts, mdhd.readUInt32BE(mdhd.readUInt8(0) === 1 ? 20 : 12)) : null;
    }
  } catch (error) {
    // A box that is cut or lies about its size: what is wrong with the file is ffmpeg's to say.
    if (!(error instanceof RangeError) && !/inside a box/.test(String(error))) throw error;
  }
  return null;
}

/** How often each step is in a "time to sample" box (ISO/IEC 14496-12, 8.6.1.2). */
function tabled(stts: Buffer, timescale: number): Intervals | null {
  const intervals: Intervals = new Map();
  const entries = Math.min(stts.readUInt32BE(4), Math.floor((stts.length - 8) / 8));
  for (let at = 8; at < 8 + entries * 8; at += 8) {
    const length = stts.readUInt32BE(at + 4) / timescale;
    intervals.set(length, (intervals.get(length) ?? 0) + stts.readUInt32BE(at));
  }
  return entries === 0 || timescale === 0 ? null : intervals;
}

/** The contents of the first "moov" box. */
async function readIndex(path: string): Promise<Buffer | null> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const header = Buffer.alloc(16);
    let offset = 0;
    for (let box = 0; box < 4096 && offset + 8 <= size; box += 1) {
      const { bytesRead } = await file.read(header, 0, 16, offset);
      let length = header.readUInt32BE(0);
      const start = length === 1 ? 16 : 8;
      if (length === 1 && bytesRead === 16) length = Number(header.readBigUInt64BE(8));
      else if (length === 0) length = size - offset;
      if (length < start) return null;
      if (header.toString("latin1", 4, 8) === "moov") {
        if (length > MOST_INDEX_BYTES || offset + length > size) return null;
        const body = Buffer.alloc(length - start);
        await file.read(body, 0, body.length, offset + start);
        return body;
      }
      offset += length;
    }
    return null;
  } finally {
    await file.close();
  }
}
