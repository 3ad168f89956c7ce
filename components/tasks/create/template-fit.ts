import { FailureError } from "#lib/errors.ts";
import type { AudioSpec, EncodeSpec, VideoSpec } from "#lib/media/encode-spec.ts";
import type { MediaInfo, MediaWarning } from "#lib/media/media-info.ts";
import { planAudio } from "#lib/media/plan-audio.ts";
import { planVideo } from "#lib/media/plan-video.ts";
import type { FailureView } from "#lib/jobs/view.ts";
import { peakKbps } from "#lib/templates/ladder-issues.ts";

export type TemplateFit = {
  /** Why the template cannot be used with this source; null when it can. */
  failure: Pick<FailureView, "code" | "params"> | null;
  /** Names of the rungs that fall away because they would be larger than the source. */
  skipped: ReadonlySet<string>;
  warnings: MediaWarning[];
};

/**
 * What a template would do with a source, decided by the same code that the worker plans with. Whether a worker can
 * decode the source was answered by the probe already.
 */
export function templateFit(spec: EncodeSpec, media: MediaInfo): TemplateFit {
  const warnings: MediaWarning[] = [];
  const decoders = [...media.video, ...media.audio].map(({ codec }) => codec);
  const capabilities = { ffmpegVersion: "", encoders: [], decoders, filters: [], muxers: [] };
  try {
    if (spec.video) planVideo(media, spec, spec.video, capabilities, warnings);
    if (spec.audio) planAudio(media, spec, spec.audio, capabilities, warnings);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return {
      failure: { code: error.failure.code, params: error.failure.params },
      skipped: new Set(),
      warnings: [],
    };
  }
  const skipped = warnings
    .filter(({ code }) => code === "rung_skipped")
    .map(({ params }) => String(params.rung));
  return { failure: null, skipped: new Set(skipped), warnings };
}

/** Why a rung has no highest rate: its quality is set, it is the source's own stream, it loses nothing, or nothing caps it. */
export type Uncapped = "quality" | "copied" | "lossless" | "free";

export type Rung = {
  name: string;
  kind: "video" | "audio";
  /** The most that it may have; null where `uncapped` says why there is no such number. */
  kbps: number | null;
  uncapped: Uncapped | null;
};

/** A template's rungs as its card shows them, with the rate that each may have at most. */
export function templateRungs({ video, audio }: EncodeSpec): Rung[] {
  const pictures = (video?.renditions ?? []).map((rendition): Rung => {
    const kbps = video?.codec === "copy" ? null : peakKbps(rendition);
    return {
      name: rendition.name,
      kind: "video",
      kbps,
      uncapped: kbps === null ? uncapped(video?.codec) : null,
    };
  });
  return [...pictures, ...(audio ? audioRungs(audio) : [])];
}

function uncapped(codec?: VideoSpec["codec"] | AudioSpec["codec"]): Uncapped {
  if (codec === "copy") return "copied";
  if (codec === "flac" || codec === "pcm") return "lossless";
  return codec === "gif" ? "free" : "quality";
}

/** One sound, or each of its rates where players choose from them; named as the plan names them. */
function audioRungs({ codec, kbps, variantsKbps = [] }: AudioSpec): Rung[] {
  const sound = { kind: "audio", uncapped: null } as const;
  if (codec === "flac" || codec === "pcm" || codec === "copy")
    return [{ ...sound, name: "audio", kbps: null, uncapped: uncapped(codec) }];
  if (variantsKbps.length === 0) return [{ ...sound, name: "audio", kbps }];
  const rates = [kbps, ...variantsKbps].sort((a, b) => b - a);
  return rates.map((rate) => ({ ...sound, name: `audio-${rate}k`, kbps: rate }));
}

/** The most bytes that the kept rungs can come to, from their caps and the source's length; null without a cap or length. */
export function mostBytes(
  spec: EncodeSpec,
  fit: TemplateFit | null,
  durationSeconds: number | null,
): number | null {
  if (durationSeconds === null) return null;
  const kept = templateRungs(spec).filter(({ name }) => !fit?.skipped.has(name));
  if (kept.length === 0 || kept.some(({ kbps }) => kbps === null)) return null;
  return (kept.reduce((sum, { kbps }) => sum + (kbps ?? 0), 0) * 1000 * durationSeconds) / 8;
}
