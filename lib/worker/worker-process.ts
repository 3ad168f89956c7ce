import { EventEmitter } from "node:events";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

import type { PgBoss } from "pg-boss";

import { closeDb, db } from "#lib/db/client.ts";
import { type Env, workDir } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { logger } from "#lib/log.ts";
import { detectCapabilities } from "#lib/media/capabilities.ts";
import { detectSandbox, type Sandbox } from "#lib/media/sandbox.ts";
import { startBoss, stopBoss } from "#lib/queue/boss.ts";
import { type Listener, listen } from "#lib/queue/listener.ts";
import { CANCEL_CHANNEL, CHUNK_CHANNEL, WORKER_CHANNEL } from "#lib/queue/notify.ts";
import { DeliveryLoop } from "#lib/webhooks/delivery-loop.ts";
import { ChunkHelpers } from "#lib/worker/chunk-helpers.ts";
import { freeBytes, LOW_WATER_BYTES, WorkDisk } from "#lib/worker/disk-space.ts";
import { MemoryPool } from "#lib/worker/memory-pool.ts";
import { productVersion } from "#lib/worker/product-version.ts";
import type { WorkerContext } from "#lib/worker/run-unit.ts";
import { stopLostAttempts } from "#lib/worker/stop-lost-attempts.ts";
import { readStoreId } from "#lib/worker/store-id.ts";
import { requeueLostUnits, sweep } from "#lib/worker/sweep.ts";
import { addressLimit, WorkerSlots } from "#lib/worker/worker-slots.ts";

const BEAT_MS = 5_000;
const SWEEP_MS = 3_600_000;
const REQUEUE_MS = 60_000;
/** For killing process groups, removing work folders and giving units back, after the drain's time is up. */
const STOP_GRACE_MS = 15_000;

/** `paused`: the disk is nearly full. `draining`: somebody wants no more units here, or the process is stopping. */
type State = "online" | "paused" | "draining";

/** One worker process: its row, its slots, its heartbeat, and how it ends. */
export class WorkerProcess {
  readonly #env: Env;
  readonly #sandbox: Sandbox;
  readonly #context: WorkerContext;
  readonly #log = logger("worker");
  readonly #timers: NodeJS.Timeout[] = [];
  #listener: Listener | undefined;
  #webhooks: DeliveryLoop | undefined;
  #state: State = "online";
  #isDrainAsked = false;
  #isDiskLow = false;
  readonly #slots: WorkerSlots;
  readonly #helpers: ChunkHelpers;
  /** Changes of state happen one after the other. */
  #switching: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;

