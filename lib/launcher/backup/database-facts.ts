import type pg from "pg";

/** Names of the migrations that a database has; none when it is new. */
export async function appliedMigrations(database: pg.Client): Promise<string[]> {
  const { rows: tables } = await database.query<{ name: string | null }>(
    `SELECT to_regclass('public._prisma_migrations')::text AS name`,
  );
  if (tables[0]?.name == null) return [];
  const { rows } = await database.query<{ migration_name: string }>(
    `SELECT migration_name FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return rows.map((row) => row.migration_name);
}

export async function serverMajor(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ number: string }>(
    "SELECT current_setting('server_version_num') AS number",
  );
  return Math.floor(Number(rows[0]?.number) / 10_000);
}
