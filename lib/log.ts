import pino, { type Logger } from "pino";

import { maskSecrets } from "#lib/mask-secrets.ts";
import { currentRequestId } from "#lib/request-id.ts";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type { Logger };

/** Property names whose values never reach a log line, at the top of an object and one level below. */
const SECRET_NAMES = [
  "password",
  "passwordHash",
  "secret",
  "secretKey",
  "secretEncrypted",
  "credentials",
  "credentialsEncrypted",
  "authorization",
  "cookie",
  "token",
  "databaseUrl",
];

const shared = globalThis as typeof globalThis & { vodLogger?: Logger };

/**
 * A logger for one part of the product: JSON lines on standard output, with `part`, `pid`, ISO time and, while a request
 * is handled, its `requestId`. Secrets are hidden by name and by form.
 *
 * The level is read from LOG_LEVEL directly, so that a module may make its logger while it is being imported, when
 * `getEnv()` must not run yet. A bad LOG_LEVEL stops the process in `getEnv()`; until then it means `info`.
 */
export function logger(part: string): Logger {
  shared.vodLogger ??= pino(
    {
      level: levelFrom(process.env["LOG_LEVEL"]),
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), censor: "[hidden]" },
      mixin: () => {
        const requestId = currentRequestId();
        return requestId === undefined ? {} : { requestId };
      },
      // Whatever got past the names above: addresses and headers inside of messages, errors and their stacks.
      hooks: { streamWrite: maskSecrets },
    },
    // Synchronous: the last line before a crash is the one that matters.
    pino.destination({ dest: 1, sync: true }),
  );
  return shared.vodLogger.child({ part });
}

function levelFrom(text: string | undefined): LogLevel {
  return LOG_LEVELS.find((level) => level === text) ?? "info";
}
