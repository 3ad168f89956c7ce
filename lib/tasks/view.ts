import type { FailureView, JobPlanView, JobProgressView, JobView } from "#lib/jobs/view.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { JobStatus, TaskPhase, TaskStatus } from "#lib/tasks/status.ts";

/** Views: what leaves the server, built field by field. Ids are TypeIDs, times ISO 8601 in UTC. */

export type SourceView =
  | { type: "url"; label: string; url: string }
  | {
      type: "upload";
      label: string;
      uploadId: string;
      offsetBytes: number;
      sizeBytes: number;
      state: string;
      /** Whether bytes came within the last seconds. */
      isArriving: boolean;
    }
  | { type: "sample"; label: string; sample: string }
  | { type: "object"; label: string; output: string; path: string };

/** A row of the list. */
export type TaskListItem = {
  id: string;
  number: number;
  name: string;
  status: TaskStatus;
  phase: TaskPhase | null;
  /**
   * "upload": its file is still arriving. "disk": there was no space; `failure` says where, and how much it needs.
   * "memory": it runs, and its encoder waits until the worker's others leave it enough.
   */
  waitingFor: string | null;
  /** Mean of the jobs', 0 to 100; below 100 until verified and published. */
  progress: number | null;
  speed: number | null;
  etaSeconds: number | null;
  /** 1 = next; null unless queued with a unit. */
  queuePosition: number | null;
  /** Estimate of the time until it starts; null unless queued with a unit, and while nothing can be told. */
  waitSeconds: number | null;
  source: SourceView;
  templates: { name: string; version: number }[];
  output: { id: string; name: string; type: string };
  jobs: { id: string; index: number; status: JobStatus; percent: number | null }[];
  failure: FailureView | null;
  /** Of all published files. */
  sizeBytes: number | null;
  thumbnailUrl: string | null;
  priority: number;
  tags: string[];
  createdBy: { kind: "user" | "key" | "system"; name: string };
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
};

export type TaskEventView = { id: string; at: string; type: string; data: Record<string, unknown> };

/** GET /api/v1/tasks/{taskId} */
export type TaskView = Omit<TaskListItem, "jobs"> & {
  jobs: JobView[];
  mediaInfo: MediaInfo | null;
  outputPattern: string;
  userData: string | null;
  attempt: number;
  trigger: string;
  worker: { id: string; name: string } | null;
  queueLength: number | null;
  events: TaskEventView[];
  logLineCount: number;
  updatedAt: string;
};

export type TaskPage = { items: TaskListItem[]; nextCursor: string | null; previousCursor: string | null };

export type TaskLogLine = {
  line: number;
  at: string;
  attempt: number;
  level: "command" | "info" | "warning" | "error";
  text: string;
};
export type TaskLogPage = { lines: TaskLogLine[]; total: number };

/** Messages of GET /api/v1/events (SSE, `event:` = type). "changed" means: read the row again. */
export type TaskMessage =
  | { type: "created" | "changed" | "deleted"; taskId: string }
  | {
      type: "progress";
      taskId: string;
      phase: TaskPhase;
      progress: number;
      speed: number | null;
      etaSeconds: number | null;
      jobs: ({ id: string } & JobProgressView)[];
    };

export type PreflightJobView = {
  template: { id: string; name: string; version: number };
  container: string;
  /** Path inside the Output; the task's number stands as "#", and a name that is taken gets a number later. */
  primaryPath: string;
  /** Renditions and warnings; null while nothing is known of the source. */
  plan: JobPlanView | null;
  /** Why this job would fail; null when nothing speaks against it. */
  failure: FailureView | null;
  /** ffmpeg's command lines, with stand-ins for folders; jobs that share a decode show the same. */
  commands: string[];
  /** Expected bytes of its files, and seconds of its encoder, from what these workers did lately; null when not known. */
  sizeBytes: number | null;
  encodeSeconds: number | null;
  /** What a worker reserves for its encoder; null while nothing is known of the source. */
  memoryBytes: number | null;
};

/** POST /api/v1/tasks/validate */
export type TaskPreflight = {
  /** Null when no worker could look into the source yet. */
  media: MediaInfo | null;
  jobs: PreflightJobView[];
  /** Of all jobs; null when one of them is not known. Encoders of one task run one after the other. */
  sizeBytes: number | null;
  encodeSeconds: number | null;
};
