import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { showId } from "#lib/ids.ts";
import type { UserView } from "#lib/users/view.ts";

/** The project's members by name, disabled ones last. Role admin. */
export async function listUsers(ctx: Ctx): Promise<UserView[]> {
  requireRole(ctx, "admin");
  const rows = await db().membership.findMany({
    where: { projectId: ctx.projectId },
    select: {
      role: true,
      user: {
        select: {
          id: true,
          email: true,
          name: true,
          disabledAt: true,
          lastSignInAt: true,
          createdAt: true,
        },
      },
    },
  });
  const views = rows.map(({ role, user }): UserView => {
    return {
      id: showId("user", user.id),
      email: user.email,
      name: user.name,
      role,
      state: user.disabledAt === null ? "active" : "disabled",
      lastSignInAt: user.lastSignInAt?.toISOString() ?? null,
      createdAt: user.createdAt.toISOString(),
    };
  });
  return views.sort(
    (a, b) =>
      a.state.localeCompare(b.state) || a.name.localeCompare(b.name) || a.email.localeCompare(b.email),
  );
}
