import type { VideoSpec } from "#lib/media/encode-spec.ts";
import { isEvenlyPaced } from "#lib/media/fits.ts";
import type { MediaWarning, VideoStream } from "#lib/media/media-info.ts";
import { isInterlaced } from "#lib/media/plan-copy.ts";

/**
 * Deinterlacing and frame rate: filters that come before scaling, and the rate that results. H.264 and H.265 keep the
 * timing of a source whose rate varies; VP9 and AV1 get its average rate, since their keyframes come by count.
 */
export function planFrames(
  source: VideoStream,
  wanted: VideoSpec,
  warnings: MediaWarning[],
): { filters: string[]; frameRate: number | null } {
  const filters: string[] = [];
  if (wanted.deinterlace === "always") filters.push("bwdif=mode=send_frame:deint=all");
  else if (wanted.deinterlace === "auto" && isInterlaced(source))
    filters.push("bwdif=mode=send_frame:deint=interlaced");
  if (isInterlaced(source)) warnings.push({ code: "interlaced", params: { order: source.fieldOrder ?? "" } });

  const rate = source.frameRate;
  if (wanted.frameRate.mode === "fixed") {
    filters.push(`fps=${wanted.frameRate.fps}`);
    return { filters, frameRate: wanted.frameRate.fps };
  }
  if (wanted.frameRate.mode === "cap" && rate !== null && rate > wanted.frameRate.fps * 1.001) {
    filters.push(`fps=${wanted.frameRate.fps}`);
    warnings.push({ code: "frame_rate_capped", params: { from: round2(rate), to: wanted.frameRate.fps } });
    return { filters, frameRate: wanted.frameRate.fps };
  }
  if (source.isVariableFrameRate && rate !== null) {
    const fps = round2(rate);
    if (!isEvenlyPaced(wanted.codec)) {
      warnings.push({ code: "variable_frame_rate", params: { fps } });
      return { filters, frameRate: rate };
    }
    warnings.push({ code: "frame_rate_made_constant", params: { fps } });
    filters.push(`fps=${fps}`);
    return { filters, frameRate: fps };
  }
  return { filters, frameRate: rate };
}

const round2 = (value: number) => Math.round(value * 100) / 100;
