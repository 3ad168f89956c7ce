import { beforeAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import type { Manifest } from "#lib/jobs/manifest.ts";
import { MAX_LISTED_FILES } from "#lib/jobs/to-job-view.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { getTaskLog, getTaskLogText } from "#lib/tasks/get-task-log.ts";
import { getTaskThumbnail } from "#lib/tasks/get-task-thumbnail.ts";
import { getTask } from "#lib/tasks/get-task.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});

const file = (path: string) => ({
  path,
  sizeBytes: 5,
  type: "video/mp4",
  sha256: "a".repeat(64),
  md5: "b".repeat(32),
});

test("a succeeded job lists its files, playlists first, under signed links", async () => {
  const id = await insertTestTask(project, { name: "intro.mov" });
  const segments = Array.from({ length: MAX_LISTED_FILES + 50 }, (_, index) =>
    file(`intro.1/seg ${index}.m4s`),
  );
  const manifest: Manifest = {
    fence: 1,
    mediaFolder: "intro.1",
    primary: file("intro.m3u8"),
    files: [...segments, file("intro.1/720p.m3u8")],
  };
  await db().job.updateMany({
    where: { taskId: readId("task", id) ?? "" },
    data: { manifest, primaryPath: "intro.m3u8" },
  });
  const [job] = (await getTask(project.ctx("viewer"), id)).jobs;
  expect(job?.files).toHaveLength(MAX_LISTED_FILES);
  expect(job?.files.slice(0, 3).map((one) => one.path)).toEqual([
    "intro.m3u8",
    "intro.1/720p.m3u8",
    "intro.1/seg 0.m4s",
  ]);
  expect(job?.primary).toEqual(job?.files[0]);
  expect(job?.files[2]?.url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/files\/[\w-]+\/intro\.1\/seg%200\.m4s$/);
  expect(job?.primary?.downloadUrl).not.toBe(job?.primary?.url);
});

test("an Output with a public address gives links under that", async () => {
  const mine = await makeTestProject("Public");
  await db().output.updateMany({
    where: { projectId: mine.projectId },
    data: { publicBaseUrl: "https://cdn.example.test/vod/" },
  });
  const id = await insertTestTask(mine);
  const manifest: Manifest = { fence: 1, mediaFolder: null, primary: file("a b.mp4"), files: [] };
  await db().job.updateMany({
    where: { taskId: readId("task", id) ?? "" },
    data: { manifest, primaryPath: "a b.mp4" },
  });
  expect((await getTask(mine.ctx(), id)).jobs[0]?.primary?.url).toBe(
    "https://cdn.example.test/vod/a%20b.mp4",
  );
});

test("a failed task carries its own failure, or its first failed job's", async () => {
  const own = await insertTestTask(project, { status: "failed" });
  await db().task.update({
    where: { id: readId("task", own) ?? "" },
    data: { errorCode: "INPUT_NOT_FOUND", errorParams: { host: "a.example", status: 404 } },
  });
  expect((await getTask(project.ctx(), own)).failure).toMatchObject({
    code: "INPUT_NOT_FOUND",
    message: expect.stringContaining("a.example answered 404") as string,
  });
  const jobs = await insertTestTask(project, { status: "failed" });
  await db().job.updateMany({
    where: { taskId: readId("task", jobs) ?? "" },
    data: { errorCode: "INPUT_NO_VIDEO", errorParams: { streams: "audio" } },
  });
  expect((await getTask(project.ctx(), jobs)).failure?.code).toBe("INPUT_NO_VIDEO");
});

test("the log is read in slices whose lines keep their numbers", async () => {
  const id = await insertTestTask(project);
  const taskId = readId("task", id) ?? "";
  await db().taskLog.createMany({
    data: ["ffmpeg -i in", "one", "two", "three"].map((text, index) => ({
      taskId,
      attempt: 1,
      level: index === 0 ? "command" : "info",
      text,
      at: new Date("2026-11-20T09:00:00Z"),
    })),
  });
  const slice = await getTaskLog(project.ctx("viewer"), id, { from: 1, limit: 2 });
  expect(slice.total).toBe(4);
  expect(slice.lines.map((line) => [line.line, line.level, line.text])).toEqual([
    [2, "info", "one"],
    [3, "info", "two"],
  ]);
  expect((await getTaskLog(project.ctx(), id, { from: 4 })).lines).toEqual([]);
  expect((await getTaskLogText(project.ctx(), id)).split("\n")[0]).toBe(
    "2026-11-20T09:00:00.000Z #1 command ffmpeg -i in",
  );
  expect((await getTask(project.ctx(), id)).logLineCount).toBe(4);
});

test("the picture is there for the project alone", async () => {
  const id = await insertTestTask(project);
  await expect(getTaskThumbnail(project.ctx(), id)).rejects.toMatchObject({ code: "not_found" });
  await db().taskThumbnail.create({
    data: { taskId: readId("task", id) ?? "", jpeg: Buffer.from([0xff, 0xd8]) },
  });
  expect([...(await getTaskThumbnail(project.ctx(), id))]).toEqual([0xff, 0xd8]);
  expect((await getTask(project.ctx(), id)).thumbnailUrl).toBe(`/api/v1/tasks/${id}/thumbnail`);
  await expect(getTaskThumbnail(foreign.ctx(), id)).rejects.toMatchObject({ code: "not_found" });
});

test("a foreign project gets not_found for the task and its log", async () => {
  const id = await insertTestTask(project);
  for (const verb of [getTask, getTaskLog, getTaskLogText]) {
    await expect(verb(foreign.ctx("admin"), id)).rejects.toMatchObject({ code: "not_found" });
  }
});
