import { randomBytes } from "node:crypto";
import { constants, copyFileSync, createReadStream, linkSync, renameSync, rmSync } from "node:fs";
import { mkdir, open, opendir, readdir, realpath, rename, rm, rmdir, statfs } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";

import { FailureError } from "#lib/errors.ts";
import {
  FILE_MODE,
  isCode,
  lstatOrNull,
  placeFile,
  syncFile,
  syncFolder,
} from "#lib/storage/durable-files.ts";
import {
  assertStorePath,
  PREVIOUS_NAME,
  STAGED_NAME,
  type StagedPrimary,
  type Store,
  type StoredObject,
  StoreMissingError,
} from "#lib/storage/store.ts";

/** Of a folder with published files. */
const FOLDER_MODE = 0o755;

/**
 * A store in a local folder. Nothing outside of `root` is ever touched: paths are checked by name, and every folder on
 * the way by its real place, so that a symbolic link inside does not lead out.
 * `outputName` is what failures call it.
 */
export class LocalStore implements Store {
  readonly isRemote = false;
  readonly #root: string;
  readonly #outputName: string;

  constructor(root: string, outputName: string) {
    this.#root = path.resolve(root);
    this.#outputName = outputName;
  }

  async putFile(name: string, localFile: string): Promise<void> {
    await this.#write(name, (temporary) => placeFile(localFile, temporary));
  }

