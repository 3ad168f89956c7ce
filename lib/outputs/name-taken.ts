import { AppError } from "#lib/errors.ts";

/** The refusal of a name that another Output of the project has, in use or in the archive. */
export function nameTaken(name: string, cause: unknown): AppError {
  const message = `There is already an Output named ${name}, in use or in the archive. Choose another name.`;
  return new AppError("conflict", message, { issues: [{ path: "name", message }], cause });
}
