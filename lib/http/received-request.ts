import { AsyncLocalStorage } from "node:async_hooks";

/**
 * A request as it came in. Next's request is a normalised copy (`%2A` becomes `*`, `?cancel` becomes `?cancel=`,
 * `nxtP…` parameters vanish, of two Authorization headers only the first survives), so whatever verifies a vendor's
 * credentials or signature reads this one.
 */
export type ReceivedRequest = {
  method: string;
  /** Path and query, byte for byte. */
  target: string;
  /** Names and values in turn, in the order and spelling of the wire. */
  rawHeaders: readonly string[];
  /** The client's IP address, behind trusted proxies the one that they name. */
  clientAddress: string;
};

/** On globalThis: Next's handlers are bundles of their own and would otherwise have another store than the server. */
function store(): AsyncLocalStorage<ReceivedRequest> {
  const shared = globalThis as typeof globalThis & {
    vodReceivedRequest?: AsyncLocalStorage<ReceivedRequest>;
  };
  return (shared.vodReceivedRequest ??= new AsyncLocalStorage<ReceivedRequest>());
}

/** Runs the handling of one request, with that request at hand for everything below. */
export function withReceivedRequest<T>(received: ReceivedRequest, work: () => T): T {
  return store().run(received, work);
}

/** The request that is being handled, as it was received. Throws behind any other server than lib/http/server.ts. */
export function receivedRequest(): ReceivedRequest {
  const received = store().getStore();
  if (!received) throw new Error("There is no received request: the web process must be lib/http/server.ts.");
  return received;
}

/** Every value of a header, in order; more than one means that it was sent more than once. */
export function receivedHeader({ rawHeaders }: ReceivedRequest, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? "");
  return values;
}
