import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import path from "node:path";

/** A log grows to this size, is set aside once as `.1`, and starts anew. */
const MAX_BYTES = 20 * 1024 * 1024;
/** pino's number for `warn`. */
const WARN = 40;

export type LogFile = { write: (line: string) => void; close: () => void };

/** Opens a log for appending; its folder is made. */
export function openLogFile(file: string, maxBytes = MAX_BYTES): LogFile {
  mkdirSync(path.dirname(file), { recursive: true });
  const open = () => openSync(file, "a", 0o640);
  let handle = open();
  let size = fstatSync(handle).size;
  return {
    write: (line) => {
      if (size > maxBytes) {
        closeSync(handle);
        renameSync(file, `${file}.1`);
        handle = open();
        size = 0;
      }
      size += writeSync(handle, `${line}\n`);
    },
    close: () => closeSync(handle),
  };
}

/**
 * What a person at the terminal should see of a process's log line: a sentence for pino's warnings and errors, undefined
 * for its ordinary lines. Anything else was written by a runtime, often one that is about to die: "plain".
 */
export function worthShowing(line: string): { sentence: string } | "plain" | undefined {
  if (!line.startsWith("{")) return line.trim() === "" ? undefined : "plain";
  try {
    const entry = JSON.parse(line) as {
      level?: number;
      part?: string;
      msg?: string;
      err?: { message?: string };
    };
    if ((entry.level ?? WARN) < WARN) return undefined;
    const parts = [entry.part, entry.msg, entry.err?.message];
    const sentence = parts.filter((text) => text !== undefined && text !== "").join(": ");
    // Prisma's messages come with blank lines.
    return { sentence: sentence.replace(/\s+/g, " ") };
  } catch {
    // Not JSON after all.
    return "plain";
  }
}
