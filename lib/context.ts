import { AppError } from "#lib/errors.ts";

export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const TRIGGERS = ["console", "api", "visionular"] as const;
/** Which door a call came through. */
export type Trigger = (typeof TRIGGERS)[number];

export type Actor = { kind: "user"; id: string; name: string } | { kind: "key"; id: string; name: string };

/**
 * Who is asking, in which project, through which door: the first argument of every verb. Ids are UUIDs. `address` is
 * the client's IP address, for the audit log.
 */
export type Ctx = { projectId: string; actor: Actor; role: Role; trigger: Trigger; address?: string };

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** Throws `forbidden` unless the caller's role is at least `role`. */
export function requireRole(ctx: Ctx, role: Role): void {
  if (RANK[ctx.role] < RANK[role])
    throw new AppError(
      "forbidden",
      `This needs the role ${role}; yours is ${ctx.role}. An admin of the project can change it.`,
    );
}
