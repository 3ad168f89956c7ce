import { AppError } from "#lib/errors.ts";

/** The refusal of a name that another template of the project has. */
export function nameTaken(name: string, cause: unknown): AppError {
  const message = `There is already a template named ${name}. Choose another name.`;
  return new AppError("conflict", message, { issues: [{ path: "name", message }], cause });
}
