import { chmod, chown, lchown, lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { READERS_GID, slotUid } from "#lib/media/sandbox-command.ts";
import type { Sandbox } from "#lib/media/sandbox.ts";

/**
 * Makes the files that a slot's process needs readable for it, and its work folder its own.
 *
 * Only where slots have users. A source keeps its owner: it is given to the readers' group, which holds no one but the
 * slots; what a slot sees of the disk is what is mounted for it (tier A) or reachable (tier C). Links are left alone.
 */
export async function grantAccess(
  sandbox: Sandbox,
  slot: number,
  paths: { readPaths: readonly string[]; writeDir?: string | undefined },
): Promise<void> {
  if (!sandbox.hasSlotUsers) return;
  for (const path of paths.readPaths) await grantRead(path, slotUid(slot));
  if (paths.writeDir) await ownFolders(paths.writeDir, slotUid(slot));
  if (sandbox.tier === "C") {
    for (const path of [...paths.readPaths, ...(paths.writeDir ? [paths.writeDir] : [])])
      await assertReachable(path);
  }
}

async function grantRead(path: string, uid: number): Promise<void> {
  const stat = await lstat(path);
  if (stat.isDirectory()) {
    await openForGroup(path, stat, uid, 0o005, 0o050);
    for (const name of await readdir(path)) await grantRead(join(path, name), uid);
  } else if (stat.isFile()) {
    await openForGroup(path, stat, uid, 0o004, 0o040);
  }
}

async function openForGroup(
  path: string,
  stat: { mode: number; gid: number; uid: number },
  uid: number,
  forOthers: number,
  forGroup: number,
): Promise<void> {
  if ((stat.mode & forOthers) === forOthers || stat.uid === uid) return;
  if (stat.gid !== READERS_GID) await chown(path, stat.uid, READERS_GID);
  if ((stat.mode & forGroup) !== forGroup) await chmod(path, (stat.mode | forGroup) & 0o7777);
}

async function ownFolders(folder: string, uid: number): Promise<void> {
  await lchown(folder, uid, READERS_GID);
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await ownFolders(join(folder, entry.name), uid);
  }
}

/** Without namespaces, every folder above must let the slot's user through. */
async function assertReachable(path: string): Promise<void> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, gid } = await lstat(folder);
    const isOpen = (mode & 0o001) !== 0 || (gid === READERS_GID && (mode & 0o010) !== 0);
    if (!isOpen) {
      const { uid } = await lstat(folder);
      if (uid < slotUid(0)) {
        throw new Error(
          `Sandbox tier C: the folder ${folder} is closed to the users that ffmpeg runs as. Open it for passing through (chmod o+x), or install bubblewrap.`,
        );
      }
    }
    if (folder === dirname(folder)) return;
  }
}
