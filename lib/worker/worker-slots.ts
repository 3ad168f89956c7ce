import { availableParallelism } from "node:os";

import type { PgBoss } from "pg-boss";

import type { Env } from "#lib/env.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import type { Sandbox } from "#lib/media/sandbox.ts";
import { PROBE_QUEUE, type ProbeUnit, TASK_QUEUE, type TaskUnit } from "#lib/queue/boss.ts";
import type { SlotLender } from "#lib/worker/chunk-helpers.ts";
import { runProbe } from "#lib/worker/run-probe.ts";
import { runUnit, type WorkerContext } from "#lib/worker/run-unit.ts";
import { UnitSlots } from "#lib/worker/unit-slots.ts";

/** With NOTIFY as the fast path, this is how soon a unit that was given back or whose delay ended is taken. */
const POLL = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2, heartbeatRefreshSeconds: 3 };

/**
 * Threads reserve addresses that they never fill: SVT-AV1 with two of them takes 2.8 GB of addresses for 0.6 GB of memory
 * (bench/memory). What the memory pool counts is memory; a process's own limit only stops one that goes astray.
 */
export const addressLimit = ({ memoryLimitBytes }: Pick<Env, "memoryLimitBytes">) =>
  Math.max(LEAST_ADDRESS_BYTES, 2 * memoryLimitBytes);
/** ffmpeg's libraries alone take 200 MB of addresses. */
const LEAST_ADDRESS_BYTES = 1024 ** 3;

/** The slots of one worker: those for tasks, and one for previews. */
export class WorkerSlots implements SlotLender {
  readonly #boss: PgBoss;
  readonly #sandbox: Sandbox;
  readonly #context: WorkerContext;
  readonly #taskSlots: UnitSlots;
  /** A slot of its own: a preview never waits for an encode. */
  readonly #probeSlots: UnitSlots;
  /** A slot for tasks has nothing to do any more. */
  readonly #onIdle: () => void;

  /** `onFree`: a slot that was closed may be opened again. */
  constructor(
    boss: PgBoss,
    sandbox: Sandbox,
    context: WorkerContext,
    { onFree, onIdle }: { onFree: () => void; onIdle: () => void },
  ) {
    this.#boss = boss;
    this.#sandbox = sandbox;
    this.#context = context;
    this.#onIdle = onIdle;
    const { workerSlots } = context.env;
    this.#taskSlots = new UnitSlots(
      Array.from({ length: workerSlots }, (_, slot) => slot),
      (slot) => this.#openTaskSlot(slot),
      onFree,
    );
    this.#probeSlots = new UnitSlots([workerSlots], (slot) => this.#openProbeSlot(slot), onFree);
  }

  /** Opens and closes slots until it is as wanted. */
  async set(wanted: { tasks: boolean; probes: boolean }): Promise<void> {
    await this.#taskSlots.set(wanted.tasks);
    await this.#probeSlots.set(wanted.probes);
  }

  /** Takes no more units; resolves when the last handler has ended and the queue has heard of it. */
  async close(): Promise<void> {
    await Promise.all([this.#boss.offWork(TASK_QUEUE), this.#boss.offWork(PROBE_QUEUE)]);
  }

  idleCount(): number {
    return this.#taskSlots.idleCount;
  }

  async borrow() {
    const lent = await this.#taskSlots.borrow();
    return lent && { tools: this.#tools(lent.slot), giveBack: lent.giveBack };
  }

  async #openTaskSlot(slot: number) {
    const tools = this.#tools(slot);
    const id: string = await this.#boss.work<TaskUnit>(
      TASK_QUEUE,
      { ...POLL, batchSize: 1 },
      async ([unit]) => {
        if (unit === undefined) return;
        this.#taskSlots.begin(slot);
        try {
          await runUnit(unit, tools, this.#context);
        } finally {
          this.#taskSlots.end(slot);
          // The next unit now, not after the polling interval.
          this.#boss.notifyWorker(id);
          this.#onIdle();
        }
      },
    );
    return { close: () => this.#boss.offWork(TASK_QUEUE, { id, wait: true }) };
  }

  async #openProbeSlot(slot: number) {
    const tools = this.#tools(slot);
    const id: string = await this.#boss.work<ProbeUnit>(
      PROBE_QUEUE,
      { ...POLL, batchSize: 1 },
      async ([unit]) => {
        if (unit === undefined) return;
        try {
          await runProbe(unit.data.probeId, unit.signal, tools, this.#context);
        } finally {
          this.#boss.notifyWorker(id);
        }
      },
    );
    return { close: () => this.#boss.offWork(PROBE_QUEUE, { id, wait: true }) };
  }

  #tools(slot: number): Tools {
    const { env } = this.#context;
    const threads = Math.max(1, Math.floor(availableParallelism() / env.workerSlots));
    return { sandbox: this.#sandbox, slot, memoryLimitBytes: addressLimit(env), threads };
  }
}
