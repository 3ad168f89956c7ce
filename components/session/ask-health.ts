import type { ConnectionState } from "#lib/http/connection.ts";

/** Longer than the server's own patience with its database (lib/http/health.ts). */
const PATIENCE_MILLISECONDS = 8000;

/** How the server is now, asked where no session is needed. Never throws: no answer is an answer. */
export async function askHealth(): Promise<Extract<ConnectionState, "up" | "down" | "database">> {
  try {
    const response = await fetch("/api/health", {
      cache: "no-store",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
    if (response.ok) return "up";
    // A proxy that answers in the server's place has no such body.
    const answer = (await response.json()) as { status?: string };
    return answer.status === "unavailable" ? "database" : "down";
  } catch {
    return "down";
  }
}