  private constructor(env: Env, boss: PgBoss, sandbox: Sandbox, context: WorkerContext) {
    this.#env = env;
    this.#sandbox = sandbox;
    this.#context = context;
    this.#slots = new WorkerSlots(boss, sandbox, context, {
      onFree: () => void this.#switch(),
      onIdle: () => this.#helpers.look(),
    });
    this.#helpers = new ChunkHelpers(context, {
      idleCount: () => this.#idleCount,
      borrow: () => this.#slots.borrow(),
    });
  }

  /** Detects what this machine can do, registers, cleans up after dead predecessors and starts to take units. */
  static async start(env: Env): Promise<WorkerProcess> {
    const sandbox = await detectSandbox(env.sandbox);
    const probing = { sandbox, slot: 0, memoryLimitBytes: addressLimit(env), threads: 1 };
    const capabilities = await detectCapabilities(probing);
    const boss = await startBoss(env, "worker");
    const context: WorkerContext = {
      env,
      id: newId(),
      name: hostname(),
      capabilities,
      memory: new MemoryPool(env.memoryLimitBytes),
      disk: new WorkDisk(),
      running: new Map(),
      isStopping: false,
      help: {
        storeId: await readStoreId(env),
        version: productVersion(),
        dataDir: env.dataDir,
        // One slot stays free, for the next task.
        lendable: () => Math.max(0, worker.#idleCount - 1),
        // One listener for each chunk that is encoded here.
        news: new EventEmitter().setMaxListeners(0),
      },
    };
    const worker = new WorkerProcess(env, boss, sandbox, context);
    await worker.#register();
    await worker.#sweep();
    worker.#listener = await listen(
      env.databaseUrl,
      {
        [CANCEL_CHANNEL]: (taskId) => {
          context.running.get(taskId)?.stop("canceled");
          worker.#helpers.cancel(taskId);
        },
        [CHUNK_CHANNEL]: (runId) => {
          context.help.news.emit(runId);
          worker.#helpers.look();
        },
        [WORKER_CHANNEL]: (workerId) => {
          if (workerId === context.id) void worker.#beat();
        },
      },
      () => void worker.#beat(),
    );
    worker.#timers.push(
      setInterval(() => void worker.#beat(), BEAT_MS),
      setInterval(() => void worker.#sweep(), SWEEP_MS),
      setInterval(() => void worker.#requeue(), REQUEUE_MS),
    );
    await worker.#checkDisk();
    worker.#helpers.look();
    worker.#webhooks = new DeliveryLoop({ policy: { allowedPrivateCidrs: env.allowedPrivateCidrs } });
    worker.#log.info(
      {
        worker: context.id,
        slots: env.workerSlots,
        sandbox: sandbox.tier,
        reason: sandbox.reason,
        ffmpeg: capabilities.ffmpegVersion,
      },
      "worker ready",
    );
    return worker;
  }

  /**
   * Takes no more units, lets running ones go on for the drain's time, then stops them and gives them back; closes
   * everything. Later calls return the same promise.
   */
  drain(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  async #drain(): Promise<void> {
    this.#state = "draining";
    await this.#switching.catch(() => undefined);
    for (const timer of this.#timers.slice(1)) clearInterval(timer);
    this.#log.info({ running: this.#context.running.size, seconds: this.#env.drainSeconds }, "draining");
    await this.#beat();
    // Waits for handlers and for the queue to hear of their ends.
    const idle = Promise.all([this.#slots.close(), this.#helpers.close()]);
    const isIdle = await Promise.race([
      idle.then(() => true),
      sleep(this.#env.drainSeconds * 1000, false, { ref: false }),
    ]);
    // Beside the end of the tasks, which has its own limit.
    const sending = this.#webhooks?.stop();
    if (!isIdle) {
      this.#context.isStopping = true;
      for (const attempt of this.#context.running.values()) attempt.stop("shutdown");
      this.#helpers.stop();
      await Promise.race([idle, sleep(STOP_GRACE_MS, undefined, { ref: false })]);
    }
    for (const timer of this.#timers) clearInterval(timer);
    await sending;
    await this.#listener?.close();
    await db().worker.updateMany({
      where: { id: this.#context.id },
      data: { state: "offline", stoppedAt: new Date() },
    });
    await stopBoss();
    await closeDb();
    this.#log.info("worker stopped");
  }

  async #register(): Promise<void> {
    const { id, name, capabilities, help } = this.#context;
    await db().worker.create({
      data: {
        id,
        name,
        host: hostname(),
        pid: process.pid,
        slots: this.#env.workerSlots,
        state: this.#state,
        version: help.version,
        storeId: help.storeId,
        capabilities,
        sandboxTier: this.#sandbox.tier,
        sandboxReason: this.#sandbox.reason,
      },
    });
  }

  /** Brings what is taken into line with what is wanted: paused, previews go on; draining, nothing is begun. */
  #switch(): Promise<void> {
    // What failed before was told to whoever waited for it.
    this.#switching = this.#switching
      .catch(() => undefined)
      .then(async () => {
        if (this.#stopping !== undefined) return;
        const state = this.#isDrainAsked ? "draining" : this.#isDiskLow ? "paused" : "online";
        if (state !== this.#state) this.#log.info({ from: this.#state, to: state }, "state");
        this.#state = state;
        await this.#slots.set({ tasks: state === "online", probes: state !== "draining" });
      });
    return this.#switching;
  }

  /** Slots that a chunk may have. */
  get #idleCount(): number {
    return this.#state === "online" ? this.#slots.idleCount() : 0;
  }

  /** A sign of life, and a look at what its row and the running tasks' say: NOTIFY is fast, but may be missed. */
  async #beat(): Promise<void> {
    try {
      await this.#readRow();
      await stopLostAttempts(this.#context.running);
      await this.#checkDisk();
      this.#helpers.look();
    } catch (error) {
      this.#log.warn({ err: error }, "heartbeat failed");
    }
  }

  /** Says that it lives, does what its row asks for, and says how it stands now. */
  async #readRow(): Promise<void> {
    const { id } = this.#context;
    // By the database's clock, which is the same for every machine.
    const [row] = await db().$queryRaw<{ isDrainAsked: boolean; state: string }[]>`
      UPDATE "Worker" SET "heartbeatAt" = now() WHERE id = ${id}::uuid
      RETURNING "drainRequestedAt" IS NOT NULL AS "isDrainAsked", state`;
    if (row === undefined) {
      // It was silent for long, and somebody removed it.
      await this.#register();
      return;
    }
    this.#isDrainAsked = row.isDrainAsked;
    await this.#switch();
    if (row.state !== this.#state)
      await db().worker.updateMany({ where: { id }, data: { state: this.#state } });
  }

  /** On a nearly full disk no task is taken; running ones go on. */
  async #checkDisk(): Promise<void> {
    const free = await freeBytes(workDir(this.#env));
    if (!this.#isDiskLow && free < LOW_WATER_BYTES) {
      this.#isDiskLow = true;
      this.#log.error({ free }, "the disk is nearly full: no more tasks are taken");
    } else if (this.#isDiskLow && free > 2 * LOW_WATER_BYTES) {
      this.#isDiskLow = false;
      this.#log.info({ free }, "there is space again");
    }
    await this.#switch();
  }

  async #requeue(): Promise<void> {
    try {
      await requeueLostUnits();
    } catch (error) {
      this.#log.error({ err: error }, "looking for tasks without a unit failed");
    }
  }

  async #sweep(): Promise<void> {
    try {
      await sweep(this.#env);
    } catch (error) {
      this.#log.error({ err: error }, "sweep failed");
    }
  }
}
