import { afterAll, beforeAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId, readId } from "#lib/ids.ts";
import type { JobPlanView, JobResult } from "#lib/jobs/view.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { audioStream, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import type { Source } from "#lib/tasks/schema.ts";
import { validateTask } from "#lib/tasks/validate-task.ts";
import { createUpload } from "#lib/uploads/create-upload.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const sourceOf = (name: string): Source => ({ type: "url", url: `https://cdn.example.test/${name}.mp4` });

/** A preview that a worker has finished. */
async function probed(of: TestProject, source: Source, found: { media: MediaInfo } | { code: string }) {
  const answer =
    "media" in found
      ? { status: "done" as const, mediaInfo: found.media }
      : {
          status: "failed" as const,
          errorCode: found.code,
          errorParams: { url: "a", status: 404, host: "h" },
        };
  await db().probe.create({ data: { id: newId(), projectId: of.projectId, source, ...answer } });
}

/** A succeeded task: 10 s of 1080p25 in so many seconds, one bit for each ten pixels. */
async function withHistory(
  encodeSeconds: number,
  warnings: JobResult["warnings"] = [],
  plan: Partial<JobPlanView> = {},
): Promise<void> {
  const id = readId("task", await insertTestTask(project)) ?? "";
  const result: JobResult = {
    primary: mediaInfo(),
    renditions: [
      {
        name: "1080p",
        kind: "video",
        codec: "h264",
        width: 1920,
        height: 1080,
        frameRate: 25,
        measuredKbps: (1920 * 1080 * 25) / 10 / 1000,
        sizeBytes: null,
      },
    ],
    warnings,
    sizeBytes: 1,
    fileCount: 1,
    encodeSeconds,
  };
  const spec = PREDEFINED_SPECS.find(({ name }) => name === "System_MP4_H264")?.spec;
  await db().job.updateMany({ where: { taskId: id }, data: { result, plan, spec: spec ?? {} } });
  await db().task.update({ where: { id }, data: { finishedAt: new Date() } });
}

test("a request is rehearsed job by job, from the preview of its source, and nothing is made", async () => {
  const source = sourceOf("whole");
  const media = mediaInfo({ video: [videoStream({ width: 1280, height: 720 })] });
  await probed(project, source, { media });
  const request = project.request({
    source,
    templates: ["System_HLS_H264", "System_MP4_H265", "System_Audio_AAC"],
    outputPattern: "films/{input_name}-{template}",
  });
  const before = await db().task.count();
  const { jobs, ...whole } = await validateTask(project.ctx(), request);
  expect(await db().task.count()).toBe(before);
  expect(whole).toMatchObject({ media, sizeBytes: null, encodeSeconds: null });
  expect(jobs.map(({ template, primaryPath, container }) => [template.name, primaryPath, container])).toEqual(
    [
      ["System_HLS_H264", "films/whole-System_HLS_H264.m3u8", "hls"],
      ["System_MP4_H265", "films/whole-System_MP4_H265.mp4", "mp4"],
      ["System_Audio_AAC", "films/whole-System_Audio_AAC.m4a", "m4a"],
    ],
  );
  const [hls, mp4, sound] = jobs;
  const sizes = hls?.plan?.renditions.filter(({ kind }) => kind === "video").map(({ height }) => height);
  expect(sizes).toEqual([720, 480, 360]);
  expect(hls?.plan?.warnings).toContainEqual(expect.objectContaining({ code: "rung_skipped" }));
  // They share one decode, and so one command.
  expect(hls?.commands).toHaveLength(1);
  expect(hls?.commands[0]).toMatch(/^ffmpeg .*-i file:\/source\/input .*\/work\/job0\/.*libx265/s);
  expect(mp4?.commands).toEqual(hls?.commands);
  expect(mp4?.memoryBytes).toBeGreaterThan(200_000_000);
  expect(jobs.map(({ failure }) => failure)).toEqual([null, null, null]);
  // 10 s at 128 kbit/s.
  expect(sound?.sizeBytes).toBeCloseTo(163_200, -3);
});

