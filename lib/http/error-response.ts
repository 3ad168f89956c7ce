import { randomUUID } from "node:crypto";

import * as z from "zod";

import { isConnectionError } from "#lib/db/connection-error.ts";
import { AppError, type ErrorCode, type FieldIssue } from "#lib/errors.ts";
import { invalidInput } from "#lib/field-issues.ts";
import { logger } from "#lib/log.ts";
import { currentRequestId } from "#lib/request-id.ts";

/** HTTP statuses of the native API. */
export const HTTP_STATUS = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** Body of every refused native call. */
export type ErrorBody = { error: { code: ErrorCode; message: string; issues: FieldIssue[] } };

/**
 * Any thrown value as an AppError: a ZodError names the fields, a database that does not answer is `unavailable`, anything unknown is logged under an id that the
 * message repeats, and says nothing else.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError || isForeignAppError(thrown)) return thrown;
  if (thrown instanceof z.ZodError || isForeignZodError(thrown)) return invalidInput(thrown);
  if (isConnectionError(thrown)) {
    logger("http").warn({ err: thrown }, "the database did not answer");
    return new AppError(
      "unavailable",
      "The database does not answer at the moment. Try again in a few seconds.",
      {
        cause: thrown,
        retryAfterSeconds: 5,
      },
    );
  }
  const id = currentRequestId() ?? randomUUID();
  logger("http").error({ err: thrown, requestId: id }, "a request failed unexpectedly");
  return new AppError("internal", `Something went wrong on our side; the server's log has it under ${id}.`, {
    cause: thrown,
  });
}

/** The native API's answer to a thrown value. */
export function errorResponse(thrown: unknown): Response {
  const error = toAppError(thrown);
  const headers = new Headers({ "Cache-Control": "no-store" });
  if (error.retryAfterSeconds !== undefined)
    headers.set("Retry-After", String(Math.ceil(error.retryAfterSeconds)));
  return Response.json(errorBody(error), { status: HTTP_STATUS[error.code], headers });
}

/** The native API's JSON for an error. */
export function errorBody(error: AppError): ErrorBody {
  return { error: { code: error.code, message: error.message, issues: [...error.issues] } };
}

/** Two bundles of this module may live in one process (the server's and Next's), so a class test is not enough. */
function isForeignAppError(thrown: unknown): thrown is AppError {
  return thrown instanceof Error && thrown.name === "AppError" && "code" in thrown && "issues" in thrown;
}

function isForeignZodError(thrown: unknown): thrown is z.ZodError {
  return (
    thrown instanceof Error &&
    thrown.name === "ZodError" &&
    "issues" in thrown &&
    Array.isArray(thrown.issues)
  );
}
