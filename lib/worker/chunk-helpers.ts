import { rm } from "node:fs/promises";
import path from "node:path";

import { workDir } from "#lib/env.ts";
import { showId } from "#lib/ids.ts";
import { logger } from "#lib/log.ts";
import { estimateMemoryBytes } from "#lib/media/estimate-memory.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import {
  type ChunkClaim,
  type ChunkHelper,
  claimAny,
  type HelpedRun,
  isHelpWanted,
  releaseChunk,
} from "#lib/worker/chunk-rows.ts";
import { ChunkGone, chunkKey, encodeClaimed, findSource } from "#lib/worker/chunk-run.ts";
import { ChunkStore, taskChunksDir } from "#lib/worker/chunk-store.ts";
import { drillStallSeconds } from "#lib/worker/fault-point.ts";
import { isTaskWaiting, mustGiveWay } from "#lib/worker/give-way.ts";
import { failureOf, Stopped } from "#lib/worker/outcome.ts";
import type { WorkerContext } from "#lib/worker/run-unit.ts";
import { TaskLogWriter } from "#lib/worker/task-log.ts";

/** Slots for tasks, of which one that has none may be had for a while. */
export type SlotLender = {
  /** Those that take tasks now and have none. */
  idleCount: () => number;
  borrow: () => Promise<{ tools: Tools; giveBack: () => void } | null>;
};

/** Until memory is free, or a folder on the network is seen as it is. */
const AGAIN_MS = 10_000;

/** Thrown for a chunk that cannot be encoded here now. */
class CannotHelp extends Error {}

/** A task waits: the slot is for it. */
class GivesWay extends Error {}

/**
 * Encodes chunks of other attempts' tasks in slots that no task wants: on this worker, and on all that share its folder.
 * The last free slot is for tasks of other workers only, which then need not wait for a worker of their own.
 *
 * What goes wrong here is never the task's failure: the chunk goes back, and whoever joins the chunks encodes it.
 */
export class ChunkHelpers {
  readonly #worker: WorkerContext;
  readonly #slots: SlotLender;
  /** Tasks by what ends the help with them. */
  readonly #helping = new Map<AbortController, string>();
  /** Borrowed slots, each until it is given back. */
  readonly #lent = new Set<Promise<void>>();
  /** Runs that it does not help with, and until when. */
  readonly #except = new Map<string, number>();
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #isClosed = false;

  constructor(worker: WorkerContext, slots: SlotLender) {
    this.#worker = worker;
    this.#slots = slots;
  }

  /** Takes as many chunks as there are slots for. For whenever there may be one of either. */
  look(): void {
    this.#isWanted = true;
    this.#looking ??= this.#lookAll().finally(() => (this.#looking = undefined));
  }

