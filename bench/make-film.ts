import { execFile } from "node:child_process";
import { promisify } from "node:util";

export type Film = {
  /** "1920x1080" */
  size: string;
  /** Frames a second; 30 unless told. */
  fps?: number;
  seconds: number;
  /** x264's options: how fast it encodes, and to what rate. */
  video: readonly string[];
  /** What follows the codec of the sound: its rate, and how the file is laid out. */
  rest?: readonly string[];
};

/** A moving picture with noise, so that it costs about what a film does, and a tone. @returns the file */
export async function makeFilm(
  file: string,
  { size, fps = 30, seconds, video, rest = [] }: Film,
): Promise<string> {
  const picture = `testsrc2=size=${size}:rate=${fps}:duration=${seconds},noise=alls=12:allf=t`;
  await promisify(execFile)("ffmpeg", [
    ...["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", picture],
    ...["-f", "lavfi", "-i", `sine=440:duration=${seconds}:sample_rate=48000`],
    ...["-c:v", "libx264", ...video, "-pix_fmt", "yuv420p", "-c:a", "aac", ...rest, file],
  ]);
  return file;
}

/** As a delivery has it: the High profile, stereo at 128 kbit/s, and an index that comes first. */
export const DELIVERED = {
  profile: ["-profile:v", "high"],
  rest: ["-b:a", "128k", "-ac", "2", "-movflags", "+faststart"],
} as const;

/** What the measurements of chunks are made of: 720p. */
export const chunkedFilm = (file: string, seconds: number): Promise<string> =>
  makeFilm(file, { size: "1280x720", seconds, video: ["-preset", "veryfast", "-crf", "23"] });
