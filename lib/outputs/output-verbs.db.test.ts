import { mkdir, stat, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId, readId } from "#lib/ids.ts";
import { archiveOutput } from "#lib/outputs/archive-output.ts";
import { createOutput } from "#lib/outputs/create-output.ts";
import { deleteOutput } from "#lib/outputs/delete-output.ts";
import { findOutput } from "#lib/outputs/find-output.ts";
import { getOutputDetail } from "#lib/outputs/get-output-detail.ts";
import { listOutputRoots } from "#lib/outputs/list-output-roots.ts";
import { listOutputSummaries } from "#lib/outputs/list-output-summaries.ts";
import { testOutput, testOutputSettings } from "#lib/outputs/test-output.ts";
import { unarchiveOutput } from "#lib/outputs/unarchive-output.ts";
import { updateOutput } from "#lib/outputs/update-output.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { openS3Credentials } from "#lib/storage/s3-credentials.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});

const root = () => getEnv().outputRoots[0] ?? "";
const admin = () => project.ctx("admin");
const SECRET = "canary-secret-0123456789";
const KEYS = { accessKeyId: "AKCANARY", secretAccessKey: SECRET };
const bucket = (changes: Record<string, unknown> = {}) => ({
  type: "s3",
  name: "bucket",
  endpoint: "https://s3.example.com/",
  region: "eu-1",
  bucket: "media",
  prefix: "/vod//a",
  ...KEYS,
  ...changes,
});
const local = (name: string, changes: Record<string, unknown> = {}) => ({
  type: "local",
  name,
  folder: path.join(root(), `${project.projectId}-${name}`),
  ...changes,
});
const refusal = (code: string, ...paths: string[]) => ({
  code,
  issues: paths.map((one) => expect.objectContaining({ path: one }) as unknown),
});
const storedKeys = async (id: string) => {
  const row = await db().output.findUniqueOrThrow({
    where: { id: readId("output", id) ?? "" },
    select: { id: true, credentialsEncrypted: true },
  });
  return row.credentialsEncrypted === null ? null : openS3Credentials(row.id, row.credentialsEncrypted);
};
const auditOf = async (id: string) =>
  db().auditLog.findMany({ where: { objectId: readId("output", id) }, orderBy: { id: "asc" } });

