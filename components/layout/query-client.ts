import { QueryClient } from "@tanstack/react-query";

/** A client for one request on the server, or for a tab. Live messages keep it fresh, so focus does not refetch. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, gcTime: 5 * 60_000, refetchOnWindowFocus: false, retry: 1 },
    },
  });
}

let ofThisTab: QueryClient | undefined;

/** One client for the life of a tab; on the server a new one each time, because requests must not share data. */
export function browserQueryClient(): QueryClient {
  if (typeof window === "undefined") return makeQueryClient();
  return (ofThisTab ??= makeQueryClient());
}
