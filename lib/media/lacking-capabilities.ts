import type { FieldIssue } from "#lib/errors.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { AUDIO_ENCODERS, IMAGE_FILTERS, MUXERS, SUBTITLE_ENCODER, VIDEO_ENCODERS } from "#lib/media/fits.ts";

/** The options of `spec` that the ffmpeg of a worker has no encoder, muxer or filter for, each by its name. */
export function lackingCapabilities(spec: EncodeSpec, capabilities: Capabilities): FieldIssue[] {
  const { video, audio } = spec;
  const issues: FieldIssue[] = [];
  const lacks = (path: string, kind: string, name: string) =>
    issues.push({ path, message: `This worker's ffmpeg has no ${kind} for it (${name}).` });
  if (video && video.codec !== "copy" && !capabilities.encoders.includes(VIDEO_ENCODERS[video.codec]))
    lacks("video.codec", "encoder", VIDEO_ENCODERS[video.codec]);
  if (audio && audio.codec !== "copy" && !capabilities.encoders.includes(AUDIO_ENCODERS[audio.codec]))
    lacks("audio.codec", "encoder", AUDIO_ENCODERS[audio.codec]);
  const muxer = spec.segments?.format === "ts" ? "hls" : MUXERS[spec.container];
  if (!capabilities.muxers.includes(muxer)) lacks("container", "muxer", muxer);
  for (const [path, isWanted, filter] of [
    ["watermarks", spec.watermarks.some(({ kind }) => kind === "text"), "drawtext"],
    ...IMAGE_FILTERS.map(
      (filter) => ["watermarks", spec.watermarks.some(({ kind }) => kind === "image"), filter] as const,
    ),
    ["subtitles", spec.subtitles === "burn", "ass"],
    ["container", spec.container === "gif", "palettegen"],
    ["container", spec.container === "gif", "paletteuse"],
    ["video.denoise", video?.denoise !== undefined && video.denoise !== "off", "hqdn3d"],
    ["video.sharpen", video?.sharpen !== undefined && video.sharpen !== "off", "unsharp"],
  ] as const)
    if (isWanted && !capabilities.filters.includes(filter)) lacks(path, "filter", filter);
  if (spec.subtitles === "burn" && !capabilities.encoders.includes(SUBTITLE_ENCODER))
    lacks("subtitles", "encoder", SUBTITLE_ENCODER);
  if (audio?.loudness && !capabilities.filters.includes("loudnorm"))
    lacks("audio.loudness", "filter", "loudnorm");
  return issues;
}
