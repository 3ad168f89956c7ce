import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { changePassword } from "#lib/accounts/change-password.ts";
import { signIn } from "#lib/accounts/sign-in.ts";
import { listAudit } from "#lib/audit/list-audit.ts";
import { NO_AUDIT_FILTERS } from "#lib/audit/queries.ts";
import { recordAudit } from "#lib/audit/record-audit.ts";
import type { AuditFilters } from "#lib/audit/schema.ts";
import type { AuditEntryView } from "#lib/audit/view.ts";
import { hashPassword } from "#lib/auth/password.ts";
import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { deleteTask } from "#lib/tasks/delete-task.ts";
import { retryTask } from "#lib/tasks/retry-task.ts";
import { archiveTemplate } from "#lib/templates/archive-template.ts";
import { cloneTemplate } from "#lib/templates/clone-template.ts";
import { createTemplate } from "#lib/templates/create-template.ts";
import { deleteTemplate } from "#lib/templates/delete-template.ts";
import { unarchiveTemplate } from "#lib/templates/unarchive-template.ts";
import { updateTemplate } from "#lib/templates/update-template.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { deleteEndpoint } from "#lib/webhooks/delete-endpoint.ts";
import { enableEndpoint } from "#lib/webhooks/enable-endpoint.ts";
import { getCallbackSecret } from "#lib/webhooks/get-callback-secret.ts";
import { resendDelivery } from "#lib/webhooks/resend-delivery.ts";
import { rotateSecret } from "#lib/webhooks/rotate-secret.ts";
import { testEndpoint } from "#lib/webhooks/test-endpoint.ts";
import { drainWorker, resumeWorker } from "#lib/workers/drain-worker.ts";
import { removeWorker } from "#lib/workers/remove-worker.ts";

let installation: TestProject;
let project: TestProject;

beforeAll(async () => {
  installation = await makeTestProject("Oldest");
  project = await makeTestProject();
});
afterAll(stopBoss);

const ADDRESS = "198.51.100.9";
const operator = (): Ctx => ({ ...project.ctx(), address: ADDRESS });
const read = async (filters: Partial<AuditFilters> = {}, of = project): Promise<AuditEntryView[]> =>
  (await listAudit(of.ctx("admin"), { filters: { ...NO_AUDIT_FILTERS, ...filters }, limit: 100 })).items;

