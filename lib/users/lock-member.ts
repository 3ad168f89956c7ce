import { requireRole, type Ctx, type Role } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";

/** A member as the rules about members see one. `id`: UUID. */
export type Member = { id: string; email: string; name: string; role: Role; isDisabled: boolean };

/**
 * Makes all changes of one project's members take turns, from here to the end of the transaction, and asks anew whether
 * the caller may make them: a colleague may just have taken that right away.
 * @throws {AppError} `forbidden`
 */
export async function lockMembers(tx: Tx, ctx: Ctx): Promise<void> {
  requireRole(ctx, "admin");
  // Not FOR UPDATE: that would hold up every insert whose foreign key names the project.
  await tx.$queryRaw`SELECT 1 FROM "Project" WHERE id = ${ctx.projectId}::uuid FOR NO KEY UPDATE`;
  const { actor, projectId } = ctx;
  const count =
    actor.kind === "user"
      ? await tx.membership.count({
          where: { projectId, userId: actor.id, role: "admin", user: { disabledAt: null } },
        })
      : await tx.accessKey.count({ where: { id: actor.id, projectId, role: "admin", revokedAt: null } });
  if (count === 0) throw new AppError("forbidden", "You are no longer an admin of this project.");
}

/**
 * A member (`usr_…`) whom the caller may change, with {@link lockMembers}: two admins cannot remove each other at the
 * same moment. `own` is what somebody reads who would change themselves. Role admin.
 * @throws {AppError} `not_found`; `forbidden` for oneself and for a user of other projects
 */
export async function lockMember(tx: Tx, ctx: Ctx, userId: string, own: string): Promise<Member> {
  await lockMembers(tx, ctx);
  const id = readId("user", userId);
  if (id === null) throw memberNotFound();
  const user = await tx.user.findFirst({
    where: { id, memberships: { some: { projectId: ctx.projectId } } },
    select: {
      id: true,
      email: true,
      name: true,
      disabledAt: true,
      memberships: { select: { projectId: true, role: true } },
    },
  });
  const membership = user?.memberships.find(({ projectId }) => projectId === ctx.projectId);
  if (!user || !membership) throw memberNotFound();
  if (ctx.actor.kind === "user" && ctx.actor.id === user.id) throw new AppError("forbidden", own);
  if (user.memberships.length > 1)
    throw new AppError(
      "forbidden",
      "This account belongs to another project as well, so one project's admin cannot change it.",
    );
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: membership.role,
    isDisabled: user.disabledAt !== null,
  };
}

/**
 * Refuses what would leave the project without an admin who can sign in. Only after {@link lockMember}.
 * @throws {AppError} `conflict`
 */
export async function requireAnotherAdmin(tx: Tx, ctx: Ctx, member: Member): Promise<void> {
  if (member.role !== "admin" || member.isDisabled) return;
  const others = await tx.membership.count({
    where: {
      projectId: ctx.projectId,
      role: "admin",
      userId: { not: member.id },
      user: { disabledAt: null },
    },
  });
  if (others === 0)
    throw new AppError(
      "conflict",
      "This is the project's last active admin. Make somebody else an admin first.",
    );
}

/** Ends every open link that this user made, or that would set this user's password. */
export async function withdrawLinksOf(tx: Tx, member: Member, which: "made" | "all"): Promise<void> {
  await tx.invite.updateMany({
    where: {
      usedAt: null,
      withdrawnAt: null,
      OR: [{ createdByUserId: member.id }, ...(which === "all" ? [{ userId: member.id }] : [])],
    },
    data: { withdrawnAt: new Date() },
  });
}

function memberNotFound(): AppError {
  return new AppError("not_found", "There is no such user in this project.");
}
