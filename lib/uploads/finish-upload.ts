import { completeUpload } from "#lib/uploads/complete-upload.ts";
import type { UploadFiles } from "#lib/uploads/upload-files.ts";

/**
 * Completes an upload (UUID) of which every byte is stored: on the disk before its row says so, because a task starts
 * reading at once, on this machine or after its next start. Calling it again changes nothing.
 * @throws {AppError} `not_found` when the upload was given up or removed
 */
export async function finishUpload(files: UploadFiles, uploadId: string): Promise<void> {
  await files.sync(uploadId);
  await completeUpload(uploadId);
}