describe("what is recorded", () => {
  test("of tasks: create, cancel, delete, each once, with who, from where and through which door", async () => {
    const secret = "https://cdn.example.test/a.mov?X-Amz-Signature=canary";
    const request = project.request({ source: { type: "url", url: secret } });
    const key = { idempotencyKey: "once" };
    const ctx: Ctx = { ...operator(), trigger: "api" };
    const { task } = await createTask(ctx, request, key);
    await createTask(ctx, request, key);
    await cancelTask(ctx, task.id);
    await deleteTask(ctx, task.id);
    const entries = await read({ object: task.id });
    expect(entries.map(({ action }) => action)).toEqual(["task.delete", "task.cancel", "task.create"]);
    expect(entries[2]).toEqual({
      id: expect.stringMatching(/^aud_/) as string,
      at: expect.any(String) as string,
      actor: { kind: "user", id: showId("user", project.userId), name: "Li Wei" },
      action: "task.create",
      object: { kind: "task", id: task.id, name: "a.mov" },
      before: null,
      after: {
        source: "url",
        templates: ["System_MP4_H264"],
        output: "media",
        outputPattern: "{input_name}",
      },
      source: "api",
      address: ADDRESS,
    });
    expect(entries[1]?.before).toEqual({ status: "queued" });
    expect(entries[0]).toMatchObject({ before: { status: "canceled" }, after: { filesRemoved: false } });
    expect(JSON.stringify(entries)).not.toContain("canary");
  });

  test("of a refused request: nothing", async () => {
    const { task } = await createTask(operator(), project.request());
    await cancelTask(operator(), task.id);
    await expect(cancelTask(operator(), task.id)).rejects.toMatchObject({ code: "conflict" });
    await expect(deleteTask(installation.ctx(), task.id)).rejects.toMatchObject({ code: "not_found" });
    expect((await read({ object: task.id })).map(({ action }) => action)).toEqual([
      "task.cancel",
      "task.create",
    ]);
    expect(await read({ object: task.id }, installation)).toEqual([]);
  });

  test("of a running task: that it was asked to stop, once", async () => {
    const { task } = await createTask(operator(), project.request());
    const id = readId("task", task.id)!;
    const worker = { id: newId(), name: "w", host: "h", pid: 1, slots: 1, version: "0" };
    await db().worker.create({ data: { ...worker, capabilities: {}, sandboxTier: "D" } });
    await db().task.update({ where: { id }, data: { status: "running", workerId: worker.id } });
    await cancelTask(operator(), task.id);
    await cancelTask(operator(), task.id);
    expect(await read({ object: task.id, action: "task.cancel" })).toHaveLength(1);
  });

  test("of templates: create and archive", async () => {
    const made = await createTemplate(operator(), {
      name: "Audited",
      spec: {
        container: "mp4",
        video: {
          codec: "h264",
          renditions: [{ name: "360p", height: 360, rateControl: { mode: "crf", crf: 26 } }],
        },
        audio: { codec: "aac" },
      },
    });
    await archiveTemplate(operator(), made.id);
    expect(await read({ object: made.id })).toMatchObject([
      { action: "template.archive", object: { name: "Audited" }, before: { version: 1 } },
      { action: "template.create", after: { version: 1, container: "mp4" } },
    ]);
  });

  test("of templates: each change, by name", async () => {
    const spec = {
      container: "mp4",
      video: {
        codec: "h264",
        renditions: [{ name: "360p", height: 360, rateControl: { mode: "crf", crf: 26 } }],
      },
      audio: { codec: "aac" },
    };
    const made = await createTemplate(operator(), { name: "Changed", spec });
    await updateTemplate(operator(), made.id, { name: "Renamed", spec, version: 1 });
    const copy = await cloneTemplate(operator(), made.id, { name: "Copy" });
    await archiveTemplate(operator(), made.id);
    await unarchiveTemplate(operator(), made.id);
    await deleteTemplate(operator(), made.id);
    expect(await read({ object: made.id })).toMatchObject([
      { action: "template.delete", object: { name: "Renamed" }, before: { version: 2 } },
      { action: "template.unarchive", object: { name: "Renamed" } },
      { action: "template.archive" },
      {
        action: "template.update",
        before: { name: "Changed", version: 1 },
        after: { name: "Renamed", version: 2 },
      },
      { action: "template.create" },
    ]);
    expect(await read({ object: copy.id })).toMatchObject([
      { action: "template.clone", object: { name: "Copy" }, after: { clonedFrom: "Renamed" } },
    ]);
  });

  test("of a retry: of which templates", async () => {
    const taskId = await insertTestTask(project, { status: "failed" });
    await retryTask(operator(), taskId);
    expect(await read({ object: taskId })).toMatchObject([
      { action: "task.retry", before: { status: "failed" }, after: { templates: ["System_MP4_H264"] } },
    ]);
  });

  test("of webhook endpoints: everything but what changes nothing, and no query and no secret", async () => {
    const admin = { ...project.ctx("admin"), address: ADDRESS };
    const { endpoint, secret } = await createEndpoint(admin, {
      url: "https://hooks.example.test/vod?token=canary",
      events: ["task.failed"],
    });
    await enableEndpoint(admin, endpoint.id, false);
    await enableEndpoint(admin, endpoint.id, false);
    await enableEndpoint(admin, endpoint.id, true);
    const rotated = await rotateSecret(admin, endpoint.id);
    const delivery = await testEndpoint(admin, endpoint.id);
    await db().webhookDelivery.updateMany({ data: { state: "dead", nextAttemptAt: null } });
    await resendDelivery(operator(), delivery.id);
    await deleteEndpoint(admin, endpoint.id);
    const entries = await read({ object: endpoint.id });
    expect(entries.map(({ action }) => action)).toEqual([
      "webhook.delete",
      "webhook.test",
      "webhook.rotate",
      "webhook.enable",
      "webhook.disable",
      "webhook.create",
    ]);
    for (const { object } of entries)
      expect(object).toEqual({
        kind: "webhookEndpoint",
        id: endpoint.id,
        name: "https://hooks.example.test/vod",
      });
    expect(await read({ object: delivery.id })).toMatchObject([{ action: "webhook.resend" }]);
    expect(JSON.stringify(entries)).not.toMatch(
      new RegExp(`canary|${secret.slice(6, 20)}|${rotated.secret.slice(6, 20)}`),
    );
    await db().output.updateMany({
      where: { projectId: project.projectId },
      data: { callbackUrl: "https://a.example/" },
    });
    await getCallbackSecret(admin, project.output.id);
    expect(await read({ object: project.output.id })).toMatchObject([
      { action: "webhook.show_callback_secret", object: { kind: "output", name: "media" }, after: null },
    ]);
  });

  test("of workers: drain, resume and remove, each once", async () => {
    const admin = { ...project.ctx("admin"), address: ADDRESS };
    const id = newId();
    await db().worker.create({
      data: {
        id,
        name: "w-audited",
        host: "h",
        pid: 1,
        slots: 1,
        version: "0",
        capabilities: {},
        sandboxTier: "D",
      },
    });
    const workerId = showId("worker", id);
    await drainWorker(admin, workerId);
    await drainWorker(admin, workerId);
    await resumeWorker(admin, workerId);
    await db().worker.update({ where: { id }, data: { state: "offline" } });
    await removeWorker(admin, workerId);
    const entries = await read({ object: workerId });
    expect(entries.map(({ action }) => action)).toEqual(["worker.remove", "worker.resume", "worker.drain"]);
    expect(entries[0]?.object).toEqual({ kind: "worker", id: workerId, name: "w-audited" });
  });

  test("of sign-ins: success and failure with its reason, and no password", async () => {
    const id = newId();
    const email = "ann@example.test";
    await db().user.create({
      data: {
        id,
        email,
        name: "Ann",
        passwordHash: await hashPassword("canary password"),
        memberships: { create: { projectId: project.projectId, role: "viewer" } },
      },
    });
    await signIn({ email, password: "canary wrong" }, ADDRESS);
    await signIn({ email, password: "canary password" }, ADDRESS);
    await db().user.update({ where: { id }, data: { disabledAt: new Date() } });
    await signIn({ email, password: "canary password" }, ADDRESS);
    const entries = await read({ object: email });
    expect(entries).toMatchObject([
      {
        action: "session.sign_in_failed",
        actor: { kind: "nobody", id: null, name: email },
        after: { reason: "disabled" },
      },
      { action: "session.sign_in", actor: { kind: "user", name: "Ann" }, address: ADDRESS },
      { action: "session.sign_in_failed", after: { reason: "wrong_password" } },
    ]);
    expect(await read({ actor: "nobody" })).toHaveLength(2);
    expect(JSON.stringify(entries)).not.toContain("canary");
  });

  test("of attempts on no account: in the oldest project, without what may be a password", async () => {
    await signIn({ email: "ghost@example.test", password: "x" }, ADDRESS);
    await signIn({ email: "canary-in-the-wrong-field", password: "x" }, ADDRESS);
    const entries = await read({ action: "session.sign_in_failed" }, installation);
    expect(entries.map(({ object }) => object)).toEqual([
      { kind: "user", id: null, name: "?" },
      { kind: "user", id: null, name: "ghost@example.test" },
    ]);
    expect(JSON.stringify(entries)).not.toContain("canary");
  });

  test("of a password change: that it was, by whom", async () => {
    const id = newId();
    const passwordHash = await hashPassword("canary before");
    await db().user.create({ data: { id, email: "kim@example.test", name: "Kim", passwordHash } });
    const ctx: Ctx = { ...operator(), actor: { kind: "user", id, name: "Kim" } };
    const body = { currentPassword: "canary before", newPassword: "canary after" };
    await expect(
      changePassword(ctx, { ...body, currentPassword: "canary no" }, ADDRESS),
    ).rejects.toMatchObject({ code: "invalid_input" });
    await changePassword(ctx, body, ADDRESS);
    const entries = await read({ actor: showId("user", id) });
    expect(entries).toMatchObject([
      { action: "user.change_password", before: null, after: null, address: ADDRESS },
    ]);
  });

  test("never has a field that is named like a secret", async () => {
    const change = { action: "user.enable", object: { kind: "user", id: null, name: "x" } } as const;
    await expect(
      recordAudit(db(), operator(), { ...change, after: { accessSecret: "canary" } }),
    ).rejects.toThrow("accessSecret");
  });

  test("vanishes with the transaction that it belongs to", async () => {
    const name = "rolled back";
    await expect(
      db().$transaction(async (tx) => {
        await recordAudit(tx, operator(), {
          action: "user.enable",
          object: { kind: "user", id: null, name },
        });
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await read({ object: name })).toEqual([]);
  });
});

test("rows are only ever added: the database refuses the rest", async () => {
  await expect(db().auditLog.updateMany({ data: { actorName: "Nobody" } })).rejects.toThrow(/append-only/);
  await expect(db().auditLog.deleteMany()).rejects.toThrow(/append-only/);
  await expect(db().$executeRaw`TRUNCATE "AuditLog"`).rejects.toThrow(/append-only/);
});

describe("the list", () => {
  let other: TestProject;
  const DAY = 86_400_000;
  const START = Date.UTC(2026, 0, 1);

  beforeAll(async () => {
    other = await makeTestProject("Listed");
    for (let day = 0; day < 7; day++) {
      const at = new Date(START + day * DAY);
      await db().auditLog.create({
        data: {
          id: newId(at.getTime()),
          at,
          projectId: other.projectId,
          actorKind: "user",
          actorId: other.userId,
          actorName: "Li Wei",
          action: day % 2 === 0 ? "task.create" : "task.cancel",
          objectKind: "task",
          objectId: newId(at.getTime()),
          objectName: `film_${day}.mov`,
          source: "console",
          address: ADDRESS,
        },
      });
    }
  });

  const names = (page: { items: AuditEntryView[] }) =>
    page.items.map(({ object }) => object.name[5]).join("");
  const page = (query: Parameters<typeof listAudit>[1]) =>
    listAudit(other.ctx("admin"), { limit: 3, ...query });

  test("pages down and up by cursor, and ends where it ends", async () => {
    const first = await page({});
    expect([names(first), first.previousCursor]).toEqual(["654", null]);
    const second = await page({ cursor: first.nextCursor });
    expect(names(second)).toBe("321");
    const third = await page({ cursor: second.nextCursor });
    expect([names(third), third.nextCursor]).toEqual(["0", null]);
    const up = await page({ cursor: third.previousCursor, direction: "newer" });
    expect(names(up)).toBe("321");
    const top = await page({ cursor: up.previousCursor, direction: "newer" });
    expect([names(top), top.previousCursor]).toEqual(["654", null]);
    expect(names(await page({ cursor: "junk" }))).toBe("654");
  });

  test.each<[string, Partial<AuditFilters>, string]>([
    ["action", { action: "task.cancel" }, "531"],
    ["a part of the object's name", { object: "FILM_3" }, "3"],
    ["a wildcard, taken as it stands", { object: "film%" }, ""],
    ["time, the end left out", { from: "2026-01-03T00:00:00Z", to: "2026-01-05T00:00:00Z" }, "32"],
    ["an actor that is none", { actor: "usr_nonsense" }, ""],
    ["nobody", { actor: "nobody" }, ""],
  ])("filters by %s", async (_name, filters, expected) => {
    expect(names(await page({ filters: { ...NO_AUDIT_FILTERS, ...filters } }))).toBe(expected);
  });

  test("filters by actor and by object's id", async () => {
    const all = await page({
      filters: { ...NO_AUDIT_FILTERS, actor: showId("user", other.userId) },
      limit: 100,
    });
    expect(names(all)).toBe("6543210");
    const object = all.items[2]?.object.id ?? "";
    expect(names(await page({ filters: { ...NO_AUDIT_FILTERS, object } }))).toBe("4");
  });

  test("is for admins, and each project has its own", async () => {
    for (const role of ["viewer", "operator"] as const)
      await expect(listAudit(other.ctx(role))).rejects.toMatchObject({ code: "forbidden" });
    const foreign = await page({ cursor: null });
    expect((await read()).map(({ id }) => id)).not.toContain(foreign.items[0]?.id);
    const theirs = await listAudit(project.ctx("admin"), { cursor: foreign.items[0]?.id ?? null });
    expect(theirs.items.every(({ object }) => !object.name.startsWith("film_"))).toBe(true);
  });
});
