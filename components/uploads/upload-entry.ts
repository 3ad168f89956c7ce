import { TUS_ENDPOINT } from "#components/uploads/tus-calls.ts";
import type { UploadItem } from "#components/uploads/upload-item.ts";
import { UploadRate } from "#components/uploads/upload-rate.ts";

/** A file in the queue: what is shown of it, and what the queue knows besides. */
export type UploadEntry = {
  item: UploadItem;
  file: File;
  address: string | null;
  engineId: string | null;
  rate: UploadRate;
  /** Set while the engine has given up and the queue waits to try again. */
  nextTry: ReturnType<typeof setTimeout> | null;
  /** Stopped because the browser has no network. */
  isHeld: boolean;
  /** The user took it away, and the server has not confirmed it. */
  isLeaving: boolean;
};

/** An upload that the server has a part of, and that the file was compared with. */
export type KnownUpload = { uploadId: string; taskId: string | null };

export function newEntry(key: string, file: File, known?: KnownUpload): UploadEntry {
  const item: UploadItem = {
    key,
    name: file.name,
    sizeBytes: file.size,
    sentBytes: 0,
    state: "waiting",
    uploadId: known?.uploadId ?? null,
    bytesPerSecond: null,
    secondsLeft: null,
    error: null,
    taskId: known?.taskId ?? null,
  };
  const address = known ? `${TUS_ENDPOINT}/${known.uploadId}` : null;
  return {
    ...{ item, file, address, engineId: null, rate: new UploadRate() },
    ...{ nextTry: null, isHeld: false, isLeaving: false },
  };
}

/** The same file has the same key after a reload. */
export function fileKey(file: Pick<File, "name" | "type" | "size" | "lastModified">): string {
  return [file.name, file.type, file.size, file.lastModified].join("|");
}
