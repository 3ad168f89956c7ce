import { FailureError } from "#lib/errors.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { AudioSpec, EncodeSpec } from "#lib/media/encode-spec.ts";
import { AUDIO_ENCODERS } from "#lib/media/fits.ts";
import type { AudioStream, MediaInfo, MediaWarning } from "#lib/media/media-info.ts";
import { isInClip, outsideOfClip } from "#lib/media/plan-clip.ts";
import { audioCopyObstacle, canHold } from "#lib/media/plan-copy.ts";
import { fadeFilters } from "#lib/media/plan-picture.ts";
import { describeStreams, probed } from "#lib/media/plan-video.ts";
import type { PlannedAudio } from "#lib/media/planned-rendition.ts";

const ANY_RATE = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000];

/** What each encoder takes, in Hz; the nearest is taken for any other. */
export const SAMPLE_RATES = {
  aac: [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000],
  mp3: [16000, 22050, 24000, 32000, 44100, 48000],
  opus: [48000],
  ac3: [32000, 44100, 48000],
  flac: ANY_RATE,
  pcm: ANY_RATE,
} as const;

export const MOST_CHANNELS = { aac: 6, mp3: 2, opus: 6, ac3: 6, flac: 6, pcm: 6 } as const;

/**
 * Decides the audio renditions; appends to `warnings`. A source without audio gives none where there is video.
 * @throws FailureError INPUT_NO_AUDIO when the job is audio alone, INPUT_CODEC_UNSUPPORTED, TEMPLATE_INVALID
 */
export function planAudio(
  media: MediaInfo,
  spec: EncodeSpec,
  wanted: AudioSpec,
  capabilities: Capabilities,
  warnings: MediaWarning[],
): PlannedAudio[] {
  const isAlone = spec.video === null;
  const usable = media.audio.filter((stream) => stream.channels > 0 && stream.sampleRate > 0);
  if (usable.length === 0) {
    if (isAlone) throw new FailureError("INPUT_NO_AUDIO", { streams: describeStreams(media) }, probed(media));
    warnings.push({ code: "no_audio", params: {} });
    return [];
  }
  const first = usable.find((stream) => stream.isDefault) ?? usable[0];
  const chosen = wanted.tracks === "all" ? usable : usable.filter((stream) => stream === first);
  const streams = chosen.filter((stream) => isInClip(stream, media, spec));
  if (streams.length < chosen.length) {
    if (isAlone && streams.length === 0 && first) throw outsideOfClip(first, media, spec);
    warnings.push({ code: "no_audio_in_clip", params: { left: streams.length } });
  }
  const rates = [wanted.kbps, ...(wanted.variantsKbps ?? [])];
  return streams.flatMap((stream, index) => {
    const track = {
      name: streams.length > 1 ? `audio-${index + 1}` : "audio",
      sourceIndex: stream.index,
      language: stream.language,
      isDefault: stream === (streams.find((one) => one === first) ?? streams[0]),
    };
    if (isTakenOver(stream, spec, wanted, warnings)) return [copied(stream, track)];
    if (!capabilities.decoders.includes(stream.codec)) {
      const evidence = [`ffprobe: stream ${stream.index} is audio, ${stream.codec}; no decoder`];
      throw new FailureError("INPUT_CODEC_UNSUPPORTED", { codec: stream.codec }, { evidence });
    }
    const planned = { ...encoded(stream, wanted, track, warnings), fades: fadeFilters(media, spec, "afade") };
    const most = wanted.codec === "copy" ? Infinity : mostKbps(wanted.codec, planned.channels);
    const variants = [...new Set(rates.map((kbps) => Math.min(kbps, most)))].sort((a, b) => b - a);
    if (variants.length === 1) return [planned];
    return variants.map((kbps) => ({ ...planned, kbps, name: `${track.name}-${kbps}k` }));
  });
}

type Track = Pick<PlannedAudio, "name" | "sourceIndex" | "language" | "isDefault">;

