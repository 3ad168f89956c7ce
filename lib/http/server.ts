import path from "node:path";

import { EnvError, getEnv } from "#lib/env.ts";
import type { Web } from "#lib/http/start-web.ts";
import { logger } from "#lib/log.ts";

/**
 * The web process: `node lib/http/server.ts`, or `… --dev` for Next's development mode. SIGTERM and SIGINT stop it
 * within ten seconds; a second signal at once.
 */

/** A stop that hangs is cut here. */
const STOP_LIMIT_MS = 9_500;

async function main(): Promise<void> {
  const isDev = process.argv.includes("--dev");
  // Next and React choose their builds by this when they are loaded, so it is set before they are.
  const environment = process.env as Record<string, string | undefined>;
  environment["NODE_ENV"] ??= isDev ? "development" : "production";
  environment["NEXT_TELEMETRY_DISABLED"] ??= "1";
  const log = logger("web");
  let web: Web;
  try {
    const env = getEnv();
    const [{ default: next }, { startWeb }] = await Promise.all([
      import("next"),
      import("#lib/http/start-web.ts"),
    ]);
    const dir = path.resolve(import.meta.dirname, "../..");
    web = await startWeb(env, next({ dev: isDev, dir, hostname: env.host, port: env.port }), { isDev });
  } catch (error) {
    log.fatal({ err: error }, sentenceOf(error));
    process.exitCode = 1;
    return process.exit();
  }
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    web.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "the stop failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function sentenceOf(error: unknown): string {
  if (error instanceof EnvError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  const { host, port } = getEnv();
  if (code === "EADDRINUSE") return `Another program listens on ${host}:${port}. Set PORT to a free one.`;
  if (code === "EACCES") return `This user may not listen on port ${port}. Set PORT to one above 1023.`;
  if (code === "EADDRNOTAVAIL") return `HOST ${host} is no address of this machine.`;
  return "The web process could not start.";
}

await main();