  /** Somebody wants the task to end. */
  cancel(taskId: string): void {
    for (const [controller, helped] of this.#helping)
      if (helped === taskId) controller.abort(new Stopped("canceled"));
  }

  /** Takes no more; resolves when the last one has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#looking;
    await Promise.all(this.#lent);
  }

  /** Gives all back at once. */
  stop(): void {
    this.#isClosed = true;
    for (const controller of this.#helping.keys()) controller.abort(new Stopped("shutdown"));
  }

  async #lookAll(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        while (await this.#takeOne());
      } catch (error) {
        // The next heartbeat looks again.
        logger("worker").warn({ err: error }, "looking for chunks failed");
      }
    }
  }

  /** @returns false when there is nothing more to take */
  async #takeOne(): Promise<boolean> {
    const idle = this.#isClosed ? 0 : this.#slots.idleCount();
    if (idle === 0 || (await isTaskWaiting()) || !(await isHelpWanted(this.#helper(idle)))) return false;
    const lent = await this.#slots.borrow();
    // A task came first.
    if (lent === null) return true;
    const claimed = this.#isClosed
      ? null
      : await claimAny(this.#helper(idle)).catch((error: unknown) => ({ error }));
    if (claimed === null || "error" in claimed) {
      lent.giveBack();
      if (claimed !== null) throw claimed.error;
      return false;
    }
    const done = this.#helpOn(claimed, lent.tools)
      .catch((error: unknown) => {
        // Without a sign of life a chunk is anybody's.
        logger("worker").warn({ err: error, runId: claimed.runId }, "helping with chunks has ended early");
      })
      .finally(() => {
        this.#lent.delete(done);
        lent.giveBack();
        this.look();
      });
    this.#lent.add(done);
    return true;
  }

  /**
   * One chunk after the other in one slot, until there is none or a task waits: a slot that was given back between two
   * chunks was lent again two seconds later (bench/chunks).
   */
  async #helpOn(first: ChunkClaim & HelpedRun, tools: Tools): Promise<void> {
    for (let claimed: typeof first | null = first; claimed !== null; claimed = await this.#claimNext()) {
      const controller = new AbortController();
      this.#helping.set(controller, claimed.taskId);
      if (this.#worker.isStopping) controller.abort(new Stopped("shutdown"));
      try {
        await this.#help(claimed, tools, controller.signal);
      } finally {
        this.#helping.delete(controller);
      }
    }
  }

  async #claimNext(): Promise<(ChunkClaim & HelpedRun) | null> {
    if (this.#isClosed || (await isTaskWaiting())) return null;
    // The slot that it is for is lent, and so not idle.
    const idle = this.#slots.idleCount() + 1;
    return claimAny(this.#helper(idle));
  }

  #helper(idle: number): ChunkHelper {
    const { id: workerId, help } = this.#worker;
    const { storeId, version } = help;
    return { workerId, storeId, version, isForOwn: idle > 1, except: this.#exceptNow() };
  }

  async #help(claimed: ChunkClaim & HelpedRun, tools: Tools, signal: AbortSignal): Promise<void> {
    const { env, id, name } = this.#worker;
    const { taskId, fence, attempt, data } = claimed;
    const dir = path.join(workDir(env), id, `chunk-${claimed.runId}-${claimed.index}`);
    const log = new TaskLogWriter({ taskId, fence, attempt }, [
      [dir, "work"],
      [env.dataDir, "data"],
      [process.cwd(), "."],
    ]);
    const which = `chunk ${claimed.index + 1} of ${data.chunks.length}`;
    try {
      log.info(`${name} (${showId("worker", id)}) encodes ${which}`);
      await this.#encode(claimed, { tools, signal, log, dir });
    } catch (error) {
      if (error instanceof ChunkGone) return;
      const why = this.#whyNot(error, claimed.runId);
      log.add("warning", `${name} gives ${which} back: ${why}`);
      await releaseChunk(claimed);
    } finally {
      await log.close();
      await rm(dir, { recursive: true, force: true });
    }
  }

  async #encode(
    claimed: ChunkClaim & HelpedRun,
    { tools, signal, log, dir }: { tools: Tools; signal: AbortSignal; log: TaskLogWriter; dir: string },
  ): Promise<void> {
    const { env, capabilities, memory, help } = this.#worker;
    const { data } = claimed;
    if (chunkKey(data, capabilities.ffmpegVersion) !== data.key)
      throw new Error("its ffmpeg would encode it otherwise");
    const store = new ChunkStore(taskChunksDir(env, claimed.taskId), data.key);
    const sourcePath = await findSource(data, env.dataDir);
    if (sourcePath === null || !(await store.isThere()))
      throw new CannotHelp("it does not see the task's files");
    const release = memory.tryHold(estimateMemoryBytes(data.run, data.media, tools.threads));
    if (release === null) throw new CannotHelp("it has no memory for it now");
    try {
      await encodeClaimed(claimed, data, {
        taskId: claimed.taskId,
        store,
        news: help.news,
        workDir: path.join(dir, "chunks", `${claimed.index}`),
        options: {
          tools,
          sourcePath,
          workDir: dir,
          durationSeconds: null,
          onProgress: () => undefined,
          onCommand: (command) => log.command(command),
          onLog: ({ level, text }) => log.add(level, text),
          stallSeconds: drillStallSeconds(),
          deadlineSeconds: data.deadlineSeconds,
        },
        signal,
        onBeat: async () => ((await mustGiveWay(claimed)) ? new GivesWay("a task wants the slot") : null),
      });
    } finally {
      release();
    }
  }

  /** In words; a run that failed here is left to others. */
  #whyNot(error: unknown, runId: string): string {
    if (error instanceof Stopped || error instanceof GivesWay) return error.message;
    if (error instanceof CannotHelp) {
      this.#except.set(runId, performance.now() + AGAIN_MS);
      return error.message;
    }
    this.#except.set(runId, Infinity);
    const { code, evidence } = failureOf(error);
    return `${code} ${evidence.at(-1) ?? ""}`.trim();
  }

  #exceptNow(): string[] {
    const now = performance.now();
    for (const [runId, until] of this.#except) if (until <= now) this.#except.delete(runId);
    return [...this.#except.keys()];
  }
}
