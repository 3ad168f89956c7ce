/** Prisma's codes for a database that cannot be reached, or whose connection ended. */
const PRISMA_CODES = new Set(["P1001", "P1002", "P1008", "P1017", "P2024"]);
/** What PrismaPg's driver adapter calls the same. */
const ADAPTER_KINDS = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
]);
/** Of the socket, and of PostgreSQL: class 08, shutting down, starting up, too many connections. */
const CODES = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|08\w{3}|57P0[123]|53300)$/;
const WORDS =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|Unable to start a transaction|terminating connection|the database system is (?:starting up|shutting down)/;

/** Whether the database could not be asked at all, as opposed to having refused what it was asked. */
export function isConnectionError(error: unknown): boolean {
  // A refused connection to something else is not ours. What Prisma lets through as it is carries its version.
  if (!(error instanceof Error)) return false;
  if (!/^(?:Prisma|DriverAdapter)/.test(error.name) && !("clientVersion" in error)) return false;
  let at: unknown = error;
  for (let depth = 0; typeof at === "object" && at !== null && depth < 5; depth++) {
    const { code, kind, originalCode, message, cause, meta } = at as Record<string, unknown>;
    if (PRISMA_CODES.has(String(code)) || ADAPTER_KINDS.has(String(kind))) return true;
    if (CODES.test(String(code)) || CODES.test(String(originalCode)) || WORDS.test(String(message)))
      return true;
    at = cause ?? (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  }
  return false;
}
