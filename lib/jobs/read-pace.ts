import { db, type Db, type Tx } from "#lib/db/client.ts";
import type { JobResult } from "#lib/jobs/view.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { megapixelsOf, type PaceSample } from "#lib/media/predict-job.ts";

/** Tasks that are looked at: what workers did lately, on what they run on now. */
const RECENT_TASKS = 60;

type Row = { result: JobResult; spec: EncodeSpec };

/**
 * How fast and how large the encodes of the last tasks came out, on all workers and in all projects: figures only, which
 * say nothing about whose they were.
 */
export async function readPace(client: Tx | Db = db()): Promise<PaceSample[]> {
  const tasks = await client.task.findMany({
    where: { finishedAt: { not: null }, status: { in: ["succeeded", "partial"] } },
    orderBy: { finishedAt: "desc" },
    take: RECENT_TASKS,
    select: { jobs: { where: { status: "succeeded" }, select: { result: true, spec: true } } },
  });
  return tasks.flatMap(({ jobs }) =>
    samplesOf(jobs.filter(({ result }) => result !== null) as unknown as Row[]),
  );
}

/** Jobs that shared an encoder have its seconds in common. */
function samplesOf(jobs: readonly Row[]): PaceSample[] {
  const processes = new Map<number, Row[]>();
  for (const job of jobs) {
    const { encodeSeconds } = job.result;
    processes.set(encodeSeconds, [...(processes.get(encodeSeconds) ?? []), job]);
  }
  return [...processes].flatMap(([seconds, shared]) => processSamples(seconds, shared));
}

function processSamples(seconds: number, jobs: readonly Row[]): PaceSample[] {
  const duration = jobs[0]?.result.primary.durationSeconds ?? null;
  if (duration === null || duration <= 0 || seconds <= 0) return [];
  const pictures = jobs.flatMap(({ result, spec }) =>
    spec.video === null || spec.video.codec === "copy" ? [] : videosOf(result, spec, duration),
  );
  if (pictures.length === 0)
    return [{ codec: "none", preset: "", speed: duration / seconds, bitsPerPixel: null }];
  // Of two codecs in one process nobody knows which took how long.
  const [first] = pictures;
  if (pictures.some(({ codec, preset }) => codec !== first?.codec || preset !== first.preset)) return [];
  const speed = pictures.reduce((sum, picture) => sum + picture.megapixels, 0) / seconds;
  return pictures.map(({ codec, preset, bitsPerPixel }) => ({ codec, preset, speed, bitsPerPixel }));
}

function videosOf(result: JobResult, spec: EncodeSpec, duration: number) {
  return result.renditions.flatMap(({ name, kind, codec, width, height, frameRate, measuredKbps }) => {
    if (kind !== "video" || width === null || height === null) return [];
    const megapixels = megapixelsOf({ width, height, frameRate }, duration);
    const wanted = spec.video?.renditions.find((rendition) => rendition.name === name)?.rateControl;
    const isFree = wanted?.mode === "crf" && measuredKbps !== null;
    const bitsPerPixel = isFree ? (measuredKbps * 1000 * duration) / (megapixels * 1_000_000) : null;
    return [{ codec, preset: spec.video?.preset ?? "", megapixels, bitsPerPixel }];
  });
}
