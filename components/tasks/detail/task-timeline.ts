import { isSettled, TASK_PHASES, type TaskPhase } from "#lib/tasks/status.ts";
import type { TaskEventView, TaskView } from "#lib/tasks/view.ts";

export type TimelineStep = {
  name: "queued" | TaskPhase;
  /** `failed`: the task ended in this step without success. */
  state: "done" | "now" | "failed" | "waiting";
  /** Measured from the events; null when the step has not begun. */
  seconds: number | null;
};

type Timed = Pick<TaskView, "status" | "createdAt" | "finishedAt" | "events">;

/**
 * The steps of a task's last attempt with the time that each took. `now` in Unix milliseconds ends the running step.
 * A step that the engine came back to (several jobs) counts all its stretches.
 */
export function taskTimeline(task: Timed, now: number): TimelineStep[] {
  const events = [...task.events].sort((a, b) => time(a.at) - time(b.at));
  const requeued = events.findLastIndex((event) => event.type === "queued");
  const lastClaim = events.findLastIndex((event) => event.type === "claimed");
  // After a retry the runs before it are history.
  const claimed = lastClaim < requeued ? -1 : lastClaim;
  const run = claimed === -1 ? [] : events.slice(claimed);
  const waitingSince = events
    .slice(0, claimed === -1 ? events.length : claimed)
    .findLast((event) => event.type === "returned" || event.type === "queued");
  const queuedFrom = time(waitingSince?.at ?? task.createdAt);
  const end = isSettled(task.status) ? time(task.finishedAt ?? task.createdAt) : Math.max(now, queuedFrom);
  const queuedUntil = run[0] ? time(run[0].at) : end;

  const spent = new Map<TaskPhase, number>();
  const starts = run.filter((event) => phaseOf(event) !== null);
  starts.forEach((event, index) => {
    const phase = phaseOf(event);
    const following = starts[index + 1];
    const until = following ? time(following.at) : end;
    if (phase !== null)
      spent.set(phase, (spent.get(phase) ?? 0) + Math.max(0, until - time(event.at)) / 1000);
  });
  const last = starts.at(-1);
  const current = last ? phaseOf(last) : null;
  const returned = run.some((event) => event.type === "returned");
  const hasEnded = isSettled(task.status);
  const endedBadly = task.status === "failed";

  const steps: TimelineStep[] = [
    {
      name: "queued",
      state:
        run.length > 0 && !returned
          ? "done"
          : hasEnded
            ? endedBadly && run.length === 0
              ? "failed"
              : "done"
            : "now",
      seconds: Math.max(0, queuedUntil - queuedFrom) / 1000,
    },
  ];
  for (const phase of TASK_PHASES) {
    const seconds = spent.get(phase) ?? null;
    const isLast = phase === current;
    const state =
      seconds === null
        ? "waiting"
        : !isLast
          ? "done"
          : hasEnded
            ? endedBadly
              ? "failed"
              : "done"
            : returned
              ? "waiting"
              : "now";
    steps.push({ name: phase, state, seconds });
  }
  return steps;
}

function phaseOf(event: TaskEventView): TaskPhase | null {
  if (event.type !== "phase") return null;
  return TASK_PHASES.find((phase) => phase === event.data.phase) ?? null;
}

function time(iso: string): number {
  return new Date(iso).getTime();
}
