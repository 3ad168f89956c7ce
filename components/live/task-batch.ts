import type { TaskMessage } from "#lib/tasks/view.ts";

export type ProgressMessage = Extract<TaskMessage, { type: "progress" }>;

/** What happened since the last batch, by task id. A task stands in at most one of `created`, `changed`, `deleted`. */
export type TaskBatch = {
  progress: ReadonlyMap<string, ProgressMessage>;
  created: ReadonlySet<string>;
  changed: ReadonlySet<string>;
  deleted: ReadonlySet<string>;
};

/** Collects messages until they are taken; of several progress messages for a task the last counts. */
export class TaskBatcher {
  #progress = new Map<string, ProgressMessage>();
  #created = new Set<string>();
  #changed = new Set<string>();
  #deleted = new Set<string>();

  get isEmpty(): boolean {
    return this.#progress.size + this.#created.size + this.#changed.size + this.#deleted.size === 0;
  }

  add(message: TaskMessage): void {
    const id = message.taskId;
    switch (message.type) {
      case "progress":
        if (!this.#deleted.has(id)) this.#progress.set(id, message);
        break;
      case "created":
        this.#created.add(id);
        break;
      case "changed":
        // The row will be read whole, and newer than any progress before this message.
        this.#progress.delete(id);
        if (!this.#created.has(id) && !this.#deleted.has(id)) this.#changed.add(id);
        break;
      case "deleted":
        this.#progress.delete(id);
        this.#created.delete(id);
        this.#changed.delete(id);
        this.#deleted.add(id);
        break;
    }
  }

  /** Hands over what was collected and starts anew. */
  take(): TaskBatch {
    const batch = {
      progress: this.#progress,
      created: this.#created,
      changed: this.#changed,
      deleted: this.#deleted,
    };
    this.#progress = new Map();
    this.#created = new Set();
    this.#changed = new Set();
    this.#deleted = new Set();
    return batch;
  }
}
