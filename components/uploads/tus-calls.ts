import { apiUrl } from "#lib/http/api-client.ts";
import { sessionGate } from "#lib/http/session-gate.ts";

/** Where the server takes uploads, tus 1.0 (https://tus.io/protocols/resumable-upload). */
export const TUS_ENDPOINT = apiUrl("/uploads/tus");
const TUS_HEADERS = { "Tus-Resumable": "1.0.0" };

/** A refused tus call, with the server's own sentence when it gave one. */
export class TusError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "TusError";
    this.status = status;
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
  const response = await callTus(TUS_ENDPOINT, {
    method: "POST",
    headers: { ...TUS_HEADERS, "Upload-Length": String(file.size), "Upload-Metadata": metadata },
  });
  const location = response.headers.get("Location");
  if (response.status !== 201 || location === null)
    throw new TusError(response.status, await refusal(response));
  return new URL(location, window.location.href).pathname;
}

/** The bytes that the server holds of an upload, or null when it no longer knows it. */
export async function findTusOffset(address: string): Promise<number | null> {
  const response = await callTus(address, { method: "HEAD", headers: TUS_HEADERS });
  if (response.status === 404 || response.status === 410 || response.status === 403) return null;
  if (!response.ok) throw new TusError(response.status, await refusal(response));
  const offset = Number(response.headers.get("Upload-Offset"));
  return Number.isFinite(offset) ? offset : null;
}

/** Takes an upload's bytes off the server; one that is gone already is fine. */
export async function deleteTusUpload(address: string): Promise<void> {
  const response = await callTus(address, { method: "DELETE", headers: TUS_HEADERS });
  if (!response.ok && response.status !== 404 && response.status !== 410)
    throw new TusError(response.status, await refusal(response));
}

/** `/api/v1/uploads/tus/upl_…` → `upl_…`. */
export function uploadIdOf(address: string): string {
  return decodeURIComponent(address.slice(address.lastIndexOf("/") + 1));
}

/** Takes the sentence out of the native error body, or the plain text that tus answers. */
export function sentenceOf(body: string, status: number): string {
  try {
    const parsed = JSON.parse(body) as { error?: { message?: unknown } };
    if (typeof parsed.error?.message === "string") return parsed.error.message;
  } catch {
    // Plain text: tus servers answer so.
  }
  const text = body.trim();
  return text === "" || text.startsWith("<") ? `HTTP ${status}` : text.slice(0, 300);
}

/** When the session has ended, waits for the sign-in and calls again. */
async function callTus(address: string, request: RequestInit): Promise<Response> {
  let response = await fetch(address, { ...request, credentials: "same-origin" });
  while (response.status === 401 && (await sessionGate.waitForSignIn()))
    response = await fetch(address, { ...request, credentials: "same-origin" });
  return response;
}

async function refusal(response: Response): Promise<string> {
  return sentenceOf(await response.text(), response.status);
}

function base64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
