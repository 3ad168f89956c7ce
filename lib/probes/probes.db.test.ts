import { afterAll, beforeAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { createProbe } from "#lib/probes/create-probe.ts";
import { getProbeThumbnail } from "#lib/probes/get-probe-thumbnail.ts";
import { getProbe } from "#lib/probes/get-probe.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { PROBE_QUEUE, stopBoss } from "#lib/queue/boss.ts";
import { createUpload } from "#lib/uploads/create-upload.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const source = { type: "url", url: "https://cdn.example.test/a.mp4" };

test("without a worker the answer is queued, and the unit waits", async () => {
  const view = await createProbe(project.ctx(), { source }, { waitMs: 300 });
  expect(view).toMatchObject({
    status: "queued",
    mediaInfo: null,
    warnings: [],
    failure: null,
    thumbnailUrl: null,
  });
  const units = await db()
    .$queryRaw`SELECT 1 FROM pgboss.job WHERE name = ${PROBE_QUEUE} AND data ->> 'probeId' = ${readId("probe", view.id)}`;
  expect(units).toHaveLength(1);
  await db().probe.delete({ where: { id: readId("probe", view.id) ?? "" } });
});

test("the answer comes as soon as the row is settled", async () => {
  const pending = createProbe(project.ctx(), { source }, { waitMs: 8000 });
  const started = Date.now();
  const id = await settleWaiting({
    status: "done",
    mediaInfo: { format: "mov" },
    warnings: [{ code: "no_audio", params: {} }],
    thumbnail: Buffer.from([0xff, 0xd8]),
  });
  const view = await pending;
  expect(Date.now() - started).toBeLessThan(2000);
  expect(view).toMatchObject({
    status: "done",
    mediaInfo: { format: "mov" },
    warnings: [{ code: "no_audio" }],
    thumbnailUrl: `/api/v1/probes/${view.id}/thumbnail`,
  });
  expect([...(await getProbeThumbnail(project.ctx("viewer"), view.id))]).toEqual([0xff, 0xd8]);
  expect(readId("probe", view.id)).toBe(id);
  await expect(getProbe(foreign.ctx(), view.id)).rejects.toMatchObject({ code: "not_found" });
  await expect(getProbeThumbnail(foreign.ctx(), view.id)).rejects.toMatchObject({ code: "not_found" });
});

test("a failed one says why", async () => {
  const pending = createProbe(project.ctx(), { source }, { waitMs: 8000 });
  await settleWaiting({
    status: "failed",
    errorCode: "INPUT_NOT_FOUND",
    errorParams: { host: "cdn.example.test", status: 404 },
  });
  expect(await pending).toMatchObject({
    status: "failed",
    failure: { code: "INPUT_NOT_FOUND", message: expect.stringContaining("404") as string },
  });
});

test("a source that cannot be looked at is refused before anything is queued", async () => {
  const before = await db().probe.count();
  const { view } = await createUpload(project.ctx(), { name: "a.mov", sizeBytes: 5 });
  await expect(
    createProbe(project.ctx(), { source: { type: "upload", uploadId: view.id } }),
  ).rejects.toMatchObject({ issues: [{ path: "source.uploadId" }] });
  await expect(
    createProbe(project.ctx(), { source: { type: "url", url: "file:///etc/passwd" } }),
  ).rejects.toMatchObject({ code: "invalid_input" });
  await expect(createProbe(project.ctx("viewer"), { source })).rejects.toMatchObject({ code: "forbidden" });
  expect(await db().probe.count()).toBe(before);
});

/** What the worker does: settles the preview that waits, as soon as there is one. */
async function settleWaiting(
  data: Parameters<ReturnType<typeof db>["probe"]["update"]>[0]["data"],
): Promise<string> {
  for (;;) {
    const waiting = await db().probe.findFirst({ where: { status: "queued" }, select: { id: true } });
    if (waiting !== null) {
      await db().probe.update({ where: { id: waiting.id }, data });
      return waiting.id;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
