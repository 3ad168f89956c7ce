import { mkdir, open, readdir, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What is stored of uploads: in one folder, a file `<UUID>` with the bytes and the upload server's note `<UUID>.json`
 * beside it. The length of the file is how far an upload is, whatever its row says.
 */
export class UploadFiles {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  pathOf(uploadId: string): string {
    return path.join(this.directory, uploadId);
  }

  /** Bytes that are stored of an upload (UUID), or null when there is no file. */
  async findSize(uploadId: string): Promise<number | null> {
    try {
      return (await stat(this.pathOf(uploadId))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  /** Returns once the bytes of an upload (UUID) are on the disk and would be there after a loss of power. */
  async sync(uploadId: string): Promise<void> {
    const file = await open(this.pathOf(uploadId), "r");
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** Removes the file and the note of an upload (UUID). Harmless when they are gone. */
  async remove(uploadId: string): Promise<void> {
    const file = this.pathOf(uploadId);
    await Promise.all([rm(file, { force: true }), rm(`${file}.json`, { force: true })]);
  }

  /** The uploads (UUIDs) that something is stored of, with the time of the last write (Unix ms). */
  async list(): Promise<{ uploadId: string; writtenAt: number }[]> {
    const newest = new Map<string, number>();
    for (const name of await this.#names()) {
      const uploadId = name.replace(/\.json$/, "");
      if (!UUID.test(uploadId)) continue;
      const writtenAt = await modifiedAt(path.join(this.directory, name));
      if (writtenAt !== null) newest.set(uploadId, Math.max(newest.get(uploadId) ?? 0, writtenAt));
    }
    return [...newest].map(([uploadId, writtenAt]) => ({ uploadId, writtenAt }));
  }

  /** Bytes that this process may still write to the folder's file system. */
  async freeBytes(): Promise<number> {
    await mkdir(this.directory, { recursive: true });
    const { bavail, bsize } = await statfs(this.directory);
    return bavail * bsize;
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }
}

async function modifiedAt(file: string): Promise<number | null> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    // Removed since the folder was read.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
