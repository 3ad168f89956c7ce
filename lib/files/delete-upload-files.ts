import { rm } from "node:fs/promises";
import path from "node:path";

/** Removes what is stored of an upload (UUID): the file, and tus's note beside it. Harmless when they are gone. */
export async function deleteUploadFiles(directory: string, uploadId: string): Promise<void> {
  await Promise.all([
    rm(path.join(directory, uploadId), { force: true }),
    rm(path.join(directory, `${uploadId}.json`), { force: true }),
  ]);
}
