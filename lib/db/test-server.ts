import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";

import { prepareCluster, startPostgres } from "#lib/launcher/embedded-postgres.ts";
import { migrateDatabase } from "#lib/launcher/migrate.ts";
import { startBoss, stopBoss } from "#lib/queue/boss.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the server's own database, as a superuser. */
    testServerUrl: string;
    /** Name of the migrated database that every test file's own is cloned from. */
    testTemplate: string;
  }
}

/**
 * Vitest's global set-up for tests with a database: one server for the whole run – the one of TEST_DATABASE_URL (a
 * superuser's address), otherwise one in a temporary folder, embedded or with the binaries of TEST_POSTGRES_DIR – and one migrated template database.
 */
export default async function startTestServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await chooseServer();
  const template = `vod_template_${process.pid}`;
  await query(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await query(server.url, `CREATE DATABASE ${template}`);
  const templateUrl = new URL(server.url);
  templateUrl.pathname = `/${template}`;
  await migrateDatabase(templateUrl.href);
  // The queue's tables as well: every clone has them from the start.
  await startBoss({ databaseUrl: templateUrl.href });
  await stopBoss();
  project.provide("testServerUrl", server.url);
  project.provide("testTemplate", template);
  return async () => {
    await query(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await server.stop();
  };
}

async function chooseServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") return { url: given, stop: async () => {} };
  const folder = mkdtempSync(path.join(os.tmpdir(), "vod-test-db-"));
  // As root the server runs as somebody else, who must be able to enter.
  chmodSync(folder, 0o711);
  // What is lost with the machine may be lost: no test outlives it.
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
  const installed = process.env["TEST_POSTGRES_DIR"];
  const server = await startPostgres(prepareCluster(folder, installed === "" ? undefined : installed), {
    settings,
  });
  return {
    url: server.url("postgres", "postgres"),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
