import { FAILURE_CODES_ON_THE_WIRE } from "#lib/dialects/visionular/errors.ts";
import { toVendorStorageId, toVendorTaskId } from "#lib/dialects/visionular/ids.ts";
import type { VendorStatus } from "#lib/dialects/visionular/schema.ts";
import type { JobView } from "#lib/jobs/view.ts";
import type { Container } from "#lib/media/encode-spec.ts";
import { bucketScheme } from "#lib/outputs/storage-providers.ts";
import type { OutputSummary } from "#lib/outputs/view.ts";
import type { TaskPhase, TaskStatus } from "#lib/tasks/status.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/**
 * Domain → wire. The vendor's Go client decodes strictly: a field that is an integer there must be one here, always,
 * and a string never a number. Sizes in bytes, rates in kbit/s, durations in seconds, times in Unix seconds.
 */

/** `data` of query_task and an element of list_task's `list`. */
export type VendorTask = {
  task_id: string;
  input: string;
  output: string;
  template_name: string;
  storage_id: string;
  region: string;
  status: VendorStatus;
  code: number;
  message: string;
  /** 0 to 100. */
  progress: number;
  created_time: number;
  started_time: number;
  finished_time: number;
  format: string;
  duration: number;
  source_size: number;
  source_resolution: string;
  source_bitrate: number;
  source_framerate: number;
  source_video_codec: string;
  source_video_bitrate: number;
  source_audio_codec: string;
  source_audio_bitrate: number;
  output_size: number;
  output_media_size: number;
  output_resolution: string;
  output_bitrate: number;
  output_framerate: number;
  output_video_codec: string;
  output_audio_codec: string;
  output_audio_samplerate: string;
  /** Size of the result by size of the source. */
  ratio: number;
  spend_time: number;
  encrypt_info: string;
  custom_info: string;
  output_groups: {
    custom_name: string;
    format: string;
    seg_type: string;
    seg_time: number;
    output: string;
  }[];
};

/** Canceled and partial have no word of their own; `message` says which it was. */
const STATUS = {
  queued: "pending",
  running: "running",
  succeeded: "succeeded",
  partial: "failed",
  failed: "failed",
  canceled: "failed",
} as const satisfies Record<TaskStatus, VendorStatus>;

const RUNNING = {
  fetching: "downloading",
  probing: "running",
  transcoding: "running",
  packaging: "running",
  verifying: "running",
  publishing: "uploading",
} as const satisfies Record<TaskPhase, VendorStatus>;

const FORMAT = {
  mp4: "mp4",
  fmp4: "mp4",
  mov: "mov",
  mkv: "mkv",
  webm: "webm",
  ts: "ts",
  flv: "flv",
  hls: "hls",
  dash: "dash",
  cmaf: "hls",
  mp3: "mp3",
  m4a: "m4a",
  ogg: "ogg",
  flac: "flac",
  wav: "wav",
  gif: "gif",
  webp: "webp",
} as const satisfies Record<Container, string>;

export function toVendorFormat(container: string): string {
  return Object.hasOwn(FORMAT, container) ? FORMAT[container as Container] : container;
}

/** A task in the vendor's words. Of a task with several jobs the first one gives the output's figures. */
export function toVendorTask(task: TaskView): VendorTask {
  const job = task.jobs[0];
  const outputBytes = task.sizeBytes ?? 0;
  return {
    task_id: toVendorTaskId(task.id),
    input: inputOf(task),
    output: job?.primaryPath ?? task.outputPattern,
    template_name: job?.template.name ?? "",
    storage_id: toVendorStorageId(task.output.id),
    region: "",
    status: task.status === "running" && task.phase ? RUNNING[task.phase] : STATUS[task.status],
    ...outcomeOf(task),
    progress: task.status === "succeeded" ? 100 : Math.min(99, Math.floor(task.progress ?? 0)),
    created_time: unixSeconds(task.createdAt),
    started_time: unixSeconds(task.startedAt),
    finished_time: unixSeconds(task.finishedAt),
    format: toVendorFormat(job?.container ?? ""),
    ...sourceOf(task),
    output_size: outputBytes,
    output_media_size: mediaBytes(job) ?? outputBytes,
    ...outputOf(job),
    ratio: task.mediaInfo && task.mediaInfo.sizeBytes > 0 ? outputBytes / task.mediaInfo.sizeBytes : 0,
    spend_time: spentSeconds(task),
    encrypt_info: "",
    custom_info: task.userData ?? "",
    output_groups: task.jobs.map((one) => ({
      custom_name: one.template.name,
      format: toVendorFormat(one.container),
      seg_type: "",
      seg_time: 0,
      output: one.primaryPath,
    })),
  };
}

