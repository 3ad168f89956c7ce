import { beforeAll, describe, expect, test } from "vitest";

import { signIn } from "#lib/accounts/sign-in.ts";
import { hashPassword } from "#lib/auth/password.ts";
import { findSessionByClaims } from "#lib/auth/find-session.ts";
import { db } from "#lib/db/client.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { acceptInvite } from "#lib/invites/accept-invite.ts";
import { createInvite } from "#lib/invites/create-invite.ts";
import { createReset } from "#lib/invites/create-reset.ts";
import { findOpenInvite } from "#lib/invites/find-open-invite.ts";
import { listInvites } from "#lib/invites/list-invites.ts";
import type { CreatedInvite } from "#lib/invites/view.ts";
import { withdrawInvite } from "#lib/invites/withdraw-invite.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});

const ADDRESS = "198.51.100.7";
const admin = () => project.ctx("admin");
const tokenOf = ({ link }: CreatedInvite) => link.split("/").at(-1)!;
const invite = (email: string, role = "operator") => createInvite(admin(), { email, role });
const accept = (token: string, changes: object = {}) =>
  acceptInvite({ token, name: "Li Wei", password: "a good password", ...changes }, ADDRESS);
const isDead = { code: "not_found", message: expect.stringContaining("does not work") as string };

