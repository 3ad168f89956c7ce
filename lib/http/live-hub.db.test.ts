import { expect, test, vi } from "vitest";

import { db } from "#lib/db/client.ts";
import { LiveHub } from "#lib/http/live-hub.ts";
import { notify } from "#lib/queue/notify.ts";
import { newId, showId } from "#lib/ids.ts";

test("a stream that was opened while the connection was lost is ended once messages arrive again", async () => {
  const hub = new LiveHub();
  await hub.start();
  const projectId = newId();
  const early = vi.fn();
  const end = vi.fn(() => {
    expect(hub.isListening).toBe(false);
    hub.subscribe(projectId, { send: vi.fn(), end: early });
  });
  hub.subscribe(projectId, { send: vi.fn(), end });
  await db().$queryRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'vod-console live'`;
  await expect.poll(() => early.mock.calls.length).toBe(1);
  expect(end).toHaveBeenCalledTimes(1);
  expect(hub.isListening).toBe(true);
  expect(hub.size).toBe(0);

  const send = vi.fn();
  hub.subscribe(projectId, { send, end: vi.fn() });
  await notify(db(), projectId, { type: "deleted", taskId: showId("task", newId()) });
  await expect.poll(() => send.mock.calls.length).toBe(1);
  await hub.close();
});
