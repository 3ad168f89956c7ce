import { hkdfSync } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

import { ROOT } from "#lib/launcher/quiet-step.ts";

/** Last entries of an archive: what it holds, and the SHA-256 of that text. */
export const MANIFEST_NAME = "manifest.json";
export const MANIFEST_SUM_NAME = "manifest.sha256";

const fileSchema = z.object({ sizeBytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export const backupManifestSchema = z.object({
  format: z.literal(1),
  /** Of the product that made it. */
  version: z.string(),
  createdAt: z.iso.datetime(),
  /** `cluster`: a copy of the embedded database's folder; `dump`: what pg_dump said of a server of one's own. */
  kind: z.enum(["cluster", "dump"]),
  /** Major version of the PostgreSQL that it was taken from. */
  postgresMajor: z.int(),
  /** Names of the migrations that were applied. */
  migrations: z.array(z.string()),
  /** Tells the secret key from another and nothing else; see {@link secretKeyId}. */
  secretKeyId: z.string(),
  /** DATA_DIR when it was taken: local Outputs are kept by their absolute folder. */
  dataDir: z.string(),
  withFiles: z.boolean(),
  /** Every other file of the archive by name. */
  files: z.record(z.string(), fileSchema),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;
export type ArchivedFile = z.infer<typeof fileSchema>;

/** Sixteen hex digits that differ with the key. One way, and made with a purpose of its own. */
export function secretKeyId(secretKey: string): string {
  return Buffer.from(hkdfSync("sha256", secretKey, "", "vod-console backup-key-id v1", 8)).toString("hex");
}

/** Names of the migrations that this version brings, in order. */
export function knownMigrations(): string[] {
  const folder = path.join(ROOT, "prisma", "migrations");
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, "migration.sql")))
    .map((entry) => entry.name)
    .sort();
}

export function productVersion(): string {
  return (JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string }).version;
}
