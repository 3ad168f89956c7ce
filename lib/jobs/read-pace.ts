import { db, type Db, type Tx } from "#lib/db/client.ts";
import type { RenditionView } from "#lib/jobs/view.ts";
import type { VideoSpec } from "#lib/media/encode-spec.ts";
import { megapixelsOf, type PaceSample } from "#lib/media/predict-job.ts";

/** Tasks that are looked at: what workers did lately, on what they run on now. */
const RECENT_TASKS = 60;

type Row = {
  taskId: string;
  video: VideoSpec | null;
  encodeSeconds: number | null;
  /** Of the published media, in seconds. */
  duration: number | null;
  renditions: Omit<RenditionView, "quality">[] | null;
  /** A stream was taken over as it was. */
  isCopied: boolean;
  /** By several processes side by side. */
  isInChunks: boolean;
};

/**
 * How fast and how large the encodes of the last tasks came out, on all workers and in all projects: figures only, which
 * say nothing about whose they were. Of the results, which can be long, only these are read.
 */
export async function readPace(client: Tx | Db = db()): Promise<PaceSample[]> {
  const rows = await client.$queryRaw<Row[]>`
    SELECT job."taskId"::text AS "taskId", nullif(job.spec -> 'video', 'null'::jsonb) AS video,
           (job.result ->> 'encodeSeconds')::float8 AS "encodeSeconds",
           (job.result #>> '{primary,durationSeconds}')::float8 AS duration,
           (SELECT jsonb_agg(one - 'quality') FROM jsonb_array_elements(job.result -> 'renditions') AS one) AS renditions,
           coalesce(job.result -> 'warnings' @> '[{"code": "stream_copied"}]'::jsonb, false) AS "isCopied",
           coalesce(job.plan ? 'chunks', false) AS "isInChunks"
    FROM "Job" job
    WHERE job.status = 'succeeded' AND jsonb_typeof(job.result) = 'object' AND job."taskId" IN (
      SELECT id FROM "Task" WHERE "finishedAt" IS NOT NULL AND status IN ('succeeded', 'partial')
      ORDER BY "finishedAt" DESC LIMIT ${RECENT_TASKS})
    ORDER BY job."taskId", job.index`;
  // Jobs that shared an encoder have its seconds in common.
  const processes = Map.groupBy(rows, ({ taskId, encodeSeconds }) => `${taskId} ${encodeSeconds}`);
  return [...processes.values()].flatMap(processSamples);
}

function processSamples(jobs: readonly Row[]): PaceSample[] {
  const { encodeSeconds: seconds, duration } = jobs[0] ?? { encodeSeconds: null, duration: null };
  if (seconds === null || duration === null || duration <= 0 || seconds <= 0) return [];
  // A template that may copy has not encoded what it names.
  if (jobs.some(({ video, isCopied }) => isCopied && video !== null && video.codec !== "copy")) return [];
  const pictures = jobs.flatMap((job) => videosOf(job, duration));
  if (pictures.length === 0)
    return [{ codec: "none", preset: "", speed: duration / seconds, bitsPerPixel: null }];
  // Of two codecs in one process nobody knows which took how long.
  const [first] = pictures;
  if (pictures.some(({ codec, preset }) => codec !== first?.codec || preset !== first.preset)) return [];
  const megapixels = pictures.reduce((sum, picture) => sum + picture.megapixels, 0);
  const speed = jobs.some(({ isInChunks }) => isInChunks) ? null : megapixels / seconds;
  return pictures.map(({ codec, preset, bitsPerPixel }) => ({ codec, preset, speed, bitsPerPixel }));
}

function videosOf({ video, renditions }: Row, duration: number) {
  if (video === null || video.codec === "copy") return [];
  return (renditions ?? []).flatMap(({ name, kind, codec, width, height, frameRate, measuredKbps }) => {
    if (kind !== "video" || width === null || height === null) return [];
    const megapixels = megapixelsOf({ width, height, frameRate }, duration);
    const wanted = video.renditions.find((rendition) => rendition.name === name)?.rateControl;
    const isFree = wanted?.mode === "crf" && measuredKbps !== null;
    const bitsPerPixel = isFree ? (measuredKbps * 1000 * duration) / (megapixels * 1_000_000) : null;
    return [{ codec, preset: video.preset, megapixels, bitsPerPixel }];
  });
}
