import type { TaskEventView } from "#lib/tasks/view.ts";

const ENDS = ["succeeded", "partial", "failed", "canceled", "returned"] as const;

/** One run of a task by one worker. */
export type Attempt = {
  /** Of its `claimed` event: unique, unlike the number, which a worker's shutdown does not spend. */
  id: string;
  attempt: number;
  worker: string;
  from: string;
  /** Null while it runs. */
  until: string | null;
  end: (typeof ENDS)[number] | null;
  /** Of `returned`: shutdown, worker_lost, disk_full or retry. */
  reason: string | null;
  /** Who asked for this run, when somebody did. */
  retriedBy: string | null;
};

/** The runs of a task, first to last, from its timeline. */
export function taskAttempts(events: readonly TaskEventView[]): Attempt[] {
  const attempts: Attempt[] = [];
  let retriedBy: string | null = null;
  for (const event of events) {
    const last = attempts.at(-1);
    if (event.type === "queued") retriedBy = text(event.data.by);
    if (event.type === "claimed") {
      attempts.push({
        id: event.id,
        attempt: typeof event.data.attempt === "number" ? event.data.attempt : attempts.length + 1,
        worker: text(event.data.worker) ?? "",
        from: event.at,
        until: null,
        end: null,
        reason: null,
        retriedBy,
      });
      retriedBy = null;
    }
    const end = ENDS.find((type) => type === event.type);
    // A task that is canceled while it waits ends no run.
    if (end === undefined || last === undefined || last.end !== null) continue;
    last.until = event.at;
    last.end = end;
    last.reason = text(event.data.reason);
  }
  return attempts;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
