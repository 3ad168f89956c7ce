import type * as z from "zod";

import { AppError, type FieldIssue } from "#lib/errors.ts";
import { invalidInput } from "#lib/field-issues.ts";

/**
 * A verb's own check of what it was given. A field that the schema does not know is refused by name: what we would not
 * heed, we do not take.
 * @throws {AppError} `invalid_input`, one issue per wrong field, the first one in the message.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const zeroByte = findZeroByte(input, "");
  if (zeroByte !== null) throw invalidField(zeroByte, "A text holds a zero byte, which cannot be stored.");
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidInput(parsed.error);
  const issues = unknownFields(input, parsed.data, "").map((path) => ({ path, message: UNKNOWN_FIELD }));
  if (issues[0]) throw refuse(issues[0], issues);
  return parsed.data;
}

/** One wrong field, as an `invalid_input`. `path` is dotted ("source.url"). */
export function invalidField(path: string, message: string): AppError {
  return new AppError("invalid_input", message, { issues: [{ path, message }] });
}

const UNKNOWN_FIELD = "There is no such field. Correct its name or leave it out.";

function refuse(first: FieldIssue, issues: readonly FieldIssue[]): AppError {
  return new AppError("invalid_input", `${first.path}: ${first.message}`, { issues });
}

/** Dotted paths of the fields that a schema has left out of its result. */
function unknownFields(given: unknown, kept: unknown, path: string): string[] {
  if (Array.isArray(given) && Array.isArray(kept) && given.length === kept.length)
    return given.flatMap((item, index) => unknownFields(item, kept[index], joined(path, String(index))));
  if (!isObject(given) || !isObject(kept)) return [];
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return Object.hasOwn(kept, name)
      ? unknownFields(value, kept[name], joined(path, name))
      : [joined(path, name)];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const joined = (path: string, name: string) => (path === "" ? name : `${path}.${name}`);

/** Dotted path of the first text with U+0000, which PostgreSQL stores neither as text nor in JSON; null when there is none. */
function findZeroByte(value: unknown, path: string): string | null {
  if (typeof value === "string") return value.includes("\0") ? path : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = findZeroByte(item, joined(path, key));
    if (found !== null) return found;
  }
  return null;
}
