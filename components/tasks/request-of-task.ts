import type { CreateTaskInput, Source } from "#lib/tasks/schema.ts";
import type { SourceView, TaskView } from "#lib/tasks/view.ts";

/** The request that would make the same task again: templates by name, defaults left out. */
export function requestOfTask(task: TaskView): CreateTaskInput {
  return {
    source: sourceOf(task.source),
    templates: task.jobs.map((job) => job.template.name),
    outputId: task.output.id,
    outputPattern: task.outputPattern,
    ...(task.priority !== 0 && { priority: task.priority }),
    ...(task.tags.length > 0 && { tags: task.tags }),
    ...(task.userData !== null && { userData: task.userData }),
  };
}

function sourceOf(source: SourceView): Source {
  switch (source.type) {
    case "url":
      return { type: "url", url: source.url };
    case "upload":
      return { type: "upload", uploadId: source.uploadId };
    case "sample":
      return { type: "sample", sample: source.sample };
    case "object":
      return { type: "object", outputId: source.output, path: source.path };
  }
}
