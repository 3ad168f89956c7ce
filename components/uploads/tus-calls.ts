import { apiUrl } from "#lib/http/api-client.ts";
import { sessionGate } from "#lib/http/session-gate.ts";

/** Where the server takes uploads, tus 1.0 (https://tus.io/protocols/resumable-upload). */
export const TUS_ENDPOINT = apiUrl("/uploads/tus");
const TUS_HEADERS = { "Tus-Resumable": "1.0.0" };

/** A failed tus call, with the server's own sentence when it gave one. `status` is 0 when no answer came. */
export class TusError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "TusError";
    this.status = status;
  }

  /** Whether the same call may go through later: no answer, or a server that starts again. A full disk is no such case. */
  get isTemporary(): boolean {
    return this.status === 0 || (this.status >= 500 && this.status !== 507);
  }
}

/** When the session has ended, waits for the sign-in and calls again. */
async function ask(address: string, method: string, headers: Record<string, string> = {}): Promise<Response> {
  try {
    for (;;) {
      const response = await fetch(address, {
        method,
        credentials: "same-origin",
        headers: { ...TUS_HEADERS, ...headers },
      });
      if (response.status !== 401 || !(await sessionGate.waitForSignIn())) return response;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TusError(0, "The server did not answer. Check the connection and try again.");
  }
}

/**
 * Makes room for a file on the server before its first byte is sent, so that a task can name the upload at once.
 * Returns the upload's address on this origin.
 */
export async function createTusUpload(file: File): Promise<string> {
  const metadata = Object.entries({ filename: file.name, filetype: file.type })
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name} ${base64(value)}`)
    .join(",");
  const response = await ask(TUS_ENDPOINT, "POST", {
    "Upload-Length": String(file.size),
    "Upload-Metadata": metadata,
  });
  const location = response.headers.get("Location");
  if (response.status !== 201 || location === null)
    throw new TusError(response.status, await refusal(response));
  return new URL(location, window.location.href).pathname;
}

/** The bytes that the server holds of an upload, or null when it no longer knows it. */
export async function findTusOffset(address: string): Promise<number | null> {
  const response = await ask(address, "HEAD");
  if (response.status === 404 || response.status === 410 || response.status === 403) return null;
  if (!response.ok) throw new TusError(response.status, await refusal(response));
  const offset = Number(response.headers.get("Upload-Offset"));
  return Number.isFinite(offset) ? offset : null;
}

/** The stored bytes of an upload from `start` to before `end`. For its beginner only. */
export async function readStoredBytes(address: string, start: number, end: number): Promise<Uint8Array> {
  const response = await ask(address, "GET", { Range: `bytes=${start}-${end - 1}` });
  if (response.status !== 206) throw new TusError(response.status, await refusal(response));
  return new Uint8Array(await response.arrayBuffer());
}

/** Takes an upload's bytes off the server; one that is gone already is fine. */
export async function deleteTusUpload(address: string): Promise<void> {
  const response = await ask(address, "DELETE");
  if (!response.ok && response.status !== 404 && response.status !== 410)
    throw new TusError(response.status, await refusal(response));
}

/** `/api/v1/uploads/tus/upl_…` → `upl_…`. */
export function uploadIdOf(address: string): string {
  return decodeURIComponent(address.slice(address.lastIndexOf("/") + 1));
}

/** Takes the sentence out of the native error body, or the plain text that a proxy in between answers. */
export function sentenceOf(body: string, status: number): string {
  try {
    const parsed = JSON.parse(body) as { error?: { message?: unknown } };
    if (typeof parsed.error?.message === "string") return parsed.error.message;
  } catch {
    // Not ours: plain text, or a page.
  }
  const text = body.trim();
  return text === "" || text.startsWith("<") ? `HTTP ${status}` : text.slice(0, 300);
}

async function refusal(response: Response): Promise<string> {
  return sentenceOf(await response.text(), response.status);
}

function base64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
