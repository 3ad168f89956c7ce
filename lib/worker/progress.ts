import { db } from "#lib/db/client.ts";
import { showId } from "#lib/ids.ts";
import { logger } from "#lib/log.ts";
import { notify } from "#lib/queue/notify.ts";
import type { TaskPhase } from "#lib/tasks/status.ts";
import { taskPace } from "#lib/tasks/task-progress.ts";
import type { Attempt } from "#lib/worker/attempt.ts";

export type Pace = { percent: number; fps: number | null; speed: number | null; etaSeconds: number | null };

const INTERVAL_MS = 1_000;
/** Shown at most until everything is verified and published. */
const MOST = 99.5;

/**
 * Tells how far an attempt is: to the jobs' progress rows and to whoever watches, at most once a second. A job's percentage
 * never goes back within an attempt.
 */
export class ProgressReporter {
  readonly #attempt: Attempt;
  readonly #paces = new Map<string, Pace>();
  #phase: TaskPhase = "fetching";
  #isDirty = false;
  #sending: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
    for (const job of attempt.jobs)
      this.#paces.set(job.id, { percent: 0, fps: null, speed: null, etaSeconds: null });
    this.#timer = setInterval(() => this.#tick(), INTERVAL_MS);
  }

  /** From now on; speeds and waits of the phase before no longer hold. */
  phase(phase: TaskPhase): void {
    this.#phase = phase;
    for (const [id, pace] of this.#paces)
      this.#paces.set(id, { ...pace, fps: null, speed: null, etaSeconds: null });
    this.#isDirty = true;
  }

  update(jobIds: readonly string[], pace: Pace): void {
    for (const id of jobIds) {
      const before = this.#paces.get(id);
      if (before === undefined) continue;
      this.#paces.set(id, { ...pace, percent: Math.min(MOST, Math.max(before.percent, pace.percent)) });
    }
    this.#isDirty = true;
  }

  /** The job has ended, one way or the other. */
  drop(jobId: string): void {
    this.#paces.delete(jobId);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
  }

  #tick(): void {
    if (!this.#isDirty || this.#paces.size === 0 || this.#attempt.signal.aborted) return;
    this.#isDirty = false;
    this.#sending = this.#sending.then(() => this.#send());
  }

  async #send(): Promise<void> {
    const { task, fence } = this.#attempt;
    const entries = [...this.#paces];
    if (entries.length === 0) return;
    const column = <K extends keyof Pace>(key: K) => entries.map(([, pace]) => pace[key]);
    try {
      const count = await db().$executeRaw`
        UPDATE "JobProgress" progress
        SET percent = now.percent, fps = now.fps, speed = now.speed, "etaSeconds" = now.eta, "updatedAt" = now()
        FROM unnest(${entries.map(([id]) => id)}::uuid[], ${column("percent")}::float8[], ${column("fps")}::float8[],
          ${column("speed")}::float8[], ${column("etaSeconds")}::int4[]) AS now(id, percent, fps, speed, eta)
        WHERE progress."jobId" = now.id
          AND EXISTS (SELECT 1 FROM "Task" WHERE id = ${task.id}::uuid AND fence = ${fence})`;
      if (count === 0) return;
      const settled = task.jobs.filter((job) => !this.#paces.has(job.id)).map(() => SETTLED_JOB);
      const pace = taskPace("running", [
        ...entries.map(([, own]) => ({ status: "running" as const, ...own })),
        ...settled,
      ]);
      await notify(db(), task.projectId, {
        type: "progress",
        taskId: showId("task", task.id),
        phase: this.#phase,
        progress: pace.progress ?? 0,
        speed: pace.speed,
        etaSeconds: pace.etaSeconds,
        jobs: entries.map(([id, own]) => ({ id: showId("job", id), ...own })),
      });
    } catch (error) {
      // The next one tells the same; only a lost database makes many of these.
      logger("worker").warn({ err: error, taskId: task.id }, "progress could not be written");
    }
  }
}

const SETTLED_JOB = { status: "succeeded" as const, percent: 100, speed: null, etaSeconds: null };
