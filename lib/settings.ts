import path from "node:path";
import * as z from "zod";

import { LOG_LEVELS } from "#lib/log.ts";
import {
  isAddressOrCidr,
  isCidr,
  isOrigin,
  isPostgresUrl,
  list,
  text,
  wholeNumber,
} from "#lib/setting-kinds.ts";

const GIB = 1024 ** 3;

/**
 * Every setting: what it accepts, and what is said when it is something else. An empty variable counts as unset.
 * `example` completes the sentence; `fallback` and `meaning` are the README's table (lib/env.test.ts compares them).
 */
export const SETTINGS = {
  HOST: {
    schema: text().regex(/^[A-Za-z0-9.:_-]+$/, "must be an address or a host name to listen on"),
    example: "0.0.0.0",
    fallback: "127.0.0.1",
    meaning: "Address that the console listens on.",
  },
  PORT: {
    schema: wholeNumber(1, 65_535, "must be a port number from 1 to 65535"),
    example: "3000",
    fallback: "3000",
    meaning: "Port that the console listens on.",
  },
  PUBLIC_URL: {
    schema: z
      .url({ protocol: /^https?$/, error: "must be an address that starts with http:// or https://" })
      .refine(isOrigin, "must be an origin only, without a path, a query or a user name")
      .transform((url) => (URL.canParse(url) ? new URL(url).origin : url)),
    example: "https://vod.example.com",
    fallback: "http://HOST:PORT",
    meaning: "Address under which browsers and API clients reach the console. Sign-in needs it to be right.",
  },
  DATA_DIR: {
    schema: text().transform((folder) => path.resolve(folder)),
    example: "/var/lib/vod-console",
    fallback: "./data",
    meaning:
      "Folder of everything that the product writes: database, uploads, work files, default Output, logs.",
  },
  DATABASE_URL: {
    schema: text().refine(isPostgresUrl, "must be a postgresql:// address with a host and a database name"),
    example: "postgresql://vod:password@127.0.0.1:5432/vod",
    fallback: "embedded PostgreSQL",
    meaning:
      "PostgreSQL 14 or later, connected to directly (not through a transaction pooler). Unset: `npm start` runs its own.",
  },
  SECRET_KEY: {
    schema: text().min(32, "must have at least 32 characters"),
    example: "the output of `openssl rand -base64 48`",
    fallback: "generated into DATA_DIR with the embedded database, required otherwise",
    meaning: "Key of sessions, signed links and stored secrets. Losing it makes stored secrets unreadable.",
  },
  PREVIOUS_SECRET_KEY: {
    schema: text().min(32, "must have at least 32 characters"),
    example: "the SECRET_KEY that is being replaced",
    fallback: "none",
    meaning:
      "While SECRET_KEY is being replaced: the one before it, which still opens stored secrets (docs/security.md).",
  },
  ADMIN_EMAIL: {
    schema: text().regex(/^[^\s@]+@[^\s@]+$/, "must be an e-mail address"),
    example: "admin@example.com",
    fallback: "admin@localhost",
    meaning: "First start: the e-mail that the first admin signs in with.",
  },
  ADMIN_PASSWORD: {
    schema: z.string().min(8, "must have at least 8 characters").max(256, "must have at most 256 characters"),
    example: "a sentence that only you know",
    fallback: "generated, printed once",
    meaning: "First start: the first admin's password.",
  },
  ACCESS_KEY_ID: {
    schema: text().regex(
      /^[A-Za-z0-9_.-]{3,128}$/,
      "must be 3 to 128 letters, digits, dots, dashes or underscores",
    ),
    example: "my-program",
    fallback: "none",
    meaning: "First start: an access key in the default project, role operator, for every API dialect.",
  },
  ACCESS_KEY_SECRET: {
    schema: z
      .string()
      .min(16, "must have at least 16 characters")
      .max(256, "must have at most 256 characters"),
    example: "the output of `openssl rand -hex 20`",
    fallback: "none",
    meaning: "First start: the secret of that access key.",
  },
  ALLOWED_PRIVATE_CIDRS: {
    schema: list(isCidr, "must be a comma list of CIDR blocks"),
    example: "10.0.0.0/8,192.168.1.20/32",
    fallback: "none",
    meaning: "Private and local addresses that URL sources may be fetched from; all others are refused.",
  },
  OUTPUT_ROOTS: {
    schema: list(() => true, "must be a comma list of folders").transform((folders) =>
      folders.map((folder) => path.resolve(folder)),
    ),
    example: "/srv/vod,/mnt/media",
    fallback: "DATA_DIR/outputs",
    meaning:
      "Folders that local Outputs must lie in. The first one holds the Output made on the first start.",
  },
  WORKER_SLOTS: {
    schema: wholeNumber(1, 256, "must be a whole number from 1 to 256"),
    example: "2",
    fallback: "half of the processor cores",
    meaning: "Tasks that one worker runs at the same time.",
  },
  SANDBOX: {
    schema: z.enum(["auto", "require", "off"], { error: "must be auto, require or off" }),
    example: "auto",
    fallback: "auto",
    meaning:
      "Isolation of ffmpeg. `require` refuses to start without bubblewrap; `off` is for debugging only.",
  },
  MEMORY_LIMIT_BYTES: {
    schema: wholeNumber(
      256 * 1024 ** 2,
      Number.MAX_SAFE_INTEGER,
      "must be a whole number of bytes, at least 268435456",
    ),
    example: "4294967296",
    fallback: String(4 * GIB),
    meaning: "Memory that the encoders of one worker may use together; what does not fit waits.",
  },
  UPLOAD_MAX_BYTES: {
    schema: wholeNumber(1, Number.MAX_SAFE_INTEGER, "must be a whole number of bytes"),
    example: "107374182400",
    fallback: String(100 * GIB),
    meaning: "Largest upload and largest fetched source.",
  },
  UPLOAD_QUOTA_BYTES: {
    schema: wholeNumber(1, Number.MAX_SAFE_INTEGER, "must be a whole number of bytes"),
    example: "1099511627776",
    // One project on its own disk needs no second limit: room for every upload is reserved on the disk anyway.
    fallback: "none",
    meaning: "Uploads, unfinished and kept, that one project may have at once.",
  },
  TRUSTED_PROXIES: {
    schema: list(isAddressOrCidr, "must be a comma list of addresses or CIDR blocks"),
    example: "127.0.0.1,10.0.0.0/8",
    fallback: "none",
    meaning: "Reverse proxies whose X-Forwarded-* headers are believed; from anyone else they are removed.",
  },
  DRAIN_SECONDS: {
    schema: wholeNumber(0, 86_400, "must be a whole number of seconds from 0 to 86400"),
    example: "600",
    fallback: "30",
    meaning: "Time that a stopping worker gives its running tasks before it hands them back to the queue.",
  },
  RETENTION_DAYS: {
    schema: wholeNumber(1, 36_500, "must be a whole number of days from 1 to 36500"),
    example: "400",
    fallback: "400",
    meaning: "Time that records of settled tasks are kept.",
  },
  SOURCE_RETENTION_DAYS: {
    schema: wholeNumber(1, 36_500, "must be a whole number of days from 1 to 36500"),
    example: "7",
    fallback: "7",
    meaning: "Time that an uploaded file is kept after the last task that used it.",
  },
  LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` }),
    example: "info",
    fallback: "info",
    meaning: "Least important lines that are logged.",
  },
} as const satisfies Record<
  string,
  { schema: z.ZodType; example: string; fallback: string; meaning: string }
>;

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<N extends SettingName> = z.output<(typeof SETTINGS)[N]["schema"]>;

/** Rows of the README's table of settings. */
export const SETTING_DOCS: readonly { name: string; fallback: string; meaning: string }[] = Object.entries(
  SETTINGS,
).map(([name, { fallback, meaning }]) => ({ name, fallback, meaning }));
