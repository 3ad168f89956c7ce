import { describe, expect, test } from "vitest";

import { TaskBatcher } from "#components/live/task-batch.ts";
import { patchPage, replaceRows, staleRows } from "#components/tasks/list/patch-page.ts";
import type { TaskStatus } from "#lib/tasks/status.ts";
import type { TaskListItem, TaskMessage, TaskPage } from "#lib/tasks/view.ts";

const task = (id: string, status: TaskStatus): TaskListItem => ({
  id,
  number: 1,
  name: `${id}.mp4`,
  status,
  phase: null,
  waitingFor: null,
  progress: null,
  speed: null,
  etaSeconds: null,
  queuePosition: null,
  waitSeconds: null,
  source: { type: "url", label: "a.example", url: "https://a.example/a.mp4" },
  templates: [],
  output: { id: "out_1", name: "local", type: "local" },
  jobs: [{ id: `job_${id}`, index: 0, status: "queued", percent: null }],
  failure: null,
  sizeBytes: null,
  thumbnailUrl: null,
  priority: 0,
  tags: [],
  createdBy: { kind: "user", name: "Li Wei" },
  createdAt: "2026-11-20T12:00:00.000Z",
  startedAt: null,
  finishedAt: null,
});
const page = (...items: TaskListItem[]): TaskPage => ({ items, nextCursor: null, previousCursor: null });
const progress = (taskId: string, percent: number): TaskMessage => ({
  type: "progress",
  taskId,
  phase: "transcoding",
  progress: percent,
  speed: 2,
  etaSeconds: 10,
  jobs: [{ id: `job_${taskId}`, percent, fps: 50, speed: 2, etaSeconds: 10 }],
});
const batch = (...messages: TaskMessage[]) => {
  const batcher = new TaskBatcher();
  for (const message of messages) batcher.add(message);
  return batcher.take();
};

describe("patching a page", () => {
  test("progress is written into its row alone, and the last one counts", () => {
    const before = page(task("a", "running"), task("b", "running"));
    const after = patchPage(before, batch(progress("a", 10), progress("a", 20)));
    expect(after.items[0]).toMatchObject({
      progress: 20,
      phase: "transcoding",
      jobs: [{ status: "running", percent: 20 }],
    });
    expect(after.items[1]).toBe(before.items[1]);
  });

  test("a page that nothing happened to stays the same object", () => {
    const before = page(task("a", "succeeded"));
    expect(patchPage(before, batch(progress("other", 5)))).toBe(before);
  });

  test("progress of a row that was thought to rest makes it be read again", () => {
    const before = page(task("a", "queued"), task("b", "running"));
    const happened = batch(progress("a", 5), { type: "changed", taskId: "b" });
    expect(patchPage(before, happened)).toBe(before);
    expect(staleRows(before, happened)).toEqual(["a", "b"]);
  });

  test("a deleted row goes, the order of the others stays", () => {
    const after = patchPage(
      page(task("a", "failed"), task("b", "failed"), task("c", "failed")),
      batch({ type: "deleted", taskId: "b" }),
    );
    expect(after.items.map(({ id }) => id)).toEqual(["a", "c"]);
  });

  test("rows that were read again replace theirs; one that did not come is gone", () => {
    const before = page(task("a", "running"), task("b", "running"), task("c", "running"));
    const after = replaceRows(before, new Set(["a", "b"]), [task("b", "succeeded")]);
    expect(after.items.map(({ id, status }) => `${id} ${status}`)).toEqual(["b succeeded", "c running"]);
  });
});

describe("collecting messages", () => {
  test("a change outdates the progress before it", () => {
    const { progress: kept, changed } = batch(progress("a", 90), { type: "changed", taskId: "a" });
    expect(kept.size).toBe(0);
    expect([...changed]).toEqual(["a"]);
  });

  test("what was created and deleted is only deleted", () => {
    const happened = batch(
      { type: "created", taskId: "a" },
      { type: "changed", taskId: "a" },
      { type: "deleted", taskId: "a" },
    );
    expect([happened.created.size, happened.changed.size, happened.deleted.size]).toEqual([0, 0, 1]);
  });
});
