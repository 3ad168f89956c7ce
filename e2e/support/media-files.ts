import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const PICTURE = (size: string, seconds: number) => [
  "-f",
  "lavfi",
  "-i",
  `testsrc2=size=${size}:rate=25:duration=${seconds}`,
];
const SOUND = (seconds: number) => [
  "-f",
  "lavfi",
  "-i",
  `sine=frequency=440:sample_rate=48000:duration=${seconds}`,
];
const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"];
const AAC = ["-c:a", "aac", "-b:a", "96k"];
const FAST = ["-movflags", "+faststart"];

/** Names of the clips and of the files that only look like one. */
export const MEDIA = {
  clip: "clip.mp4",
  long: "long.mp4",
  portrait: "portrait.mp4",
  silent: "silent.mp4",
  audioOnly: "audio-only.m4a",
  oneFrame: "one-frame.mp4",
  truncated: "truncated.mp4",
  empty: "empty.mp4",
  text: "text.mp4",
  page: "page.html",
  playlist: "playlist.m3u8",
} as const;

/** Makes every file of {@link MEDIA} in a folder: seconds long, a few hundred kilobytes. */
export function makeMediaFiles(folder: string): void {
  const file = (name: string) => path.join(folder, name);
  const ffmpeg = (...args: string[]) =>
    execFileSync("ffmpeg", ["-nostdin", "-hide_banner", "-loglevel", "error", "-y", ...args], {
      stdio: ["ignore", "inherit", "inherit"],
    });

  ffmpeg(...PICTURE("640x360", 3), ...SOUND(3), ...H264, ...AAC, ...FAST, "-shortest", file(MEDIA.clip));
  // Long enough to be watched and cancelled while it runs.
  ffmpeg(...PICTURE("1280x720", 60), ...SOUND(60), ...H264, ...AAC, ...FAST, "-shortest", file(MEDIA.long));
  ffmpeg(...PICTURE("360x640", 2), ...SOUND(2), ...H264, ...AAC, ...FAST, "-shortest", file(MEDIA.portrait));
  ffmpeg(...PICTURE("640x360", 2), ...H264, ...FAST, file(MEDIA.silent));
  ffmpeg(...SOUND(2), ...AAC, file(MEDIA.audioOnly));
  ffmpeg(...PICTURE("320x180", 1), ...H264, "-frames:v", "1", ...FAST, file(MEDIA.oneFrame));
  const whole = readFileSync(file(MEDIA.clip));
  writeFileSync(file(MEDIA.truncated), whole.subarray(0, Math.floor(whole.length * 0.6)));
  writeFileSync(file(MEDIA.empty), "");
  writeFileSync(file(MEDIA.text), "This is a letter, not a film.\n".repeat(200));
  writeFileSync(file(MEDIA.page), "<!doctype html><title>Sign in</title><p>Please sign in to go on.</p>\n");
  const playlist = [
    "#EXTM3U",
    "#EXT-X-TARGETDURATION:2",
    "#EXTINF:2,",
    "file:///etc/passwd",
    "#EXT-X-ENDLIST",
    "",
  ];
  writeFileSync(file(MEDIA.playlist), playlist.join("\n"));
}
