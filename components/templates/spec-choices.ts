import type { AudioSpec, EncodeSpec, RateControl, VideoSpec } from "#lib/media/encode-spec.ts";
import { MOST_CHANNELS, SAMPLE_RATES } from "#lib/media/plan-audio.ts";

/** What a choice of the form stands for in the settings, and back. A choice made again changes nothing. Pure. */

type Thumbnails = NonNullable<EncodeSpec["thumbnails"]>;
export const THUMBNAIL_MODES = ["none", "interval", "count", "times", "percents"] as const;
export type ThumbnailMode = (typeof THUMBNAIL_MODES)[number];

export function thumbnailMode(thumbnails: Thumbnails | undefined): ThumbnailMode {
  if (thumbnails === undefined) return "none";
  return (["count", "times", "percents"] as const).find((one) => thumbnails[one] !== undefined) ?? "interval";
}

/** Without other wishes: a picture every ten seconds, five of them, or at these places. */
const FIRST: Record<Exclude<ThumbnailMode, "none">, Partial<Thumbnails>> = {
  interval: { intervalSeconds: 10 },
  count: { count: 5 },
  times: { times: [1] },
  percents: { percents: [0, 25, 50, 75] },
};

/** The pictures chosen in another way; width and sprite stay. */
export function withThumbnailMode(
  thumbnails: Thumbnails | undefined,
  mode: ThumbnailMode,
): Thumbnails | undefined {
  if (mode === thumbnailMode(thumbnails)) return thumbnails;
  if (mode === "none") return undefined;
  const { width, sprite = false } = thumbnails ?? {};
  return { ...FIRST[mode], ...(width !== undefined && { width }), sprite };
}

export type FrameRate = VideoSpec["frameRate"];

export function withFrameRateMode(frameRate: FrameRate, mode: FrameRate["mode"]): FrameRate {
  if (mode === frameRate.mode) return frameRate;
  if (mode === "source") return { mode };
  return { mode, fps: "fps" in frameRate ? frameRate.fps : mode === "cap" ? 60 : 25 };
}

/** "vbr2" is an average rate in two passes. */
export type RateMode = RateControl["mode"] | "vbr2";

export const rateMode = (rate: RateControl): RateMode =>
  rate.mode === "vbr" && rate.twoPass ? "vbr2" : rate.mode;

/** The same rates said in another way. */
export function withRateMode(old: RateControl, wanted: RateMode): RateControl {
  if (wanted === rateMode(old)) return old;
  const mode = wanted === "vbr2" ? "vbr" : wanted;
  if (old.mode === "vbr" && mode === "vbr") return { ...old, twoPass: wanted === "vbr2" };
  const peak = "maxKbps" in old ? old.maxKbps : undefined;
  const kbps = old.mode === "crf" ? (peak ?? 2500) : old.kbps;
  if (mode === "cbr") return { mode, kbps };
  if (mode === "crf") return { mode, crf: 23, maxKbps: peak ?? kbps };
  return {
    mode,
    kbps: peak === undefined ? kbps : Math.max(8, Math.round((peak * 0.7) / 10) * 10),
    ...(peak !== undefined && { maxKbps: peak }),
    twoPass: wanted === "vbr2",
  };
}

const RATES = ["source", 22050, 32000, 44100, 48000] as const;
const CHANNELS = ["source", 1, 2, 6] as const;

/** The sample rates and channels that a codec can have; the engine would take the nearest for any other. */
export function soundChoices(codec: AudioSpec["codec"]) {
  if (codec === "copy") return { sampleRates: RATES, channels: CHANNELS };
  const taken: readonly number[] = SAMPLE_RATES[codec];
  return {
    sampleRates: RATES.filter((rate) => rate === "source" || taken.includes(rate)),
    channels: CHANNELS.filter((count) => count === "source" || count <= MOST_CHANNELS[codec]),
  };
}

/** The sound with another codec: rates and channels that it has not become usual ones. */
export function withAudioCodec(audio: AudioSpec, codec: AudioSpec["codec"]): AudioSpec {
  if (codec === audio.codec) return audio;
  const { sampleRates, channels } = soundChoices(codec);
  return {
    ...audio,
    codec,
    sampleRate: sampleRates.includes(audio.sampleRate) ? audio.sampleRate : 48000,
    channels: channels.includes(audio.channels) ? audio.channels : 2,
  };
}

/** What part of the source is taken; undefined is all of it. */
export function clipOf(startSeconds = 0, endSeconds?: number, maxSeconds?: number): EncodeSpec["clip"] {
  if (startSeconds === 0 && endSeconds === undefined && maxSeconds === undefined) return undefined;
  return {
    startSeconds,
    ...(endSeconds !== undefined && { endSeconds }),
    ...(maxSeconds !== undefined && { maxSeconds }),
  };
}

export function fadeOf(inSeconds = 0, outSeconds = 0): EncodeSpec["fade"] {
  return inSeconds === 0 && outSeconds === 0 ? undefined : { inSeconds, outSeconds };
}

export function qualityOf(ssim = false, psnr = false): EncodeSpec["quality"] {
  return ssim || psnr ? { ssim, psnr } : undefined;
}

/** The picture edits that are set. */
export function setEdits({ video, crop, pad, rotate }: EncodeSpec): string[] {
  return [
    ...(video?.scale !== undefined && video.scale !== "fit" ? ["video.scale"] : []),
    ...(video && video.deinterlace !== "auto" ? ["video.deinterlace"] : []),
    ...(video && video.hdr !== "to_sdr" ? ["video.hdr"] : []),
    ...(video && video.denoise !== "off" ? ["video.denoise"] : []),
    ...(video && video.sharpen !== "off" ? ["video.sharpen"] : []),
    ...(rotate === undefined ? [] : ["rotate"]),
    ...(crop === undefined ? [] : ["crop"]),
    ...(pad === undefined ? [] : ["pad"]),
  ];
}

/** Whether the picture is encoded, so that it can be changed. */
export const isEncoded = ({ video }: EncodeSpec): boolean => video !== null && video.codec !== "copy";
