import * as z from "zod";

import { HIDING_REFUSED, INVISIBLE_REFUSED, isPlainLine, isPlainText } from "#lib/plain-text.ts";
import type { TaskStatus } from "#lib/tasks/status.ts";

/** Body of POST /api/v1/tasks and of every dialect's map. Ids are TypeIDs. */

export const sourceSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("url"),
    url: z
      .url({ protocol: /^https?$/, error: "Give an address that starts with http:// or https://." })
      .max(4096),
  }),
  z.object({ type: z.literal("upload"), uploadId: z.string().min(1) }),
  z.object({ type: z.literal("sample"), sample: z.string().min(1) }),
  /** A file in an Output's storage. */
  z.object({ type: z.literal("object"), outputId: z.string().min(1), path: z.string().min(1).max(1024) }),
]);
export type Source = z.infer<typeof sourceSchema>;

export const createTaskSchema = z.object({
  source: sourceSchema,
  /** Template ids or names; each makes one job. */
  templates: z.array(z.string().min(1)).min(1, "Choose at least one template.").max(20),
  outputId: z.string().min(1, "Select an Output."),
  /** Output Filename: a path inside the Output, with variables; see lib/outputs/output-path.ts. */
  outputPattern: z.string().min(1, "Give an Output Filename.").max(512),
  /** Higher runs earlier. */
  priority: z.int().min(-10).max(10).default(0),
  tags: z.array(z.string().trim().min(1).max(64).refine(isPlainLine, INVISIBLE_REFUSED)).max(20).default([]),
  userData: z.string().max(8192).refine(isPlainText, HIDING_REFUSED).optional(),
  /** Also accepted as the Idempotency-Key header. */
  idempotencyKey: z.string().min(1).max(255).optional(),
});
export type CreateTask = z.infer<typeof createTaskSchema>;
export type CreateTaskInput = z.input<typeof createTaskSchema>;

/** Body of POST /api/v1/tasks/{taskId}/retry; may be absent. `jobs`: ids of failed or canceled jobs; absent: all failed ones. */
export const retryTaskSchema = z.object({
  jobs: z.array(z.string().min(1)).min(1, "Name at least one job.").max(20).optional(),
});
export type RetryTaskInput = z.input<typeof retryTaskSchema>;

/** Filters of the list, as read from a query string by lib/tasks/queries.ts. */
export type TaskFilters = {
  status: TaskStatus[];
  text: string;
  template: string;
  outputId: string;
  /** ISO 8601 with an offset, or ""; inclusive from, exclusive to. */
  from: string;
  to: string;
};
