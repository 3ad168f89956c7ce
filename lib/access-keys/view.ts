import type { Role } from "#lib/context.ts";

/** A key as it is listed: never its secret. */
export type AccessKeyView = {
  /** `key_…` */
  id: string;
  name: string;
  /** What a program sends as the user of Basic credentials. */
  accessKeyId: string;
  role: Role;
  /** `["*"]`: all. */
  dialects: string[];
  /** ISO 8601; written at most once a minute. */
  lastUsedAt: string | null;
  createdAt: string;
  /** Null while it works. */
  revokedAt: string | null;
};

/** POST /api/v1/access-keys: the only answer that ever holds the secret. */
export type CreatedAccessKey = { key: AccessKeyView; secret: string };
