import { isDeepStrictEqual } from "node:util";

import type { Db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { newId } from "#lib/ids.ts";
import { encodeSpecSchema } from "#lib/media/encode-spec.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";

/** Serialises several processes that start at the same moment. The number is arbitrary, only its sameness matters. */
const LOCK = 7_203_001;

/**
 * Brings the shipped templates into the database: adds new ones, raises the version of changed ones, takes back into use
 * what was archived, archives what is no longer shipped. Runs at every start; does nothing when nothing changed.
 */
export async function syncPredefinedTemplates(client: Db): Promise<void> {
  await client.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
    const present = await tx.template.findMany({ where: { kind: "predefined" } });
    for (const { name, description, spec: shipped } of PREDEFINED_SPECS) {
      // Through JSON, as the database keeps it: no key with the value undefined.
      const spec = JSON.parse(JSON.stringify(encodeSpecSchema.parse(shipped))) as Prisma.InputJsonObject;
      const row = present.find((one) => one.name === name);
      if (row === undefined) {
        const versions = { create: { version: 1, description, spec } };
        await tx.template.create({
          data: { id: newId(), kind: "predefined", name, description, spec, versions },
        });
      } else if (!isDeepStrictEqual(row.spec, spec)) {
        const version = row.version + 1;
        const versions = { create: { version, description, spec } };
        await tx.template.update({
          where: { id: row.id },
          data: { spec, description, version, archivedAt: null, versions },
        });
      } else if (row.description !== description || row.archivedAt !== null) {
        await tx.template.update({ where: { id: row.id }, data: { description, archivedAt: null } });
      }
    }
    const shippedNames = PREDEFINED_SPECS.map(({ name }) => name);
    await tx.template.updateMany({
      where: { kind: "predefined", archivedAt: null, name: { notIn: shippedNames } },
      data: { archivedAt: new Date() },
    });
  });
}
