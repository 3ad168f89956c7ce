import type { Template } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import type { TemplateView } from "#lib/templates/view.ts";

export function toTemplateView(row: Template): TemplateView {
  return {
    id: showId("template", row.id),
    number: row.number,
    name: row.archivedAt === null ? row.name : nameBeforeArchiving(row),
    kind: row.kind,
    version: row.version,
    description: row.description,
    // Checked by encodeSpecSchema before it was stored.
    spec: row.spec as EncodeSpec,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
  };
}

/** An archived row gives its name back to the project: with the id in it, it is one that nobody can take. */
export function archivedName({ id, name }: Pick<Template, "id" | "name">): string {
  return `${name} [${id}]`;
}

/** The name that an archived row had. */
export function nameBeforeArchiving({ id, name }: Pick<Template, "id" | "name">): string {
  const tail = ` [${id}]`;
  return name.endsWith(tail) ? name.slice(0, -tail.length) : name;
}
