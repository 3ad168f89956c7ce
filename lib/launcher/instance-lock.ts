import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { LauncherError } from "#lib/launcher/quiet-step.ts";

type Holder = { pid: number; startedTicks: string; url: string };

/**
 * Takes DATA_DIR for this process; the answer gives it back.
 * @throws {LauncherError} with the holder's URL when another one runs on the same folder
 */
export function lockDataDir(dataDir: string, url: string): () => void {
  const file = path.join(dataDir, "supervisor.json");
  const own: Holder = { pid: process.pid, startedTicks: startedTicks(process.pid) ?? "", url };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own));
  try {
    // A link appears with its content or not at all, and never replaces one.
    while (!tryLink(draft, file)) {
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) {
        throw new LauncherError(
          `VOD Console already runs on ${dataDir} (process ${holder.pid}): ${holder.url}\n` +
            `Stop it first, or choose another folder: DATA_DIR=… PORT=… npm start`,
        );
      }
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

/** Address of the installation that runs on DATA_DIR at this moment; undefined when none does. */
export function findRunning(dataDir: string): string | undefined {
  const holder = readHolder(path.join(dataDir, "supervisor.json"));
  return holder !== undefined && isAlive(holder) ? holder.url : undefined;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined when there is none, or when it was cut short. */
function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A process number may since have gone to another program; its start time cannot. */
function isAlive({ pid, startedTicks: ticks }: Holder): boolean {
  if (process.platform === "linux") return startedTicks(pid) === ticks;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process started, in clock ticks since boot (proc(5), field 22 of stat); undefined when there is none. */
function startedTicks(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name, in parentheses, and may hold anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
