import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import * as z from "zod";

import { db } from "#lib/db/client.ts";
import { type Env, workDir } from "#lib/env.ts";
import { FailureError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import type { Damage } from "#lib/media/encode.ts";
import { sha256File } from "#lib/storage/hash-file.ts";
import { isSettled } from "#lib/tasks/status.ts";
import { sweepRuns } from "#lib/worker/chunk-rows.ts";

/** Beside the folders of workers, which are removed with them. */
const chunksRoot = (env: Pick<Env, "dataDir">) => path.join(workDir(env), "chunks");

/** Where the finished chunks of a task lie until it is settled. */
export const taskChunksDir = (env: Pick<Env, "dataDir">, taskId: string): string =>
  path.join(chunksRoot(env), taskId);

const RECORD = "done.json";
const recordSchema = z.object({
  damage: z.object({ count: z.int(), first: z.string() }),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string() })),
});
type Record = z.infer<typeof recordSchema>;

/** The finished chunks of one run of a task: a folder each, that appears whole or not at all. */
export class ChunkStore {
  readonly folder: string;

  /** `key`: says what is encoded, and how. */
  constructor(taskDir: string, key: string) {
    this.folder = path.join(taskDir, key);
  }

  fileOf(index: number, name: string): string {
    return path.join(this.folder, String(index), name);
  }

  /** Before chunks are offered: a worker that does not see the folder has another disk under the same name. */
  async make(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o711 });
  }

  async isThere(): Promise<boolean> {
    return (await lstat(this.folder).catch(() => null))?.isDirectory() === true;
  }

  /** What was said about the source when the chunk was encoded; null when there is none, or not as it was left. */
  async find(index: number): Promise<Damage | null> {
    const record = await this.#record(index);
    if (record === null) return null;
    for (const { name, sizeBytes, sha256 } of record.files) {
      const file = this.fileOf(index, name);
      const found = await lstat(file).catch(() => null);
      const isWhole =
        found?.isFile() === true && found.size === sizeBytes && (await sha256File(file)) === sha256;
      if (isWhole) continue;
      await rm(path.join(this.folder, String(index)), { recursive: true, force: true });
      return null;
    }
    return record.damage;
  }

  /**
   * Takes an encoded chunk over. `from`: an absolute path for each name.
   * Another attempt may have been first: then its chunk stays.
   */
  async keep(index: number, from: ReadonlyMap<string, string>, damage: Damage): Promise<void> {
    // Workers of other machines write here, too.
    const making = path.join(this.folder, `.${index}-${newId()}`);
    await mkdir(making, { recursive: true, mode: 0o711 });
    const files: Record["files"] = [];
    for (const [name, file] of from) {
      const sizeBytes = await plainSize(file);
      const sha256 = await sha256File(file);
      await rename(file, path.join(making, name));
      files.push({ name, sizeBytes, sha256 });
    }
    await writeFile(path.join(making, RECORD), JSON.stringify({ damage, files } satisfies Record));
    try {
      await rename(making, path.join(this.folder, String(index)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
      await rm(making, { recursive: true, force: true });
    }
  }

  async #record(index: number): Promise<Record | null> {
    try {
      // Of a folder on the network that is read anew, what was not there before is looked for anew, too.
      if (!(await readdir(this.folder)).includes(String(index))) return null;
      const text = await readFile(this.fileOf(index, RECORD), "utf8");
      return recordSchema.parse(JSON.parse(text));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }
}

/** What a subverted encoder could leave instead of its file must not be read by the worker, who may read more. */
async function plainSize(file: string): Promise<number> {
  const found = await lstat(file);
  if (found.isFile() && found.nlink === 1) return found.size;
  const detail = `${path.basename(file)} is not a plain file`;
  throw new FailureError("OUTPUT_VERIFICATION_FAILED", { check: "files", detail });
}

/** Removes a task's chunks, once it is settled. */
export async function dropSettledChunks(taskId: string, env: Pick<Env, "dataDir">): Promise<void> {
  const folder = taskChunksDir(env, taskId);
  if ((await lstat(folder).catch(() => null)) === null) return;
  const task = await db().task.findUnique({ where: { id: taskId }, select: { status: true } });
  if (task === null || isSettled(task.status)) await rm(folder, { recursive: true, force: true });
}

/** Removes the chunks on this machine of tasks that are settled or gone, and what is known of runs that have ended. */
export async function sweepChunks(env: Pick<Env, "dataDir">): Promise<void> {
  await sweepRuns();
  const names = await readdir(chunksRoot(env)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  for (const name of names) if (isUuid(name)) await dropSettledChunks(name, env);
}

const isUuid = (name: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