function inputOf({ source }: TaskView): string {
  if (source.type === "url") return source.url;
  return source.type === "object" ? source.path : source.label;
}

function outcomeOf(task: TaskView): { code: number; message: string } {
  if (task.status === "canceled") return { code: 0, message: "The task was canceled." };
  if (task.status === "partial")
    return { code: 0, message: `Some of the outputs failed. ${task.failure?.message ?? ""}`.trim() };
  if (task.status !== "failed") return { code: 0, message: "" };
  const code = task.failure?.code ?? "UNKNOWN";
  const onTheWire: Readonly<Record<string, number>> = FAILURE_CODES_ON_THE_WIRE;
  return { code: onTheWire[code] ?? FAILURE_CODES_ON_THE_WIRE.UNKNOWN, message: task.failure?.message ?? "" };
}

function sourceOf({ mediaInfo }: TaskView) {
  const video = mediaInfo?.video[0];
  const audio = mediaInfo?.audio[0];
  return {
    duration: mediaInfo?.durationSeconds ?? 0,
    source_size: mediaInfo?.sizeBytes ?? 0,
    source_resolution: video ? `${video.width}x${video.height}` : "",
    source_bitrate: kbps(mediaInfo?.bitRate),
    source_framerate: video?.frameRate ?? 0,
    source_video_codec: video?.codec ?? "",
    source_video_bitrate: kbps(video?.bitRate),
    source_audio_codec: audio?.codec ?? "",
    source_audio_bitrate: kbps(audio?.bitRate),
  };
}

function outputOf(job: JobView | undefined) {
  const primary = job?.result?.primary;
  const video = primary?.video[0];
  const audio = primary?.audio[0];
  const rendition = job?.result?.renditions.find((one) => one.kind === "video");
  const width = rendition?.width ?? video?.width;
  const height = rendition?.height ?? video?.height;
  return {
    output_resolution: width && height ? `${width}x${height}` : "",
    output_bitrate: kbps(primary?.bitRate),
    output_framerate: rendition?.frameRate ?? video?.frameRate ?? 0,
    output_video_codec: video?.codec ?? "",
    output_audio_codec: audio?.codec ?? "",
    output_audio_samplerate: audio ? String(audio.sampleRate) : "",
  };
}

/** Of the renditions alone, without playlists. */
function mediaBytes(job: JobView | undefined): number | null {
  const sizes = job?.result?.renditions.map((one) => one.sizeBytes) ?? [];
  return sizes.length > 0 && sizes.every((size) => size !== null)
    ? sizes.reduce((sum, size) => sum + size, 0)
    : null;
}

function kbps(bitsPerSecond: number | null | undefined): number {
  return (bitsPerSecond ?? 0) / 1000;
}

function unixSeconds(iso: string | null): number {
  return iso === null ? 0 : Math.floor(Date.parse(iso) / 1000);
}

function spentSeconds({ startedAt, finishedAt }: TaskView): number {
  return startedAt === null || finishedAt === null
    ? 0
    : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/** An element of list_storage's `list`. Credentials have no place in it. */
export type VendorStorage = {
  storage_id: string;
  type: string;
  region: string;
  bucket: string;
  prefix: string;
  notify: string;
  extra: string;
  name_rule: string;
  created_time: number;
};

/** An Output as a storage. A local folder has no bucket: its name stands there. */
export function toVendorStorage(output: OutputSummary): VendorStorage {
  return {
    storage_id: toVendorStorageId(output.id),
    type: bucketScheme(output.provider),
    region: output.region,
    bucket: output.type === "local" ? output.name : output.bucket,
    prefix: output.prefix,
    notify: output.callbackUrl ?? "",
    extra: "",
    name_rule: "",
    created_time: unixSeconds(output.createdAt),
  };
}
