import type { Settings } from "#lib/env.ts";
import { knownMigrations, secretKeyId, type BackupManifest } from "#lib/launcher/backup/manifest.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

/**
 * @throws {LauncherError} unless this version and these settings can go on with the backup: its schema is known, its
 * database is of the kind that the settings name, and the secret key is the one that it was made with.
 */
export function refuseUnfit(
  settings: Settings,
  manifest: BackupManifest,
  { from, key, withoutKey = false }: { from: string; key?: string | undefined; withoutKey?: boolean },
): void {
  const known = new Set(knownMigrations());
  const unknown = manifest.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new LauncherError(
      `${from} was made by a newer version (${manifest.version}): this one does not know its migration ` +
        `${unknown[0] ?? ""}. Update VOD Console first. Nothing was restored.`,
    );
  }
  refuseOtherKind(settings, manifest, from);
  const wanted = key ?? settings.secretKey;
  if (withoutKey) {
    if (wanted === undefined || settings.databaseUrl === undefined) return;
  } else if (wanted === undefined) {
    throw new LauncherError(
      `The secret key of the backup is needed: --key FILE, or SECRET_KEY. Without it, the secrets of access keys, Outputs ` +
        `and webhooks stay unreadable; --without-key goes on all the same, with a new key. Nothing was restored.`,
    );
  } else if (secretKeyId(wanted) !== manifest.secretKeyId) {
    throw new LauncherError(
      `This secret key is not the one that ${from} was made with. Nothing was restored.`,
    );
  }
  if (key !== undefined && settings.secretKey !== undefined && key !== settings.secretKey)
    throw new LauncherError("--key and SECRET_KEY differ. Unset one of them. Nothing was restored.");
}

function refuseOtherKind({ databaseUrl }: Settings, { kind }: BackupManifest, from: string): void {
  if (kind === "cluster" && databaseUrl !== undefined) {
    throw new LauncherError(
      `${from} holds an embedded database. Unset DATABASE_URL and restore it into an empty DATA_DIR. Nothing was restored.`,
    );
  }
  if (kind === "dump" && databaseUrl === undefined) {
    throw new LauncherError(
      `${from} was made by pg_dump. Set DATABASE_URL to an empty database of a PostgreSQL server. Nothing was restored.`,
    );
  }
}
