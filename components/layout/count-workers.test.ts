import { expect, test } from "vitest";

import { countWorkers } from "#components/layout/count-workers.ts";
import type { WorkerState, WorkerView } from "#lib/workers/view.ts";

const worker = (name: string, state: WorkerState): WorkerView => ({
  id: "wrk_1",
  name,
  state,
  slots: 1,
  running: 0,
  version: "0.1.0",
  sandboxTier: "A",
  heartbeatAt: "2026-11-20T12:00:00.000Z",
});

test("a worker that was restarted is not missing", () => {
  expect(countWorkers([worker("a", "online"), worker("a", "offline")])).toEqual({ online: 1, total: 1 });
});

test("a host whose workers are all gone is missing once", () => {
  const gone = [worker("b", "offline"), worker("b", "offline")];
  expect(countWorkers([worker("a", "draining"), ...gone])).toEqual({ online: 1, total: 2 });
});
