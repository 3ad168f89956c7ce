import * as z from "zod";

import type { TaskStatus } from "#lib/tasks/status.ts";

/** The vendor's shapes on the wire, requests only; answers are typed in map.ts. */

const text = (name: string) => z.string(`${name} must be a string`).min(1, `${name} is missing`);

/** Body of create_task. Other keys (`extra_options`, …) are accepted and ignored, as the vendor's integrators expect. */
export const createTaskWireSchema = z.looseObject({
  template_name: text("template_name"),
  input: text("input"),
  output: text("output"),
  storage_id: text("storage_id"),
});

export const VENDOR_STATUSES = [
  "pending",
  "running",
  "downloading",
  "uploading",
  "succeeded",
  "failed",
] as const;
export type VendorStatus = (typeof VENDOR_STATUSES)[number];

/** What a vendor's status asks for. A running task is one of three words by its phase; each of them finds all running ones. */
export const STATUS_FILTERS = {
  pending: ["queued"],
  running: ["running"],
  downloading: ["running"],
  uploading: ["running"],
  succeeded: ["succeeded"],
  failed: ["failed", "partial", "canceled"],
} as const satisfies Record<VendorStatus, readonly TaskStatus[]>;

const DEFAULT_LIMIT = 10;
const MOST_PER_PAGE = 100;
const MOST_SKIPPED = 1_000_000;

const whole = (name: string) =>
  z
    .string()
    .regex(/^(\d{1,15})?$/, `${name} must be a whole number`)
    .transform((value) => (value === "" ? 0 : Number(value)))
    .default(0);

/**
 * Query of list_task, in either of the two styles that are in use: `count, start_num` (Go SDK, which always sends all
 * five) or `limit, skip`; times in seconds or in milliseconds. 0 and empty mean "not given".
 */
export const listTaskWireSchema = z
  .object({
    count: whole("count"),
    start_num: whole("start_num"),
    limit: whole("limit"),
    skip: whole("skip"),
    start_time: whole("start_time"),
    end_time: whole("end_time"),
    status: z
      .enum(["", ...VENDOR_STATUSES], `status must be one of ${VENDOR_STATUSES.join(", ")}`)
      .default(""),
  })
  .transform(({ count, start_num, limit, skip, start_time, end_time, status }) => ({
    limit: Math.min(MOST_PER_PAGE, count || limit || DEFAULT_LIMIT),
    skip: Math.min(MOST_SKIPPED, start_num || skip),
    from: start_time === 0 ? null : readTime(start_time).at,
    /** Exclusive: the end_time itself still counts. */
    to: end_time === 0 ? null : readTime(end_time).after,
    statuses: status === "" ? [] : STATUS_FILTERS[status],
  }));

/** Thirteen digits are milliseconds, ten are seconds. Past 9999 there is nothing. */
function readTime(value: number): { at: Date; after: Date } {
  const unit = value >= 100_000_000_000 ? 1 : 1000;
  const last = Date.UTC(9999, 11, 31);
  return { at: new Date(Math.min(last, value * unit)), after: new Date(Math.min(last, (value + 1) * unit)) };
}
