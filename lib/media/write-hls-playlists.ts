import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";
import type { PlannedSubtitle } from "#lib/media/planned-rendition.ts";

/** A path inside the publish folder as a relative URI. */
export const toUri = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

const AUDIO_GROUP = "audio";
const SUBTITLE_GROUP = "subtitles";
/** Apple's HLS authoring specification, of subtitles that tell noises too. */
const FOR_THE_DEAF =
  "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

/** Subtitles as they lie beside the segments: `folder` is relative to the publish folder. */
export type PackagedSubtitle = Pick<PlannedSubtitle, "name" | "language" | "title" | "disposition"> & {
  folder: string;
};

/** The playlist of subtitles that are one WebVTT file, `name`, as long as the presentation. */
export function writeHlsSubtitles(name: string, seconds: number): string {
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(seconds - 1e-6))}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    `#EXTINF:${seconds.toFixed(6)},`,
    toUri(name),
    "#EXT-X-ENDLIST",
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * The master playlist: BANDWIDTH is the measured peak of the picture plus that of the loudest sound, as RFC 8216 asks;
 * best rung first. Without a picture the sounds themselves are the variants.
 */
export function writeHlsMaster(
  renditions: readonly MeasuredRendition[],
  subtitles: readonly PackagedSubtitle[] = [],
): string {
  const audios = renditions.filter(({ plan }) => plan.kind === "audio");
  const videos = renditions.filter(({ plan }) => plan.kind === "video");
  const audioPeak = Math.max(0, ...audios.map((audio) => audio.peakBandwidth));
  const audioAverage = Math.max(0, ...audios.map((audio) => audio.averageBandwidth));
  const lines = ["#EXTM3U", `#EXT-X-VERSION:${versionOf(renditions)}`, "#EXT-X-INDEPENDENT-SEGMENTS"];
  // Rates of one sound are variants; a group is for sounds that belong to a picture, or differ in language.
  const tracks = new Set(audios.map(({ plan }) => plan.sourceIndex));
  const isLadder = videos.length === 0 && tracks.size === 1;
  (isLadder ? [] : audios).forEach((audio, index) => {
    if (audio.plan.kind !== "audio") return;
    const { language, isDefault, channels } = audio.plan;
    const isChosen =
      isDefault || (index === 0 && !audios.some(({ plan }) => plan.kind === "audio" && plan.isDefault));
    lines.push(
      `#EXT-X-MEDIA:${attributes([
        ["TYPE", "AUDIO"],
        ["GROUP-ID", quoted(AUDIO_GROUP)],
        ["NAME", quoted(audios.length > 1 ? `Audio ${index + 1}` : "Audio")],
        ["LANGUAGE", language === null ? null : quoted(language)],
        ["DEFAULT", isChosen ? "YES" : "NO"],
        ["AUTOSELECT", "YES"],
        ["CHANNELS", quoted(String(channels))],
        ["URI", quoted(toUri(`${audio.folder}/playlist.m3u8`))],
      ])}`,
    );
  });
  subtitles.forEach(({ folder, language, title, disposition }, index) => {
    lines.push(
      `#EXT-X-MEDIA:${attributes([
        ["TYPE", "SUBTITLES"],
        ["GROUP-ID", quoted(SUBTITLE_GROUP)],
        ["NAME", quoted(`${index + 1} ${title ?? language ?? ""}`.trim())],
        ["LANGUAGE", language === null ? null : quoted(language)],
        ["DEFAULT", "NO"],
        ["AUTOSELECT", "YES"],
        ["FORCED", disposition.includes("forced") ? "YES" : null],
        ["CHARACTERISTICS", disposition.includes("hearing_impaired") ? quoted(FOR_THE_DEAF) : null],
        ["URI", quoted(toUri(`${folder}/playlist.m3u8`))],
      ])}`,
    );
  });
  for (const video of [...videos].sort((a, b) => b.peakBandwidth - a.peakBandwidth)) {
    if (video.plan.kind !== "video") continue;
    const codecs = new Set([...video.codecs, ...audios.flatMap((audio) => audio.codecs)]);
    lines.push(
      `#EXT-X-STREAM-INF:${attributes([
        ["BANDWIDTH", String(video.peakBandwidth + audioPeak)],
        ["AVERAGE-BANDWIDTH", String(video.averageBandwidth + audioAverage)],
        ["CODECS", quoted([...codecs].join(","))],
        ["RESOLUTION", `${video.plan.width}x${video.plan.height}`],
        ["FRAME-RATE", video.frameRate === null ? null : video.frameRate.toFixed(3)],
        ["AUDIO", audios.length > 0 ? quoted(AUDIO_GROUP) : null],
        ["SUBTITLES", subtitles.length > 0 ? quoted(SUBTITLE_GROUP) : null],
      ])}`,
      toUri(`${video.folder}/playlist.m3u8`),
    );
  }
  const isMain = ({ plan }: MeasuredRendition) => plan.kind === "audio" && plan.isDefault;
  const heard = isLadder ? audios : [audios.find(isMain) ?? audios[0]].filter((audio) => audio !== undefined);
  for (const audio of videos.length > 0 ? [] : heard.sort((a, b) => b.peakBandwidth - a.peakBandwidth)) {
    lines.push(
      `#EXT-X-STREAM-INF:${attributes([
        ["BANDWIDTH", String(isLadder ? audio.peakBandwidth : audioPeak)],
        ["AVERAGE-BANDWIDTH", String(isLadder ? audio.averageBandwidth : audioAverage)],
        ["CODECS", quoted(audio.codecs.join(","))],
        ["AUDIO", isLadder ? null : quoted(AUDIO_GROUP)],
        ["SUBTITLES", subtitles.length > 0 ? quoted(SUBTITLE_GROUP) : null],
      ])}`,
      toUri(`${audio.folder}/playlist.m3u8`),
    );
  }
  for (const video of videos.filter(hasKeyframeList)) {
    if (video.plan.kind !== "video") continue;
    lines.push(
      `#EXT-X-I-FRAME-STREAM-INF:${attributes([
        ["BANDWIDTH", String(keyframePeak(video))],
        ["CODECS", quoted(video.codecs.join(","))],
        ["RESOLUTION", `${video.plan.width}x${video.plan.height}`],
        ["URI", quoted(toUri(`${video.folder}/keyframes.m3u8`))],
      ])}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

type MeasuredSegment = MeasuredRendition["segments"][number];

/** A list of a rendition's segments; it lies in the rendition's folder, so that its URIs are bare names. */
function writeSegmentList(
  rendition: MeasuredRendition,
  kind: string,
  byteRange: (segment: MeasuredSegment) => string[],
): string {
  const longest = Math.max(...rendition.segments.map((segment) => segment.durationSeconds));
  const lines = [
    "#EXTM3U",
    `#EXT-X-VERSION:${versionOf([rendition])}`,
    // Every EXTINF, rounded to a whole number, must stay within the target.
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(longest - 1e-6))}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    kind,
    ...mapLine(rendition),
    ...rendition.segments.flatMap((segment) => [
      `#EXTINF:${segment.durationSeconds.toFixed(6)},`,
      ...byteRange(segment),
      toUri(segment.path.slice(rendition.folder.length + 1)),
    ]),
    "#EXT-X-ENDLIST",
  ];
  return `${lines.join("\n")}\n`;
}

