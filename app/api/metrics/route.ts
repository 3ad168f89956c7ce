import { consoleRoute } from "#lib/http/console-route.ts";
import { collectMetrics } from "#lib/metrics/collect-metrics.ts";
import { PROMETHEUS_TYPE } from "#lib/metrics/prometheus-text.ts";

export const dynamic = "force-dynamic";

/**
 * For Prometheus, whose `basic_auth` is an access key with role admin. Not open to loopback: behind a reverse proxy on the
 * same machine everybody comes from there.
 */
export const GET = consoleRoute(
  async ({ ctx }) =>
    new Response(await collectMetrics(ctx), { headers: { "Content-Type": PROMETHEUS_TYPE } }),
);
