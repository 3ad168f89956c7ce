import { untrustedInputArgs, pinnedDemuxer } from "#lib/media/input-args.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { asJpeg, matrixOf, type Matrix } from "#lib/media/picture-matrix.ts";
import { runTool, type Tools } from "#lib/media/run-tool.ts";

export type ThumbnailOptions = {
  atSeconds?: number | undefined;
  width?: number | undefined;
  signal?: AbortSignal | undefined;
  timeoutSeconds?: number | undefined;
};

const MOST_BYTES = 2 * 1024 * 1024;

/** Keyframes are looked for within so many seconds: two of them with most encoders' longest distance. */
const KEYFRAME_SECONDS = 12;

type Look = { atSeconds: number; keyframesOnly: boolean };

/**
 * A JPEG of one frame, at most `width` (320) wide, shown the right way up; null when the file has no picture to show.
 *
 * Without `atSeconds` it looks at some keyframes from a tenth into the video and takes the most typical one, which is
 * seldom a black one; where there are none, at all frames, and when nothing comes from there either (a damaged or
 * one-frame file), at the beginning. Keyframes alone take a quarter of the time of as much that is decoded whole.
 */
export async function makeThumbnail(
  file: string,
  media: MediaInfo,
  tools: Tools,
  options: ThumbnailOptions = {},
): Promise<Buffer | null> {
  const video = media.video[0];
  if (!video || video.width < 1 || video.height < 1) return null;
  const width = Math.max(2, Math.min(options.width ?? 320, video.width));
  const height = Math.max(2, Math.round((width * video.height) / video.width));
  const matrix = matrixOf(video);
  const guess = options.atSeconds ?? Math.min((media.durationSeconds ?? 0) * 0.1, 60);
  const looks: Look[] = [
    ...(options.atSeconds === undefined ? [{ atSeconds: guess, keyframesOnly: true }] : []),
    { atSeconds: guess, keyframesOnly: false },
    ...(guess > 0 ? [{ atSeconds: 0, keyframesOnly: false }] : []),
  ];
  for (const look of looks) {
    const picture = await grab(file, media, tools, { ...options, ...look, width, height, matrix });
    if (picture) return picture;
  }
  return null;
}

async function grab(
  file: string,
  media: MediaInfo,
  tools: Tools,
  options: ThumbnailOptions & Look & { width: number; height: number; matrix: Matrix },
): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const typical = options.keyframesOnly ? "thumbnail=n=6" : "thumbnail=n=24";
  const result = await runTool({
    tool: "ffmpeg",
    args: [
      "-nostdin",
      "-hide_banner",
      "-loglevel",
      "error",
      "-threads",
      String(tools.threads),
      ...(options.atSeconds > 0 ? ["-ss", options.atSeconds.toFixed(3)] : []),
      ...(options.keyframesOnly ? ["-t", String(KEYFRAME_SECONDS), "-skip_frame", "nokey"] : []),
      ...untrustedInputArgs(file, { demuxer: pinnedDemuxer(media.format) }),
      "-map",
      `0:${media.video[0]?.index ?? 0}`,
      "-an",
      "-sn",
      "-dn",
      "-vf",
      `${typical},scale=${options.width}:${options.height}:flags=bicubic,setsar=1,${asJpeg(options.matrix)}`,
      "-frames:v",
      "1",
      "-c:v",
      "mjpeg",
      "-q:v",
      "4",
      "-f",
      "image2pipe",
      "pipe:1",
    ],
    tools,
    readPaths: [file],
    signal: options.signal,
    timeoutSeconds: options.timeoutSeconds ?? 20,
    maxFileBytes: MOST_BYTES,
    onStdout: (chunk) => {
      bytes += chunk.length;
      if (bytes <= MOST_BYTES) chunks.push(chunk);
    },
  });
  const picture = Buffer.concat(chunks);
  const isWhole =
    picture.length > 4 &&
    picture.readUInt16BE(0) === 0xffd8 &&
    picture.readUInt16BE(picture.length - 2) === 0xffd9;
  return result.exitCode === 0 && isWhole && bytes <= MOST_BYTES ? picture : null;
}
