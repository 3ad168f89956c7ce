const FIRST_SECONDS = 2;
const MOST_SECONDS = 15;

/** How long to wait before asking a server again that has not answered `tries` times: 2, 4, 8, then every 15 seconds. */
export function retrySeconds(tries: number): number {
  return Math.min(MOST_SECONDS, FIRST_SECONDS * 2 ** tries);
}
