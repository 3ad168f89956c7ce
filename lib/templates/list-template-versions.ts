import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { diffSpecs } from "#lib/templates/diff-specs.ts";
import type { TemplateVersionView } from "#lib/templates/view.ts";

/** Versions that one answer holds; older ones stay in the database. */
const MOST = 200;

/**
 * The versions of a template, the newest first, each with what it changed.
 * @throws {AppError} `not_found`
 */
export async function listTemplateVersions(ctx: Ctx, templateId: string): Promise<TemplateVersionView[]> {
  const id = readId("template", templateId);
  const template =
    id === null
      ? null
      : await db().template.findFirst({
          where: { id, OR: [{ projectId: ctx.projectId }, { projectId: null }] },
          select: { versions: { orderBy: { version: "desc" }, take: MOST + 1 } },
        });
  if (template === null) throw new AppError("not_found", "There is no such template in this project.");
  const { versions } = template;
  return versions.slice(0, MOST).map(({ version, description, spec, createdBy, createdAt }, index) => {
    const before = versions[index + 1];
    return {
      version,
      description,
      // Checked by encodeSpecSchema before it was stored.
      spec: spec as EncodeSpec,
      createdBy,
      createdAt: createdAt.toISOString(),
      changes: before
        ? [
            ...diffSpecs({ description: before.description }, { description }),
            ...diffSpecs(before.spec, spec),
          ]
        : [],
    };
  });
}