/** Whether the source's stream goes into the result as it is. @throws FailureError when it must and cannot. */
function isTakenOver(
  stream: AudioStream,
  spec: EncodeSpec,
  wanted: AudioSpec,
  warnings: MediaWarning[],
): boolean {
  if (wanted.codec !== "copy") {
    if (wanted.copyWhenPossible !== true) return false;
    const reason = audioCopyObstacle(stream, spec, wanted);
    if (reason !== null) {
      warnings.push({ code: "not_copied", params: { kind: "audio", reason } });
      return false;
    }
  } else if (!canHold(spec, "audio", stream.codec)) {
    const reason = `${spec.container} cannot hold ${stream.codec} as it is; choose a codec instead of copy`;
    throw new FailureError("TEMPLATE_INVALID", { template: "", field: "audio.codec", reason });
  }
  warnings.push({ code: "stream_copied", params: { kind: "audio", codec: stream.codec } });
  return true;
}

function copied(stream: AudioStream, track: Track): PlannedAudio {
  return {
    kind: "audio",
    ...track,
    codec: stream.codec,
    encoder: "copy",
    isCopy: true,
    kbps: null,
    channels: stream.channels,
    layout: layoutOf(stream.channels),
    sampleRate: stream.sampleRate,
    picks: [],
    loudness: null,
    fades: [],
  };
}

function encoded(
  stream: AudioStream,
  wanted: AudioSpec,
  track: Track,
  warnings: MediaWarning[],
): PlannedAudio {
  const { codec, loudness } = wanted;
  if (codec === "copy") throw new Error("a copied stream is not encoded");
  const channels = channelsFor(stream, wanted, MOST_CHANNELS[codec]);
  const isPicked = !isMixable(stream);
  if (channels < stream.channels) {
    const code = isPicked ? "audio_channels_picked" : "audio_downmixed";
    warnings.push({ code, params: { from: stream.channels, to: channels } });
  }
  const rate = wanted.sampleRate === "source" ? stream.sampleRate : wanted.sampleRate;
  const sampleRate = nearestRate(rate, SAMPLE_RATES[codec]);
  // Opus works at 48 kHz whatever it is given; what that loses is what lies above.
  if (sampleRate < rate || (sampleRate > rate && codec !== "opus"))
    warnings.push({ code: "sample_rate_changed", params: { codec, from: rate, to: sampleRate } });
  return {
    kind: "audio",
    ...track,
    codec,
    encoder: AUDIO_ENCODERS[codec],
    isCopy: false,
    kbps: codec === "flac" || codec === "pcm" ? null : Math.min(wanted.kbps, mostKbps(codec, channels)),
    channels,
    layout: layoutOf(channels),
    sampleRate,
    picks: isPicked ? [pickFirst(channels)] : [],
    loudness: loudness ?? null,
    fades: [],
  };
}

const layoutOf = (channels: number) => (channels === 1 ? "mono" : channels === 2 ? "stereo" : "5.1");

/** The numbers of channels that ffmpeg takes for something when the source does not say what they are. */
const GUESSED = [1, 2, 3, 4, 5, 6, 7, 8, 16, 24];

/** Whether ffmpeg can mix the sound down: it has to know where each channel is heard. */
function isMixable({ channels, channelLayout }: AudioStream): boolean {
  if (channelLayout?.startsWith("ambisonic") === true) return false;
  const isNamed = channelLayout !== null && !/^unknown$|^\d+ channels$/.test(channelLayout);
  return isNamed || GUESSED.includes(channels);
}

/** Takes the first channels as they are: the usual place of the main sound among tracks that nobody named. */
function pickFirst(channels: number): string {
  const taken = Array.from({ length: channels }, (_, index) => `c${index}=c${index}`);
  return `pan=${[layoutOf(channels), ...taken].join("|")}`;
}

/** 1, 2 or 6: never more than the source has, except that mono becomes stereo where stereo was asked for. */
function channelsFor(stream: AudioStream, wanted: AudioSpec, most: number): number {
  const asked = wanted.channels === "source" ? stream.channels : wanted.channels;
  if (asked >= 6 && stream.channels >= 6 && most >= 6) return 6;
  return asked === 1 ? 1 : 2;
}

/** libopus refuses more for a channel; a template cannot know how many the source has. */
const mostKbps = (codec: string, channels: number) => (codec === "opus" ? 256 * channels : Infinity);

function nearestRate(rate: number, allowed: readonly number[]): number {
  return allowed.reduce((best, candidate) =>
    Math.abs(candidate - rate) < Math.abs(best - rate) ? candidate : best,
  );
}
