import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { findSessionByClaims } from "#lib/auth/find-session.ts";
import type { Ctx, Role } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { newId, showId } from "#lib/ids.ts";
import { createInvite } from "#lib/invites/create-invite.ts";
import { createReset } from "#lib/invites/create-reset.ts";
import { findOpenInvite } from "#lib/invites/find-open-invite.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { changeRole } from "#lib/users/change-role.ts";
import { disableUser } from "#lib/users/disable-user.ts";
import { enableUser } from "#lib/users/enable-user.ts";
import { listUsers } from "#lib/users/list-users.ts";

let project: TestProject;
let foreign: TestProject;
let count = 0;

beforeAll(async () => {
  foreign = await makeTestProject("Foreign");
});
// Its only admin is the one that ctx() acts as.
beforeEach(async () => {
  project = await makeTestProject();
});

/** Another member; `ctx` acts as that one. */
async function addMember(role: Role, of = project) {
  const id = newId();
  const email = `member${++count}@example.test`;
  await db().user.create({
    data: {
      id,
      email,
      name: `Member ${count}`,
      passwordHash: "none",
      memberships: { create: { projectId: of.projectId, role } },
    },
  });
  const ctx: Ctx = {
    projectId: of.projectId,
    actor: { kind: "user", id, name: `Member ${count}` },
    role,
    trigger: "console",
  };
  const isSignedIn = async () =>
    (await findSessionByClaims({ userId: id, sessionVersion: 1, sessionId: newId() })) !== null;
  return { uuid: id, id: showId("user", id), email, ctx, isSignedIn };
}

const admin = () => project.ctx("admin");
const self = () => showId("user", project.userId);
const roleOf = async (userId: string) =>
  (await db().membership.findFirstOrThrow({ where: { userId, projectId: project.projectId } })).role;
const activeAdmins = () =>
  db().membership.count({
    where: { projectId: project.projectId, role: "admin", user: { disabledAt: null } },
  });
const actionsAbout = async (objectId: string) =>
  (await db().auditLog.findMany({ where: { objectId }, orderBy: { id: "asc" } })).map(({ action }) => action);

describe("a role", () => {
  test("is changed, ends the member's sessions and is recorded with before and after", async () => {
    const member = await addMember("viewer");
    expect(await member.isSignedIn()).toBe(true);
    await changeRole(admin(), member.id, { role: "operator" });
    expect(await roleOf(member.uuid)).toBe("operator");
    expect(await member.isSignedIn()).toBe(false);
    await changeRole(admin(), member.id, { role: "operator" });
    expect(await db().auditLog.findMany({ where: { objectId: member.uuid } })).toMatchObject([
      {
        action: "user.change_role",
        before: { role: "viewer" },
        after: { role: "operator" },
        actorId: project.userId,
      },
    ]);
  });

  test("that is none is refused", async () => {
    const member = await addMember("viewer");
    await expect(changeRole(admin(), member.id, { role: "owner" })).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path: "role" }],
    });
  });

  test("of an admin that is lowered ends the links that this admin made", async () => {
    const other = await addMember("admin");
    const { link } = await createInvite(other.ctx, { email: "friend@example.test", role: "admin" });
    const token = link.split("/").at(-1)!;
    expect(await findOpenInvite(token)).not.toBeNull();
    await changeRole(admin(), other.id, { role: "viewer" });
    expect(await findOpenInvite(token)).toBeNull();
  });
});

describe("disabling", () => {
  test("ends the sessions and the links; enabling lets the member in again, old sessions not", async () => {
    const member = await addMember("operator");
    const { link } = await createReset(admin(), member.id);
    await disableUser(admin(), member.id);
    await disableUser(admin(), member.id);
    expect(await member.isSignedIn()).toBe(false);
    expect(await findOpenInvite(link.split("/").at(-1)!)).toBeNull();
    expect((await listUsers(admin())).find(({ id }) => id === member.id)?.state).toBe("disabled");
    await expect(createReset(admin(), member.id)).rejects.toMatchObject({ code: "conflict" });
    await enableUser(admin(), member.id);
    expect(await member.isSignedIn()).toBe(false);
    expect(
      await findSessionByClaims({ userId: member.uuid, sessionVersion: 2, sessionId: newId() }),
    ).not.toBeNull();
    expect(await actionsAbout(member.uuid)).toEqual(["user.reset_link", "user.disable", "user.enable"]);
  });
});

