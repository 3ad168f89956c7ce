import { describe, expect, it } from "vitest";

import { taskTimeline } from "#components/tasks/detail/task-timeline.ts";
import type { TaskEventView } from "#lib/tasks/view.ts";

const START = Date.parse("2026-11-20T09:00:00.000Z");
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
let next = 0;
const event = (seconds: number, type: string, data: Record<string, unknown> = {}): TaskEventView => ({
  id: String(next++),
  at: at(seconds),
  type,
  data,
});
const phase = (seconds: number, name: string) => event(seconds, "phase", { phase: name });
const summary = (steps: ReturnType<typeof taskTimeline>) =>
  Object.fromEntries(steps.map(({ name, state, seconds }) => [name, [state, seconds]]));

describe("taskTimeline", () => {
  it("counts the time in the queue while nothing has claimed the task", () => {
    const task = {
      status: "queued",
      createdAt: at(0),
      finishedAt: null,
      events: [event(0, "created")],
    } as const;
    const steps = summary(taskTimeline({ ...task, events: [...task.events] }, START + 7000));
    expect(steps.queued).toEqual(["now", 7]);
    expect(steps.transcoding).toEqual(["waiting", null]);
  });

  it("shows the running phase up to now and the others as done or waiting", () => {
    const events = [
      event(0, "created"),
      event(4, "claimed"),
      phase(4, "fetching"),
      phase(6, "probing"),
      phase(7, "transcoding"),
    ];
    const steps = summary(
      taskTimeline({ status: "running", createdAt: at(0), finishedAt: null, events }, START + 17_000),
    );
    expect(steps).toMatchObject({
      queued: ["done", 4],
      fetching: ["done", 2],
      probing: ["done", 1],
      transcoding: ["now", 10],
      packaging: ["waiting", null],
    });
  });

  it("ends the last phase with the task, and marks where it failed", () => {
    const events = [
      event(0, "created"),
      event(1, "claimed"),
      phase(1, "fetching"),
      phase(3, "transcoding"),
      event(9, "failed"),
    ];
    const steps = summary(
      taskTimeline({ status: "failed", createdAt: at(0), finishedAt: at(9), events }, START + 999_000),
    );
    expect(steps.transcoding).toEqual(["failed", 6]);
    expect(steps.publishing).toEqual(["waiting", null]);
  });

  it("adds up the stretches of a phase that the engine came back to", () => {
    const events = [
      event(0, "claimed"),
      phase(0, "transcoding"),
      phase(5, "verifying"),
      phase(6, "transcoding"),
      phase(9, "verifying"),
    ];
    const steps = summary(
      taskTimeline({ status: "succeeded", createdAt: at(0), finishedAt: at(10), events }, START),
    );
    expect(steps.transcoding).toEqual(["done", 8]);
    expect(steps.verifying).toEqual(["done", 2]);
  });

  it("begins anew with a retry", () => {
    const events = [
      event(0, "created"),
      event(1, "claimed"),
      phase(1, "fetching"),
      event(4, "failed"),
      event(100, "queued", { reason: "retry" }),
    ];
    const task = { createdAt: at(0), finishedAt: null };
    const queued = summary(taskTimeline({ ...task, status: "queued", events }, START + 106_000));
    expect(queued.queued).toEqual(["now", 6]);
    expect(queued.fetching).toEqual(["waiting", null]);

    const again = [...events, event(108, "claimed"), phase(108, "fetching")];
    const running = summary(taskTimeline({ ...task, status: "running", events: again }, START + 109_000));
    expect(running.queued).toEqual(["done", 8]);
    expect(running.fetching).toEqual(["now", 1]);
  });

  it("tells the last attempt only", () => {
    const events = [
      event(0, "created"),
      event(1, "claimed"),
      phase(1, "fetching"),
      phase(2, "transcoding"),
      event(30, "returned", { reason: "worker_lost" }),
      event(35, "claimed"),
      phase(35, "fetching"),
    ];
    const steps = summary(
      taskTimeline({ status: "running", createdAt: at(0), finishedAt: null, events }, START + 36_000),
    );
    expect(steps.queued).toEqual(["done", 5]);
    expect(steps.fetching).toEqual(["now", 1]);
    expect(steps.transcoding).toEqual(["waiting", null]);
  });
});
