import { decryptSecret, encryptSecret, presentPrefix, secretPlace } from "#lib/auth/secret-box.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";

/** Rows that are read at a time. */
const BATCH = 200;

/**
 * Stores every secret anew under SECRET_KEY, those that PREVIOUS_SECRET_KEY opens. Every process must know both keys
 * while it runs; it can be repeated and interrupted. The columns are those whose name ends in `Encrypted`, asked of the
 * database, so that a new one cannot be forgotten.
 * @returns how many were renewed
 * Throws at the first one that neither key opens, with its place; what was renewed before stays.
 */
export async function rotateSecrets(): Promise<number> {
  let renewed = 0;
  for (const column of await encryptedColumns()) renewed += await rotateColumn(column);
  return renewed;
}

type Column = { table: string; column: string };

async function encryptedColumns(): Promise<Column[]> {
  return db().$queryRaw<Column[]>`
    SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name LIKE '%Encrypted' ORDER BY 1, 2`;
}

async function rotateColumn({ table, column }: Column): Promise<number> {
  // Names from the database's own catalogue, quoted.
  const [from, field] = [table, column].map((name) => Prisma.raw(`"${name.replaceAll('"', '""')}"`)) as [
    Prisma.Sql,
    Prisma.Sql,
  ];
  let renewed = 0;
  for (;;) {
    const rows = await db().$queryRaw<{ id: string; sealed: string }[]>`
      SELECT id::text, ${field} AS sealed FROM ${from}
      WHERE ${field} IS NOT NULL AND NOT starts_with(${field}, ${presentPrefix()}) ORDER BY id LIMIT ${BATCH}`;
    if (rows.length === 0) return renewed;
    for (const { id, sealed } of rows) {
      const place = secretPlace(table, id, column);
      const anew = encryptSecret(decryptSecret(sealed, place), place);
      // Whoever has changed it meanwhile has stored it under the present key.
      renewed += await db().$executeRaw`
        UPDATE ${from} SET ${field} = ${anew} WHERE id = ${id}::uuid AND ${field} = ${sealed}`;
    }
  }
}
