import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";

import { LauncherError } from "#lib/launcher/quiet-step.ts";

/**
 * Makes DATA_DIR when it is missing and makes sure that it is ours to write in.
 * @throws {LauncherError} naming the owner and the fix
 */
export function prepareDataDir(dataDir: string): void {
  try {
    if (!existsSync(dataDir)) {
      mkdirSync(dataDir, { recursive: true });
      // Others may pass through to what is theirs (the database's account, ffmpeg's), and list nothing.
      chmodSync(dataDir, 0o711);
    }
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new LauncherError(`DATA_DIR ${dataDir} cannot be written: ${reason(dataDir, error)}`);
  }
}

/** The key of `DATA_DIR/secret-key` (mode 0600), generated on the first start. */
export function readOrMakeSecretKey(dataDir: string): string {
  const file = path.join(dataDir, "secret-key");
  if (!existsSync(file))
    writeFileSync(file, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new LauncherError(`The secret key ${file} cannot be read: ${reason(file, error)}`);
  }
}

/** The key that this installation runs with: SECRET_KEY, or that of `DATA_DIR/secret-key`; undefined without either. */
export function findSecretKey({
  secretKey,
  dataDir,
}: {
  secretKey: string | undefined;
  dataDir: string;
}): string | undefined {
  if (secretKey !== undefined) return secretKey;
  return existsSync(path.join(dataDir, "secret-key")) ? readOrMakeSecretKey(dataDir) : undefined;
}

function reason(place: string, error: unknown): string {
  const existing = existsSync(place) ? place : path.dirname(place);
  const own = process.getuid?.();
  const owner = existsSync(existing) ? statSync(existing).uid : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (own === undefined || owner === undefined || owner === own) return message;
  return (
    `it belongs to uid ${owner}, and this is ${os.userInfo().username} (uid ${own}). ` +
    `Start as its owner, give it away with "sudo chown -R ${own} ${existing}", or choose another DATA_DIR.`
  );
}
