import * as z from "zod";

import { AppError, type FieldIssue } from "#lib/errors.ts";

/**
 * Our own sentence for what a schema has no sentence of its own for. zod's are about code ("expected string, received
 * undefined"); these are for whoever sent the request.
 */
export function wordIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "This field is required."
        : `This must be ${typeWord(issue.expected)}.`;
    case "too_small":
      return sizeSentence(issue.origin, "least", Number(issue.minimum), issue.inclusive !== false);
    case "too_big":
      return sizeSentence(issue.origin, "most", Number(issue.maximum), issue.inclusive !== false);
    case "invalid_value":
      return valuesSentence(issue.values);
    case "invalid_union":
      return valuesSentence(unionValues(issue));
    case "invalid_format":
      return issue.format === "url" ? "This is not an address." : "This is not written as it should be.";
    case "not_multiple_of":
      return `This must be a multiple of ${issue.divisor}.`;
    case "unrecognized_keys":
    case "invalid_key":
    case "invalid_element":
    case "custom":
    default:
      return "This value is not accepted.";
  }
}

z.config({ customError: wordIssue });

/** What a schema found, one entry per wrong field; an unknown field is named by its own path. */
export function fieldIssues(error: z.ZodError): FieldIssue[] {
  return error.issues.flatMap((issue) => {
    const place = issue.path.map(String);
    if (issue.code !== "unrecognized_keys")
      return [{ path: place.join("."), message: atTop(place, issue) ?? issue.message }];
    return issue.keys.map((key) => ({
      path: [...place, key].join("."),
      message: "There is no such field. Correct its name or leave it out.",
    }));
  });
}

/** A refused request made of what a schema found: the first issue is its message. */
export function invalidInput(error: z.ZodError): AppError {
  const issues = fieldIssues(error);
  const first = issues[0];
  const message =
    first === undefined
      ? "The request is not valid."
      : first.path === ""
        ? first.message
        : `${first.path}: ${first.message}`;
  return new AppError("invalid_input", message, { issues, cause: error });
}

function atTop(place: readonly string[], issue: z.core.$ZodIssue): string | null {
  return place.length === 0 && issue.code === "invalid_type" ? "Send a JSON object." : null;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function typeWord(expected: string): string {
  return TYPE_WORDS[expected] ?? "of another type";
}

function sizeSentence(origin: string, side: "least" | "most", limit: number, isInclusive: boolean): string {
  if (origin === "string")
    return side === "least" && limit === 1
      ? "This must not be empty."
      : `Use at ${side} ${limit} ${limit === 1 ? "character" : "characters"}.`;
  if (origin === "array" || origin === "set")
    return `Give at ${side} ${limit} ${limit === 1 ? "entry" : "entries"}.`;
  if (!isInclusive) return `This must be ${side === "least" ? "more" : "less"} than ${limit}.`;
  return `This must be at ${side} ${limit}.`;
}

function valuesSentence(values: readonly unknown[]): string {
  const words = values.map((value) => (value === "" ? '""' : String(value)));
  if (words.length === 0) return "This value is not accepted.";
  return words.length === 1 ? `This must be ${words[0] ?? ""}.` : `Use one of: ${words.join(", ")}.`;
}

/** The values that the members of a union would take, as far as they are plain values. */
function unionValues(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): unknown[] {
  const discriminator = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
  const ofMembers = issue.errors.flat().flatMap((one) => (one.code === "invalid_value" ? one.values : []));
  return discriminator.length > 0 ? discriminator : ofMembers;
}
