import { AUDIT_LIMIT, NO_AUDIT_FILTERS, type AuditQuery } from "#lib/audit/queries.ts";
import {
  AUDIT_OBJECTS,
  NOBODY,
  type AuditFacts,
  type AuditFilters,
  type AuditObjectKind,
} from "#lib/audit/schema.ts";
import type { AuditEntryView, AuditPage } from "#lib/audit/view.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { AuditLog, Prisma } from "#lib/db/generated/client.ts";
import { hexToUuid, readId, showId } from "#lib/ids.ts";

/**
 * A page of the project's audit log, newest first. Role admin. `nextCursor` leads to older entries, `previousCursor`
 * (with direction "newer") to newer ones. A cursor that is none counts as absent.
 * @throws {AppError} `forbidden`
 */
export async function listAudit(ctx: Ctx, query: Partial<AuditQuery> = {}): Promise<AuditPage> {
  requireRole(ctx, "admin");
  const where = auditWhere(ctx, query.filters ?? NO_AUDIT_FILTERS);
  const limit = query.limit ?? AUDIT_LIMIT;
  const cursor = query.cursor == null ? null : readId("audit", query.cursor);
  if (cursor !== null && query.direction === "newer") {
    const rows = await db().auditLog.findMany({
      where: { AND: [where, { id: { gt: cursor } }] },
      orderBy: { id: "asc" },
      take: limit + 1,
    });
    // The way up ends at the first page, whole, rather than at a remainder.
    if (rows.length > limit) return toPage(rows.slice(0, limit).reverse(), { hasOlder: true, newer: cursor });
  }
  const isOlder = cursor !== null && query.direction !== "newer";
  const rows = await db().auditLog.findMany({
    where: isOlder ? { AND: [where, { id: { lt: cursor } }] } : where,
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  return toPage(rows.slice(0, limit), { hasOlder: rows.length > limit, newer: isOlder ? cursor : null });
}

/** `newer`: a place that newer entries lie beyond, null when there are none. */
function toPage(rows: readonly AuditLog[], more: { hasOlder: boolean; newer: string | null }): AuditPage {
  const [first, last] = [rows.at(0), rows.at(-1)];
  const newer = more.newer === null ? null : (first?.id ?? more.newer);
  return {
    items: rows.map(toAuditEntryView),
    nextCursor: more.hasOlder && last ? showId("audit", last.id) : null,
    previousCursor: newer === null ? null : showId("audit", newer),
  };
}

function auditWhere(ctx: Ctx, filters: AuditFilters): Prisma.AuditLogWhereInput {
  const and: Prisma.AuditLogWhereInput[] = [];
  if (filters.actor === NOBODY) and.push({ actorKind: "nobody" });
  else if (filters.actor !== "") {
    const actorId = readId("user", filters.actor) ?? readId("accessKey", filters.actor);
    and.push(actorId === null ? NOTHING : { actorId });
  }
  if (filters.action !== "") and.push({ action: filters.action });
  if (filters.object !== "") and.push(objectWhere(filters.object));
  // Ids carry their time, and the indexes are by id.
  if (filters.from !== "") and.push({ id: { gte: firstIdOf(filters.from) } });
  if (filters.to !== "") and.push({ id: { lt: firstIdOf(filters.to) } });
  return { projectId: ctx.projectId, AND: and };
}

const NOTHING: Prisma.AuditLogWhereInput = { id: { in: [] } };

function objectWhere(text: string): Prisma.AuditLogWhereInput {
  const id = AUDIT_OBJECTS.map((kind) => readId(kind, text)).find((one) => one !== null);
  if (id !== undefined) return { objectId: id };
  // Prisma passes % and _ of `contains` on to LIKE.
  const part = text.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return { objectName: { contains: part, mode: "insensitive" } };
}

/** The least UUIDv7 of a moment (ISO 8601): its first 48 bits are the milliseconds. */
function firstIdOf(moment: string): string {
  return hexToUuid(Date.parse(moment).toString(16).padStart(12, "0").padEnd(32, "0"));
}

function toAuditEntryView(row: AuditLog): AuditEntryView {
  const isKnown = (kind: string): kind is AuditObjectKind => AUDIT_OBJECTS.some((one) => one === kind);
  return {
    id: showId("audit", row.id),
    at: row.at.toISOString(),
    actor: {
      kind: row.actorKind,
      id: row.actorId && showId(row.actorKind === "key" ? "accessKey" : "user", row.actorId),
      name: row.actorName,
    },
    action: row.action,
    object: {
      kind: row.objectKind,
      id: row.objectId && (isKnown(row.objectKind) ? showId(row.objectKind, row.objectId) : row.objectId),
      name: row.objectName,
    },
    // Written by recordAudit alone.
    before: row.before as AuditFacts | null,
    after: row.after as AuditFacts | null,
    source: row.source,
    address: row.address,
  };
}
