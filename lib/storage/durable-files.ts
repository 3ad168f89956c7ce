import { constants, type Stats } from "node:fs";
import { chmod, chown, copyFile, link, lstat, open } from "node:fs/promises";

/** Steps on files that the local store is made of. */

/** Of a published file: served by the web process, readable by the machine's other services. */
export const FILE_MODE = 0o644;

/** A hard link where the file system allows one (nothing is copied), else a copy. Owned by this process either way. */
export async function placeFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!isCode(error, "EXDEV", "EPERM", "EMLINK", "EOPNOTSUPP", "ENOTSUP", "EACCES")) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
  // The encoder ran under a user id of its own, which must not own what is published.
  if (process.getuid?.() === 0) await chown(to, 0, process.getgid?.() ?? 0);
  await chmod(to, FILE_MODE);
}

/** Waits until a file's bytes are on the disk. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until a folder's names are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a folder.
    if (!isCode(error, "EINVAL", "ENOTSUP", "EPERM", "EISDIR")) throw error;
  } finally {
    await handle.close();
  }
}

/** Null when there is nothing of that name. */
export async function lstatOrNull(file: string): Promise<Stats | null> {
  try {
    return await lstat(file);
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

/** Whether an error is one of the operating system's, by its codes. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
}
