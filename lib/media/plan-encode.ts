import { FailureError, type Failure } from "#lib/errors.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { Container, EncodeSpec } from "#lib/media/encode-spec.ts";
import { IMAGE_FILTERS } from "#lib/media/fits.ts";
import { pinnedDemuxer } from "#lib/media/input-args.ts";
import type { MediaInfo, MediaWarning } from "#lib/media/media-info.ts";
import { planAudio } from "#lib/media/plan-audio.ts";
import { clipWarnings, planClip, type Clip } from "#lib/media/plan-clip.ts";
import { expectedDuration, expectedSpans, longestOf, type Span } from "#lib/media/plan-times.ts";
import { planStills, type PlannedStills } from "#lib/media/plan-stills.ts";
import { planSubtitles } from "#lib/media/plan-subtitles.ts";
import { planVideo } from "#lib/media/plan-video.ts";
import { qualityMetrics, type QualityMetric } from "#lib/media/quality-curve.ts";
import type { PlannedRendition, PlannedSubtitle } from "#lib/media/planned-rendition.ts";
import { isTwoPass } from "#lib/media/video-args.ts";
import type { JobPlanView } from "#lib/media/rendition-view.ts";
import { unsupportedOptions } from "#lib/media/unsupported-options.ts";

export { unsupportedOptions };
export type { PlannedRendition };

/** How a job's files are made: one file, MPEG-TS segments with playlists, or CMAF segments that HLS and DASH share. */
export type Packaging = "file" | "ts" | "cmaf";

export type JobPlan = {
  key: string;
  templateName: string;
  container: Container;
  packaging: Packaging;
  segmentSeconds: number;
  /** HLS: one file per rendition, read by byte ranges. */
  isByteRange: boolean;
  clip: Clip | null;
  renditions: PlannedRendition[];
  subtitles: PlannedSubtitle[];
  /** Pictures of the result beside it; null for none. */
  stills: PlannedStills | null;
  /** HLS in AES-128; null for none. `keyUrl` null: a new key, published beside the segments. */
  encryption: { keyUrl: string | null } | null;
  /** What is measured of the result against the source. */
  quality: QualityMetric[];
  /** Titles, chapters and the like of the source go into the result. */
  keepsMetadata: boolean;
  /** Of the published result; null when the source does not tell. */
  expectedDurationSeconds: number | null;
  /** When each rendition begins and ends in it, by name; one of which the source does not tell is not there. */
  expectedSpans: Record<string, Span>;
  /** Frames that the source has, when it says so and no clip or frame rate changes that. */
  expectedFrames: number | null;
  warnings: MediaWarning[];
  view: JobPlanView;
  /** Set when this job cannot be done from this source; it is then in no run. */
  failure: Failure | null;
};

/** One ffmpeg process: the source is decoded once for every job and rendition in it. */
export type EncodeRun = {
  jobs: JobPlan[];
  /** ffmpeg demuxer to open the source with, found by the probe. */
  demuxer: string | undefined;
  clip: Clip | null;
  videoIndex: number | null;
  expectedDurationSeconds: number | null;
};

export type EncodePlan = { runs: EncodeRun[]; jobs: JobPlan[] };

export type WantedJob = { key: string; spec: EncodeSpec; templateName: string };

/**
 * Decides everything about encoding `media` for `jobs`, without touching anything: what is never scaled up, which rungs
 * fall away, what is converted and what the operator should know. A job that cannot be done gets a `failure`; the
 * others go on. Jobs share a run, and so a decode, unless they cut different clips out of the source; a job that is
 * encoded in two passes has a run of its own.
 */
export function planEncode(
  media: MediaInfo,
  jobs: readonly WantedJob[],
  capabilities: Capabilities,
): EncodePlan {
  const plans = jobs.map((job) => planJob(media, job, capabilities));
  const runs = new Map<string, EncodeRun>();
  for (const plan of plans) {
    if (plan.failure) continue;
    const runKey = runKeyOf(plan);
    const run = runs.get(runKey) ?? {
      jobs: [],
      demuxer: pinnedDemuxer(media.format),
      clip: plan.clip,
      videoIndex: media.video[0]?.index ?? null,
      expectedDurationSeconds: null,
    };
    run.jobs.push(plan);
    run.expectedDurationSeconds = longestOf(run.expectedDurationSeconds, plan.expectedDurationSeconds);
    runs.set(runKey, run);
  }
  return { runs: [...runs.values()], jobs: plans };
}

