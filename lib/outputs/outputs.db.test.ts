import { stat } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { ensureLocalOutput } from "#lib/outputs/ensure-local-output.ts";
import { findOutput } from "#lib/outputs/find-output.ts";
import { getOutput } from "#lib/outputs/get-output.ts";
import { listOutputs } from "#lib/outputs/list-outputs.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});

test("a local Output is made once, with its folder, and says only the folder's last name", async () => {
  const folder = path.join(getEnv().outputRoots[0] ?? "", "deep", "films");
  const wanted = { projectId: project.projectId, name: "films", folder };
  const [first, second] = [await ensureLocalOutput(db(), wanted), await ensureLocalOutput(db(), wanted)];
  expect(second).toEqual(first);
  expect(first).toMatchObject({
    name: "films",
    type: "local",
    location: "local: films",
    publicBaseUrl: null,
  });
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test.each(["..", "../outputs-beside", "/"])(
  "a folder outside OUTPUT_ROOTS is refused: %s",
  async (relative) => {
    const folder = path.resolve(getEnv().outputRoots[0] ?? "", relative);
    await expect(
      ensureLocalOutput(db(), { projectId: project.projectId, name: "out", folder }),
    ).rejects.toMatchObject({ code: "invalid_input" });
  },
);

test("lists and look-ups leave out archived and foreign ones", async () => {
  await db().output.create({
    data: {
      id: newId(),
      projectId: project.projectId,
      name: "old",
      type: "local",
      folder: "/nowhere",
      archivedAt: new Date(),
    },
  });
  expect((await listOutputs(project.ctx("viewer"))).map((output) => output.name)).toEqual(["media", "films"]);
  expect(await findOutput(project.ctx(), "old")).toBeNull();
  expect((await getOutput(project.ctx(), "media")).id).toBe(project.output.id);
  await expect(getOutput(foreign.ctx(), project.output.id)).rejects.toMatchObject({ code: "not_found" });
});

test("a bucket's credentials never reach a view", async () => {
  const id = newId();
  await db().output.create({
    data: {
      id,
      projectId: project.projectId,
      name: "bucket",
      type: "s3",
      bucket: "vod",
      prefix: "a/",
      credentialsEncrypted: "canary",
    },
  });
  const view = await getOutput(project.ctx(), "bucket");
  expect(view.location).toBe("s3://vod/a/");
  expect(JSON.stringify(view)).not.toContain("canary");
});
