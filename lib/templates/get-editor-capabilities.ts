import { requireRole, type Ctx } from "#lib/context.ts";
import { AUDIO_ENCODERS, FILTERS, MUXERS, SUBTITLE_ENCODER, VIDEO_ENCODERS } from "#lib/media/fits.ts";
import { IMAGE_DECODERS } from "#lib/media/watermark-image.ts";
import type { EditorCapabilities } from "#lib/templates/view.ts";
import { findCapabilities } from "#lib/workers/find-capabilities.ts";

const ENCODERS: readonly string[] = [
  ...Object.values(VIDEO_ENCODERS),
  ...Object.values(AUDIO_ENCODERS),
  SUBTITLE_ENCODER,
];

/**
 * What the workers' ffmpeg can do, of what a template may ask for: for a form that says so before anything is saved.
 * Role viewer.
 */
export async function getEditorCapabilities(ctx: Ctx): Promise<EditorCapabilities> {
  requireRole(ctx, "viewer");
  const { ffmpegVersion, encoders, decoders, filters, muxers } = await findCapabilities();
  const among = (names: readonly string[], known: readonly string[]) =>
    names.filter((name) => known.includes(name));
  return {
    ffmpegVersion,
    encoders: among(encoders, ENCODERS),
    decoders: among(decoders, IMAGE_DECODERS),
    filters: among(filters, FILTERS),
    muxers: among(muxers, [...Object.values(MUXERS), "hls"]),
  };
}
