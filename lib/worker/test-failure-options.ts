import { type FfmpegRow, picture, read, sound, type Where, X264 } from "#lib/worker/test-failure-ffmpeg.ts";

/** What a template could ask of ffmpeg, were it not checked before; see test-failure-ffmpeg.ts. */

/** Packs the source's own streams, or what `args` make of them, as `format`. */
const packed =
  (format: string, ...args: string[]) =>
  ({ good, folder }: Where) => [...read(good), ...args, "-f", format, `file:${folder}/out`];

const template = (what: string, words: RegExp, says: RegExp, args: FfmpegRow["args"]): FfmpegRow => ({
  what,
  words,
  code: "TEMPLATE_INVALID",
  says,
  args,
});

export const OPTION_ROWS: readonly FfmpegRow[] = [
  template(
    "an encoder that there is not",
    /Unknown encoder 'nosuch'/,
    /video\.codec/,
    picture("-c:v", "nosuch"),
  ),
  template("a container that there is not", /is not a suitable output format/, /container/, packed("nosuch")),
  template(
    "a file name that names no container",
    /Unable to find a suitable output format/,
    /container/,
    ({ good, folder }) => [...read(good), `file:${folder}/out.nosuch`],
  ),
  template("H.264 in WebM", /Only VP8 or VP9 or AV1/, /container/, packed("webm", "-c", "copy")),
  template(
    "FFV1 in MP4",
    /codec not currently supported in container/,
    /container/,
    packed("mp4", "-an", "-c:v", "ffv1"),
  ),
  template(
    "VP8 in FLV",
    /Could not write header/,
    /not compatible with flv/,
    packed("flv", "-an", "-c:v", "libvpx"),
  ),
  template(
    "a DASH set of different shapes",
    /Conflicting stream aspect ratios/,
    /container/,
    packed(
      "dash",
      ..."-filter_complex [0:v]split[a][b];[a]scale=320:180,setsar=1[x];[b]scale=214:120,setsar=1[y]".split(
        " ",
      ),
      ..."-map [x] -map [y] -c:v libx264 -adaptation_sets id=0,streams=v".split(" "),
    ),
  ),
  template(
    "odd sizes in 4:2:0",
    /not divisible by 2/,
    /video\.renditions/,
    picture("-vf", "scale=321:181", ...X264),
  ),
  template(
    "a preset that there is not",
    /Error setting preset/,
    /video\.preset/,
    picture("-c:v", "libx264", "-preset", "nosuch", "-tune", "film"),
  ),
  template(
    "a profile that there is not",
    /Error setting profile/,
    /video\.preset/,
    picture(...X264, "-profile:v", "nosuch"),
  ),
  template("a level that there is not", /invalid level_idc/, /99/, picture(...X264, "-level", "99")),
  template(
    "a sample rate that MP3 has not",
    /Specified sample rate/,
    /12345/,
    sound("-c:a", "libmp3lame", "-ar", "12345"),
  ),
  template("5.1 as MP3", /Specified channel layout/, /5\.1/, sound("-c:a", "libmp3lame", "-ac", "6")),
  template(
    "half a kilobit a second",
    /bitrate not specified/,
    /video\.renditions/,
    picture(...X264, "-b:v", "500"),
  ),
  template("a filter that there is not", /No such filter: 'nosuch'/, /nosuch/, picture("-vf", "nosuch=1")),
  template(
    "a filter's option that there is not",
    /Error initializing filter 'scale'/,
    /nosuch/,
    picture("-vf", "scale=nosuch=3"),
  ),
  template("a crop without a size", /Failed to configure input pad/, /crop/, picture("-vf", "crop=0:0")),
  template(
    "linear light of a picture without tags",
    /no path between colorspaces/,
    /video\.hdr/,
    picture("-vf", "zscale=t=linear:npl=100,format=gbrpf32le"),
  ),
  template(
    "an option's value that is none",
    /Error setting option crf/,
    /crf/,
    picture(...X264, "-crf", "high"),
  ),
  template(
    "an encoder's option that there is not",
    /bad option 'nosuch'/,
    /nosuch/,
    picture(...X264, "-x264opts", "nosuch=1"),
  ),
  template("an option that there is not", /Unrecognized option 'nosuch'/, /nosuch/, picture("-nosuch", "1")),
  template("a frame rate that is none", /Invalid framerate value/, /fast/, picture("-r", "fast")),
  template(
    "what only the encoder itself has words for",
    /Error while opening encoder/,
    /References/,
    picture("-c:v", "libx265", "-x265-params", "ref=none"),
  ),
];
