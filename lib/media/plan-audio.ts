import { FailureError } from "#lib/errors.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { AudioSpec, EncodeSpec } from "#lib/media/encode-spec.ts";
import type { AudioStream, MediaInfo, MediaWarning } from "#lib/media/media-info.ts";
import { describeStreams } from "#lib/media/plan-video.ts";
import type { PlannedAudio } from "#lib/media/planned-rendition.ts";

export const AUDIO_ENCODERS = { aac: "aac", mp3: "libmp3lame", opus: "libopus" } as const;

const SAMPLE_RATES = {
  aac: [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000],
  mp3: [16000, 22050, 24000, 32000, 44100, 48000],
  opus: [48000],
} as const;

const MOST_CHANNELS = { aac: 6, mp3: 2, opus: 6 } as const;

/**
 * Decides the audio renditions; appends to `warnings`. A source without audio gives none where there is video.
 * @throws FailureError INPUT_NO_AUDIO when the job is audio alone, INPUT_CODEC_UNSUPPORTED
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
    if (isAlone) throw new FailureError("INPUT_NO_AUDIO", { streams: describeStreams(media) });
    warnings.push({ code: "no_audio", params: {} });
    return [];
  }
  const first = usable.find((stream) => stream.isDefault) ?? usable[0];
  const streams = wanted.tracks === "all" ? usable : usable.filter((stream) => stream === first);
  const codec = wanted.codec;
  if (codec !== "aac" && codec !== "mp3" && codec !== "opus") {
    throw new FailureError("TEMPLATE_INVALID", {
      template: "",
      field: "audio.codec",
      reason: `no encoder for ${codec}`,
    });
  }
  return streams.map((stream, index) => {
    if (!capabilities.decoders.includes(stream.codec)) {
      throw new FailureError("INPUT_CODEC_UNSUPPORTED", { codec: stream.codec });
    }
    const channels = channelsFor(stream, wanted, MOST_CHANNELS[codec]);
    if (channels < stream.channels) {
      warnings.push({ code: "audio_downmixed", params: { from: stream.channels, to: channels } });
    }
    return {
      kind: "audio",
      name: streams.length > 1 ? `audio-${index + 1}` : "audio",
      codec,
      encoder: AUDIO_ENCODERS[codec],
      sourceIndex: stream.index,
      kbps: wanted.kbps,
      channels,
      layout: channels === 1 ? "mono" : channels === 2 ? "stereo" : "5.1",
      sampleRate: nearestRate(
        wanted.sampleRate === "source" ? stream.sampleRate : wanted.sampleRate,
        SAMPLE_RATES[codec],
      ),
      language: stream.language,
      isDefault: stream === first,
    };
  });
}

/** 1, 2 or 6: never more than the source has, except that mono becomes stereo where stereo was asked for. */
function channelsFor(stream: AudioStream, wanted: AudioSpec, most: number): number {
  const asked = wanted.channels === "source" ? stream.channels : wanted.channels;
  if (asked >= 6 && stream.channels >= 6 && most >= 6) return 6;
  return asked === 1 ? 1 : 2;
}

function nearestRate(rate: number, allowed: readonly number[]): number {
  return allowed.reduce((best, candidate) =>
    Math.abs(candidate - rate) < Math.abs(best - rate) ? candidate : best,
  );
}
