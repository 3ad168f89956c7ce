import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

import { LauncherError, runStep } from "#lib/launcher/quiet-step.ts";

/** A program of the system, the Debian package that brings it, and whether we can do without. */
export type SystemTool = {
  program: string;
  debianPackage: string;
  /** Proof that it is there, for what is no program on PATH. */
  file?: string;
  isOptional?: boolean;
  /** Said when an optional one is missing. */
  without?: string;
};

const FFMPEG: SystemTool[] = [
  { program: "ffmpeg", debianPackage: "ffmpeg" },
  { program: "ffprobe", debianPackage: "ffmpeg" },
];
const BUBBLEWRAP: SystemTool = {
  program: "bwrap",
  debianPackage: "bubblewrap",
  isOptional: true,
  without: "bubblewrap is missing: ffmpeg runs in a lower sandbox tier, which the console shows.",
};

/** What the journeys need on Linux; CHROMIUM_PATH names another Chromium. */
export const BROWSER_TOOLS: SystemTool[] = [
  { program: "chromium", debianPackage: "chromium" },
  {
    // A vendor's sample program is written in it.
    program: "python3-requests",
    debianPackage: "python3-requests",
    file: "/usr/lib/python3/dist-packages/requests/__init__.py",
  },
  {
    program: "Noto Sans CJK",
    debianPackage: "fonts-noto-cjk",
    file: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    isOptional: true,
  },
  {
    program: "DejaVu",
    debianPackage: "fonts-dejavu-core",
    file: "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    isOptional: true,
  },
];

/** A server of the system, for the second run of the database tests: Debian 12's. */
export const DEBIAN_POSTGRES: SystemTool = {
  program: "PostgreSQL 15",
  debianPackage: "postgresql-15",
  file: "/usr/lib/postgresql/15/bin/initdb",
  isOptional: true,
};

/** What a worker needs on this platform. */
export function workerTools(platform: NodeJS.Platform = process.platform): SystemTool[] {
  return platform === "linux" ? [...FFMPEG, BUBBLEWRAP] : FFMPEG;
}

/** Whether a tool is there. */
export function hasTool({ program, file }: SystemTool): boolean {
  return file === undefined ? hasProgram(program) : existsSync(file);
}

/** Whether a program is in one of the folders of PATH. */
export function hasProgram(program: string, searchPath = process.env["PATH"] ?? ""): boolean {
  const names = process.platform === "win32" ? [`${program}.exe`] : [program];
  // Debian keeps some programs where an ordinary user's PATH does not look.
  const folders = [...searchPath.split(path.delimiter), "/usr/bin", "/usr/local/bin"];
  return folders.some((folder) => names.some((name) => isExecutable(path.join(folder, name))));
}

/**
 * Makes sure that the tools are there. On Debian and Ubuntu, as root or with a sudo that asks for no password, they are
 * installed; elsewhere the one command to run is said.
 * @throws {LauncherError} when a tool that we cannot do without stays missing
 */
export async function ensureSystemTools(tools: readonly SystemTool[]): Promise<void> {
  let missing = tools.filter((tool) => !hasTool(tool));
  if (missing.length === 0) return;
  const prefix = await installerPrefix();
  let problem = "";
  if (prefix !== undefined) {
    problem = await aptInstall(prefix, missing);
    missing = tools.filter((tool) => !hasTool(tool));
  }
  for (const { without } of missing.filter((tool) => tool.isOptional))
    if (without !== undefined) console.log(without);
  const needed = missing.filter((tool) => !tool.isOptional);
  if (needed.length === 0) return;
  throw new LauncherError(
    `${problem}${listed(needed.map((tool) => tool.program))} missing. Install with: ${installCommand(missing)}`,
  );
}

/** How apt-get is called here; undefined where it is not, or not without a password. */
export async function installerPrefix(): Promise<string[] | undefined> {
  if (!hasProgram("apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  if (!hasProgram("sudo")) return undefined;
  const { code } = await runStep("sudo", ["-n", "true"]);
  return code === 0 ? ["sudo", "-n"] : undefined;
}

/** Installs packages one set at a time, so that an optional one cannot keep the others out; what went wrong, or "". */
export async function aptInstall(prefix: readonly string[], tools: readonly SystemTool[]): Promise<string> {
  const apt = async (...args: string[]) => {
    const [command = "apt-get", ...rest] = [
      ...prefix,
      "env",
      "DEBIAN_FRONTEND=noninteractive",
      "apt-get",
      ...args,
    ];
    return runStep(command, rest);
  };
  const packagesOf = (wanted: readonly SystemTool[]) => [
    ...new Set(wanted.map((tool) => tool.debianPackage)),
  ];
  const sets = [
    tools.filter((tool) => !tool.isOptional),
    ...tools.filter((tool) => tool.isOptional).map((tool) => [tool]),
  ];
  console.log(`Installing ${packagesOf(tools).join(", ")}…`);
  const updated = await apt("update", "-qq");
  let problem = updated.code === 0 ? "" : updated.output;
  for (const set of sets.filter((wanted) => wanted.length > 0)) {
    const installed = await apt("install", "-y", "-qq", "--no-install-recommends", ...packagesOf(set));
    if (installed.code !== 0) problem += installed.output;
  }
  return problem;
}

function installCommand(tools: readonly SystemTool[]): string {
  const packages = [...new Set(tools.map((tool) => tool.debianPackage))].join(" ");
  if (process.platform === "darwin") return "brew install ffmpeg";
  if (process.platform === "win32") return "winget install ffmpeg";
  const family = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (/^ID(_LIKE)?=.*(fedora|rhel)/m.test(family)) return `sudo dnf install -y ${packages}`;
  if (/^ID(_LIKE)?=.*alpine/m.test(family)) return `apk add ${packages}`;
  if (/^ID(_LIKE)?=.*arch/m.test(family)) return `sudo pacman -S ${packages}`;
  return `sudo apt-get update && sudo apt-get install -y ${packages}`;
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]} is` : `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not ours to run: either way we do not have it.
    return false;
  }
}
