import type * as z from "zod";

import { AppError } from "#lib/errors.ts";

/**
 * A verb's own check of what it was given.
 * @throws {AppError} `invalid_input`, one issue per wrong field, the first one in the message.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const zeroByte = findZeroByte(input, "");
  if (zeroByte !== null) throw invalidField(zeroByte, "A text holds a zero byte, which cannot be stored.");
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join("."),
    message,
  }));
  const first = issues[0];
  const message =
    first === undefined
      ? "The request is not valid."
      : first.path === ""
        ? first.message
        : `${first.path}: ${first.message}`;
  throw new AppError("invalid_input", message, { issues, cause: parsed.error });
}

/** One wrong field, as an `invalid_input`. `path` is dotted ("source.url"). */
export function invalidField(path: string, message: string): AppError {
  return new AppError("invalid_input", message, { issues: [{ path, message }] });
}

/** Dotted path of the first text with U+0000, which PostgreSQL stores neither as text nor in JSON; null when there is none. */
function findZeroByte(value: unknown, path: string): string | null {
  if (typeof value === "string") return value.includes("\0") ? path : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = findZeroByte(item, path === "" ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}
