import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Env } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";

const NAME = "store-id";

/**
 * The id (UUID) of DATA_DIR, made by the first worker that asks: workers that read the same one share the folder, on one
 * machine or on several.
 * @throws Error when the file holds something else
 */
export async function readStoreId({ dataDir }: Pick<Env, "dataDir">): Promise<string> {
  const file = path.join(dataDir, NAME);
  return (await read(file)) ?? (await make(file));
}

async function make(file: string): Promise<string> {
  const making = `${file}-${newId()}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(making, `${newId()}\n`, { flag: "wx", mode: 0o644 });
  try {
    // Unlike a renamed file, a link never replaces what another worker has made meanwhile; and it is whole from the start.
    await link(making, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(making, { force: true });
  }
  const id = await read(file);
  if (id === null) throw new Error(`${file} was removed while it was made. Start the worker again.`);
  return id;
}

async function read(file: string): Promise<string | null> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const id = text.trim();
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    throw new Error(`${file} does not hold an id. Remove it: the next worker makes a new one.`);
  return id;
}
