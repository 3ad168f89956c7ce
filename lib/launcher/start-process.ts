import { spawn } from "node:child_process";

import { parseEnv } from "#lib/env.ts";
import { ensureBuild, ensurePrismaClient } from "#lib/launcher/build.ts";
import { LauncherError, ROOT, runMain } from "#lib/launcher/quiet-step.ts";
import { ensureSystemTools, workerTools } from "#lib/launcher/system-tools.ts";

const SCRIPTS: Record<string, string> = {
  web: "lib/http/server.ts",
  worker: "lib/worker/main.ts",
};

/** `npm run web|worker|migrate|rotate-key|build`, after lib/launcher/bootstrap.mjs: one process of an installation with its own server. */
await runMain(async () => {
  const name = process.argv[2] ?? "";
  // For an image, whose processes find everything built.
  if (name === "build") return ensureBuild();
  parseEnv(process.env);
  if (name === "migrate") return migrateAndSeed();
  if (name === "rotate-key") return rotateKey();
  const script = SCRIPTS[name];
  if (script === undefined)
    throw new LauncherError(`There is no process "${name}": web, worker, migrate, rotate-key or build.`);
  if (name === "worker") {
    await ensureSystemTools(workerTools());
    await ensurePrismaClient();
  } else {
    await ensureBuild();
  }
  await runScript(script);
});

async function migrateAndSeed(): Promise<void> {
  await ensurePrismaClient();
  const { migrateDatabase } = await import("#lib/launcher/migrate.ts");
  const { seed } = await import("#lib/launcher/seed.ts");
  const { closeDb } = await import("#lib/db/client.ts");
  const applied = await migrateDatabase(process.env["DATABASE_URL"] ?? "");
  for (const migration of applied) console.log(`Applied ${migration}.`);
  const admin = await seed().finally(closeDb);
  if (admin === undefined) return;
  console.log(
    `First admin: ${admin.email}${admin.password === undefined ? "" : `, password ${admin.password} (shown this once)`}`,
  );
}

async function rotateKey(): Promise<void> {
  await ensurePrismaClient();
  const { rotateSecrets } = await import("#lib/auth/rotate-secrets.ts");
  const { closeDb } = await import("#lib/db/client.ts");
  const renewed = await rotateSecrets().finally(closeDb);
  console.log(
    `${renewed} stored ${renewed === 1 ? "secret was" : "secrets were"} encrypted anew; all are under SECRET_KEY now. ` +
      "Take PREVIOUS_SECRET_KEY away and restart.",
  );
}

/** Signals go on to the process, and its end is ours. */
async function runScript(script: string): Promise<void> {
  const child = spawn(process.execPath, ["--enable-source-maps", script], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
    env: Object.assign({ NODE_ENV: "production" }, process.env),
  });
  // Asked once, however many ask us: a second signal would cut the stop short.
  let isAsked = false;
  const stop = () => {
    if (!isAsked) child.kill("SIGTERM");
    isAsked = true;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  process.once("disconnect", stop);
  process.channel?.unref();
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
