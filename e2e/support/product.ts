import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

/** What the journeys sign in with. */
export const ADMIN = { email: "ada@example.com", password: "correct horse battery staple" } as const;
export const ACCESS_KEY = { id: "e2e-program", secret: "e2e-program-secret-0123456789" } as const;

export type Product = { url: string; dataDir: string; process: ChildProcess; stop: () => Promise<void> };

const START_PATIENCE_MS = 120_000;

/**
 * Starts the built product as `npm start` does – embedded PostgreSQL, web and one worker – on its own folder and port.
 * Only 127.0.0.1 may be fetched from; every other private address, 127.0.0.2 too, is refused.
 */
export async function startProduct(
  dataDir: string,
  port: number,
  env: Record<string, string> = {},
): Promise<Product> {
  const child = spawn(process.execPath, [path.resolve("lib/launcher/start-everything.ts")], {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      HOST: "127.0.0.1",
      PORT: String(port),
      DATA_DIR: dataDir,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      ACCESS_KEY_ID: ACCESS_KEY.id,
      ACCESS_KEY_SECRET: ACCESS_KEY.secret,
      ALLOWED_PRIVATE_CIDRS: "127.0.0.1/32",
      WORKER_SLOTS: "2",
      DRAIN_SECONDS: "2",
      ...env,
    } as Record<string, string> as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`The product did not start (${why}):\n${said.join("\n")}`));
    const timer = setTimeout(() => {
      child.kill("SIGTERM");
      fail(`nothing for ${START_PATIENCE_MS / 1_000} s`);
    }, START_PATIENCE_MS);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        said.push(line);
        if (!line.includes("VOD Console is ready")) return;
        clearTimeout(timer);
        resolve();
      });
    }
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`code ${code}`));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    process: child,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Numbers of the processes under the product that run `script`, for example "lib/worker/main.ts" or "ffmpeg". */
export function processesUnder(pid: number, script: string): number[] {
  const parents = new Map<number, number>();
  const commands = new Map<number, string>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const stat = readOrNothing(`/proc/${name}/stat`);
    if (stat === "") continue;
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    commands.set(Number(name), readOrNothing(`/proc/${name}/cmdline`).replaceAll("\0", " "));
  }
  const isUnder = (one: number | undefined): boolean =>
    one !== undefined && (one === pid || isUnder(parents.get(one)));
  return [...commands]
    .filter(([one, command]) => command.includes(script) && isUnder(one))
    .map(([one]) => one);
}

/** A process may end while it is being looked at. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
