import { beforeAll, describe, expect, test } from "vitest";

import { createAccessKey } from "#lib/access-keys/create-access-key.ts";
import { listAccessKeys } from "#lib/access-keys/list-access-keys.ts";
import { revokeAccessKey } from "#lib/access-keys/revoke-access-key.ts";
import { verifyAccessKey } from "#lib/auth/verify-access-key.ts";
import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});

const basic = (accessKeyId: string, secret: string) =>
  `Basic ${Buffer.from(`${accessKeyId}:${secret}`).toString("base64")}`;
const wanted = (changes: object = {}) => ({
  name: "ci",
  role: "operator",
  dialects: ["native"],
  ...changes,
});

describe("an access key", () => {
  test("opens the APIs that it is for, with its role, and no other", async () => {
    const { key, secret } = await createAccessKey(project.ctx("admin"), wanted());
    expect(key.accessKeyId).toMatch(/^VK[A-Z2-9]{20}$/);
    expect(secret).toMatch(/^[\w-]{40}$/);
    const authorization = basic(key.accessKeyId, secret);
    expect(await verifyAccessKey(authorization, "native")).toMatchObject({
      projectId: project.projectId,
      role: "operator",
      actor: { kind: "key", name: "ci" },
    });
    expect(await verifyAccessKey(authorization, "visionular")).toBeNull();
    const all = await createAccessKey(project.ctx("admin"), wanted({ dialects: ["visionular", "*"] }));
    expect(all.key.dialects).toEqual(["*"]);
    expect(await verifyAccessKey(basic(all.key.accessKeyId, all.secret), "visionular")).not.toBeNull();
  });

  test("is never shown with its secret again, and no table holds it readable", async () => {
    const { key, secret } = await createAccessKey(project.ctx("admin"), wanted({ name: "once" }));
    const listed = await listAccessKeys(project.ctx("admin"));
    expect(listed.find(({ id }) => id === key.id)).toEqual(key);
    const rows = await db().$queryRaw<{ row: string }[]>`
      SELECT k::text AS row FROM "AccessKey" k UNION ALL SELECT a::text FROM "AuditLog" a`;
    expect(JSON.stringify([listed, rows])).not.toContain(secret);
    expect(rows.some(({ row }) => row.includes(key.accessKeyId))).toBe(true);
  });

  test("notes its use, at most once a minute", async () => {
    const { key, secret } = await createAccessKey(project.ctx("admin"), wanted());
    const authorization = basic(key.accessKeyId, secret);
    const id = readId("accessKey", key.id)!;
    const lastUsed = async () =>
      (await db().accessKey.findUniqueOrThrow({ where: { id } })).lastUsedAt?.getTime() ?? null;
    expect(await lastUsed()).toBeNull();
    await verifyAccessKey(basic(key.accessKeyId, "wrong"), "native");
    expect(await lastUsed()).toBeNull();
    await verifyAccessKey(authorization, "native");
    const first = await lastUsed();
    expect(first).not.toBeNull();
    await verifyAccessKey(authorization, "native");
    expect(await lastUsed()).toBe(first);
    await db().accessKey.update({ where: { id }, data: { lastUsedAt: new Date(first! - 61_000) } });
    await verifyAccessKey(authorization, "native");
    expect(await lastUsed()).toBeGreaterThanOrEqual(first!);
  });

  test("stops at once when it is revoked; revoking again changes and records nothing", async () => {
    const { key, secret } = await createAccessKey(project.ctx("admin"), wanted({ name: "gone" }));
    await revokeAccessKey(project.ctx("admin"), key.id);
    expect(await verifyAccessKey(basic(key.accessKeyId, secret), "native")).toBeNull();
    await revokeAccessKey(project.ctx("admin"), key.id);
    const objectId = readId("accessKey", key.id)!;
    expect(await db().auditLog.count({ where: { objectId, action: "access_key.revoke" } })).toBe(1);
    expect((await listAccessKeys(project.ctx("admin"))).at(-1)).toMatchObject({ name: "gone" });
  });

  test("is refused to all but admins, and a foreign project's is missing", async () => {
    const { key } = await createAccessKey(project.ctx("admin"), wanted());
    for (const role of ["viewer", "operator"] as const) {
      const ctx = project.ctx(role);
      await expect(createAccessKey(ctx, wanted({ role: "viewer" }))).rejects.toMatchObject({
        code: "forbidden",
      });
      await expect(listAccessKeys(ctx)).rejects.toMatchObject({ code: "forbidden" });
      await expect(revokeAccessKey(ctx, key.id)).rejects.toMatchObject({ code: "forbidden" });
    }
    for (const id of [key.id, "key_nonsense"])
      await expect(revokeAccessKey(foreign.ctx("admin"), id)).rejects.toMatchObject({ code: "not_found" });
    expect((await listAccessKeys(foreign.ctx("admin"))).map(({ id }) => id)).not.toContain(key.id);
  });

  test.each([
    ["no name", { name: " " }, "name"],
    ["a line break in the name", { name: "a\nb" }, "name"],
    ["an unknown role", { role: "owner" }, "role"],
    ["no API", { dialects: [] }, "dialects"],
    ["an unknown API", { dialects: ["soap"] }, "dialects.0"],
  ])("with %s is not made", async (_name, changes, path) => {
    await expect(createAccessKey(project.ctx("admin"), wanted(changes))).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path }],
    });
  });
});
