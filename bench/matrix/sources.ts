import { writeFileSync } from "node:fs";

import { X264, type Clips } from "#lib/media/test-pipeline.ts";

/**
 * The matrix's sources: short clips, each with one thing that goes wrong in transcoders, and what is true of its results.
 * The facts are written by hand from how the clip is made; none of them is asked of the product.
 */

export type SourceAudio = { channels: number; hertz: number; language?: string };

export type SourceVideo = {
  /** Frames of a result that keeps the timing; of a constant rate: fps × seconds. */
  frames: number;
  /** While something moves. */
  fps: number;
  isVariable?: boolean;
  isHdr?: boolean;
  /** By metadata; the sizes are those of the picture as it is shown. */
  isTurned?: boolean;
  /** Sizes "w×h" of a result: of the ladder (1080p, 720p, 480p, 360p), and fitted into one box of that height. */
  ladder: readonly string[];
  in1080: string;
  in720: string;
  in2160: string;
  /** In 480x270, where previews are. */
  in270: string;
  /** Of a result that takes the stream over as it is. */
  own: { codec: string; size: string; fieldOrder?: string };
};

export type MatrixSource = {
  name: string;
  title: string;
  seconds: number;
  make: (clips: Clips) => string;
  video: SourceVideo | null;
  audio: readonly SourceAudio[];
  /** Which of `audio` a template with one sound takes. */
  chosen: number;
  subtitles: number;
};

const picture = (size: string, fps: number | string, seconds: number) => [
  ...["-f", "lavfi", "-i", `testsrc2=s=${size}:r=${fps}:d=${seconds}`],
];
const tone = (hertz: number, seconds: number, rate = 48_000) => [
  ...["-f", "lavfi", "-i", `sine=${hertz}:d=${seconds}:r=${rate}`],
];
const STEREO = ["-c:a", "aac", "-ac", "2", "-b:a", "128k"];

const HZ = 440;
const stereo: SourceAudio = { channels: 2, hertz: HZ };

type Same = Pick<SourceVideo, "ladder" | "in1080" | "in720" | "in2160" | "in270">;
/** What is smaller than every box has one size everywhere; previews are smaller still. */
const always = (size: string, in270 = size): Same => ({
  ladder: [size],
  in1080: size,
  in720: size,
  in2160: size,
  in270,
});

const SMALL = { ...always("640x360", "480x270"), own: { codec: "h264", size: "640x360" } };

/** An ordinary clip in the size of the lowest rung, 25 frames a second, with what `over` says else. */
const small = (
  name: string,
  title: string,
  over: Partial<MatrixSource> & Pick<MatrixSource, "make">,
): MatrixSource => ({
  name,
  title,
  seconds: 2,
  video: { ...SMALL, fps: 25, frames: 50 },
  audio: [stereo],
  chosen: 0,
  subtitles: 0,
  ...over,
});

