import { FailureError } from "#lib/errors.ts";

/** Bytes that are looked at to tell a page from a video. */
const SNIFF_BYTES = 512;

/** The type of a `content-type` header without its parameters, lower case; "" when absent. */
export function mimeOf(contentType: string | null): string {
  return (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/**
 * Refuses a web page early, by what it says it is and by how it begins. Anything else is left to ffprobe: many servers
 * mislabel videos.
 * @throws {FailureError} INPUT_NOT_MEDIA with detail "html"
 */
export function refuseHtml(firstBytes: Uint8Array, mime: string): void {
  const head = Buffer.from(firstBytes.subarray(0, SNIFF_BYTES)).toString("latin1");
  const isPage = /^\s*(?:\xef\xbb\xbf)?\s*(?:<!--[\s\S]*?-->\s*)?<(?:!doctype html|html|head|body)\b/i.test(
    head,
  );
  const saysPage = (mime === "text/html" || mime === "application/xhtml+xml") && !head.includes("\0");
  if (!isPage && !saysPage) return;
  throw new FailureError(
    "INPUT_NOT_MEDIA",
    { mime: mime === "" ? "text/html" : mime, detail: "html" },
    {
      evidence: [
        `content-type: ${mime === "" ? "(none)" : mime}`,
        `begins with: ${head.slice(0, 80).replaceAll(/\s+/g, " ")}`,
      ],
    },
  );
}

/** Watches a transfer's pace: an average below the minimum over a whole window ends it. */
export class PaceMeter {
  #windowStart: number;
  #windowBytes = 0;
  readonly #minBytesPerSecond: number;
  readonly #windowMs: number;

  constructor(minBytesPerSecond: number, windowMs: number) {
    this.#minBytesPerSecond = minBytesPerSecond;
    this.#windowMs = windowMs;
    this.#windowStart = performance.now();
  }

  /** Counts bytes that arrived; false once they come too slowly. */
  add(bytes: number): boolean {
    this.#windowBytes += bytes;
    const elapsed = performance.now() - this.#windowStart;
    if (elapsed < this.#windowMs) return true;
    const isFastEnough = this.#windowBytes / (elapsed / 1000) >= this.#minBytesPerSecond;
    this.#windowStart = performance.now();
    this.#windowBytes = 0;
    return isFastEnough;
  }
}
