import type { UploadItem } from "#components/uploads/upload-item.ts";
import type { UploadRate } from "#components/uploads/upload-rate.ts";

/** What changes in a file's row when `sentBytes` of it are sent; a paused one gets no speed from a late event. */
export function progressPatch(item: UploadItem, rate: UploadRate, sentBytes: number): Partial<UploadItem> {
  if (item.state === "paused") return { sentBytes };
  rate.add(Date.now(), sentBytes);
  const bytesPerSecond = rate.bytesPerSecond();
  const left = item.sizeBytes - sentBytes;
  return {
    sentBytes,
    state: "uploading",
    bytesPerSecond,
    secondsLeft: bytesPerSecond ? Math.ceil(left / bytesPerSecond) : null,
  };
}
