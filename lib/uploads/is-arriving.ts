/** An upload that stands still for this long is given up. */
export const UPLOAD_IDLE_MS = 24 * 3600 * 1000;
/** While bytes come they are written down every second; after this long without, nobody is sending. */
const ARRIVING_MS = 15_000;

/**
 * Whether somebody is sending an upload now. Its expiry moves with every byte that is written down, so it tells when the
 * last one came.
 */
export function isArriving(
  { state, expiresAt }: { state: string; expiresAt: Date },
  now: number = Date.now(),
): boolean {
  return state === "uploading" && now - (expiresAt.getTime() - UPLOAD_IDLE_MS) < ARRIVING_MS;
}
