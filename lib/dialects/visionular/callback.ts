import { toVendorTask } from "#lib/dialects/visionular/map.ts";
import type { OutputView } from "#lib/outputs/view.ts";
import type { TaskView } from "#lib/tasks/view.ts";

type CallbackItem =
  | {
      task_id: string;
      input: string;
      output: string;
      format: string;
      status: "succeeded";
      duration: number;
      spend_time: number;
    }
  | { task_id: string; status: "failed"; error_code: number; error_msg: string };

/** What the vendor posts to a storage's `notify`. */
export type VisionularCallback = {
  code: 0;
  msg: "succeeded" | "failed";
  callback_url: string;
  data: CallbackItem[];
};

/**
 * The callback of a settled task in AuroraCloud's words: one item, because its API makes one job for each task. `output`
 * is a storage URI (`oss://bucket/prefix/path`; of a local Output `local://name/path`). A canceled task has no word of its
 * own there: it failed, and the message says why.
 */
export function renderVisionularCallback(
  task: TaskView,
  output: OutputView,
  url: string,
): VisionularCallback {
  const wire = toVendorTask(task);
  if (task.status !== "succeeded") {
    const item = {
      task_id: wire.task_id,
      status: "failed" as const,
      error_code: wire.code,
      error_msg: wire.message,
    };
    return { code: 0, msg: "failed", callback_url: url, data: [item] };
  }
  const place = output.type === "local" ? `local://${output.name}/` : output.location;
  return {
    code: 0,
    msg: "succeeded",
    callback_url: url,
    data: [
      {
        task_id: wire.task_id,
        input: wire.input,
        output: `${place}${wire.output}`,
        format: wire.format,
        status: "succeeded",
        duration: wire.duration,
        spend_time: wire.spend_time,
      },
    ],
  };
}
