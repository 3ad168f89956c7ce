import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";

/**
 * What lies at a path (a link itself, not its target), or null when nothing does.
 * @throws what `unreadable` makes of the system's code ("EACCES", "EIO") when it cannot be looked at: that is not "missing".
 */
export async function findFile(path: string, unreadable: (code: string) => Error): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw unreadable(code ?? String(error));
  }
}
