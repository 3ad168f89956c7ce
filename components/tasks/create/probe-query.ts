import { queryOptions } from "@tanstack/react-query";

import { api, ApiError } from "#lib/http/api-client.ts";
import type { ProbeView } from "#lib/probes/view.ts";
import type { Source } from "#lib/tasks/schema.ts";

/** How often an unfinished probe is asked for, and when we stop asking: no worker is free, or none runs. */
const POLL_MILLISECONDS = 1000;
const GIVE_UP_MILLISECONDS = 60_000;

/** Looks into a source on the server, before a task is made of it. Cancelling the query stops the asking. */
export function probeQuery(source: Source | null) {
  return queryOptions({
    queryKey: ["probe", source],
    enabled: source !== null,
    retry: false,
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) => {
      const started = Date.now();
      let probe = await api.post<ProbeView>("/probes", { source }, { signal });
      while (probe.status === "queued") {
        if (Date.now() - started > GIVE_UP_MILLISECONDS)
          throw new ApiError("unavailable", "probe_timeout", 0);
        await pause(signal);
        probe = await api.get<ProbeView>(`/probes/${encodeURIComponent(probe.id)}`, { signal });
      }
      return probe;
    },
  });
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, POLL_MILLISECONDS);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(new DOMException("The probe was cancelled.", "AbortError"));
      },
      { once: true },
    );
  });
}
