import path from "node:path";

import { ROOT, runStep, type StepResult } from "#lib/launcher/quiet-step.ts";

/** The migrations could not be applied; the message is what Prisma said. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/**
 * Applies the migrations of prisma/migrations that the database lacks, under Prisma's advisory lock.
 * @returns the names of those that were applied.
 * @throws {MigrationError}
 */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const { code, output } = await runPrisma(["migrate", "deploy"], databaseUrl);
  if (code !== 0) throw new MigrationError(output.trim());
  // Prisma lists them as a tree of folders: "  └─ 20261120000000_initial/".
  return [...output.matchAll(/^ *[├└]─ (\d{14}_.+)\/$/gm)].map(([, name = ""]) => name);
}

/** Runs Prisma's command line with this Node and the schema engine of this repository; nothing is downloaded. */
export async function runPrisma(args: readonly string[], databaseUrl?: string): Promise<StepResult> {
  return runStep(
    process.execPath,
    [path.join(ROOT, "node_modules", "prisma", "build", "index.js"), ...args],
    {
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      // The engine's first line asks the PATH for node: it gets this one.
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      PRISMA_SCHEMA_ENGINE_BINARY: path.join(ROOT, "lib", "launcher", "prisma-schema-engine.mjs"),
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
      NO_COLOR: "1",
    },
  );
}
