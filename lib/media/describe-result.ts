import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedRendition } from "#lib/media/planned-rendition.ts";
import type { RenditionView } from "#lib/media/rendition-view.ts";

/** A rendition of a single file, as its probe measured it. */
export function fileRendition(rendition: PlannedRendition, media: MediaInfo): RenditionView {
  const stream = (rendition.kind === "video" ? media.video : media.audio)[0];
  const bitRate = stream?.bitRate ?? (media.video.length + media.audio.length === 1 ? media.bitRate : null);
  return {
    name: rendition.name,
    kind: rendition.kind,
    codec: rendition.codec,
    width: rendition.kind === "video" ? rendition.width : null,
    height: rendition.kind === "video" ? rendition.height : null,
    frameRate: rendition.kind === "video" ? (media.video[0]?.frameRate ?? null) : null,
    measuredKbps: bitRate === null ? null : Math.round(bitRate / 1000),
    sizeBytes: null,
  };
}

/** A rendition of a package, as its segments were measured. */
export function segmentedRendition(rendition: MeasuredRendition): RenditionView {
  const { plan } = rendition;
  return {
    name: plan.name,
    kind: plan.kind,
    codec: plan.codec,
    width: plan.kind === "video" ? plan.width : null,
    height: plan.kind === "video" ? plan.height : null,
    frameRate: rendition.frameRate === null ? null : Math.round(rendition.frameRate * 1000) / 1000,
    measuredKbps: Math.round(rendition.averageBandwidth / 1000),
    sizeBytes: rendition.sizeBytes,
  };
}

/** A package as one media: its best picture and its sounds, with the measured figures. */
export function describePackage(
  plan: JobPlan,
  measured: readonly MeasuredRendition[],
  heads: readonly MediaInfo[],
  sizeBytes: number,
): MediaInfo {
  const durationSeconds = Math.max(...measured.map((rendition) => rendition.durationSeconds));
  const of = (kind: "video" | "audio") => measured.findIndex((rendition) => rendition.plan.kind === kind);
  const best = of("video");
  const video = heads[best]?.video.slice(0, 1).map((stream) => ({
    ...stream,
    durationSeconds: measured[best]?.durationSeconds ?? null,
    frameCount: measured[best]?.segments.reduce((sum, segment) => sum + segment.samples, 0) ?? null,
    frameRate: measured[best]?.frameRate ?? stream.frameRate,
    bitRate: measured[best]?.averageBandwidth ?? null,
  }));
  const audio = measured.flatMap((rendition, index) =>
    rendition.plan.kind === "audio" || (rendition.muxedAudio && index === best)
      ? (heads[index]?.audio ?? []).slice(0, 1).map((stream) => ({
          ...stream,
          durationSeconds: rendition.durationSeconds,
          bitRate: rendition.plan.kind === "audio" ? rendition.averageBandwidth : stream.bitRate,
        }))
      : [],
  );
  return {
    format: plan.container,
    container: plan.container === "dash" ? "MPEG-DASH" : plan.container === "cmaf" ? "CMAF" : "HLS",
    sizeBytes,
    durationSeconds,
    startSeconds: 0,
    bitRate: Math.round((sizeBytes * 8) / Math.max(durationSeconds, 0.001)),
    video: video ?? [],
    audio,
    subtitles: plan.subtitles.map(({ language, title, disposition }, index) => ({
      index,
      codec: "webvtt",
      language,
      title,
      ...(disposition.length > 0 && { disposition }),
    })),
    ignoredStreams: [],
  };
}
