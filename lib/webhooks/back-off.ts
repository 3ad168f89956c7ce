/**
 * Seconds before each try of a series: at once, then growing to a day in all. The schedule that the Standard Webhooks
 * specification gives as its example.
 */
const SCHEDULE_SECONDS = [0, 5, 300, 1_800, 7_200, 18_000, 36_000] as const;

export const MAX_TRIES = SCHEDULE_SECONDS.length;
/** A receiver may ask for more patience than ours, but not for ever. */
const MAX_RETRY_AFTER_SECONDS = 24 * 3600;
/** Each delay is up to this share longer, so that receivers are not met by everything at once after an outage. */
const JITTER = 0.2;

/**
 * Seconds until the next try after `tries` failed ones; null when that was the last. `retryAfterSeconds`: what the
 * receiver asked for, honoured when it is longer. `random` is in [0, 1).
 */
export function nextDelaySeconds(
  tries: number,
  retryAfterSeconds: number | null,
  random: number = Math.random(),
): number | null {
  const planned = SCHEDULE_SECONDS[tries];
  if (planned === undefined) return null;
  const asked = Math.min(retryAfterSeconds ?? 0, MAX_RETRY_AFTER_SECONDS);
  return Math.max(planned, asked) * (1 + JITTER * random);
}

/** `Retry-After` (RFC 9110: seconds or an HTTP date) as seconds from `now`; null when absent or unreadable. */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  // A date has letters; "-5" and "1.5" are none, whatever Date.parse makes of them.
  const at = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, Math.round((at - now) / 1000));
}
