import { expect, test } from "vitest";

import { httpTimings, observeRequest } from "#lib/metrics/http-timings.ts";
import { prometheusText } from "#lib/metrics/prometheus-text.ts";

test("metrics are written with help, type, labels and escapes", () => {
  const text = prometheusText([
    {
      name: "a_total",
      type: "counter",
      help: "One\nline.",
      samples: [{ value: 3, labels: { code: 'say "x"\\\n', status: "failed" } }, { value: 0.5 }],
    },
    { name: "b", type: "gauge", help: "Nothing yet.", samples: [] },
  ]);
  expect(text).toBe(
    '# HELP a_total One\\nline.\n# TYPE a_total counter\na_total{code="say \\"x\\"\\\\\\n",status="failed"} 3\n' +
      "a_total 0.5\n# HELP b Nothing yet.\n# TYPE b gauge\n",
  );
});

test("requests are counted in cumulative buckets by kind, never by path", () => {
  observeRequest("GET", "/api/v1/tasks/tsk_1", 200, 0.004);
  observeRequest("GET", "/api/v1/tasks/tsk_2", 204, 0.2);
  observeRequest("BREW", "/api/v1/tasks", 405, 100);
  const text = prometheusText([httpTimings()]);
  const line = (le: string) =>
    `vod_http_request_seconds_bucket{method="GET",kind="api",status="2xx",le="${le}"}`;
  expect(text).toContain(`${line("0.005")} 1\n`);
  expect(text).toContain(`${line("0.25")} 2\n`);
  expect(text).toContain(`${line("+Inf")} 2\n`);
  expect(text).toContain('_count{method="other",kind="api",status="4xx"} 1\n');
  expect(text).not.toContain("tsk_1");
});
