import { stat } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";

import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { findSample } from "#lib/samples/find-sample.ts";
import { listSamples } from "#lib/samples/list-samples.ts";
import { readSamples, sampleFile } from "#lib/samples/read-samples.ts";
import { createTask } from "#lib/tasks/create-task.ts";

let project: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
});
afterAll(stopBoss);

test("at least four samples are shipped, with a licence, words in both languages, and the size they say", async () => {
  const samples = await readSamples();
  expect(samples.length).toBeGreaterThanOrEqual(4);
  for (const sample of samples) {
    expect((await stat(sampleFile(sample))).size).toBe(sample.sizeBytes);
    expect(sample.licence).not.toBe("");
    expect(sample.title["zh-CN"]).toMatch(/\p{Script=Han}/u);
  }
  const views = await listSamples(project.ctx("viewer"));
  expect(views.map((view) => view.id)).toEqual(samples.map((sample) => sample.id));
  expect(await findSample(project.ctx(), "nope")).toBeNull();
});

test("each can be the source of a task, which is named after its file and found by its title", async () => {
  for (const sample of await readSamples()) {
    const { task } = await createTask(
      project.ctx(),
      project.request({ source: { type: "sample", sample: sample.id } }),
    );
    expect(task).toMatchObject({ name: sample.file, source: { type: "sample", sample: sample.id } });
    expect(task.jobs[0]?.primaryPath).toMatch(/^[\w-]+\.mp4$/);
  }
});
