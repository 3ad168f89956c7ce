import type { MediaInfo, MediaWarning } from "#lib/media/media-info.ts";
import type { JobPlanView, RenditionView } from "#lib/media/rendition-view.ts";
import type { JobStatus } from "#lib/tasks/status.ts";

export type { JobPlanView, RenditionView };

/** A failure as the API shows it. The console words it from `failures.{code}`; `message` is the same in English. */
export type FailureView = {
  code: string;
  params: Record<string, string | number>;
  /** One English sentence of cause and one of what to do, for programs. */
  message: string;
  evidence: string[];
};

/** What was measured in the published files. */
export type JobResult = {
  primary: MediaInfo;
  renditions: RenditionView[];
  warnings: MediaWarning[];
  /** Of all files together. */
  sizeBytes: number;
  fileCount: number;
  encodeSeconds: number;
};

export type JobProgressView = {
  percent: number;
  fps: number | null;
  speed: number | null;
  etaSeconds: number | null;
};

/** A published file. `url` is a signed link of this server (or under the Output's public base URL); `downloadUrl` answers as an attachment. */
export type JobFileView = {
  path: string;
  sizeBytes: number;
  sha256: string;
  type: string;
  url: string;
  downloadUrl: string;
};

export type JobView = {
  id: string;
  index: number;
  operation: string;
  template: { id: string | null; name: string; version: number };
  container: string;
  status: JobStatus;
  progress: JobProgressView | null;
  plan: JobPlanView | null;
  result: JobResult | null;
  /** Path inside the Output, e.g. "intro/master.m3u8". */
  primaryPath: string;
  /** Null until succeeded, and after `replacedAt`. */
  primary: JobFileView | null;
  /** When another task published under the same name; the file is that task's since then. */
  replacedAt: string | null;
  files: JobFileView[];
  failure: FailureView | null;
  attempt: number;
  startedAt: string | null;
  finishedAt: string | null;
};
