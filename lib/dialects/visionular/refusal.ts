import { AppError } from "#lib/errors.ts";

/** A field that says what cannot be done, by its name. */
export function refusal(field: string, reason: string): AppError {
  return new AppError("invalid_input", `${field}: ${reason}`);
}
