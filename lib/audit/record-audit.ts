import type { AuditAction, AuditFacts, AuditObjectKind } from "#lib/audit/schema.ts";
import type { Ctx, Trigger } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";

export type AuditChange = {
  action: AuditAction;
  /** `id`: UUID, null when there is no such row (an account that does not exist). */
  object: { kind: AuditObjectKind; id: string | null; name: string };
  before?: AuditFacts;
  after?: AuditFacts;
};

type AuditWriter = Pick<Tx, "auditLog">;

/** Names that no fact may have: the log is read by people and kept for ever. */
const SECRET_NAME = /secret|password|token|credential|hash|link/i;
/** Names are cut here; a task's may be long. */
const NAME_LIMIT = 300;

/** Writes who did what, in the transaction that does it: both happen or neither. */
export async function recordAudit(tx: AuditWriter, ctx: Ctx, change: AuditChange): Promise<void> {
  await insert(tx, change, {
    projectId: ctx.projectId,
    actor: ctx.actor,
    source: ctx.trigger,
    address: ctx.address,
  });
}

/** Like {@link recordAudit} for somebody who is not signed in; `name` is who they said they are. */
export async function recordAnonymousAudit(
  tx: AuditWriter,
  from: { projectId: string; name: string; address: string },
  change: AuditChange,
): Promise<void> {
  await insert(tx, change, {
    projectId: from.projectId,
    actor: { kind: "nobody", id: null, name: from.name },
    source: "console",
    address: from.address,
  });
}

type Origin = {
  projectId: string;
  actor: { kind: "user" | "key" | "nobody"; id: string | null; name: string };
  source: Trigger;
  address: string | undefined;
};

async function insert(tx: AuditWriter, change: AuditChange, origin: Origin): Promise<void> {
  for (const name of [...Object.keys(change.before ?? {}), ...Object.keys(change.after ?? {})])
    if (SECRET_NAME.test(name)) throw new Error(`An audit entry may not hold a field named ${name}.`);
  const at = new Date();
  await tx.auditLog.create({
    data: {
      id: newId(at.getTime()),
      at,
      projectId: origin.projectId,
      actorKind: origin.actor.kind,
      actorId: origin.actor.id,
      actorName: cut(origin.actor.name),
      action: change.action,
      objectKind: change.object.kind,
      objectId: change.object.id,
      objectName: cut(change.object.name),
      ...(change.before && { before: change.before }),
      ...(change.after && { after: change.after }),
      source: origin.source,
      address: origin.address ?? "unknown",
    },
    select: { id: true },
  });
}

function cut(name: string): string {
  const letters = Array.from(name);
  return letters.length <= NAME_LIMIT ? name : `${letters.slice(0, NAME_LIMIT - 1).join("")}…`;
}
