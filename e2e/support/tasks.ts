import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect, type APIRequestContext } from "@playwright/test";

import type { TaskView } from "#lib/tasks/view.ts";

type Wanted = {
  source: Record<string, string>;
  templates?: string[];
  outputPattern: string;
  priority?: number;
};

/** The id of the Output that every new installation has. */
export async function firstOutputId(api: APIRequestContext): Promise<string> {
  const { items } = (await (await api.get("/api/v1/outputs")).json()) as { items: { id: string }[] };
  const [first] = items;
  if (first === undefined) throw new Error("There is no Output.");
  return first.id;
}

/** Creates a task by the native API and returns its view; anything but 201 fails the test. */
export async function createTask(api: APIRequestContext, wanted: Wanted): Promise<TaskView> {
  const data = { templates: ["System_MP4_H264"], ...wanted, outputId: await firstOutputId(api) };
  const answer = await api.post("/api/v1/tasks", { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as TaskView;
}

export async function readTask(api: APIRequestContext, id: string): Promise<TaskView> {
  const answer = await api.get(`/api/v1/tasks/${id}`);
  expect(answer.status()).toBe(200);
  return (await answer.json()) as TaskView;
}

/** Asks until the task is in one of `statuses`. */
export async function waitForStatus(
  api: APIRequestContext,
  id: string,
  statuses: readonly string[],
  timeoutMs = 90_000,
): Promise<TaskView> {
  const started = Date.now();
  for (;;) {
    const task = await readTask(api, id);
    if (statuses.includes(task.status)) return task;
    if (Date.now() - started > timeoutMs)
      throw new Error(
        `${id} is ${task.status} (${task.phase ?? "no phase"}, ${task.progress ?? "?"} %), not ${statuses.join(" or ")}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export const SETTLED = ["succeeded", "partial", "failed", "canceled"] as const;

/** Every file below a folder, relative, sorted; empty when the folder is not there. */
export function filesBelow(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** What tasks keep in the worker's folder while they run; it is removed soon after they are settled. */
export const workFiles = (dataDir: string) =>
  filesBelow(path.join(dataDir, "work")).filter((file) => !file.startsWith("fontconfig"));

/** Folder of the first Output. */
export const outputFolder = (dataDir: string) => path.join(dataDir, "outputs", "local");

/** What the first Output has below `start`; the journal of a publication goes soon after its task has succeeded. */
export const published = (dataDir: string, start: string) =>
  filesBelow(outputFolder(dataDir)).filter((file) => file.startsWith(start));
