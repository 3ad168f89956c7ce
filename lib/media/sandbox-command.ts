import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { seccompFilter } from "#lib/media/seccomp-filter.ts";
import type { Sandbox } from "#lib/media/sandbox.ts";

/** The first slot's uid; slot n runs as 61000 + n. Debian leaves 60000–64999 to be assigned on demand. */
const FIRST_SLOT_UID = 61_000;
/** The group that every slot belongs to, and through which it reads a source that it does not own. */
export const READERS_GID = 60_999;

export const slotUid = (slot: number): number => FIRST_SLOT_UID + slot;

export type SandboxCommandInput = {
  sandbox: Sandbox;
  slot: number;
  /** Absolute path of the program. */
  program: string;
  args: readonly string[];
  /** Files or folders to be seen, read-only, under their own absolute names. */
  readPaths: readonly string[];
  /** The one folder that may be written. */
  writeDir?: string | undefined;
  memoryLimitBytes: number;
  /** Largest file that the program may write. */
  maxFileBytes: number;
};

/** Folders of the system that programs and their libraries need; on merged-/usr systems most are links. */
const SYSTEM_FOLDERS = ["/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32"];
const SYSTEM_FILES = [
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/alternatives",
  "/etc/fonts",
];

/** The whole command line that runs `program` in the sandbox's tier; `filter` must be written to descriptor 3. */
export function sandboxCommand(input: SandboxCommandInput): { command: string[]; filter: Buffer | null } {
  const { sandbox, program, args } = input;
  const limited = [...limits(input), ...identity(input), program, ...args];
  const gentle = existsSync("/usr/bin/nice") ? ["/usr/bin/nice", "-n", "5"] : [];
  if (sandbox.tier !== "A") return { command: [...gentle, ...limited], filter: null };

  const filter = seccompFilter();
  return {
    command: [
      ...gentle,
      "bwrap",
      ...namespaces(sandbox),
      "--die-with-parent",
      "--new-session",
      "--clearenv",
      "--setenv",
      "PATH",
      "/usr/bin:/bin",
      "--setenv",
      "LC_ALL",
      "C.UTF-8",
      "--cap-drop",
      "ALL",
      // The uid of the slot is taken on inside; the three capabilities are gone with it, before the program starts.
      ...(sandbox.hasSlotUsers
        ? ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"].flatMap((c) => ["--cap-add", c])
        : []),
      ...(filter ? ["--seccomp", "3"] : []),
      "--ro-bind",
      "/usr",
      "/usr",
      ...SYSTEM_FOLDERS.flatMap(systemFolder),
      "--tmpfs",
      "/tmp",
      "--dir",
      "/sys",
      "--dir",
      "/sys/devices",
      "--dir",
      "/sys/devices/system",
      ...foldersAbove([...SYSTEM_FILES, ...input.readPaths, ...(input.writeDir ? [input.writeDir] : [])]),
      ...SYSTEM_FILES.flatMap((path) => ["--ro-bind-try", path, path]),
      ...programFolder(program),
      "--proc",
      "/proc",
      "--dev",
      "/dev",
      // How many processors there are and how they are laid out: x265 asks, and complains without it.
      "--ro-bind-try",
      "/sys/devices/system/cpu",
      "/sys/devices/system/cpu",
      "--ro-bind-try",
      "/sys/devices/system/node",
      "/sys/devices/system/node",
      ...(input.writeDir ? ["--bind", input.writeDir, input.writeDir] : []),
      ...input.readPaths.flatMap((path) => ["--ro-bind", path, path]),
      // bwrap itself may not enter the 0700 work folder of the slot's user; every path is absolute anyway.
      "--chdir",
      "/",
      "--",
      ...limited,
    ],
    filter,
  };
}

/**
 * As root no user namespace is made: the slot's uid has to be a real one, so that its files belong to it and its process
 * limit counts only its own. Everybody else needs the user namespace to be allowed the other ones.
 */
function namespaces(sandbox: Sandbox): string[] {
  return sandbox.hasSlotUsers
    ? ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    : ["--unshare-all"];
}

/** bwrap makes missing parents of a file 0700, which would shut the slot's user out: they are made beforehand, 0755. */
function foldersAbove(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== "/"; folder = dirname(folder)) {
      if (!isSystemFolder(folder)) folders.add(folder);
    }
  }
  return [...folders].sort((a, b) => a.length - b.length).flatMap((folder) => ["--dir", folder]);
}

const isSystemFolder = (path: string): boolean =>
  ["/usr", ...SYSTEM_FOLDERS].some((known) => path === known || path.startsWith(`${known}/`));

function systemFolder(path: string): string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  return stat.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}

/** An ffmpeg that was installed elsewhere (/opt, a Nix store) brings its own folder. */
function programFolder(program: string): string[] {
  const folders = new Set([dirname(program), dirname(realpathSync(program))]);
  return [...folders]
    .filter((folder) => !isSystemFolder(folder))
    .flatMap((folder) => ["--ro-bind", folder, folder]);
}

/** Address space, processes, size of a file; no core dumps, which would hold a customer's pictures. */
function limits(input: SandboxCommandInput): string[] {
  const prlimit = ["/usr/bin/prlimit", "/bin/prlimit"].find((path) => existsSync(path));
  if (!prlimit) return [];
  // RLIMIT_NPROC counts every thread of the uid, so it only makes sense where that uid runs nothing else.
  const ownsItsUid = input.sandbox.hasSlotUsers || input.sandbox.tier === "A";
  return [
    prlimit,
    `--as=${input.memoryLimitBytes}`,
    `--fsize=${input.maxFileBytes}`,
    "--core=0",
    "--nofile=4096",
    ...(ownsItsUid ? ["--nproc=512"] : []),
    "--",
  ];
}

/** Takes on the slot's uid, or at least makes sure that the program dies with the worker. */
function identity({ sandbox, slot }: SandboxCommandInput): string[] {
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  if (sandbox.hasSlotUsers) {
    return [
      setpriv ?? "/usr/bin/setpriv",
      `--reuid=${slotUid(slot)}`,
      `--regid=${READERS_GID}`,
      "--clear-groups",
      "--inh-caps=-all",
      "--bounding-set=-all",
      "--no-new-privs",
      "--pdeathsig=KILL",
      "--",
    ];
  }
  // bwrap's --die-with-parent does the same in tier A.
  return setpriv && sandbox.tier !== "A" ? [setpriv, "--no-new-privs", "--pdeathsig=KILL", "--"] : [];
}
