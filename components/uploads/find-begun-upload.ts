import { isStoredPart } from "#components/uploads/is-stored-part.ts";
import { forgetUpload, listSavedUploads, type SavedUpload } from "#components/uploads/saved-uploads.ts";
import { findTusOffset } from "#components/uploads/tus-calls.ts";

/**
 * An upload that this browser began for the same file, with the bytes that are stored: same name, same size, and same
 * content as far as it is stored. `taken`: addresses that are being sent to now. Those that the server no longer has are
 * forgotten on the way.
 */
export async function findBegunUpload(
  file: File,
  taken: ReadonlySet<string | null>,
): Promise<{ saved: SavedUpload; offset: number } | null> {
  for (const saved of listSavedUploads()) {
    if (saved.name !== file.name || saved.sizeBytes !== file.size || taken.has(saved.address)) continue;
    const offset = await findTusOffset(saved.address);
    if (offset === null) forgetUpload(saved.key);
    else if (await isStoredPart(file, saved.address, offset)) return { saved, offset };
  }
  return null;
}
