import type { MediaWarning } from "#lib/media/media-info.ts";
import type { Prediction } from "#lib/media/predict-job.ts";
import type { RenditionQuality } from "#lib/media/quality-curve.ts";

/** One encoded variant inside a job, planned and, once measured, measured. Rates in kbit/s, sizes in bytes. */
export type RenditionView = {
  name: string;
  kind: "video" | "audio";
  codec: string;
  width: number | null;
  height: number | null;
  frameRate: number | null;
  /** Average over the published files; null before publication. */
  measuredKbps: number | null;
  sizeBytes: number | null;
  /** Of a result whose template asks for it. */
  quality?: RenditionQuality;
};

export type JobPlanView = {
  renditions: RenditionView[];
  warnings: MediaWarning[];
  /** What was expected before it ran; absent in tasks of older versions. */
  prediction?: Prediction;
  /** In how many its picture is encoded; absent when one process does it all. */
  chunks?: number;
};
