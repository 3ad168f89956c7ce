import { copyFileSync, statSync, truncateSync, writeFileSync } from "node:fs";

import type { Clips } from "#lib/media/test-pipeline.ts";
import {
  ASKED,
  asked,
  type FfmpegRow,
  NOWHERE,
  picture,
  read,
  sound,
  type Where,
  X264,
} from "#lib/worker/test-failure-ffmpeg.ts";
import { retyped } from "#lib/worker/test-failure-files.ts";

/** What an input, a server or a machine could do to ffmpeg, were it not looked at before; see test-failure-ffmpeg.ts. */

const MIB = 1024 ** 2;

const fetched =
  (path: string) =>
  ({ origin }: Where) => ["-i", `${origin}/${path}`, ...NOWHERE];
const opened =
  (name: string, ...args: string[]) =>
  ({ folder }: Where) => [...args, ...read(`${folder}/${name}`), ...NOWHERE];
const large = ["-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=25:d=0.2"];
const starved =
  (...args: string[]) =>
  () => [...large, ...args, ...NOWHERE];
const fill = (name: string, text: string) => (clips: Clips) => writeFileSync(asked(clips, name), text);

export const INPUT_ROWS: readonly FfmpegRow[] = [
  // What a source could be.
  {
    what: "a decoder that there is not",
    words: /Unknown decoder 'nosuch'/,
    code: "INPUT_CODEC_UNSUPPORTED",
    says: /nosuch/,
    args: ({ good }) => [...read(good, "-c:v", "nosuch"), ...NOWHERE],
  },
  {
    what: "a codec that cannot be decoded",
    words: /Decoder \(codec avs3\) not found/,
    code: "INPUT_CODEC_UNSUPPORTED",
    says: /avs3/,
    make: (clips) => {
      clips.make(`${ASKED}/avs3.ts`, "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-c:v", "mpeg2video");
      retyped(asked(clips, "avs3.ts"), 0xd4);
    },
    args: opened("avs3.ts"),
  },
  {
    what: "pictures of a file that has none",
    words: /Stream map '0:v:5' matches no streams/,
    code: "INPUT_NO_VIDEO",
    args: picture("-map", "0:v:5"),
  },
  {
    what: "sound of a file that has none",
    words: /Stream map '0:a:5' matches no streams/,
    code: "INPUT_NO_AUDIO",
    args: sound("-map", "0:a:5"),
  },
  {
    what: "pictures larger than any",
    words: /Picture size 40000x40000 is invalid/,
    code: "INPUT_TOO_LARGE",
    says: /40000x40000/,
    args: ({ good }) => [
      ...read(good, ..."-f rawvideo -s 40000x40000 -pix_fmt yuv420p".split(" ")),
      "-f",
      "null",
      "-",
    ],
  },
  {
    what: "a file that was cut, with -xerror",
    words: /corrupt input packet|Invalid NAL unit size|partial file/,
    code: "INPUT_TRUNCATED",
    make: (clips) => {
      copyFileSync(asked(clips, "good.mp4"), asked(clips, "cut.mp4"));
      truncateSync(asked(clips, "cut.mp4"), Math.round(statSync(asked(clips, "good.mp4")).size / 2));
    },
    args: opened("cut.mp4", "-xerror"),
  },
  {
    what: "an MP4 without its index",
    words: /moov atom not found/,
    code: "INPUT_TRUNCATED",
    make: (clips) => {
      clips.make(`${ASKED}/late.mp4`, "-i", clips.path("good.mp4"), "-c", "copy");
      truncateSync(asked(clips, "late.mp4"), 20_000);
    },
    args: opened("late.mp4"),
  },
  {
    what: "words instead of a film",
    words: /Invalid data found when processing input/,
    code: "INPUT_NOT_MEDIA",
    make: fill("words.txt", "words\n".repeat(99)),
    args: opened("words.txt", "-f", "matroska"),
  },
  {
    what: "a playlist, when only MP4 may be read",
    words: /Format not on whitelist/,
    code: "INPUT_NOT_MEDIA",
    says: /playlist/,
    make: fill(
      "list.m3u8",
      "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    ),
    args: opened("list.m3u8", "-format_whitelist", "mov"),
  },
  {
    what: "a playlist that names a file of the machine",
    words: /not in allowed_segment_extensions/,
    code: "INPUT_NOT_MEDIA",
    says: /playlist/,
    args: opened("list.m3u8", "-f", "hls"),
  },
  {
    what: "a list of files that names one of the machine",
    words: /Unsafe file name/,
    code: "INPUT_NOT_MEDIA",
    make: fill("concat.txt", "ffconcat version 1.0\nfile /etc/passwd\n"),
    args: opened("concat.txt", "-f", "concat"),
  },
  {
    what: "an address when only files may be read",
    words: /Protocol 'http' not on whitelist/,
    code: "INPUT_NOT_MEDIA",
    args: ({ origin }) => ["-protocol_whitelist", "file", "-i", `${origin}/good.mp4`, ...NOWHERE],
  },
  {
    what: "a protocol that there is not",
    words: /Protocol not found/,
    code: "INPUT_BLOCKED",
    says: /nosuch:/,
    args: () => ["-i", "nosuch://a/b", ...NOWHERE],
  },
  {
    what: "a file under common encryption, not looked at before",
    words: /error|nothing was encoded/,
    code: "UNKNOWN",
    make: (clips) =>
      clips.make(
        `${ASKED}/locked.mp4`,
        ..."-f lavfi -i testsrc2=s=320x180:d=1 -c:v libx264 -encryption_scheme cenc-aes-ctr".split(" "),
        ...["-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"],
        ...["-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"],
      ),
    args: opened("locked.mp4"),
  },
  // What an address could answer.
  {
    what: "ffmpeg fetches: 404",
    words: /404 Not Found/,
    code: "INPUT_NOT_FOUND",
    says: /404/,
    hasNetwork: true,
    args: fetched("missing.mp4"),
  },
  {
    what: "ffmpeg fetches: 403",
    words: /403 Forbidden/,
    code: "INPUT_FORBIDDEN",
    says: /403/,
    hasNetwork: true,
    args: fetched("forbidden"),
  },
  {
    what: "ffmpeg fetches: 401",
    words: /401 Unauthorized/,
    code: "INPUT_FORBIDDEN",
    says: /401/,
    hasNetwork: true,
    args: fetched("sign-in"),
  },
  {
    what: "ffmpeg fetches: 410",
    words: /4XX Client Error/,
    code: "INPUT_FORBIDDEN",
    says: /410/,
    hasNetwork: true,
    args: fetched("gone"),
  },
  {
    what: "ffmpeg fetches: 429",
    words: /4XX Client Error/,
    code: "INPUT_UNREACHABLE",
    isRetried: true,
    hasNetwork: true,
    args: fetched("busy"),
  },
  {
    what: "ffmpeg fetches: 503",
    words: /5XX Server Error/,
    code: "INPUT_UNREACHABLE",
    isRetried: true,
    hasNetwork: true,
    args: fetched("broken"),
  },
  {
    what: "ffmpeg fetches: redirects in a circle",
    words: /Input\/output error/,
    code: "INPUT_UNREACHABLE",
    isRetried: true,
    hasNetwork: true,
    args: fetched("loop"),
  },
  {
    what: "ffmpeg fetches: nobody listens",
    words: /Connection refused/,
    code: "INPUT_UNREACHABLE",
    isRetried: true,
    says: /127\.0\.0\.1:9/,
    hasNetwork: true,
    args: () => ["-i", "http://127.0.0.1:9/a.mp4", ...NOWHERE],
  },
  {
    what: "ffmpeg fetches: a name that cannot be one",
    words: /Failed to resolve hostname/,
    code: "INPUT_UNREACHABLE",
    says: /nowhere\.\.invalid/,
    hasNetwork: true,
    args: () => ["-i", "http://nowhere..invalid/a.mp4", ...NOWHERE],
  },
  {
    what: "ffmpeg fetches: https of a server that speaks http",
    words: /unexpected TLS packet/,
    code: "INPUT_UNREACHABLE",
    hasNetwork: true,
    args: ({ origin }) => ["-i", `${origin.replace("http:", "https:")}/a.mp4`, ...NOWHERE],
  },
  // What the machine could lack.
  {
    what: "a source that has vanished",
    words: /No such file or directory/,
    code: "UNKNOWN",
    isRetried: true,
    args: opened("vanished.mp4"),
  },
  {
    what: "a full disk",
    words: /No space left on device/,
    code: "WORKER_DISK_FULL",
    isRetried: true,
    args: ({ good }) => [...read(good), "-c", "copy", "-f", "mp4", "file:/dev/full"],
  },
  {
    what: "x264 without memory",
    words: /malloc of size|Cannot allocate memory/,
    code: "WORKER_OUT_OF_MEMORY",
    isRetried: true,
    memoryLimitBytes: 400 * MIB,
    args: starved(...X264, "-threads", "1"),
  },
  {
    what: "SVT-AV1 without memory",
    words: /insufficient resources/,
    code: "WORKER_OUT_OF_MEMORY",
    isRetried: true,
    memoryLimitBytes: 700 * MIB,
    args: starved(..."-c:v libsvtav1 -preset 10 -svtav1-params lp=1".split(" ")),
  },
  {
    what: "libvpx without memory",
    words: /Memory allocation error/,
    code: "WORKER_OUT_OF_MEMORY",
    isRetried: true,
    memoryLimitBytes: 500 * MIB,
    args: starved(..."-c:v libvpx-vp9 -threads 1 -crf 30 -deadline realtime".split(" ")),
  },
  {
    what: "ffmpeg itself without memory",
    words: /failed to map segment|malloc of size|Cannot allocate memory/,
    code: "WORKER_OUT_OF_MEMORY",
    isRetried: true,
    memoryLimitBytes: 200 * MIB,
    args: starved(...X264),
  },
];