test("nobody changes their own account here", async () => {
  await addMember("admin");
  for (const work of [
    () => disableUser(admin(), self()),
    () => changeRole(admin(), self(), { role: "viewer" }),
    () => createReset(admin(), self()),
  ])
    await expect(work()).rejects.toMatchObject({ code: "forbidden" });
});

describe("the last active admin", () => {
  /** An admin's access key is nobody's self. */
  async function keyCtx(): Promise<Ctx> {
    const id = newId();
    await db().accessKey.create({
      data: {
        id,
        projectId: project.projectId,
        accessKeyId: `key-${id}`,
        secretEncrypted: "none",
        name: "ops",
        role: "admin",
        dialects: ["*"],
      },
    });
    return {
      projectId: project.projectId,
      actor: { kind: "key", id, name: "ops" },
      role: "admin",
      trigger: "api",
    };
  }

  test("cannot be disabled or lowered, by an access key neither; a disabled admin does not count", async () => {
    const ctx = await keyCtx();
    const other = await addMember("admin");
    await disableUser(ctx, other.id);
    await expect(disableUser(ctx, self())).rejects.toMatchObject({ code: "conflict" });
    await expect(changeRole(ctx, self(), { role: "viewer" })).rejects.toMatchObject({ code: "conflict" });
    expect(await activeAdmins()).toBe(1);
    await enableUser(ctx, other.id);
    await disableUser(ctx, self());
    expect(await activeAdmins()).toBe(1);
  });

  test("remains when admins remove each other at the same moment", async () => {
    for (let round = 0; round < 5; round++) {
      project = await makeTestProject();
      const other = await addMember("admin");
      const results = await Promise.allSettled([
        round % 2 === 0
          ? disableUser(admin(), other.id)
          : changeRole(admin(), other.id, { role: "operator" }),
        disableUser(other.ctx, self()),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await activeAdmins()).toBe(1);
    }
  });

  test("remains when a program removes all of them at the same moment", async () => {
    const ctx = await keyCtx();
    const others = await Promise.all([addMember("admin"), addMember("admin"), addMember("admin")]);
    const ids = [self(), ...others.map(({ id }) => id)];
    const results = await Promise.allSettled(ids.map((id) => disableUser(ctx, id)));
    expect(results.filter(({ status }) => status === "rejected")).toMatchObject([
      { reason: { code: "conflict" } },
    ]);
    expect(await activeAdmins()).toBe(1);
  });
});

test("who has just lost the role admin changes nobody any more", async () => {
  const other = await addMember("admin");
  const third = await addMember("viewer");
  await changeRole(admin(), other.id, { role: "viewer" });
  // The request was let in before the change.
  await expect(disableUser(other.ctx, third.id)).rejects.toMatchObject({ code: "forbidden" });
  await expect(createInvite(other.ctx, { email: "late@example.test", role: "admin" })).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("all is refused to viewers and operators, and a foreign project's user is missing", async () => {
  const member = await addMember("viewer");
  const verbs = [
    (ctx: Ctx, id: string) => changeRole(ctx, id, { role: "admin" }),
    disableUser,
    enableUser,
    createReset,
  ];
  for (const verb of verbs) {
    for (const role of ["viewer", "operator"] as const)
      await expect(verb(project.ctx(role), member.id)).rejects.toMatchObject({ code: "forbidden" });
    for (const id of [member.id, "usr_nonsense"])
      await expect(verb(foreign.ctx("admin"), id)).rejects.toMatchObject({ code: "not_found" });
  }
  await expect(listUsers(project.ctx("operator"))).rejects.toMatchObject({ code: "forbidden" });
  expect((await listUsers(foreign.ctx("admin"))).map(({ id }) => id)).not.toContain(member.id);
  expect(await actionsAbout(member.uuid)).toEqual([]);
});

test("an account of two projects is changed by neither's admin", async () => {
  const shared = await addMember("viewer");
  await db().membership.create({
    data: { userId: shared.uuid, projectId: foreign.projectId, role: "admin" },
  });
  for (const verb of [disableUser, createReset])
    await expect(verb(admin(), shared.id)).rejects.toMatchObject({ code: "forbidden" });
});
