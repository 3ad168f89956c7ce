/** One file on its way to the server, as the drop zone, the tray and the form show it. */
export type UploadItem = {
  /** The browser's id of the file: name, type, size and time of change. */
  key: string;
  name: string;
  sizeBytes: number;
  sentBytes: number;
  state: UploadItemState;
  /** `upl_…`; null until the server has made room for the file. */
  uploadId: string | null;
  bytesPerSecond: number | null;
  secondsLeft: number | null;
  /** The server's or the browser's sentence; null unless failed. */
  error: string | null;
  /** Set once a task waits for this upload; the file can then no longer be taken away. */
  taskId: string | null;
};

/** `interrupted`: the connection or the server is gone, and it goes on by itself when they are back. */
export const UPLOAD_ITEM_STATES = [
  "waiting",
  "uploading",
  "paused",
  "interrupted",
  "failed",
  "done",
] as const;
export type UploadItemState = (typeof UPLOAD_ITEM_STATES)[number];

/** Whether bytes are still to come: what `beforeunload` warns about. */
export function isUnfinished(item: UploadItem): boolean {
  return item.state !== "done";
}

/** 0 to 100, whole; an empty file is complete at once. */
export function uploadPercent(item: Pick<UploadItem, "sizeBytes" | "sentBytes" | "state">): number {
  if (item.state === "done" || item.sizeBytes === 0) return 100;
  return Math.min(99, Math.floor((item.sentBytes / item.sizeBytes) * 100));
}
