import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { runPrisma } from "#lib/launcher/migrate.ts";
import { LauncherError, quietStep, ROOT } from "#lib/launcher/quiet-step.ts";

const GENERATED_STAMP = "lib/db/generated/.stamp";
const BUILD_STAMP = ".next/vod-build.stamp";

/** What the build is made from. public/ is served as it is; tests are not built. */
const BUILD_SOURCES = [
  ...["app", "components", "lib", "prisma/schema.prisma", "package-lock.json"],
  ...["next.config.js", "postcss.config.mjs", "tsconfig.json", "proxy.ts"],
];

/** Makes Prisma's client (lib/db/generated) unless it was made from this schema and these versions. */
export async function ensurePrismaClient(): Promise<void> {
  const hash = hashOf(["prisma/schema.prisma", "package-lock.json"]);
  if (readStamp(GENERATED_STAMP) === hash) return;
  console.log("Generating the database client…");
  const { code, output } = await runPrisma(["generate"]);
  if (code !== 0) throw new LauncherError(`${output.trim()}\n\nprisma generate failed.`);
  writeFileSync(path.join(ROOT, GENERATED_STAMP), hash);
}

/** Builds the console unless the build was made from these sources. */
export async function ensureBuild(): Promise<void> {
  await ensurePrismaClient();
  const hash = hashOf(BUILD_SOURCES);
  if (readStamp(BUILD_STAMP) === hash) return;
  rmSync(path.join(ROOT, BUILD_STAMP), { force: true });
  const next = path.join(ROOT, "node_modules", "next", "dist", "bin", "next");
  await quietStep("Building the console", process.execPath, [next, "build"], {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
  writeFileSync(path.join(ROOT, BUILD_STAMP), hash);
}

/** SHA-256 over names and contents of files and folders, given relative to the repository. */
export function hashOf(places: readonly string[], root = ROOT): string {
  const hash = createHash("sha256");
  for (const file of places.flatMap((place) => filesIn(root, place))) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesIn(root: string, place: string): string[] {
  const full = path.join(root, place);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return /\.test\.tsx?$/.test(place) ? [] : [place];
  if (place === "lib/db/generated") return [];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesIn(root, `${place}/${name}`));
}

function readStamp(file: string): string | undefined {
  const full = path.join(ROOT, file);
  return existsSync(full) ? readFileSync(full, "utf8") : undefined;
}
