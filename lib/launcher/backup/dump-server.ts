import { spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import pg from "pg";

import type { ArchiveWriter } from "#lib/launcher/backup/archive-writer.ts";
import { appliedMigrations, serverMajor } from "#lib/launcher/backup/database-facts.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";
import { hasProgram } from "#lib/launcher/system-tools.ts";

export const DUMP_NAME = "database.dump";

export type ServerDump = {
  facts: { postgresMajor: number; migrations: string[] };
  addTo: (archive: ArchiveWriter) => Promise<void>;
  /** Removes the temporary file. */
  remove: () => Promise<void>;
};

/**
 * What the system's pg_dump says of a server of one's own, in its custom format, beside the file `to`.
 * @throws {LauncherError} naming the package when there is no pg_dump; with what it said when it failed
 */
export async function dumpServer(databaseUrl: string, to: string): Promise<ServerDump> {
  const client = await connect(databaseUrl);
  let facts: ServerDump["facts"];
  try {
    facts = { postgresMajor: await serverMajor(client), migrations: await appliedMigrations(client) };
  } finally {
    await client.end();
  }
  needProgram("pg_dump", facts.postgresMajor);
  await mkdir(path.dirname(to), { recursive: true });
  const file = `${to}.dump-${process.pid}`;
  const remove = () => rm(file, { force: true });
  try {
    await runTool(
      "pg_dump",
      ["--format=custom", "--compress=0", "--no-owner", `--file=${file}`],
      databaseUrl,
    );
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    facts,
    remove,
    addTo: async (archive) => {
      await archive.addFile(DUMP_NAME, file);
    },
  };
}

/**
 * Fills an empty database from a dump.
 * @throws {LauncherError} when it is not empty, when pg_restore is missing or failed
 */
export async function restoreDump(databaseUrl: string, file: string): Promise<void> {
  const client = await connect(databaseUrl);
  try {
    const { rows } = await client.query<{ name: string }>(`
      SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 1`);
    if (rows[0] !== undefined) {
      throw new LauncherError(
        `The database of DATABASE_URL is not empty: it has the table ${rows[0].name}. ` +
          `Make a new one (CREATE DATABASE …) and name it in DATABASE_URL. Nothing was changed.`,
      );
    }
    needProgram("pg_restore", await serverMajor(client));
  } finally {
    await client.end();
  }
  await runTool(
    "pg_restore",
    [
      "--no-owner",
      "--no-privileges",
      "--single-transaction",
      "--exit-on-error",
      `--dbname=${databaseOf(databaseUrl)}`,
      file,
    ],
    databaseUrl,
  );
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    const why = error instanceof Error ? error.message : String(error);
    throw new LauncherError(`The database of DATABASE_URL cannot be reached: ${why}`);
  }
}

function needProgram(program: string, major: number): void {
  if (hasProgram(program)) return;
  throw new LauncherError(
    `${program} is missing. Install PostgreSQL's client programs, version ${major} or later: ` +
      `apt-get install postgresql-client (Debian, Ubuntu), dnf install postgresql (Fedora), brew install libpq (macOS).`,
  );
}

const databaseOf = (databaseUrl: string) => decodeURIComponent(new URL(databaseUrl).pathname.slice(1));

/** The address goes by environment: arguments are seen by every user of the machine. */
async function runTool(program: string, args: readonly string[], databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  // sslmode, sslrootcert, connect_timeout, …: libpq's variables are named after its parameters.
  const options = Object.fromEntries(
    [...url.searchParams].map(([name, value]) => [`PG${name.toUpperCase()}`, value]),
  );
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      ...options,
      PGHOST: url.hostname.replace(/^\[|\]$/g, ""),
      PGPORT: url.port === "" ? "5432" : url.port,
      PGUSER: decodeURIComponent(url.username),
      PGPASSWORD: decodeURIComponent(url.password),
      PGDATABASE: databaseOf(databaseUrl),
    },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (said = (said + piece).slice(-4_000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new LauncherError(`${program} failed: ${said.trim() || `code ${code}`}`);
}