test("what these workers did lately says how long and how large it will be", async () => {
  await withHistory(20);
  // What was copied says nothing about encoding.
  for (let i = 0; i < 3; i++)
    await withHistory(0.1, [{ code: "stream_copied", params: { kind: "video", codec: "h264" } }]);
  // Nor do processes side by side about how long one takes; but how large it becomes they do.
  for (let i = 0; i < 3; i++) await withHistory(1, [], { chunks: 5 });
  const source = sourceOf("measured");
  await probed(project, source, { media: mediaInfo({ audio: [] }) });
  const request = project.request({ source, templates: ["System_MP4_720p_H264"] });
  const { jobs, ...whole } = await validateTask(project.ctx(), request);
  // 720p has 4/9 of the pixels, and takes 4/9 of the time.
  expect(jobs[0]?.encodeSeconds).toBeCloseTo((20 * 4) / 9, 5);
  const bits = (1280 * 720 * 25 * 10) / 10;
  expect(jobs[0]?.sizeBytes).toBe(Math.round((bits / 8) * 1.02));
  expect(whole).toMatchObject({ sizeBytes: jobs[0]?.sizeBytes, encodeSeconds: jobs[0]?.encodeSeconds });
});

test("jobs that would fail say why, and the others go on", async () => {
  const source = sourceOf("silent");
  await probed(project, source, { media: mediaInfo({ audio: [] }) });
  const templates = ["System_Audio_AAC", "System_MP4_H264"];
  const { jobs } = await validateTask(
    project.ctx(),
    project.request({ source, templates, outputPattern: "{template}" }),
  );
  expect(jobs.map(({ failure, commands }) => [failure?.code, commands.length])).toEqual([
    ["INPUT_NO_AUDIO", 0],
    [undefined, 1],
  ]);
  const missing = sourceOf("missing");
  await probed(project, missing, { code: "INPUT_NOT_FOUND" });
  const answer = await validateTask(project.ctx(), project.request({ source: missing }));
  expect(answer).toMatchObject({
    media: null,
    jobs: [{ plan: null, failure: { code: "INPUT_NOT_FOUND" }, sizeBytes: null }],
  });
});

test("a source that nobody looked into, and an upload that arrives, have no plan yet", async () => {
  const waiting = { ...project.request({ source: sourceOf("unknown") }) };
  const answer = await validateTask(project.ctx(), waiting, { waitMs: 0 });
  expect(answer).toMatchObject({ media: null, jobs: [{ plan: null, failure: null, commands: [] }] });
  const { view } = await createUpload(project.ctx(), { name: "a.mp4", sizeBytes: 10 });
  const source: Source = { type: "upload", uploadId: view.id };
  const arriving = await validateTask(project.ctx(), project.request({ source }));
  expect(arriving).toMatchObject({ media: null, jobs: [{ plan: null, primaryPath: "a.mp4" }] });
});

test("another project's preview is not used", async () => {
  const source = sourceOf("theirs");
  await probed(foreign, source, { media: mediaInfo({ audio: [audioStream()] }) });
  const answer = await validateTask(project.ctx(), project.request({ source }), { waitMs: 0 });
  expect(answer.media).toBeNull();
});

test("it refuses what creation refuses, and whom", async () => {
  const ctx = project.ctx();
  await expect(validateTask(ctx, project.request({ templates: ["Nothing"] }))).rejects.toMatchObject({
    code: "invalid_input",
    issues: [{ path: "templates" }],
  });
  await expect(validateTask(ctx, project.request({ outputId: foreign.output.id }))).rejects.toMatchObject({
    code: "invalid_input",
    issues: [{ path: "outputId" }],
  });
  await expect(validateTask(ctx, project.request({ outputPattern: "../a" }))).rejects.toMatchObject({
    code: "invalid_input",
    issues: [{ path: "outputPattern" }],
  });
  await expect(validateTask(project.ctx("viewer"), project.request())).rejects.toMatchObject({
    code: "forbidden",
  });
});
