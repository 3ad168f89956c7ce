import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { hasProgram, installerPrefix } from "#lib/launcher/system-tools.ts";
import { LauncherError, runStep, type StepResult } from "#lib/launcher/quiet-step.ts";

/** The S3 server that tests run against: Ceph's RADOS Gateway with one monitor and one store, from Debian's packages. */
const PACKAGES = ["radosgw", "ceph-mon", "ceph-osd"];

/** Where unpacked packages and running servers lie: on a disk, outside of the repository, kept between runs. */
export function testCacheDir(): string {
  const base = process.env["XDG_CACHE_HOME"];
  return path.join(
    base === undefined || base === "" ? path.join(os.homedir(), ".cache") : base,
    "vod-console-tests",
  );
}

/** The folder with the unpacked packages, or undefined when they are not there yet. */
export function findRadosgw(): string | undefined {
  const folder = unpackedDir();
  return existsSync(path.join(folder, "complete")) ? folder : undefined;
}

/**
 * Unpacks the packages into the cache unless they are there: nothing is installed, and no service of the system begins.
 * Undefined where Debian's packages cannot be had: no apt-get, or (with no lists of packages yet) no root.
 * @throws {LauncherError} when the download fails
 */
export async function ensureRadosgw(): Promise<string | undefined> {
  const known = findRadosgw();
  if (known !== undefined) return known;
  if (process.platform !== "linux" || !hasProgram("apt-get") || !hasProgram("dpkg")) return undefined;
  let names = await neededPackages();
  if (names.length === 0) {
    const prefix = await installerPrefix();
    if (prefix === undefined) return undefined;
    const [command, ...args] = [...prefix, "apt-get", "update", "-qq"] as const;
    await runStep(command, args);
    names = await neededPackages();
  }
  // Another system's apt, without these packages.
  if (names.length === 0) return undefined;
  console.log(`Unpacking ${PACKAGES.join(", ")} for the tests…`);
  mkdirSync(testCacheDir(), { recursive: true });
  const folder = mkdtempSync(path.join(testCacheDir(), "unpacking-"));
  try {
    await download(names, folder);
    publish(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return findRadosgw();
}

const unpackedDir = () => path.join(testCacheDir(), `radosgw-${os.arch()}`);

/** What apt would install: the packages and those of their dependencies that the system lacks. */
async function neededPackages(): Promise<string[]> {
  const { code, output } = await runStep(
    "apt-get",
    ["install", "-s", "--no-install-recommends", ...PACKAGES],
    {
      LC_ALL: "C",
    },
  );
  if (code !== 0) return [];
  return [...output.matchAll(/^Inst (\S+)/gm)].map((line) => line[1] ?? "");
}

async function download(names: readonly string[], folder: string): Promise<void> {
  const debs = path.join(folder, "debs");
  mkdirSync(debs);
  const fetched = await inShell(`cd "$1" && shift && apt-get download -q "$@"`, debs, ...names);
  if (fetched.code !== 0)
    throw new LauncherError(
      `${fetched.output.trim()}\n\nThe packages of the S3 server for tests could not be downloaded.`,
    );
  const root = path.join(folder, "root");
  for (const deb of readdirSync(debs)) {
    const unpacked = await runStep("dpkg", ["-x", path.join(debs, deb), root]);
    if (unpacked.code !== 0)
      throw new LauncherError(`${unpacked.output.trim()}\n\n${deb} could not be unpacked.`);
  }
  rmSync(debs, { recursive: true });
  writeFileSync(path.join(folder, "complete"), "");
}

/** Two runs may unpack at the same time: one's folder wins, and both are whole. */
function publish(folder: string): void {
  try {
    renameSync(folder, unpackedDir());
  } catch (error) {
    if (findRadosgw() === undefined) throw error;
  }
}

/** A shell only for the folder: runStep works in the repository's. */
async function inShell(script: string, ...args: string[]): Promise<StepResult> {
  return runStep("sh", ["-c", script, "sh", ...args]);
}
