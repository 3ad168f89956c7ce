import { execFileSync } from "node:child_process";

/** 720p with noise and a tone. @returns the file */
export function makeSource(file: string, seconds: number): string {
  const picture = `testsrc2=size=1280x720:rate=30:duration=${seconds},noise=alls=12:allf=t`;
  execFileSync("ffmpeg", [
    ...["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", picture],
    ...["-f", "lavfi", "-i", `sine=440:duration=${seconds}:sample_rate=48000`],
    ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-c:a", "aac", file],
  ]);
  return file;
}
