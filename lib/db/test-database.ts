import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, inject } from "vitest";

import { closeDb } from "#lib/db/client.ts";
import { resetEnv } from "#lib/env.ts";
import { stopBoss } from "#lib/queue/boss.ts";

/**
 * Vitest's set-up of every test file that has a database: its own clone of the migrated template and its own DATA_DIR,
 * with `getEnv()` and `db()` pointing there before the file is imported. Both are removed after the file's last test.
 */
const serverUrl = inject("testServerUrl");
const name = `vod_test_${randomBytes(6).toString("hex")}`;
const dataDir = mkdtempSync(path.join(os.tmpdir(), "vod-test-data-"));

await onServer(`CREATE DATABASE ${name} TEMPLATE ${inject("testTemplate")}`);

const databaseUrl = new URL(serverUrl);
databaseUrl.pathname = `/${name}`;
process.env["DATABASE_URL"] = databaseUrl.href;
process.env["DATA_DIR"] = dataDir;
process.env["SECRET_KEY"] = "a key that only tests use, 0123456789";
process.env["PUBLIC_URL"] = "http://127.0.0.1:3000";
process.env["LOG_LEVEL"] ??= "silent";
resetEnv();

afterAll(async () => {
  await stopBoss();
  await closeDb();
  await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  rmSync(dataDir, { recursive: true, force: true });
});

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
