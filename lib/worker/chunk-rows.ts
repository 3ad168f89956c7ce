import { db, type Tx } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { newId } from "#lib/ids.ts";
import { HEARTBEAT_SECONDS } from "#lib/queue/boss.ts";
import { notifyChunks } from "#lib/queue/notify.ts";
import type { ChunkRunData } from "#lib/worker/chunk-run.ts";
import type { Pace } from "#lib/worker/progress.ts";

/** A chunk that is this process's until somebody else claims it. */
export type ChunkClaim = { runId: string; index: number; claim: number };

/** What a worker with a free slot says of itself. */
export type ChunkHelper = {
  workerId: string;
  storeId: string;
  version: string;
  /** Runs of its own tasks too. */
  isForOwn: boolean;
  /** Runs that it could not help with. */
  except: readonly string[];
};

export type HelpedRun = {
  taskId: string;
  fence: number;
  attempt: number;
  data: ChunkRunData;
};

/** A chunk without a sign of life for as long as a unit of the queue is anybody's. */
const IS_FREE = Prisma.sql`(chunk.status = 'waiting' OR chunk.status = 'running'
  AND chunk."heartbeatAt" < now() - make_interval(secs => ${HEARTBEAT_SECONDS}::float8))`;
/** The attempt that will join the chunks still has its task. */
const IS_WANTED = Prisma.sql`task.fence = run.fence AND task.status = 'running' AND task."cancelRequestedAt" IS NULL`;

/** Writes the chunks of a run that are to be encoded, in place of those of earlier attempts. @returns the run's id */
export async function offerRun(
  tx: Tx,
  about: { taskId: string; fence: number; storeId: string; version: string; data: ChunkRunData },
  indexes: readonly number[],
): Promise<string> {
  const { taskId, fence, storeId, version, data } = about;
  await tx.chunkRun.deleteMany({ where: { taskId } });
  const id = newId();
  // Plain data: what comes out of planEncode, and numbers.
  const json = JSON.parse(JSON.stringify(data)) as Prisma.InputJsonObject;
  await tx.chunkRun.create({ data: { id, taskId, fence, storeId, version, data: json } });
  await tx.chunk.createMany({ data: indexes.map((index) => ({ runId: id, index })) });
  await notifyChunks(tx, id);
  return id;
}

/** Nobody is to encode any more of the run: who does stops. */
export async function withdrawRun(runId: string): Promise<void> {
  await db().chunkRun.deleteMany({ where: { id: runId } });
  await notifyChunks(db(), runId);
}

/** Takes a chunk of a run for the attempt that will join it; one that a helper could not do comes first. */
export async function claimOwn(runId: string, workerId: string): Promise<ChunkClaim | null> {
  return claim(Prisma.sql`run.id = ${runId}::uuid`, { workerId, isLent: false });
}

/** Takes a chunk of any run that the helper can help with: of the most urgent task, the oldest run. */
export async function claimAny(helper: ChunkHelper): Promise<(ChunkClaim & HelpedRun) | null> {
  const claimed = await claim(helped(helper), { workerId: helper.workerId, isLent: true });
  if (claimed === null) return null;
  const run = await db().chunkRun.findUnique({
    where: { id: claimed.runId },
    select: { taskId: true, fence: true, data: true, task: { select: { attempt: true } } },
  });
  if (run === null) return null;
  // Written by the same version of the product; what is in it is checked by its key before anything is encoded.
  const data = run.data as unknown as ChunkRunData;
  return { ...claimed, taskId: run.taskId, fence: run.fence, attempt: run.task.attempt, data };
}