export const SOURCES: readonly MatrixSource[] = [
  {
    name: "hd",
    title: "1080p, 30 fps",
    seconds: 3,
    make: (clips) => clips.make("hd.mp4", ...picture("1920x1080", 30, 3), ...tone(HZ, 3), ...X264, ...STEREO),
    video: {
      fps: 30,
      frames: 90,
      ladder: ["1920x1080", "1280x720", "854x480", "640x360"],
      in1080: "1920x1080",
      in720: "1280x720",
      in2160: "1920x1080",
      in270: "480x270",
      own: { codec: "h264", size: "1920x1080" },
    },
    audio: [stereo],
    chosen: 0,
    subtitles: 0,
  },
  {
    name: "uhd",
    title: "2160p, H.265",
    seconds: 1,
    make: (clips) =>
      clips.make(
        "uhd.mp4",
        ...[...picture("3840x2160", 24, 1), ...tone(HZ, 1)],
        ...[
          "-c:v",
          "libx265",
          "-preset",
          "ultrafast",
          "-x265-params",
          "log-level=none",
          "-pix_fmt",
          "yuv420p",
        ],
        ...["-tag:v", "hvc1", ...STEREO],
      ),
    video: {
      fps: 24,
      frames: 24,
      ladder: ["1920x1080", "1280x720", "854x480", "640x360"],
      in1080: "1920x1080",
      in720: "1280x720",
      in2160: "3840x2160",
      in270: "480x270",
      own: { codec: "hevc", size: "3840x2160" },
    },
    audio: [stereo],
    chosen: 0,
    subtitles: 0,
  },
  {
    name: "portrait",
    title: "portrait, 720x1280",
    seconds: 2,
    make: (clips) =>
      clips.make("portrait.mp4", ...picture("720x1280", 30, 2), ...tone(HZ, 2), ...X264, ...STEREO),
    video: {
      fps: 30,
      frames: 60,
      ladder: ["720x1280", "480x854", "360x640"],
      in1080: "720x1280",
      in720: "720x1280",
      in2160: "720x1280",
      in270: "270x480",
      own: { codec: "h264", size: "720x1280" },
    },
    audio: [stereo],
    chosen: 0,
    subtitles: 0,
  },
  {
    name: "rotated",
    title: "turned by its metadata",
    seconds: 2,
    make: (clips) => {
      const flat = clips.make("flat.mp4", ...picture("854x480", 25, 2), ...tone(HZ, 2), ...X264, ...STEREO);
      return clips.make("rotated.mp4", "-i", flat, "-c", "copy", "-metadata:s:v", "rotate=90");
    },
    video: {
      fps: 25,
      frames: 50,
      ladder: ["480x854", "360x640"],
      isTurned: true,
      in1080: "480x854",
      in720: "480x854",
      in2160: "480x854",
      in270: "270x480",
      own: { codec: "h264", size: "854x480" },
    },
    audio: [stereo],
    chosen: 0,
    subtitles: 0,
  },
  small("vfr", "varying frame rate", {
    seconds: 3,
    make: (clips) =>
      clips.make(
        "vfr.mp4",
        ...[...picture("640x360", 60, 3), ...tone(HZ, 3)],
        // Seconds of 60, 12 and 60 frames.
        ...["-vf", "select='if(lt(mod(t,2),1),1,not(mod(n,5)))'", "-fps_mode", "vfr", ...X264, ...STEREO],
      ),
    video: { ...SMALL, fps: 60, frames: 132, isVariable: true },
  }),
  {
    name: "hdr",
    title: "HDR10, 10 bits",
    seconds: 1,
    make: (clips) =>
      clips.make(
        "hdr.mp4",
        ...[...picture("1280x720", 24, 1), ...tone(HZ, 1)],
        "-vf",
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,zscale=t=linear:npl=203,format=gbrpf32le,zscale=t=smpte2084:p=bt2020:m=bt2020nc:r=tv,format=yuv420p10le",
        ...["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params"],
        "log-level=none:hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400",
        ...STEREO,
      ),
    video: {
      fps: 24,
      frames: 24,
      isHdr: true,
      ladder: ["1280x720", "854x480", "640x360"],
      in1080: "1280x720",
      in720: "1280x720",
      in2160: "1280x720",
      in270: "480x270",
      own: { codec: "hevc", size: "1280x720" },
    },
    audio: [stereo],
    chosen: 0,
    subtitles: 0,
  },
  {
    name: "interlaced",
    title: "interlaced 576i, wide pixels, MPEG-2",
    seconds: 2,
    make: (clips) =>
      clips.make(
        "interlaced.mpg",
        ...[...picture("720x576", 50, 2), ...tone(HZ, 2)],
        ...["-vf", "tinterlace=interleave_top,fieldorder=tff,setsar=64/45", "-c:v", "mpeg2video"],
        ...["-flags", "+ilme+ildct", "-b:v", "4M", "-c:a", "mp2", "-ac", "2", "-b:a", "192k"],
      ),
    video: {
      fps: 25,
      frames: 50,
      ladder: ["1024x576", "854x480", "640x360"],
      in1080: "1024x576",
      in720: "1024x576",
      in2160: "1024x576",
      in270: "480x270",
      own: { codec: "mpeg2video", size: "720x576", fieldOrder: "tt" },
    },
    audio: [stereo],
    chosen: 0,
    subtitles: 0,
  },
  small("odd", "odd size, 4:4:4", {
    make: (clips) =>
      clips.make(
        "odd.mkv",
        ...[...picture("642x360", 25, 2), ...tone(HZ, 2), "-c:v", "libx264", "-preset", "superfast"],
        // testsrc2 itself makes even sizes only.
        ...["-vf", "format=yuv444p,crop=641:359:0:0:exact=1", ...STEREO],
      ),
    video: { ...always("640x358", "480x268"), fps: 25, frames: 50, own: { codec: "h264", size: "641x359" } },
  }),
  small("mono", "mono at 22.05 kHz", {
    make: (clips) =>
      clips.make(
        "mono.mp4",
        ...[...picture("640x360", 25, 2), ...tone(HZ, 2, 22_050), ...X264, "-c:a", "aac", "-ac", "1"],
      ),
    audio: [{ channels: 1, hertz: HZ }],
  }),
  small("surround", "5.1 sound, AC-3", {
    make: (clips) => {
      const channel = `0.1*sin(${HZ}*2*PI*t)`;
      const six = Array.from({ length: 6 }, () => channel).join("|");
      return clips.make(
        "surround.mkv",
        ...[...picture("640x360", 25, 2), "-f", "lavfi", "-i", `aevalsrc=${six}:c=5.1:s=48000:d=2`],
        ...[...X264, "-c:a", "ac3", "-b:a", "384k"],
      );
    },
    audio: [{ channels: 6, hertz: HZ }],
  }),
  small("languages", "three languages, the second chosen; 29.97 fps", {
    make: (clips) =>
      clips.make(
        "languages.mkv",
        ...[...picture("640x360", "30000/1001", 2.002), ...tone(300, 2), ...tone(HZ, 2), ...tone(600, 2)],
        ...["-map", "0", "-map", "1", "-map", "2", "-map", "3", ...X264, ...STEREO],
        ...["-metadata:s:a:0", "language=fra", "-metadata:s:a:1", "language=eng", "-metadata:s:a:2"],
        ...["language=zho", "-disposition:a:0", "0", "-disposition:a:1", "default", "-disposition:a:2", "0"],
      ),
    video: { ...SMALL, fps: 30_000 / 1001, frames: 60 },
    audio: [
      { channels: 2, hertz: 300, language: "fra" },
      { channels: 2, hertz: HZ, language: "eng" },
      { channels: 2, hertz: 600, language: "zho" },
    ],
    chosen: 1,
  }),
  small("silent", "no sound", {
    make: (clips) => clips.make("silent.mp4", ...picture("640x360", 25, 2), ...X264),
    audio: [],
  }),
  small("cover", "cover art and a data track", {
    make: (clips) => {
      const cover = clips.make("cover.jpg", ...picture("300x300", 1, 1), "-frames:v", "1");
      return clips.make(
        "cover.mov",
        ...[...picture("640x360", 25, 2), ...tone(HZ, 2), "-i", cover, "-map", "0", "-map", "1", "-map", "2"],
        ...["-c:v:0", "libx264", "-preset", "superfast", "-pix_fmt:v:0", "yuv420p", "-c:v:1", "copy"],
        ...["-disposition:v:1", "attached_pic", ...STEREO, "-timecode", "01:00:00:00", "-f", "mp4"],
      );
    },
  }),
  small("subtitles", "subtitles in SRT and ASS", {
    make: (clips) => {
      writeFileSync(clips.path("lines.srt"), "1\n00:00:00,200 --> 00:00:01,500\nThe first line\n\n");
      const ass = clips.make("lines.ass", "-i", clips.path("lines.srt"));
      return clips.make(
        "subtitles.mkv",
        ...[...picture("640x360", 25, 2), ...tone(HZ, 2), "-i", clips.path("lines.srt"), "-i", ass],
        ...["-map", "0", "-map", "1", "-map", "2", "-map", "3", ...X264, ...STEREO],
        ...["-c:s:0", "srt", "-c:s:1", "copy", "-metadata:s:s:0", "language=eng"],
      );
    },
    subtitles: 2,
  }),
  small("second", "one second, small", {
    seconds: 1,
    make: (clips) =>
      clips.make("second.mp4", ...picture("320x180", 25, 1), ...tone(HZ, 1), ...X264, ...STEREO),
    video: { ...always("320x180"), fps: 25, frames: 25, own: { codec: "h264", size: "320x180" } },
  }),
  {
    name: "fast",
    title: "720p, 50 fps",
    seconds: 1,
    make: (clips) =>
      clips.make("fast.mp4", ...picture("1280x720", 50, 1), ...tone(HZ, 1), ...X264, ...STEREO),
    video: {
      fps: 50,
      frames: 50,
      ladder: ["1280x720", "854x480", "640x360"],
      in1080: "1280x720",
      in720: "1280x720",
      in2160: "1280x720",
      in270: "480x270",
      own: { codec: "h264", size: "1280x720" },
    },
    audio: [stereo],
    chosen: 0,
    subtitles: 0,
  },
  {
    name: "sound",
    title: "sound alone, MP3",
    seconds: 2,
    make: (clips) =>
      clips.make("sound.mp3", ...tone(HZ, 2, 44_100), "-c:a", "libmp3lame", "-ac", "2", "-b:a", "128k"),
    video: null,
    audio: [stereo],
    chosen: 0,
    subtitles: 0,
  },
];
