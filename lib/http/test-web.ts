import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { writeSessionToken } from "#lib/auth/session-token.ts";
import { sessionCookies } from "#lib/auth/session-cookies.ts";
import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import { normalizeEmail } from "#lib/accounts/normalize-email.ts";
import { hashPassword } from "#lib/auth/password.ts";
import type { Role } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { resetEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const START_LIMIT_MS = 45_000;

/** The built web process, running on the test file's own database. */
export type TestWeb = {
  url: string;
  port: number;
  process: ChildProcess;
  /** What it has logged so far. */
  log: () => string;
  /** SIGTERM; resolves with its exit code. */
  stop: () => Promise<number | null>;
};

/**
 * Starts `lib/http/server.ts` as a process of its own on a free port of 127.0.0.1, with this process's settings, and
 * waits until it is healthy. Sets PUBLIC_URL here as well, so that links made in the test point at it. Needs a build.
 */
export async function startTestWeb(settings: Record<string, string> = {}): Promise<TestWeb> {
  if (!existsSync(path.join(ROOT, ".next", "BUILD_ID")))
    throw new Error("These tests run the built product: run `npx next build` first (npm test does).");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  process.env["PUBLIC_URL"] = url;
  resetEnv();
  const child = spawn(process.execPath, ["lib/http/server.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: String(port),
      LOG_LEVEL: "warn",
      ...settings,
    },
  });
  let log = "";
  const keep = (chunk: Buffer) => (log = (log + chunk.toString()).slice(-100_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  await untilHealthy(child, url, () => log);
  return {
    url,
    port,
    process: child,
    log: () => log,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

async function untilHealthy(child: ChildProcess, url: string, log: () => string): Promise<void> {
  const end = Date.now() + START_LIMIT_MS;
  for (;;) {
    const isUp = await fetch(`${url}/api/health`).then(
      (response) => response.ok,
      // Nothing listens yet.
      () => false,
    );
    if (isUp) return;
    if (child.exitCode !== null || Date.now() > end) {
      child.kill("SIGKILL");
      throw new Error(`the web process did not start:\n${log()}`);
    }
    await sleep(100);
  }
}

/** A port of 127.0.0.1 that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export type TestUser = { id: string; email: string; password: string; cookie: string };

/** A project with an access key (`accessKeyId`/`secret`, role operator, all dialects) and as many users as are named. */
export async function makeProject(
  name: string,
): Promise<{ projectId: string; accessKeyId: string; secret: string; basic: string }> {
  const projectId = newId();
  await db().project.create({ data: { id: projectId, name } });
  const [accessKeyId, secret] = [`key-of-${name}`, `secret of ${name} 0123456789`];
  await ensureAccessKey({ projectId, accessKeyId, secret, name, role: "operator", dialects: ["*"] });
  return {
    projectId,
    accessKeyId,
    secret,
    basic: `Basic ${Buffer.from(`${accessKeyId}:${secret}`).toString("base64")}`,
  };
}

/** A user of a project, with a session cookie. */
export async function makeUser(
  projectId: string,
  email: string,
  role: Role,
  password = "a good password",
): Promise<TestUser> {
  const id = newId();
  await db().user.create({
    data: {
      id,
      email: normalizeEmail(email),
      name: email.split("@")[0] ?? email,
      passwordHash: await hashPassword(password),
      memberships: { create: { projectId, role } },
    },
  });
  const token = await writeSessionToken({ userId: id, sessionVersion: 1 });
  return { id, email, password, cookie: `${sessionCookies().session.name}=${token}` };
}
