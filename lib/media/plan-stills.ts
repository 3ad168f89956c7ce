import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";

/** Pictures of the result, one every `intervalSeconds` from its start, or at the `times`. */
export type PlannedStills = {
  /** The picture that they are made of: the first rung's, smaller. */
  video: PlannedVideo;
  intervalSeconds: number;
  /** Seconds, each a frame of its own at 25 a second; null for an interval. */
  times: number[] | null;
  count: number;
  /** Columns and rows of a sheet; null for a file each. */
  sheet: { columns: number; rows: number } | null;
  /** Only keyframes are decoded: far cheaper, and near enough when the pictures are far apart. */
  isKeyframesOnly: boolean;
};

/** Frames a second that single times are looked up among. */
export const STILL_RATE = 25;
const SHEET = { columns: 5, rows: 5 };
const SPRITE_WIDTH = 160;
const PICTURE_WIDTH = 320;
const MOST_PICTURES = 1000;
/** Keyframes rarely lie further apart than this. */
const KEYFRAMES_SECONDS = 10;

/** Null without `thumbnails`, or when the source does not say how long it is. */
export function planStills(
  spec: EncodeSpec,
  video: PlannedVideo | undefined,
  source: { width: number; height: number } | undefined,
  durationSeconds: number | null,
): PlannedStills | null {
  const wanted = spec.thumbnails;
  if (!wanted || !video || !source || durationSeconds === null || durationSeconds <= 0) return null;
  const times = timesOf(wanted, durationSeconds);
  const interval =
    wanted.count === undefined
      ? (wanted.intervalSeconds ?? 10)
      : Math.max(0.04, Math.floor((durationSeconds / wanted.count) * 1000) / 1000);
  const count = times?.length ?? wanted.count ?? Math.max(1, Math.ceil(durationSeconds / interval - 1e-6));
  // A copied stream's own size is the coded one, before it is turned.
  const shown = video.isCopy ? source : video;
  const width = even(Math.min(shown.width, wanted.width ?? (wanted.sprite ? SPRITE_WIDTH : PICTURE_WIDTH)));
  return {
    video: {
      ...video,
      codec: "mjpeg",
      isCopy: false,
      toSdr: video.toSdr || video.hdr !== null,
      hdr: null,
      matrix: video.hdr === null ? video.matrix : "bt709",
      pixelFormat: "yuv420p",
      width,
      height: even((shown.height * width) / shown.width),
    },
    intervalSeconds: interval,
    times,
    count: Math.min(count, MOST_PICTURES),
    sheet: wanted.sprite ? SHEET : null,
    isKeyframesOnly: times === null && interval >= KEYFRAMES_SECONDS,
  };
}

/** The asked times in order, each frame once; what lies after the end is the last frame. */
function timesOf(wanted: NonNullable<EncodeSpec["thumbnails"]>, durationSeconds: number): number[] | null {
  const asked = wanted.times ?? wanted.percents?.map((percent) => (percent / 100) * durationSeconds);
  if (asked === undefined) return null;
  const last = Math.max(0, Math.ceil(durationSeconds * STILL_RATE - 1e-6) - 1);
  const frames = asked.map((seconds) => Math.min(last, Math.floor(seconds * STILL_RATE + 1e-6)));
  return [...new Set(frames)].sort((a, b) => a - b).map((frame) => frame / STILL_RATE);
}

/** Where each picture is taken, in seconds. */
export const stillTimes = ({ times, count, intervalSeconds }: PlannedStills): number[] =>
  times ?? Array.from({ length: count }, (_, index) => index * intervalSeconds);

/** Files that the pictures come to. */
export const stillFiles = ({ count, sheet }: PlannedStills): number =>
  sheet === null ? count : Math.ceil(count / (sheet.columns * sheet.rows));

const even = (pixels: number) => Math.max(2, Math.round(pixels / 2) * 2);
