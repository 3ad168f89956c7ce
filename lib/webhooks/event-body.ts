import type { TaskView } from "#lib/tasks/view.ts";
import type { WebhookEvent } from "#lib/webhooks/schema.ts";

/**
 * Our own body of an event, after the Standard Webhooks' `{type, timestamp, data}`. Links and the source's full address
 * are left out: both may carry credentials, and a body is kept. A receiver reads the task for them.
 */
export function eventBody(event: WebhookEvent, task: TaskView): string {
  return JSON.stringify({
    type: event,
    timestamp: task.finishedAt,
    data: {
      id: task.id,
      number: task.number,
      name: task.name,
      status: task.status,
      source: { type: task.source.type, label: task.source.label },
      output: { id: task.output.id, name: task.output.name },
      userData: task.userData,
      tags: task.tags,
      failure: failureOf(task.failure),
      sizeBytes: task.sizeBytes,
      jobs: task.jobs.map((job) => ({
        id: job.id,
        index: job.index,
        template: job.template.name,
        status: job.status,
        primaryPath: job.primaryPath,
        sizeBytes: job.result?.sizeBytes ?? null,
        durationSeconds: job.result?.primary.durationSeconds ?? null,
        failure: failureOf(job.failure),
      })),
      createdAt: task.createdAt,
      startedAt: task.startedAt,
      finishedAt: task.finishedAt,
    },
  });
}

/** The evidence stays here: it may name hosts and paths. */
function failureOf(failure: TaskView["failure"]) {
  return failure === null ? null : { code: failure.code, message: failure.message };
}
