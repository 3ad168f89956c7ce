import type { Template } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import type { TemplateView } from "#lib/templates/view.ts";

export function toTemplateView(row: Template): TemplateView {
  return {
    id: showId("template", row.id),
    number: row.number,
    name: row.name,
    kind: row.kind,
    version: row.version,
    description: row.description,
    // Checked by encodeSpecSchema before it was stored.
    spec: row.spec as EncodeSpec,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
