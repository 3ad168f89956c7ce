import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  ensureDatabase,
  prepareCluster,
  startPostgres,
  type RunningPostgres,
} from "#lib/launcher/embedded-postgres.ts";
import { migrateDatabase } from "#lib/launcher/migrate.ts";
import { DEBIAN_POSTGRES, hasTool } from "#lib/launcher/system-tools.ts";

/** With DATABASE_URL, against Debian's server and its pg_dump. */

const isThere = hasTool(DEBIAN_POSTGRES);
const KEY = "a key that only tests use, 0123456789";
let folder = "";
let server: RunningPostgres | undefined;

beforeAll(async () => {
  if (!isThere) return;
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-server-copy-"));
  chmodSync(folder, 0o711);
  const cluster = prepareCluster(
    path.join(folder, "postgres"),
    path.dirname(path.dirname(DEBIAN_POSTGRES.file ?? "")),
  );
  server = await startPostgres(cluster);
  for (const name of ["vod", "copy"]) await ensureDatabase(server, cluster, name);
}, 120_000);
afterAll(async () => {
  await server?.stop();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

function command(name: string, database: string, ...args: string[]): { status: number | null; said: string } {
  const env = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    DATA_DIR: path.join(folder, `data-of-${database}`),
    DATABASE_URL: server?.url(database),
    SECRET_KEY: KEY,
  };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["lib/launcher/copy-database.ts", name, ...args],
    { encoding: "utf8", env: env as unknown as NodeJS.ProcessEnv },
  );
  return { status, said: `${stdout}${stderr}` };
}

async function query(database: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server?.url(database) });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test.runIf(isThere)(
  "a server of one's own is dumped, and restored into an empty database only",
  async () => {
    await migrateDatabase(server?.url("vod") ?? "");
    await query("vod", `INSERT INTO "Project" (id, name) VALUES (gen_random_uuid(), 'Kept')`);
    const archive = path.join(folder, "server.tar.gz");
    const saved = command("backup", "vod", "--to", archive);
    expect([saved.status, saved.said]).toEqual([0, expect.stringMatching(/Backup: .+server\.tar\.gz/)]);
    // Neither the temporary dump nor a part of an archive is left.
    expect(readdirSync(folder).filter((name) => name.startsWith("server"))).toEqual(["server.tar.gz"]);

    mkdirSync(path.join(folder, "data-of-copy"));
    const restored = command("restore", "copy", "--from", archive);
    expect([restored.status, restored.said]).toEqual([0, expect.stringMatching(/Restored the backup of/)]);
    expect(await query("copy", `SELECT name FROM "Project"`)).toEqual([{ name: "Kept" }]);
    expect(await query("copy", `SELECT count(*)::int AS n FROM _prisma_migrations`)).toEqual(
      await query("vod", `SELECT count(*)::int AS n FROM _prisma_migrations`),
    );

    const again = command("restore", "copy", "--from", archive);
    expect([again.status, again.said]).toEqual([
      1,
      expect.stringMatching(/is not empty.+Nothing was changed/),
    ]);
    expect(readdirSync(path.join(folder, "data-of-copy"))).toEqual([]);
  },
  180_000,
);
