import type { ErrorCode, FieldIssue } from "#lib/errors.ts";
import { connection } from "#lib/http/connection.ts";
import type { ErrorBody } from "#lib/http/error-response.ts";
import { sessionGate } from "#lib/http/session-gate.ts";

/** A refused or failed call of the native API, as the browser sees it. */
export class ApiError extends Error {
  /** `network` when no answer came at all. */
  readonly code: ErrorCode | "network";
  readonly issues: readonly FieldIssue[];
  readonly status: number;

  constructor(
    code: ErrorCode | "network",
    message: string,
    status: number,
    issues: readonly FieldIssue[] = [],
  ) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.issues = issues;
  }
}

export type QueryValue = string | number | boolean | null | undefined | readonly string[];
export type ApiCallOptions = {
  /** Left out when null, undefined or empty; lists are joined with commas. */
  query?: Record<string, QueryValue>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/**
 * The native API from the browser. Paths are relative to `/api/v1` ("/tasks"); every call answers with the parsed body
 * (undefined for 204) or throws an {@link ApiError}. When the session has ended, a reading fails and is read again after
 * the sign-in; anything else waits for the sign-in and is then sent as it was (lib/http/session-gate.ts).
 */
export const api = {
  get: <T>(path: string, options?: ApiCallOptions) => call<T>("GET", path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: ApiCallOptions) => call<T>("POST", path, body, options),
  put: <T>(path: string, body?: unknown, options?: ApiCallOptions) => call<T>("PUT", path, body, options),
  patch: <T>(path: string, body?: unknown, options?: ApiCallOptions) => call<T>("PATCH", path, body, options),
  delete: <T = void>(path: string, options?: ApiCallOptions) => call<T>("DELETE", path, undefined, options),
};

/** `/api/v1` + path + query. */
export function apiUrl(path: string, query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    const text = Array.isArray(value) ? value.join(",") : String(value);
    if (text !== "") search.set(name, text);
  }
  const tail = search.toString();
  return `/api/v1${path}${tail === "" ? "" : `?${tail}`}`;
}

async function call<T>(
  method: string,
  path: string,
  body: unknown,
  options: ApiCallOptions = {},
): Promise<T> {
  const headers = new Headers({ Accept: "application/json", ...options.headers });
  const request: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    signal: options.signal,
  };
  if (body !== undefined) {
    headers.set("Content-Type", "application/json");
    request.body = JSON.stringify(body);
  }
  const url = apiUrl(path, options.query);
  let response = await send(url, request);
  while (response.status === 401 && (await isSignedInAgain(method, options.signal))) {
    response = await send(url, request);
  }
  if (response.status === 204) return undefined as T;
  const answer = await readAnswer(response);
  if (response.ok && answer !== undefined) return answer as T;
  if (response.status >= 500) connection.doubt();
  throw isErrorBody(answer)
    ? new ApiError(answer.error.code, answer.error.message, response.status, answer.error.issues)
    : new ApiError(
        "internal",
        `The server answered ${response.status} in a form that the console does not know.`,
        response.status,
      );
}

async function isSignedInAgain(method: string, signal: AbortSignal | undefined): Promise<boolean> {
  if (method !== "GET") return sessionGate.waitForSignIn(signal);
  sessionGate.end();
  return false;
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") throw thrown;
    connection.doubt();
    throw new ApiError("network", "The server could not be reached.", 0);
  }
}

/** The parsed body, or undefined when it is not JSON (a proxy's error page, an answer that broke off). */
async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isErrorBody(answer: unknown): answer is ErrorBody {
  if (typeof answer !== "object" || answer === null || !("error" in answer)) return false;
  const { error } = answer;
  return (
    typeof error === "object" && error !== null && "code" in error && "message" in error && "issues" in error
  );
}
