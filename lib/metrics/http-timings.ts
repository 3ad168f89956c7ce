import type { Metric, Sample } from "#lib/metrics/prometheus-text.ts";

/** Upper bounds in seconds; uploads and event streams end in the last ones. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60] as const;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

type Series = { labels: Record<string, string>; counts: number[]; sum: number; count: number };

const shared = globalThis as typeof globalThis & { vodHttpTimings?: Map<string, Series> };
/** On globalThis: the server counts, and the handler of /api/metrics, which reads, is loaded by Next. */
const allSeries = () => (shared.vodHttpTimings ??= new Map<string, Series>());

/** Counts one answered request of this process. `path` without query; only its kind is kept. */
export function observeRequest(method: string, path: string, status: number, seconds: number): void {
  const labels = {
    method: METHODS.includes(method) ? method : "other",
    kind: requestKind(path),
    status: `${Math.floor(status / 100)}xx`,
  };
  const key = Object.values(labels).join(" ");
  let series = allSeries().get(key);
  if (series === undefined) {
    series = { labels, counts: BOUNDS.map(() => 0), sum: 0, count: 0 };
    allSeries().set(key, series);
  }
  for (const [index, bound] of BOUNDS.entries()) {
    if (seconds <= bound) series.counts[index] = (series.counts[index] ?? 0) + 1;
  }
  series.sum += seconds;
  series.count += 1;
}

/** What has been counted in this process since it started. */
export function httpTimings(): Metric {
  return {
    name: "vod_http_request_seconds",
    type: "histogram",
    help: "Time until a request of this web process was answered whole.",
    samples: [...allSeries().values()].flatMap(({ labels, counts, sum, count }): Sample[] => [
      ...BOUNDS.map((bound, index) => ({
        suffix: "_bucket",
        labels: { ...labels, le: String(bound) },
        value: counts[index] ?? 0,
      })),
      { suffix: "_bucket", labels: { ...labels, le: "+Inf" }, value: count },
      { suffix: "_sum", labels, value: sum },
      { suffix: "_count", labels, value: count },
    ]),
  };
}

/** A few kinds, so that ids in paths make no series of their own. */
function requestKind(path: string): string {
  if (path.startsWith("/api/v1/uploads/tus")) return "upload";
  if (path === "/api/v1/events") return "events";
  if (path.startsWith("/api/v1/")) return "api";
  if (path.startsWith("/api/")) return "system";
  if (path.startsWith("/vodencoding/")) return "visionular";
  if (path.startsWith("/files/")) return "file";
  if (path.startsWith("/_next/")) return "asset";
  return "page";
}
