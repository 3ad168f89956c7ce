import type { Container } from "#lib/media/encode-spec.ts";
import { clipFilters, type Clip } from "#lib/media/plan-clip.ts";
import type { LoudnessTarget, PlannedAudio } from "#lib/media/planned-rendition.ts";

/** What a first pass measured: integrated loudness, true peak, range, threshold, and the offset that loudnorm wants. */
export type MeasuredLoudness = {
  integrated: string;
  truePeak: string;
  range: string;
  threshold: string;
  offset: string;
};

/** Stands for a figure that is only known when the first pass has run; in previews. */
const UNKNOWN: MeasuredLoudness = {
  integrated: "?",
  truePeak: "?",
  range: "?",
  threshold: "?",
  offset: "?",
};

type AudioPlace = {
  clip: Clip | null;
  measured: MeasuredLoudness | null | undefined;
  container: Container;
};

/**
 * Arguments of the job's audio stream number `index`.
 * `measured`: undefined before the first pass has run, null for silence, which stays as it is.
 */
export function audioArgs(
  audio: PlannedAudio,
  index: number,
  { clip, measured, container }: AudioPlace,
): string[] {
  const s = `a:${index}`;
  const described = [
    ...(audio.language ? [`-metadata:s:${s}`, `language=${audio.language}`] : []),
    `-disposition:${s}`,
    audio.isDefault ? "default" : "0",
  ];
  if (audio.isCopy) {
    // A transport stream says in every packet what MP4 says once; whole files of it ffmpeg changes by itself.
    const isFramed = container === "fmp4" && audio.codec === "aac";
    return [`-c:${s}`, "copy", ...(isFramed ? [`-bsf:${s}`, "aac_adtstoasc"] : []), ...described];
  }
  return [
    `-filter:${s}`,
    [...clipFilters(clip, "atrim"), ...filters(audio, measured)].join(","),
    `-c:${s}`,
    audio.encoder,
    ...(audio.kbps === null ? [] : [`-b:${s}`, `${audio.kbps}k`]),
    ...described,
  ];
}

/** The filter that measures, in a first pass, what {@link audioArgs} corrects in the second. `name` marks its lines. */
export function measuringFilter(audio: PlannedAudio, name: string, clip: Clip | null): string {
  const target = audio.loudness ?? { targetLufs: -23, truePeakDb: -1 };
  return [
    ...clipFilters(clip, "atrim"),
    ...audio.picks,
    STEADY,
    `aformat=channel_layouts=${audio.layout}`,
    `loudnorm@${name}=${loudnorm(target)}:LRA=11:print_format=json`,
  ].join(",");
}

/** Gaps become silence, and sound that starts late starts with silence. */
const STEADY = "aresample=async=1:first_pts=0";

function filters(audio: PlannedAudio, measured: MeasuredLoudness | null | undefined): string[] {
  // The sample format of what has no loss is 16 bits; the other encoders take what suits them.
  const format = audio.kbps === null ? "sample_fmts=s16:" : "";
  const shape = `aformat=${format}sample_rates=${audio.sampleRate}:channel_layouts=${audio.layout}`;
  if (audio.loudness === null || measured === null) return [...audio.picks, STEADY, ...audio.fades, shape];
  const { integrated, truePeak, range, threshold, offset } = measured ?? UNKNOWN;
  const correction = [
    loudnorm(audio.loudness),
    // A target below the range that the sound has would make loudnorm compress it.
    `LRA=${Math.min(50, Math.max(11, Math.ceil(Number(range)) || 0))}`,
    `measured_I=${integrated}`,
    `measured_TP=${truePeak}`,
    `measured_LRA=${range}`,
    `measured_thresh=${threshold}`,
    `offset=${offset}`,
    "linear=true",
  ].join(":");
  // loudnorm works on stereo as it will be heard, and at its own sample rate, from which it has to come back.
  return [
    ...audio.picks,
    STEADY,
    `aformat=channel_layouts=${audio.layout}`,
    `loudnorm=${correction}`,
    `aresample=${audio.sampleRate}`,
    ...audio.fades,
    shape,
  ];
}

const loudnorm = ({ targetLufs, truePeakDb }: LoudnessTarget) => `I=${targetLufs}:TP=${truePeakDb}`;