function runKeyOf(plan: JobPlan): string {
  const clip = plan.clip ? `${plan.clip.startSeconds}+${plan.clip.durationSeconds}` : "";
  const isTwice = plan.renditions.some((rendition) => rendition.kind === "video" && isTwoPass(rendition));
  return isTwice ? `${clip} ${plan.key}` : clip;
}

/** The same work with a process for each job, so that one job's failure leaves the others alone. */
export function splitRun(run: EncodeRun): EncodeRun[] {
  return run.jobs.map((job) => ({
    ...run,
    jobs: [job],
    expectedDurationSeconds: job.expectedDurationSeconds,
  }));
}

function planJob(
  media: MediaInfo,
  { key, spec, templateName }: WantedJob,
  capabilities: Capabilities,
): JobPlan {
  const warnings: MediaWarning[] = [];
  const plan: JobPlan = {
    key,
    templateName,
    container: spec.container,
    packaging: packagingOf(spec),
    segmentSeconds: spec.segments?.seconds ?? 6,
    isByteRange: spec.segments?.byteRange === true,
    clip: null,
    renditions: [],
    subtitles: [],
    stills: null,
    encryption: spec.encryption ? { keyUrl: spec.encryption.keyUrl ?? null } : null,
    quality: qualityMetrics(spec.quality),
    keepsMetadata: spec.metadata === "keep",
    expectedDurationSeconds: null,
    expectedSpans: {},
    expectedFrames: null,
    warnings,
    view: { renditions: [], warnings },
    failure: null,
  };
  try {
    const refused = unsupportedOptions(spec, capabilities)[0];
    if (refused) {
      throw new FailureError("TEMPLATE_INVALID", {
        template: templateName,
        field: refused.path,
        reason: refused.message,
      });
    }
    plan.clip = planClip(media, spec);
    if (spec.video) plan.renditions.push(...planVideo(media, spec, spec.video, capabilities, warnings));
    if (spec.audio) plan.renditions.push(...planAudio(media, spec, spec.audio, capabilities, warnings));
    plan.subtitles = planSubtitles(media, spec, warnings);
    refuseMissingFilters(plan, capabilities);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { params } = error.failure;
    const named = "template" in params ? { ...params, template: templateName } : params;
    return { ...plan, renditions: [], failure: { ...error.failure, params: named } };
  }
  for (const stream of media.ignoredStreams) warnings.push({ code: "stream_ignored", params: { stream } });
  if (media.durationSeconds === null) warnings.push({ code: "duration_unknown", params: {} });
  plan.expectedSpans = expectedSpans(media, plan);
  plan.expectedDurationSeconds = expectedDuration(media, plan);
  warnings.push(...clipWarnings(plan.clip, plan.expectedDurationSeconds));
  const video = plan.renditions.find((rendition) => rendition.kind === "video");
  plan.expectedFrames =
    video && !plan.clip && video.filters.length === 0 ? (media.video[0]?.frameCount ?? null) : null;
  plan.stills = planStills(spec, video, media.video[0], plan.expectedDurationSeconds);
  plan.view.renditions = plan.renditions.map((rendition) => ({
    name: rendition.name,
    kind: rendition.kind,
    codec: rendition.codec,
    width: rendition.kind === "video" ? rendition.width : null,
    height: rendition.kind === "video" ? rendition.height : null,
    frameRate: rendition.kind === "video" ? rendition.frameRate : null,
    measuredKbps: null,
    sizeBytes: null,
  }));
  return plan;
}

/** @throws FailureError when this source needs a filter, for this template, that the installed ffmpeg lacks */
function refuseMissingFilters(plan: JobPlan, { filters }: Capabilities): void {
  for (const rendition of plan.renditions) {
    if (rendition.kind !== "video") continue;
    const { toSdr, texts, images, fades, sharpen } = rendition;
    const used = [...rendition.filters, ...fades, ...sharpen].flatMap((filter) => /^\w+/.exec(filter) ?? []);
    if (toSdr) used.push("zscale", "tonemap");
    if (texts.length > 0) used.push("drawtext");
    if (images.length > 0) used.push(...IMAGE_FILTERS);
    const missing = used.find((name) => !filters.includes(name));
    if (missing === undefined) continue;
    const reason = `this worker's ffmpeg has no filter ${missing}, which this source needs`;
    throw new FailureError("TEMPLATE_INVALID", { template: "", field: "video", reason });
  }
}

function packagingOf(spec: EncodeSpec): Packaging {
  if (spec.container === "dash" || spec.container === "cmaf") return "cmaf";
  if (spec.container === "hls") return spec.segments?.format === "ts" ? "ts" : "cmaf";
  return "file";
}