  async putBytes(name: string, bytes: Uint8Array): Promise<void> {
    await this.#write(name, async (temporary) => {
      const handle = await open(temporary, "wx", FILE_MODE);
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
    });
  }

  async stagePrimary(
    name: string,
    localFile: string,
    options: { attemptFolder: string; type: string },
  ): Promise<StagedPrimary> {
    assertStorePath(name);
    const staged = `${options.attemptFolder}/${STAGED_NAME}`;
    await this.putFile(staged, localFile);
    return {
      replace: (isStillMine) =>
        this.#guarded(name, async () => {
          const target = await this.#place(name, { create: true });
          const existing = await lstatOrNull(target);
          if (existing?.isDirectory() === true)
            throw Object.assign(new Error("a folder has this name"), { code: "EISDIR" });
          const from = await this.#place(staged);
          const previous = await this.#place(`${options.attemptFolder}/${PREVIOUS_NAME}`);
          // Synchronous from here: no other step of this process comes between the question and the rename.
          if (!isStillMine()) throw new Error(`replacing ${name} came too late`);
          rmSync(previous, { force: true });
          if (existing !== null) keepPrevious(target, previous);
          renameSync(from, target);
          await syncFolder(path.dirname(target));
        }),
      discard: () => this.delete(staged),
    };
  }

  async restorePrimary(name: string, attemptFolder: string): Promise<boolean> {
    return this.#guarded(name, async () => {
      const previous = await this.#place(`${attemptFolder}/${PREVIOUS_NAME}`);
      if ((await lstatOrNull(previous)) === null) return false;
      const target = await this.#place(name, { create: true });
      // Two links to one file: rename would do nothing and leave both.
      await rename(previous, target);
      await rm(previous, { force: true });
      await syncFolder(path.dirname(target));
      return true;
    });
  }

  async freeBytes(): Promise<number> {
    try {
      await mkdir(this.#root, { recursive: true, mode: FOLDER_MODE });
      const { bavail, bsize } = await statfs(this.#root);
      return bavail * bsize;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async head(name: string): Promise<StoredObject | null> {
    return this.#guarded(name, async () => {
      const found = await lstatOrNull(await this.#place(name));
      if (found?.isFile() !== true) return null;
      const version = `${found.ino}-${found.mtimeMs}`;
      return { path: name, sizeBytes: found.size, modifiedAt: found.mtime, version };
    });
  }

  async read(name: string, range?: { start: number; end?: number }): Promise<Readable> {
    return this.#guarded(name, async () => {
      const place = await this.#place(name);
      let handle;
      try {
        handle = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      } catch (error) {
        if (isCode(error, "ENOENT", "ENOTDIR", "ELOOP")) throw new StoreMissingError(name);
        throw error;
      }
      if (!(await handle.stat()).isFile()) {
        await handle.close();
        throw new StoreMissingError(name);
      }
      return createReadStream(place, { fd: handle, autoClose: true, ...range });
    });
  }

  async *list(folder: string): AsyncGenerator<StoredObject> {
    if (folder !== "") assertStorePath(folder);
    const place = path.join(this.#root, folder);
    let entries;
    try {
      await this.#assertInside(place);
      entries = await opendir(place);
    } catch (error) {
      if (isCode(error, "ENOENT", "ENOTDIR")) return;
      throw this.#failure(error);
    }
    for await (const entry of entries) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this.list(name);
      else if (entry.isFile()) {
        const found = await this.head(name);
        if (found !== null) yield found;
      }
    }
  }

  async listFolders(folder: string): Promise<string[]> {
    if (folder !== "") assertStorePath(folder);
    const place = path.join(this.#root, folder);
    try {
      await this.#assertInside(place);
      const entries = await readdir(place, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    } catch (error) {
      if (isCode(error, "ENOENT", "ENOTDIR")) return [];
      throw this.#failure(error);
    }
  }

  async delete(name: string): Promise<void> {
    await this.#guarded(name, async () => {
      const place = await this.#place(name);
      await rm(place, { force: true });
      await this.#removeEmptyFolders(path.dirname(place));
    });
  }

  async deleteFolder(folder: string): Promise<void> {
    await this.#guarded(folder, async () => {
      const place = await this.#place(folder);
      await rm(place, { recursive: true, force: true });
      await this.#removeEmptyFolders(path.dirname(place));
    });
  }

  /** A transfer is a rename: there is none that began and goes on. */
  async *transfers(): AsyncGenerator<never> {
    // Nothing to name.
  }

  /** Writes beside the target, then renames: durable, and never seen half-written. */
  async #write(name: string, produce: (temporary: string) => Promise<void>): Promise<void> {
    await this.#guarded(name, async () => {
      const target = await this.#place(name, { create: true });
      const temporary = path.join(path.dirname(target), `.${randomBytes(9).toString("hex")}.tmp`);
      try {
        await produce(temporary);
        await syncFile(temporary);
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(path.dirname(target));
    });
  }

  /** The absolute place of a path; its folder is made (`create`) and proven to lie inside the root. */
  async #place(name: string, options: { create?: boolean } = {}): Promise<string> {
    assertStorePath(name);
    const place = path.join(this.#root, name);
    const folder = path.dirname(place);
    if (options.create === true) await this.#makeFolders(name.split("/").slice(0, -1));
    try {
      await this.#assertInside(folder);
    } catch (error) {
      if (!isCode(error, "ENOENT", "ENOTDIR")) throw error;
    }
    return place;
  }

  async #makeFolders(segments: string[]): Promise<void> {
    let folder = this.#root;
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    for (const segment of segments) {
      // One by one, each proven before the next is made inside it.
      await this.#assertInside(folder);
      folder = path.join(folder, segment);
      try {
        await mkdir(folder, { mode: FOLDER_MODE });
        await syncFolder(path.dirname(folder));
      } catch (error) {
        if (!isCode(error, "EEXIST")) throw error;
      }
    }
  }

  async #assertInside(folder: string): Promise<void> {
    const [root, real] = await Promise.all([realpath(this.#root), realpath(folder)]);
    if (real !== root && !real.startsWith(root + path.sep)) {
      throw Object.assign(new Error("a symbolic link leads out of the Output"), { code: "EACCES" });
    }
  }

  async #removeEmptyFolders(folder: string): Promise<void> {
    for (let at = folder; at !== this.#root && at.startsWith(this.#root + path.sep); at = path.dirname(at)) {
      try {
        await rmdir(at);
      } catch (error) {
        if (isCode(error, "ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR")) return;
        throw error;
      }
    }
  }

  async #guarded<T>(name: string, work: () => Promise<T>): Promise<T> {
    assertStorePath(name);
    try {
      return await work();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): unknown {
    if (isCode(error, "ENOSPC", "EDQUOT")) {
      // Where; how much is needed and free, whoever wanted to write can tell.
      return new FailureError(
        "WORKER_DISK_FULL",
        { worker: this.#outputName },
        {
          evidence: [messageOf(error)],
          retryable: true,
          cause: error,
        },
      );
    }
    if (isCode(error, "EACCES", "EPERM", "EROFS", "EISDIR", "ENOTDIR", "ELOOP", "ENAMETOOLONG")) {
      const params = { output: this.#outputName, reason: messageOf(error).split(",")[0] ?? "" };
      return new FailureError("OUTPUT_DENIED", params, { evidence: [messageOf(error)], cause: error });
    }
    // The folder, or one above it, is a file.
    if (isCode(error, "EEXIST") && (error as NodeJS.ErrnoException).syscall === "mkdir") {
      const params = { output: this.#outputName, reason: messageOf(error).split(",")[0] ?? "" };
      return new FailureError("OUTPUT_DENIED", params, { evidence: [messageOf(error)], cause: error });
    }
    return error;
  }
}

/** A second name for the file, or, where the file system has none (FAT, some network mounts), a copy. */
function keepPrevious(target: string, previous: string): void {
  try {
    linkSync(target, previous);
  } catch (error) {
    if (!isCode(error, "EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EMLINK")) throw error;
    copyFileSync(target, previous, constants.COPYFILE_EXCL);
  }
}

function messageOf(error: unknown): string {
  // Node's message ends with the machine's path, which is nobody's business.
  return error instanceof Error
    ? error.message.replace(/ '.*$/s, "").replace(/,? ?\b(?:open|link|rename|mkdir|lstat|copyfile)\b$/, "")
    : String(error);
}
