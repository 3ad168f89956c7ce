import type { Trigger } from "#lib/context.ts";
import type { OutputView } from "#lib/outputs/view.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** What a vendor's callback says about a settled task. `output` is where its files are, `url` where the callback goes. */
export type RenderCallback = (task: TaskView, output: OutputView, url: string) => unknown;

/** Doors whose callbacks are in our own words; every other one has a dialect that renders them. */
const OWN_WORDS: readonly string[] = ["console", "api"] satisfies Trigger[];

const shared = globalThis as typeof globalThis & { vodCallbackBodies?: Map<string, RenderCallback> };

/**
 * Tells this process how a dialect words the callback of its tasks. Called by the processes' entries: the domain knows no
 * dialect. On globalThis, because the server and Next's bundle each load this module.
 */
export function registerCallbackBody(trigger: Trigger, render: RenderCallback): void {
  (shared.vodCallbackBodies ??= new Map()).set(trigger, render);
}

/**
 * The renderer of tasks that came through a door; null for our own words.
 * @throws {Error} when this process was started without the dialect's renderer
 */
export function findCallbackBody(trigger: string): RenderCallback | null {
  if (OWN_WORDS.includes(trigger)) return null;
  const render = shared.vodCallbackBodies?.get(trigger);
  if (render === undefined) throw new Error(`no callback body is registered for tasks of ${trigger}`);
  return render;
}
