import { AsyncLocalStorage } from "node:async_hooks";

/** Every answer says which request it is of; log lines have the same id as `requestId`. */
export const REQUEST_ID_HEADER = "X-Request-Id";

/** On globalThis: Next's handlers are bundles of their own and would otherwise have another store than the server. */
function store(): AsyncLocalStorage<string> {
  const shared = globalThis as typeof globalThis & { vodRequestId?: AsyncLocalStorage<string> };
  return (shared.vodRequestId ??= new AsyncLocalStorage<string>());
}

/** Runs the handling of one request; every log line below it carries `id`. */
export function withRequestId<T>(id: string, work: () => T): T {
  return store().run(id, work);
}

/** The id of the request that is being handled; undefined outside of one. */
export function currentRequestId(): string | undefined {
  return store().getStore();
}