/** A rendition's media playlist. */
export function writeHlsMedia(rendition: MeasuredRendition): string {
  return writeSegmentList(rendition, "#EXT-X-INDEPENDENT-SEGMENTS", ({ sizeBytes, offset }) =>
    isJoined(rendition) ? [`#EXT-X-BYTERANGE:${sizeBytes}@${offset}`] : [],
  );
}

/** Whether the rendition's keyframes can be played on their own, for fast winding and previews. */
export const hasKeyframeList = ({ plan, segments }: MeasuredRendition): boolean =>
  plan.kind === "video" && segments.every(({ keyframeBytes }) => keyframeBytes !== null);

/** The playlist of a rendition's keyframes, the first of each segment; it lies beside the rendition's own. */
export function writeHlsKeyframes(rendition: MeasuredRendition): string {
  return writeSegmentList(rendition, "#EXT-X-I-FRAMES-ONLY", ({ keyframeBytes, offset }) => [
    `#EXT-X-BYTERANGE:${keyframeBytes ?? 0}@${offset}`,
  ]);
}

const keyframePeak = ({ segments }: MeasuredRendition) =>
  Math.ceil(
    Math.max(
      ...segments.map(
        ({ keyframeBytes, durationSeconds }) => ((keyframeBytes ?? 0) * 8) / Math.max(durationSeconds, 0.5),
      ),
    ),
  );

const isJoined = ({ init, segments }: MeasuredRendition) => init !== null && init === segments[0]?.path;

function mapLine(rendition: MeasuredRendition): string[] {
  if (rendition.init === null) return [];
  const uri = toUri(rendition.init.slice(rendition.folder.length + 1));
  const range = isJoined(rendition) ? `,BYTERANGE="${rendition.initBytes}@0"` : "";
  return [`#EXT-X-MAP:URI="${uri}"${range}`];
}

const versionOf = (renditions: readonly MeasuredRendition[]) =>
  renditions.some((rendition) => rendition.init !== null) ? 7 : 6;

const quoted = (text: string) => `"${text.replace(/["\r\n]/g, "")}"`;

const attributes = (pairs: readonly (readonly [string, string | null])[]) =>
  pairs
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