describe("an invitation", () => {
  test("makes a user with its role, who can sign in; the link works once", async () => {
    const made = await invite(" New@Example.test ");
    expect(made.link).toMatch(/^http:\/\/127\.0\.0\.1:3000\/invite\/[\w-]{43}$/);
    expect(made.invite).toMatchObject({ kind: "invite", email: "new@example.test", role: "operator" });
    expect(Date.parse(made.invite.expiresAt) - Date.now()).toBeCloseTo(7 * 86_400_000, -5);
    expect(await findOpenInvite(tokenOf(made))).toEqual({
      kind: "invite",
      email: "new@example.test",
      name: "",
      project: "Test",
    });
    expect(await accept(tokenOf(made))).toEqual({ email: "new@example.test" });
    const signedIn = await signIn({ email: "new@example.test", password: "a good password" }, ADDRESS);
    expect(
      await findSessionByClaims({ userId: signedIn!.userId, sessionVersion: 1, sessionId: newId() }),
    ).toMatchObject({
      user: { name: "Li Wei", role: "operator" },
      ctx: { projectId: project.projectId },
    });
    await expect(accept(tokenOf(made), { password: "another password" })).rejects.toMatchObject(isDead);
    expect(await findOpenInvite(tokenOf(made))).toBeNull();
    expect(await listInvites(admin())).toEqual([]);
  });

  test("used twice at the same moment makes one user", async () => {
    const token = tokenOf(await invite("twice@example.test"));
    const results = await Promise.allSettled([accept(token), accept(token), accept(token)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(await db().user.count({ where: { email: "twice@example.test" } })).toBe(1);
    expect(
      await db().auditLog.count({ where: { action: "user.join", objectName: "twice@example.test" } }),
    ).toBe(1);
  });

  test("ends after its seven days, when it is withdrawn, and when a newer one is made", async () => {
    const [late, unwanted, first] = [
      await invite("late@example.test"),
      await invite("unwanted@example.test"),
      await invite("again@example.test"),
    ];
    await db().invite.update({
      where: { id: readId("invite", late.invite.id)! },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    await withdrawInvite(admin(), unwanted.invite.id);
    const second = await invite("again@example.test", "viewer");
    for (const made of [late, unwanted, first])
      await expect(accept(tokenOf(made))).rejects.toMatchObject(isDead);
    // What has expired is still listed, so that it can be made again or taken away.
    expect((await listInvites(admin())).map(({ email }) => email)).toEqual([
      "again@example.test",
      "late@example.test",
    ]);
    await expect(withdrawInvite(admin(), unwanted.invite.id)).rejects.toMatchObject({ code: "not_found" });
    expect(await accept(tokenOf(second))).toEqual({ email: "again@example.test" });
  });

  test("needs a name and a password that will do, and survives a refused attempt", async () => {
    const token = tokenOf(await invite("careful@example.test"));
    await expect(accept(token, { name: " " })).rejects.toMatchObject({ issues: [{ path: "name" }] });
    await expect(accept(token, { password: "short" })).rejects.toMatchObject({
      issues: [{ path: "password" }],
    });
    expect(await accept(token)).toEqual({ email: "careful@example.test" });
  });

  test("is not made for an address that has an account, or that is none", async () => {
    await accept(tokenOf(await invite("here@example.test")));
    await expect(invite("HERE@example.test")).rejects.toMatchObject({
      code: "conflict",
      issues: [{ path: "email" }],
    });
    for (const email of ["", "nobody", "a b@example.test", "a@b@c", "a\n@example.test"])
      await expect(invite(email), email).rejects.toMatchObject({
        code: "invalid_input",
        issues: [{ path: "email" }],
      });
    await expect(invite("x@example.test", "owner")).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("of two projects for one address: the second one finds the account and says so", async () => {
    const ours = await invite("wanted@example.test");
    const theirs = await createInvite(foreign.ctx("admin"), {
      email: "wanted@example.test",
      role: "viewer",
    });
    await accept(tokenOf(ours));
    await expect(accept(tokenOf(theirs))).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a password reset", () => {
  async function addUser(email: string) {
    const id = newId();
    await db().user.create({
      data: {
        id,
        email,
        name: "Sue",
        passwordHash: await hashPassword("the old password"),
        memberships: { create: { projectId: project.projectId, role: "viewer" } },
      },
    });
    return { uuid: id, id: showId("user", id) };
  }

  test("sets the password and ends every session, once it is used and not before", async () => {
    const sue = await addUser("sue@example.test");
    const made = await createReset(admin(), sue.id);
    const session = () => findSessionByClaims({ userId: sue.uuid, sessionVersion: 1, sessionId: newId() });
    expect(await session()).not.toBeNull();
    expect(await findOpenInvite(tokenOf(made))).toMatchObject({ kind: "reset", name: "Sue" });
    expect(await accept(tokenOf(made), { name: undefined, password: "the new password" })).toEqual({
      email: "sue@example.test",
    });
    expect(await session()).toBeNull();
    expect(await signIn({ email: "sue@example.test", password: "the old password" }, ADDRESS)).toBeNull();
    expect(await signIn({ email: "sue@example.test", password: "the new password" }, ADDRESS)).not.toBeNull();
    await expect(accept(tokenOf(made))).rejects.toMatchObject(isDead);
    expect(
      await db().auditLog.findFirst({ where: { objectId: sue.uuid, action: "user.reset_password" } }),
    ).toMatchObject({ actorId: sue.uuid, address: ADDRESS, after: { offeredBy: "Li Wei" } });
  });

  test("does not open a disabled account", async () => {
    const bob = await addUser("bob@example.test");
    const made = await createReset(admin(), bob.id);
    await db().user.update({ where: { id: bob.uuid }, data: { disabledAt: new Date() } });
    expect(await findOpenInvite(tokenOf(made))).toBeNull();
    await expect(accept(tokenOf(made))).rejects.toMatchObject(isDead);
  });
});

test("no table and no list holds a link's token", async () => {
  const made = await invite("hidden@example.test");
  const rows = await db().$queryRaw<{ row: string }[]>`
    SELECT i::text AS row FROM "Invite" i UNION ALL SELECT a::text FROM "AuditLog" a`;
  expect(JSON.stringify([rows, await listInvites(admin())])).not.toContain(tokenOf(made));
});

test("a token that is none opens nothing", async () => {
  for (const token of ["", "x", "x".repeat(43)]) await expect(accept(token)).rejects.toMatchObject(isDead);
});

test("all is refused to viewers and operators, and a foreign project's link is missing", async () => {
  const made = await invite("guarded@example.test");
  for (const role of ["viewer", "operator"] as const) {
    const ctx = project.ctx(role);
    await expect(createInvite(ctx, { email: "y@example.test", role: "viewer" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(listInvites(ctx)).rejects.toMatchObject({ code: "forbidden" });
    await expect(withdrawInvite(ctx, made.invite.id)).rejects.toMatchObject({ code: "forbidden" });
  }
  await expect(withdrawInvite(foreign.ctx("admin"), made.invite.id)).rejects.toMatchObject({
    code: "not_found",
  });
  expect((await listInvites(foreign.ctx("admin"))).map(({ id }) => id)).not.toContain(made.invite.id);
  expect(await findOpenInvite(tokenOf(made))).not.toBeNull();
});
