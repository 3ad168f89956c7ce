import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's folder, without a trailing slash. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** What stops the launcher is said in its message, without a stack. */
export class LauncherError extends Error {
  override name = "LauncherError";
}

export type StepResult = { code: number | null; output: string };

/** Runs a program in the repository's folder, without input, and keeps what it says. */
export async function runStep(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<StepResult> {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  }
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, output: `${output}${error.message}\n` }));
    child.once("close", (code) => resolve({ code, output }));
  });
}

/**
 * Says what is being done, does it, and stays quiet unless it fails.
 * @throws {LauncherError} with everything that the program said
 */
export async function quietStep(
  title: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  console.log(`${title}…`);
  const { code, output } = await runStep(command, args, env);
  if (code !== 0) throw new LauncherError(`${output.trim()}\n\n${title}: failed (${code ?? "not started"}).`);
}

/** Runs a launcher's main function: an error that explains itself is printed without a stack. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const isExplained = error instanceof Error && EXPLAINED.has(error.name);
    console.error(isExplained ? error.message : error);
    process.exit(1);
  }
}

const EXPLAINED = new Set(["LauncherError", "EnvError", "PostgresError", "MigrationError"]);
