import { readFileSync, truncateSync, writeFileSync } from "node:fs";

import type { FailureCode } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { type Clips, predefined, X264 } from "#lib/media/test-pipeline.ts";
import { clipped, cut, fill, retyped } from "#lib/worker/test-failure-files.ts";

/** What a task can be given, and what it must be told about it. Provoked through a real worker by failure-table.db.test.ts. */
export type FailureRow = {
  /** What happened, for the table. */
  what: string;
  /** The task's address; a bare name is a file that `make` made, or a path of test-failure-server.ts. */
  url: string;
  make?: (clips: Clips) => void;
  spec?: () => EncodeSpec;
  code: FailureCode | "succeeds";
  /** Whether the same task is tried again without anybody's doing. */
  isRetried?: boolean;
  /** A word that the cause must hold. */
  says?: RegExp;
  /** Nothing was said by a tool or a server: there is nothing to quote. */
  isWithoutEvidence?: boolean;
};

/** The origin that stands for a port where nobody listens. */
export const CLOSED_PORT = "http://127.0.0.1:9";

export const FAILURE_ROWS: readonly FailureRow[] = [
  { what: "the server has no such file", url: "missing.mp4", code: "INPUT_NOT_FOUND", says: /404/ },
  { what: "the server refuses access", url: "forbidden", code: "INPUT_FORBIDDEN", says: /403/ },
  { what: "the server wants a sign-in", url: "sign-in", code: "INPUT_FORBIDDEN", says: /401/ },
  { what: "the file was there once", url: "gone", code: "INPUT_FORBIDDEN", says: /410/ },
  { what: "the server is asked too often (429)", url: "busy", code: "INPUT_UNREACHABLE", isRetried: true },
  { what: "the server fails (503)", url: "broken", code: "INPUT_UNREACHABLE", isRetried: true },
  {
    what: "the server hangs up without an answer",
    url: "hangs-up",
    code: "INPUT_UNREACHABLE",
    isRetried: true,
  },
  {
    what: "nobody listens at the port",
    url: `${CLOSED_PORT}/a.mp4`,
    code: "INPUT_UNREACHABLE",
    isRetried: true,
  },
  { what: "https is spoken to a server that speaks http", url: "https", code: "INPUT_UNREACHABLE" },
  { what: "the redirects lead in a circle", url: "loop", code: "INPUT_UNREACHABLE" },
  {
    what: "the transfer breaks off and does not go on",
    url: "breaks-off",
    code: "INPUT_TRUNCATED",
    isRetried: true,
    says: /300\.0 kB/,
  },
  { what: "a private address", url: "http://10.0.0.1/a.mp4", code: "INPUT_BLOCKED", says: /10\.0\.0\.1\/32/ },
  {
    what: "another address of this machine, at the port of an internal service",
    url: "http://127.0.0.2:6379/a.mp4",
    code: "INPUT_BLOCKED",
  },
  {
    what: "a redirect to the address of cloud metadata",
    url: "to-private",
    code: "INPUT_BLOCKED",
    says: /169\.254\.169\.254/,
  },
  { what: "a redirect to a file of the machine", url: "to-file", code: "INPUT_BLOCKED", says: /http/ },
  {
    what: "an address with a user name",
    url: "http://me:secret@127.0.0.1:9/a.mp4",
    code: "INPUT_BLOCKED",
    says: /password/,
  },
  { what: "a web page", url: "page", code: "INPUT_NOT_MEDIA", says: /web page/ },
  {
    what: "an empty file",
    url: "empty.mp4",
    make: fill("empty.mp4", ""),
    code: "INPUT_NOT_MEDIA",
    says: /0 bytes/,
  },
  {
    what: "text named .mp4",
    url: "text.mp4",
    make: fill("text.mp4", "words\n".repeat(99)),
    code: "INPUT_NOT_MEDIA",
    says: /text/,
  },
  {
    what: "a playlist",
    url: "list.mp4",
    make: fill("list.mp4", "#EXTM3U\n#EXTINF:5,\na.ts\n"),
    code: "INPUT_NOT_MEDIA",
    says: /playlist/,
  },
  {
    what: "a picture named .mp4 (F2)",
    url: "png.mp4",
    make: (clips) =>
      clips.make(
        "png.mp4",
        "-f",
        "lavfi",
        "-i",
        "color=s=64x64",
        "-frames:v",
        "1",
        "-f",
        "image2pipe",
        "-c:v",
        "png",
      ),
    code: "INPUT_NOT_MEDIA",
    says: /image\/png/,
  },
  {
    what: "random bytes",
    url: "noise.mp4",
    make: fill("noise.mp4", Buffer.from("\x01\x02\xff\xfe".repeat(9000), "latin1")),
    code: "INPUT_NOT_MEDIA",
  },
  {
    what: "an MP4 that was cut before its index",
    url: "late.mp4",
    make: (clips) => {
      clips.make("late.mp4", "-i", clips.plain("l.mp4", { size: "320x180" }), "-c", "copy");
      truncateSync(clips.path("late.mp4"), 50_000);
    },
    code: "INPUT_TRUNCATED",
    says: /50\.0 kB/,
  },
  {
    what: "an MP4 with its index in front, cut in the middle (F2: exit code 0)",
    url: "half.mp4",
    make: (clips) => cut(clips, "half.mp4", 0.5),
    code: "INPUT_TRUNCATED",
    says: /3\.0 s/,
  },
  {
    what: "the same as an HLS ladder (F2: exit code 0)",
    url: "half-hls.mp4",
    make: (clips) => cut(clips, "half-hls.mp4", 0.5),
    spec: () => predefined("System_HLS_H264"),
    code: "INPUT_TRUNCATED",
    says: /3\.0 s/,
  },
  {
    what: "damage in the middle of a whole file (F2): a warning",
    url: "scratched.mp4",
    make: (clips) => {
      const file = clips.plain("scratched.mp4", { size: "320x180" });
      const bytes = readFileSync(file);
      for (const share of [0.4, 0.6, 0.8])
        bytes.fill(0xa5, Math.round(bytes.length * share), Math.round(bytes.length * share) + 400);
      writeFileSync(file, bytes);
    },
    code: "succeeds",
  },
  {
    what: "sound alone with a video template",
    url: "sound.m4a",
    make: (clips) => clips.make("sound.m4a", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac"),
    code: "INPUT_NO_VIDEO",
    says: /aac/,
  },
  {
    what: "pictures alone with an audio template",
    url: "mute.mp4",
    make: (clips) => clips.make("mute.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", ...X264),
    spec: () => predefined("System_Audio_AAC"),
    code: "INPUT_NO_AUDIO",
    says: /h264/,
  },
  {
    what: "a codec that ffmpeg has no name for",
    url: "nameless.mp4",
    make: (clips) => {
      clips.make("nameless.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", ...X264);
      clips.patch(clips.path("nameless.mp4"), "avc1", "zzz9");
    },
    code: "INPUT_CODEC_UNSUPPORTED",
    says: /zzz9/,
  },
  {
    what: "a codec that ffmpeg knows and cannot decode (AVS3 in MPEG-TS)",
    url: "avs3.ts",
    make: (clips) => {
      clips.make("avs3.ts", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-c:v", "mpeg2video");
      retyped(clips.path("avs3.ts"), 0xd4);
    },
    code: "INPUT_CODEC_UNSUPPORTED",
    says: /avs3/,
  },
  {
    what: "a file under common encryption",
    url: "locked.mp4",
    make: (clips) =>
      clips.make(
        "locked.mp4",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=320x180:d=1",
        "-c:v",
        "libx264",
        "-encryption_scheme",
        "cenc-aes-ctr",
        "-encryption_key",
        "76a6c65c5ea762046bd749a2e632ccbb",
        "-encryption_kid",
        "a7e61c373e219033c21091fa607bf3b8",
      ),
    code: "INPUT_PROTECTED",
  },
  {
    what: "pictures of 16000 × 9000",
    url: "huge.mkv",
    make: (clips) =>
      clips.make(
        "huge.mkv",
        "-f",
        "lavfi",
        "-i",
        "color=s=16000x9000:r=1:d=1",
        "-frames:v",
        "1",
        "-c:v",
        "mjpeg",
      ),
    code: "INPUT_TOO_LARGE",
    says: /16000/,
  },
  {
    what: "a file larger than UPLOAD_MAX_BYTES",
    url: "announces-450-MB",
    code: "INPUT_TOO_LARGE",
    says: /450/,
  },
  {
    what: "a clip that ends after the video",
    url: "short.mp4",
    make: (clips) => clips.plain("short.mp4", { size: "320x180", seconds: 2 }),
    spec: () => clipped(0, 9),
    code: "CLIP_OUT_OF_RANGE",
    says: /9/,
    isWithoutEvidence: true,
  },
  {
    what: "a clip that starts after the video (F2: exit code 0)",
    url: "short2.mp4",
    make: (clips) => clips.plain("short2.mp4", { size: "320x180", seconds: 2 }),
    spec: () => clipped(5, 6),
    code: "CLIP_OUT_OF_RANGE",
    isWithoutEvidence: true,
  },
  {
    what: "a template that asks for what the engine cannot do",
    url: "short.mp4",
    spec: () => ({ ...predefined("System_MP4_H264"), encryption: { method: "aes-128" as const } }),
    code: "TEMPLATE_INVALID",
    says: /Encryption is for HLS/,
    isWithoutEvidence: true,
  },
  {
    what: "not enough space for the source on the worker",
    url: "announces-250-MB",
    code: "WORKER_DISK_FULL",
    isRetried: true,
  },
];
