import { parseSettings } from "#lib/env.ts";
import { ensureBuild, ensurePrismaClient } from "#lib/launcher/build.ts";
import { runMain } from "#lib/launcher/quiet-step.ts";
import type { FirstAdmin } from "#lib/launcher/seed.ts";
import { ensureSystemTools, workerTools } from "#lib/launcher/system-tools.ts";

/** `npm start` (and `npm run dev`, which needs no build), after lib/launcher/bootstrap.mjs. */
await runMain(async () => {
  const isDev = process.argv[2] === "dev";
  const settings = parseSettings(process.env);
  await ensureSystemTools(workerTools());
  await (isDev ? ensurePrismaClient() : ensureBuild());

  // Only now: it imports the database client that the build step generates.
  const { supervise } = await import("#lib/launcher/supervisor.ts");
  const supervisor = await supervise(settings, {
    isDev,
    say: (sentence) => console.error(sentence),
    onFirstAdmin: sayFirstAdmin,
  });
  const stop = () => {
    // Ctrl-C comes once from the terminal and once from the bootstrap.
    void supervisor.stop().then(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  process.once("disconnect", stop);
  process.channel?.unref();

  const isReady = await supervisor.ready;
  if (isReady) console.log(`VOD Console is ready: ${settings.publicUrl}`);
});

/** Said before anything else can fail: a generated password is kept nowhere. */
function sayFirstAdmin({ email, password }: FirstAdmin): void {
  if (password === undefined) console.log(`\n  Sign in as ${email} with ADMIN_PASSWORD.\n`);
  else console.log(`\n  E-mail    ${email}\n  Password  ${password}   (shown this once)\n`);
}
