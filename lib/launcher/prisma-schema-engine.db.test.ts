import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";

import { migrateDatabase, MigrationError, runPrisma } from "#lib/launcher/migrate.ts";

const server = inject("testServerUrl");
const name = "vod_schema_engine_test";
const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
const DIFF = [
  "migrate",
  "diff",
  "--from-config-datasource",
  "--to-schema",
  "prisma/schema.prisma",
  "--exit-code",
];
let folder = "";

/** Every migration of the repository, in the order of application. */
const MIGRATIONS = readdirSync("prisma/migrations")
  .filter((entry) => /^\d{14}_/.test(entry))
  .sort();

async function query(address: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-migrations-"));
});

afterEach(async () => {
  await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  rmSync(folder, { recursive: true, force: true });
});

/** A Prisma configuration with the repository's migrations and one more. */
function configWith(sql: string): string[] {
  const migrations = path.join(folder, "migrations");
  cpSync("prisma/migrations", migrations, { recursive: true });
  mkdirSync(path.join(migrations, "99990101000000_more"));
  writeFileSync(path.join(migrations, "99990101000000_more", "migration.sql"), sql);
  const config = path.join(folder, "prisma.config.mjs");
  const settings = {
    schema: path.resolve("prisma/schema.prisma"),
    migrations: { path: migrations },
    datasource: { url },
  };
  writeFileSync(config, `export default ${JSON.stringify(settings)};\n`);
  return ["--config", config];
}

test("deploy creates the database, applies every migration once, and leaves no drift from the schema", async () => {
  expect(await migrateDatabase(url)).toEqual(MIGRATIONS);
  expect(await migrateDatabase(url)).toEqual([]);
  const status = await runPrisma(["migrate", "status"], url);
  expect(status).toMatchObject({ code: 0, output: expect.stringContaining("up to date") as string });
  expect(await runPrisma(DIFF, url)).toMatchObject({ code: 0 });
});

test("drift is seen", async () => {
  await migrateDatabase(url);
  await query(url, 'ALTER TABLE "Task" ADD COLUMN "stray" text');
  expect(await runPrisma(DIFF, url)).toMatchObject({
    code: 2,
    output: expect.stringContaining("stray") as string,
  });
});

test("the migrations make exactly the schema, in a shadow database that is removed afterwards", async () => {
  await migrateDatabase(url);
  const args = [
    "migrate",
    "diff",
    "--from-migrations",
    "prisma/migrations",
    "--to-schema",
    "prisma/schema.prisma",
  ];
  expect(await runPrisma([...args, "--exit-code"], url)).toMatchObject({ code: 0 });
  const shadows = await query(
    server,
    "SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow%'",
  );
  expect(shadows).toEqual([]);
});

test("a migration with a function body, whose semicolons end no statement, is applied whole", async () => {
  const body =
    "CREATE FUNCTION twice(n int) RETURNS int AS $$ BEGIN n := n * 2; RETURN n; END; $$ LANGUAGE plpgsql;";
  const deployed = await runPrisma(["migrate", "deploy", ...configWith(body)], url);
  expect(deployed).toMatchObject({ code: 0 });
  expect(await query(url, "SELECT twice(21) AS n")).toEqual([{ n: 42 }]);
});

test("a failed migration says why, blocks the next deploy, and can be resolved", async () => {
  const config = configWith("ALTER TABLE nowhere ADD COLUMN x int;");
  const failed = await runPrisma(["migrate", "deploy", ...config], url);
  expect(failed.code).toBe(1);
  expect(failed.output).toContain("No such table: nowhere");
  expect((await runPrisma(["migrate", "deploy", ...config], url)).output).toContain("P3009");
  const resolve = ["migrate", "resolve", "--rolled-back", "99990101000000_more", ...config];
  expect(await runPrisma(resolve, url)).toMatchObject({ code: 0 });
});

test("three deploys at once apply each migration once", async () => {
  await query(server, `CREATE DATABASE ${name}`);
  const applied = await Promise.all([migrateDatabase(url), migrateDatabase(url), migrateDatabase(url)]);
  expect(applied.flat()).toEqual(MIGRATIONS);
});

test("a server that is not there, and a wrong password, are said in a sentence", async () => {
  await expect(migrateDatabase("postgresql://vod:x@127.0.0.1:1/vod")).rejects.toThrow(MigrationError);
  await expect(migrateDatabase("postgresql://vod:x@127.0.0.1:1/vod")).rejects.toThrow(/P1001|reach/);
});
