import { showId } from "#lib/ids.ts";
import { makeThumbnail } from "#lib/media/make-thumbnail.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { notify } from "#lib/queue/notify.ts";
import { type Attempt, withFence } from "#lib/worker/attempt.ts";

/** A picture of the source for the task's page, made beside the encode, which does not wait for it. */
export class SourceThumbnail {
  readonly #stopping = new AbortController();
  readonly #making: Promise<void>;

  constructor(attempt: Attempt, file: string, media: MediaInfo) {
    const signal = AbortSignal.any([attempt.signal, this.#stopping.signal]);
    this.#making = make({ ...attempt, signal }, file, media);
    // Whoever waits for it is told; until then it is nobody's.
    this.#making.catch(() => undefined);
  }

  /** Until it is stored, or there is none to be had. @throws what storing it threw; the signal's reason when aborted */
  async done(): Promise<void> {
    await this.#making;
  }

  /** {@link done}, for a run that has failed already. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#making]);
  }

  /** Ends it, and waits until it has let go of the source. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the run has ended"));
    await this.settled();
  }
}

async function make(attempt: Attempt, file: string, media: MediaInfo): Promise<void> {
  const { task, tools, signal } = attempt;
  const jpeg = await makeThumbnail(file, media, tools, { signal });
  signal.throwIfAborted();
  if (jpeg === null) return;
  const bytes = new Uint8Array(jpeg);
  await withFence(attempt, async (tx) => {
    await tx.taskThumbnail.upsert({
      where: { taskId: task.id },
      create: { taskId: task.id, jpeg: bytes },
      update: { jpeg: bytes },
    });
    await notify(tx, task.projectId, { type: "changed", taskId: showId("task", task.id) });
  });
}
