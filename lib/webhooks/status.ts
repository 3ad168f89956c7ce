/** How far a delivery has come. `failed` is tried again by itself; `dead` only by hand. */
export const DELIVERY_STATES = ["pending", "delivered", "failed", "dead"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why an attempt did not count as delivered. */
export const DELIVERY_PROBLEMS = [
  /** An answer outside of 2xx and 3xx. */
  "status",
  /** 3xx: redirects are never followed. */
  "redirect",
  /** No answer in time. */
  "timeout",
  /** No connection, or it broke off. */
  "unreachable",
  /** The address leads to a private or local network. */
  "blocked",
  /** The endpoint was deleted before the event could be sent. */
  "endpoint_deleted",
  /** It was waiting when a backup was taken that has been restored since: it may have arrived meanwhile. */
  "restored",
] as const;
export type DeliveryProblem = (typeof DELIVERY_PROBLEMS)[number];

/** Why an endpoint gets nothing: somebody switched it off, or it answered 410. */
export const DISABLED_REASONS = ["person", "gone"] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];
