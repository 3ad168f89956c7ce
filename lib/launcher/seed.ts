import { randomBytes } from "node:crypto";
import path from "node:path";

import { createFirstAdmin } from "#lib/accounts/create-first-admin.ts";
import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { ensureLocalOutput } from "#lib/outputs/ensure-local-output.ts";
import { syncPredefinedTemplates } from "#lib/templates/predefined-templates.ts";

const DEFAULT_ADMIN_EMAIL = "admin@localhost";
/** Serialises several machines that start at the same moment. Only its sameness matters. */
const SEED_LOCK = 7_401_001;

/** The first admin, when this call made one. `password` is undefined when ADMIN_PASSWORD gave it. */
export type FirstAdmin = { email: string; password: string | undefined };

/**
 * What a new installation starts with: the predefined templates (brought up to date at every start) and, before there
 * is any user, a default project with one local Output, the access key of ACCESS_KEY_ID, and its first admin.
 */
export async function seed(): Promise<FirstAdmin | undefined> {
  const env = getEnv();
  await syncPredefinedTemplates(db());
  if ((await db().user.count()) > 0) return undefined;

  const projectId = await ensureDefaultProject();
  const root = env.outputRoots[0] ?? path.join(env.dataDir, "outputs");
  await ensureLocalOutput(db(), { projectId, name: "local", folder: path.join(root, "local") });
  const { accessKeyId, accessKeySecret: secret } = env;
  if (accessKeyId !== undefined && secret !== undefined) {
    const key = {
      projectId,
      accessKeyId,
      secret,
      name: "First start",
      role: "operator",
      dialects: ["*"],
    } as const;
    await ensureAccessKey({ ...key, dialects: [...key.dialects] });
  }
  // Last: a start that is interrupted before this one is a first start again.
  const email = env.adminEmail ?? DEFAULT_ADMIN_EMAIL;
  const generated = env.adminPassword === undefined ? randomBytes(15).toString("base64url") : undefined;
  const password = env.adminPassword ?? generated ?? "";
  const isMade = await createFirstAdmin({ projectId, email, password });
  return isMade ? { email, password: generated } : undefined;
}

async function ensureDefaultProject(): Promise<string> {
  return db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SEED_LOCK})`;
    const oldest = await tx.project.findFirst({ orderBy: { createdAt: "asc" } });
    return (oldest ?? (await tx.project.create({ data: { id: newId(), name: "Default" } }))).id;
  });
}
