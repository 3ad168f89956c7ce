import { toVendorExtras, type VendorExtras } from "#lib/dialects/visionular/map-extras.ts";
import { toVendorFormat } from "#lib/dialects/visionular/map.ts";
import type { Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import { isSegmentedContainer } from "#lib/media/fits.ts";
import type { TemplateView } from "#lib/templates/view.ts";

type VendorStream = {
  vcodec: string;
  quality: number;
  resolution: string;
  framerate: number;
  video_bitrate: number;
  audio_bitrate: number;
};

/** `data` of query_template and an element of list_template's `list`. Rates in kbit/s; `quality` is a CRF, 0 = none. */
export type VendorTemplate = {
  template_name: string;
  format: string;
  vcodec: string;
  acodec: string;
  /** "1280x720"; a side of 0 follows from the other; "" = as the source. */
  resolution: string;
  /** 0 = as the source. */
  framerate: number;
  quality: number;
  video_bitrate: number;
  gop_size: number;
  gop_seconds: number;
  seg_type: string;
  seg_time: number;
  audio_bitrate: number;
  audio_sample_rate: string;
  audio_channels: number;
  adaptive_streams: VendorStream[];
  description: string;
  created_at: number;
  built_in: boolean;
} & VendorExtras;

export function toVendorTemplate(template: TemplateView): VendorTemplate {
  const { container, video, audio, segments } = template.spec;
  const isSegmented = isSegmentedContainer(container);
  const first = video?.renditions[0];
  const audioKbps = audio?.kbps ?? 0;
  return {
    template_name: template.name,
    format: toVendorFormat(container),
    vcodec: video?.codec ?? "",
    acodec: audio?.codec ?? "",
    ...rendered(video, first),
    gop_size: 0,
    gop_seconds: video?.gopSeconds ?? 0,
    seg_type: isSegmented ? (segments?.format ?? "fmp4") : "",
    seg_time: isSegmented ? (segments?.seconds ?? 0) : 0,
    audio_bitrate: audioKbps,
    audio_sample_rate: audio && audio.sampleRate !== "source" ? String(audio.sampleRate) : "",
    audio_channels: audio && audio.channels !== "source" ? audio.channels : 0,
    adaptive_streams:
      video && isSegmented
        ? video.renditions.map((rendition) => ({
            vcodec: video.codec,
            ...rendered(video, rendition),
            audio_bitrate: audioKbps,
          }))
        : [],
    ...toVendorExtras(template.spec),
    description: template.description,
    created_at: Math.floor(Date.parse(template.createdAt) / 1000),
    built_in: template.kind === "predefined",
  };
}

/** "1280x720"; a side that follows from the other is 0. */
function sizeOf(rendition: Rendition | undefined): string {
  const { width = 0, height = 0 } = rendition ?? {};
  return width === 0 && height === 0 ? "" : `${width}x${height}`;
}

function rendered(video: VideoSpec | null, rendition: Rendition | undefined) {
  const rate = rendition?.rateControl;
  const frameRate = video?.frameRate;
  return {
    resolution: sizeOf(rendition),
    framerate: frameRate?.mode === "fixed" ? Math.round(frameRate.fps) : 0,
    quality: rate?.mode === "crf" ? rate.crf : 0,
    video_bitrate: rate === undefined ? 0 : rate.mode === "crf" ? (rate.maxKbps ?? 0) : rate.kbps,
  };
}