describe("adding", () => {
  test("a bucket is normalised, its keys are stored and nowhere to be seen", async () => {
    const made = await createOutput(
      admin(),
      bucket({
        publicBaseUrl: "https://cdn.example.com/vod/",
        callbackUrl: "https://hooks.example.com/x?token=canary-token",
      }),
    );
    expect(made).toMatchObject({
      type: "s3",
      provider: "compatible",
      location: "s3://media/vod/a/",
      endpoint: "https://s3.example.com",
      prefix: "vod/a/",
      forcePathStyle: true,
      publicBaseUrl: "https://cdn.example.com/vod",
      hasCredentials: true,
      taskCount: 0,
      lastUsedAt: null,
      lastTest: null,
      archivedAt: null,
      isPlaceFixed: false,
    });
    expect(await storedKeys(made.id)).toEqual(KEYS);
    const seen = JSON.stringify([
      made,
      await listOutputSummaries(admin()),
      await getOutputDetail(admin(), made.id),
      await auditOf(made.id),
    ]);
    expect(seen).not.toContain(SECRET);
    expect(seen).not.toContain("AKCANARY");
    const forViewer = JSON.stringify(await getOutputDetail(project.ctx("viewer"), made.id));
    expect(forViewer).not.toContain("canary-token");
    expect(JSON.stringify(await auditOf(made.id))).not.toContain("canary-token");
  });

  test("a local folder is made inside OUTPUT_ROOTS; only admins see its path", async () => {
    const wanted = local("films");
    const made = await createOutput(admin(), wanted);
    expect(made).toMatchObject({ provider: "local", folder: wanted.folder, hasCredentials: false });
    expect((await stat(wanted.folder)).isDirectory()).toBe(true);
    expect((await getOutputDetail(project.ctx("operator"), made.id)).folder).toBeNull();
    expect(listOutputRoots(admin())).toEqual(getEnv().outputRoots);
    expect(() => listOutputRoots(project.ctx("operator"))).toThrow(/admin/);
  });

  test.each([
    ["outside of the roots", () => path.join(root(), "..", "elsewhere")],
    ["a place of the machine", () => "/etc"],
    ["one that another Output has", () => project.folder],
    ["inside another Output's", () => path.join(project.folder, "inner")],
    ["one that holds other Outputs", () => root()],
    ["another project's", () => path.join(foreign.folder, "mine")],
  ])("a folder is refused at its field, and not made: %s", async (_name, folder) => {
    const given = folder();
    await expect(createOutput(admin(), local("wrong", { folder: given }))).rejects.toMatchObject(
      refusal("invalid_input", "folder"),
    );
    await expect(testOutputSettings(admin(), local("wrong", { folder: given }))).rejects.toMatchObject(
      refusal("invalid_input", "folder"),
    );
    expect(await findOutput(admin(), "wrong")).toBeNull();
  });

  test("a link that leads out of the roots is refused, and the message says which roots there are", async () => {
    const link = path.join(root(), `link-${project.projectId}`);
    await symlink(os.tmpdir(), link);
    const wanted = local("linked", { folder: path.join(link, "films") });
    await expect(createOutput(admin(), wanted)).rejects.toMatchObject({
      message: expect.stringContaining(root()) as string,
      ...refusal("invalid_input", "folder"),
    });
  });

  test.each([
    ["endpoint", "s3.example.com"],
    ["endpoint", "https://user:pw@s3.example.com"],
    ["endpoint", "https://s3.example.com/path"],
    ["endpoint", "https://s3.example.com/?x=1"],
    ["endpoint", "ftp://s3.example.com"],
    ["endpoint", "http://10.0.0.1:9000"],
    ["endpoint", "http://[::ffff:169.254.169.254]"],
    ["region", "eu_1/../x"],
    ["bucket", "a"],
    ["bucket", "me/dia"],
    ["prefix", "a/../b"],
    ["prefix", "a\\b"],
    ["prefix", "x".repeat(201)],
    ["accessKeyId", ""],
    ["secretAccessKey", "two words"],
    ["publicBaseUrl", "https://cdn.example.com/?sig=1"],
    ["publicBaseUrl", "javascript:alert(1)"],
    ["callbackUrl", "https://user:pw@hooks.example.com"],
    ["callbackUrl", "http://127.0.0.2/hook"],
    ["name", " "],
    ["name", "a\u0007b"],
  ])("a bad %s is named: %j", async (field, value) => {
    const wanted = bucket({ name: "bad", [field]: value });
    await expect(createOutput(admin(), wanted)).rejects.toMatchObject(refusal("invalid_input", field));
    await expect(testOutputSettings(admin(), wanted)).rejects.toMatchObject(refusal("invalid_input", field));
  });

  test("unknown fields, unknown types and taken names are refused", async () => {
    await expect(createOutput(admin(), local("odd", { bucket: "media" }))).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(createOutput(admin(), { type: "ftp", name: "odd" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(createOutput(admin(), bucket({ name: "media" }))).rejects.toMatchObject(
      refusal("conflict", "name"),
    );
  });
});

describe("changing", () => {
  test("the keys stay unless both are given, and a test's result ends with what it was about", async () => {
    const { id } = await createOutput(admin(), bucket({ name: "changing" }));
    await db().output.update({
      where: { id: readId("output", id) ?? "" },
      data: { lastTest: [{ step: "resolve", ok: true, ms: 1 }], lastTestAt: new Date() },
    });
    const renamed = await updateOutput(admin(), id, { name: "renamed", callbackUrl: "https://a.example/" });
    expect(renamed).toMatchObject({ name: "renamed", lastTest: { outcome: "ok" } });
    expect(await storedKeys(id)).toEqual(KEYS);
    await expect(updateOutput(admin(), id, { secretAccessKey: "x" })).rejects.toMatchObject(
      refusal("invalid_input", "accessKeyId"),
    );
    const next = { accessKeyId: "AK2", secretAccessKey: "canary-2" };
    expect(await updateOutput(admin(), id, next)).toMatchObject({ lastTest: null });
    expect(await storedKeys(id)).toEqual(next);
    const entries = await auditOf(id);
    expect(entries.map(({ action, before, after }) => ({ action, before, after })).slice(1)).toEqual([
      {
        action: "output.update",
        before: { outputName: "changing", callbackUrl: null },
        after: { outputName: "renamed", callbackUrl: "https://a.example/" },
      },
      { action: "output.update", before: {}, after: { accessKeyReplaced: true } },
    ]);
    await updateOutput(admin(), id, { name: "renamed" });
    expect(await auditOf(id)).toHaveLength(3);
    await expect(updateOutput(admin(), id, { type: "local" })).rejects.toMatchObject(
      refusal("invalid_input", "type"),
    );
    await expect(updateOutput(admin(), id, { name: "media" })).rejects.toMatchObject(
      refusal("conflict", "name"),
    );
  });

  test("its place stays while tasks have files there or are about to; how to reach it may change", async () => {
    const { id } = await createOutput(admin(), bucket({ name: "placed", prefix: "one" }));
    const used = { ...project, output: { ...project.output, name: "placed" } };
    expect((await updateOutput(admin(), id, { prefix: "two" })).prefix).toBe("two/");
    const failed = await insertTestTask(used, { status: "failed" });
    expect(await updateOutput(admin(), id, { prefix: "three" })).toMatchObject({ isPlaceFixed: false });
    await db().job.updateMany({
      where: { taskId: readId("task", failed) ?? "" },
      data: { manifest: { files: [] } },
    });
    expect((await getOutputDetail(admin(), id)).isPlaceFixed).toBe(true);
    for (const change of [{ prefix: "four" }, { bucket: "other-bucket" }])
      await expect(updateOutput(admin(), id, change)).rejects.toMatchObject(
        refusal("conflict", ...Object.keys(change)),
      );
    const moved = await updateOutput(admin(), id, { endpoint: "https://s3-new.example.com" });
    expect(moved.endpoint).toBe("https://s3-new.example.com");
  });
});

describe("testing", () => {
  test("a local Output passes five steps, and the result stays with it", async () => {
    const { id } = await createOutput(admin(), local("tested"));
    const result = await testOutput(admin(), id);
    expect(result.outcome).toBe("ok");
    expect(result.steps.map(({ step, ok }) => [step, ok])).toEqual([
      ["resolve", true],
      ["authenticate", true],
      ["write", true],
      ["read", true],
      ["delete", true],
    ]);
    expect((await getOutputDetail(project.ctx("viewer"), id)).lastTest).toEqual(result);
    expect((await auditOf(id)).at(-1)).toMatchObject({ action: "output.test", after: { outcome: "ok" } });
  });

  test("settings that are not saved are tried with the stored keys, and nothing is kept", async () => {
    const { id } = await createOutput(admin(), bucket({ name: "unsaved" }));
    const result = await testOutputSettings(admin(), {
      outputId: id,
      endpoint: "https://no-such-host.invalid",
    });
    expect(result).toMatchObject({ outcome: "failed" });
    expect(result.steps[0]).toMatchObject({ step: "resolve", ok: false });
    expect(result.steps.slice(1).every(({ skipped }) => skipped)).toBe(true);
    expect(JSON.stringify(result)).not.toContain(SECRET);
    const after = await getOutputDetail(admin(), id);
    expect(after).toMatchObject({ endpoint: "https://s3.example.com", lastTest: null });
    const fresh = await testOutputSettings(admin(), local("never-saved"));
    expect(fresh.outcome).toBe("ok");
    expect(await findOutput(admin(), "never-saved")).toBeNull();
  });
});

describe("out of use", () => {
  test("is refused while tasks are queued or running, naming them; then it is archived and back", async () => {
    const { id } = await createOutput(admin(), local("going"));
    const used = { ...project, output: { ...project.output, name: "going" } };
    const taskId = await insertTestTask(used, { status: "queued", name: "late.mov" });
    await expect(archiveOutput(admin(), id)).rejects.toMatchObject({
      message: expect.stringContaining(`late.mov (${taskId})`) as string,
      ...refusal("conflict", `tasks.${taskId}`),
    });
    await db().task.updateMany({
      where: { id: readId("task", taskId) ?? "" },
      data: { status: "succeeded" },
    });
    expect((await archiveOutput(admin(), id)).archivedAt).not.toBeNull();
    expect(await findOutput(admin(), "going")).toBeNull();
    expect((await listOutputSummaries(admin())).map(({ name }) => name)).not.toContain("going");
    const [archived] = await listOutputSummaries(admin(), { isArchived: true });
    expect(archived).toMatchObject({ name: "going", taskCount: 1, activeTaskCount: 0 });
    expect(archived?.lastUsedAt).not.toBeNull();
    await expect(updateOutput(admin(), id, { name: "x" })).rejects.toMatchObject({ code: "conflict" });
    await expect(deleteOutput(admin(), id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("1 task has used") as string,
    });
    expect((await unarchiveOutput(admin(), id)).archivedAt).toBeNull();
    expect((await auditOf(id)).map(({ action }) => action)).toEqual([
      "output.create",
      "output.archive",
      "output.unarchive",
    ]);
  });

  test("one that no task has used is deleted, and its files stay", async () => {
    const wanted = local("unused");
    const { id } = await createOutput(admin(), wanted);
    await mkdir(path.join(wanted.folder, "kept"));
    await deleteOutput(admin(), id);
    await expect(getOutputDetail(admin(), id)).rejects.toMatchObject({ code: "not_found" });
    expect((await stat(path.join(wanted.folder, "kept"))).isDirectory()).toBe(true);
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(["output.create", "output.delete"]);
  });
});

describe("who may", () => {
  type Verb = (ctx: ReturnType<TestProject["ctx"]>, id: string) => Promise<unknown>;
  const changes: [string, Verb][] = [
    ["change", (ctx, id) => updateOutput(ctx, id, { name: "x" })],
    ["archive", archiveOutput],
    ["unarchive", unarchiveOutput],
    ["delete", deleteOutput],
    ["test", testOutput],
    ["test settings", (ctx, outputId) => testOutputSettings(ctx, { outputId })],
  ];

  test.each(changes)("%s: admins of the project only", async (_name, verb) => {
    for (const role of ["viewer", "operator"] as const)
      await expect(verb(project.ctx(role), project.output.id)).rejects.toMatchObject({ code: "forbidden" });
    for (const id of [project.output.id, `out_${"0".repeat(26)}`, newId(), "media"])
      await expect(verb(foreign.ctx("admin"), id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("add is for admins, reading for everybody in the project", async () => {
    await expect(createOutput(project.ctx("operator"), local("no"))).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(getOutputDetail(foreign.ctx("admin"), project.output.id)).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await getOutputDetail(project.ctx("viewer"), "media")).id).toBe(project.output.id);
  });
});
