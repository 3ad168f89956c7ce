import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { parseSettings, resetEnv, type Settings } from "#lib/env.ts";
import { formatBytes } from "#lib/format.ts";
import { ensurePrismaClient } from "#lib/launcher/build.ts";
import { findSecretKey } from "#lib/launcher/data-dir.ts";
import { LauncherError, runMain } from "#lib/launcher/quiet-step.ts";
import type { RestoreReport } from "#lib/launcher/backup/settle-restored.ts";

const USAGE = `npm run backup [-- --to FILE] [--with-files] [--with-key FILE]
npm run restore -- --from FILE [--key FILE | --without-key]`;

/** `npm run backup` and `npm run restore`, after lib/launcher/bootstrap.mjs; see docs/backup.md. */
await runMain(async () => {
  const [command = "", ...args] = process.argv.slice(2);
  const settings = parseSettings(process.env);
  // Paths are meant from where npm was called; npm runs us in the repository.
  const place = (file: string) => path.resolve(process.env["INIT_CWD"] ?? process.cwd(), file);
  await ensurePrismaClient();
  if (command === "backup") await runBackup(settings, args, place);
  else if (command === "restore") await runRestore(settings, args, place);
  else throw new LauncherError(USAGE);
});

async function runBackup(settings: Settings, args: string[], place: (file: string) => string): Promise<void> {
  const wanted = read(args, {
    to: { type: "string" },
    "with-files": { type: "boolean", default: false },
    "with-key": { type: "string" },
  });
  const { backup } = await import("#lib/launcher/backup/backup.ts");
  const to = wanted.to === undefined ? defaultFile(settings.dataDir) : place(wanted.to);
  const keyFile = wanted["with-key"] === undefined ? undefined : place(wanted["with-key"]);
  if (keyFile !== undefined && existsSync(keyFile))
    throw new LauncherError(`${keyFile} is there already. Choose another name with --with-key.`);
  const { sizeBytes } = await backup(settings, { to, withFiles: wanted["with-files"] });
  console.log(`Backup: ${to} (${formatBytes(sizeBytes, "en")})`);
  if (wanted["with-files"]) console.log("It holds the database, uploads, and Outputs inside of DATA_DIR.");
  else console.log("It holds the database; uploads and published files are not in it (--with-files).");
  const key = findSecretKey(settings);
  if (keyFile === undefined || key === undefined) {
    console.log(
      "The secret key is not in it: keep it elsewhere (--with-key FILE writes it to a file of its own).",
    );
    return;
  }
  writeFileSync(keyFile, `${key}\n`, { mode: 0o600, flag: "wx" });
  console.log(`Secret key: ${keyFile}. Who has both files can read every stored secret: keep them apart.`);
}

async function runRestore(
  settings: Settings,
  args: string[],
  place: (file: string) => string,
): Promise<void> {
  const wanted = read(args, {
    from: { type: "string" },
    key: { type: "string" },
    "without-key": { type: "boolean", default: false },
  });
  if (wanted.from === undefined) throw new LauncherError(`--from FILE is needed.\n${USAGE}`);
  const { restore } = await import("#lib/launcher/backup/restore.ts");
  const { settleRestored } = await import("#lib/launcher/backup/settle-restored.ts");
  const { closeDb } = await import("#lib/db/client.ts");
  let report: RestoreReport | undefined;
  const manifest = await restore(settings, {
    from: place(wanted.from),
    key: wanted.key === undefined ? undefined : readKey(place(wanted.key)),
    withoutKey: wanted["without-key"],
    say: (sentence) => console.log(sentence),
    afterwards: async ({ manifest: { dataDir }, databaseUrl, secretKey }) => {
      Object.assign(process.env, {
        DATABASE_URL: databaseUrl,
        SECRET_KEY: secretKey,
        DATA_DIR: settings.dataDir,
      });
      resetEnv();
      report = await settleRestored(dataDir).finally(closeDb);
    },
  });
  console.log(`Restored the backup of ${manifest.createdAt} (version ${manifest.version}).`);
  if (report !== undefined) sayReport(settings.dataDir, report);
  console.log("Stop the installation that it was taken from before this one starts: npm start");
}

function sayReport(dataDir: string, report: RestoreReport): void {
  const { queuedAgain, heldDeliveries, publishedFiles, missing, missingUploads, unchecked } = report;
  console.log(`Tasks that ran or waited and are in the queue again: ${queuedAgain}.`);
  if (heldDeliveries > 0) {
    console.log(
      `Webhook deliveries that had not arrived and were not sent: ${heldDeliveries}. Send them from the Webhooks page where they are wanted.`,
    );
  }
  console.log(
    `Published files: ${publishedFiles}, missing: ${missing.length}, not looked for: ${unchecked}.`,
  );
  console.log(`Uploads whose bytes are missing: ${missingUploads.length}.`);
  if (missing.length + missingUploads.length === 0) return;
  const file = path.join(dataDir, "restore-report.txt");
  const lines = [...missing, ...missingUploads.map((name) => `upload: ${name}`)];
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o640 });
  console.log(
    `They are listed in ${file}. Bring them back with your own copy of the files, or run the tasks again.`,
  );
}

function read<T extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>>(
  args: string[],
  options: T,
) {
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    throw new LauncherError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function readKey(file: string): string {
  if (!existsSync(file)) throw new LauncherError(`There is no file ${file}.`);
  return readFileSync(file, "utf8").trim();
}

function defaultFile(dataDir: string): string {
  const moment = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "");
  return path.join(dataDir, "backups", `vod-console-${moment}.tar.gz`);
}
