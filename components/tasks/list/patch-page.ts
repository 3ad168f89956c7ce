import type { ProgressMessage, TaskBatch } from "#components/live/task-batch.ts";
import type { TaskListItem, TaskPage } from "#lib/tasks/view.ts";

/** A page with what happened written into its rows. Order never changes; untouched rows stay the same objects. */
export function patchPage(page: TaskPage, batch: TaskBatch): TaskPage {
  const items = page.items.flatMap((item) => {
    if (batch.deleted.has(item.id)) return [];
    const progress = batch.progress.get(item.id);
    return [progress === undefined || item.status !== "running" ? item : withProgress(item, progress)];
  });
  const isSame =
    items.length === page.items.length && items.every((item, index) => item === page.items[index]);
  return isSame ? page : { ...page, items };
}

/** A page with rows that were read again; what was asked for and did not come is gone. */
export function replaceRows(
  page: TaskPage,
  asked: ReadonlySet<string>,
  rows: readonly TaskListItem[],
): TaskPage {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const items = page.items.flatMap((item) => {
    if (!asked.has(item.id)) return [item];
    const row = byId.get(item.id);
    return row === undefined ? [] : [row];
  });
  return { ...page, items };
}

/** Rows of the page that must be read whole: they changed, or report progress though we thought that they rest. */
export function staleRows(page: TaskPage, batch: TaskBatch): string[] {
  return page.items
    .filter(({ id, status }) => batch.changed.has(id) || (batch.progress.has(id) && status !== "running"))
    .map(({ id }) => id);
}

function withProgress(item: TaskListItem, message: ProgressMessage): TaskListItem {
  const percents = new Map(message.jobs.map((job) => [job.id, job.percent]));
  return {
    ...item,
    phase: message.phase,
    progress: message.progress,
    speed: message.speed,
    etaSeconds: message.etaSeconds,
    jobs: item.jobs.map((job) => {
      const percent = percents.get(job.id);
      if (percent === undefined || (job.status !== "running" && job.status !== "queued")) return job;
      return { ...job, status: "running", percent };
    }),
  };
}