/** Whether {@link claimAny} would find one. */
export async function isHelpWanted(helper: ChunkHelper): Promise<boolean> {
  const found = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM "Chunk" chunk JOIN "ChunkRun" run ON run.id = chunk."runId"
    JOIN "Task" task ON task.id = run."taskId"
    WHERE ${helped(helper)} AND ${IS_WANTED} AND ${IS_FREE} LIMIT 1`;
  return found.length > 0;
}

const helped = ({ workerId, storeId, version, isForOwn, except }: ChunkHelper) => Prisma.sql`
  run."storeId" = ${storeId}::uuid AND run.version = ${version} AND run.id <> ALL(${[...except]}::uuid[])
  AND (${isForOwn} OR task."workerId" IS DISTINCT FROM ${workerId}::uuid)`;

async function claim(
  which: Prisma.Sql,
  by: { workerId: string; isLent: boolean },
): Promise<ChunkClaim | null> {
  const rows = await db().$queryRaw<ChunkClaim[]>`
    WITH next AS (
      SELECT chunk."runId", chunk.index FROM "Chunk" chunk JOIN "ChunkRun" run ON run.id = chunk."runId"
      JOIN "Task" task ON task.id = run."taskId"
      WHERE ${which} AND ${IS_WANTED} AND ${IS_FREE}
      ORDER BY task.priority DESC, run."createdAt", run.id, chunk.claim DESC, chunk.index
      LIMIT 1 FOR UPDATE OF chunk SKIP LOCKED
    )
    UPDATE "Chunk" chunk SET status = 'running', claim = chunk.claim + 1, "workerId" = ${by.workerId}::uuid,
      "isLent" = ${by.isLent}, "claimedAt" = now(), "heartbeatAt" = now(), percent = 0, fps = NULL, speed = NULL
    FROM next WHERE chunk."runId" = next."runId" AND chunk.index = next.index
    RETURNING chunk."runId"::text AS "runId", chunk.index, chunk.claim`;
  return rows[0] ?? null;
}

/**
 * A sign of life. @returns false when the chunk is somebody else's by now, or nobody wants it: its task was canceled, is
 * another attempt's, or has failed
 */
export async function beatChunk(chunk: ChunkClaim, { percent, fps, speed }: Pace): Promise<boolean> {
  const count = await db().$executeRaw`
    UPDATE "Chunk" chunk SET "heartbeatAt" = now(), percent = ${percent}, fps = ${fps}, speed = ${speed}
    FROM "ChunkRun" run JOIN "Task" task ON task.id = run."taskId"
    WHERE ${isMine(chunk)} AND run.id = chunk."runId" AND ${IS_WANTED}`;
  return count === 1;
}

/** The chunk's files are in the store. */
export async function finishChunk(chunk: ChunkClaim): Promise<void> {
  await db().$executeRaw`
    UPDATE "Chunk" chunk SET status = 'done', percent = 100, fps = NULL, speed = NULL WHERE ${isMine(chunk)}`;
  await notifyChunks(db(), chunk.runId);
}

/** Somebody else is to encode it. */
export async function releaseChunk(chunk: ChunkClaim): Promise<void> {
  await db()
    .$executeRaw`UPDATE "Chunk" chunk SET status = 'waiting', "workerId" = NULL WHERE ${isMine(chunk)}`;
  await notifyChunks(db(), chunk.runId);
}

const isMine = ({ runId, index, claim: number }: ChunkClaim) => Prisma.sql`
  chunk."runId" = ${runId}::uuid AND chunk.index = ${index} AND chunk.claim = ${number} AND chunk.status = 'running'`;

/** A chunk that is said to be done, and is not there: somebody is to encode it again. */
export async function reopenChunk(runId: string, index: number): Promise<void> {
  await db().chunk.updateMany({ where: { runId, index, status: "done" }, data: { status: "waiting" } });
}

/** How the chunks of a run stand. */
export function readChunks(runId: string) {
  return db().chunk.findMany({
    where: { runId },
    select: { index: true, status: true, isLent: true, percent: true, fps: true, speed: true },
    orderBy: { index: "asc" },
  });
}

/** Removes runs whose attempt has ended, wherever that was. */
export async function sweepRuns(): Promise<void> {
  await db().$executeRaw`
    DELETE FROM "ChunkRun" run USING "Task" task
    WHERE task.id = run."taskId" AND (task.fence <> run.fence OR task.status <> 'running')`;
}
