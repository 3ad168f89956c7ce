import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { grantAccess } from "#lib/media/grant-access.ts";
import { sandboxCommand } from "#lib/media/sandbox-command.ts";
import type { Sandbox } from "#lib/media/sandbox.ts";

/** What a slot runs its tools with. `memoryLimitBytes` limits the address space of one process. */
export type Tools = { sandbox: Sandbox; slot: number; memoryLimitBytes: number; threads: number };

export type ToolName = "ffmpeg" | "ffprobe";

export type ToolOptions = {
  tool: ToolName;
  args: readonly string[];
  tools: Tools;
  /** Absolute paths of what the tool may read beside the system. */
  readPaths: readonly string[];
  /** The one folder that it may write to. */
  writeDir?: string | undefined;
  signal?: AbortSignal | undefined;
  timeoutSeconds?: number | undefined;
  /** Largest file that it may write; 64 GiB unless told. */
  maxFileBytes?: number | undefined;
  onStdout?: ((chunk: Buffer) => void) | undefined;
  /** Every line of stderr. */
  onLine?: ((line: string) => void) | undefined;
};

export type ToolResult = {
  exitCode: number | null;
  /** The signal that ended the tool itself, also when a wrapper reported it as 128 + n. */
  signal: NodeJS.Signals | null;
  /** The last 200 lines of stderr. */
  stderrTail: string[];
  seconds: number;
  stopped: null | "aborted" | "timeout";
};

const KEPT_LINES = 200;
const LONGEST_LINE = 4_000;
const KILL_AFTER_MS = 5_000;
const DEFAULT_MAX_FILE_BYTES = 64 * 1024 ** 3;

/**
 * Runs ffmpeg or ffprobe in the sandbox: no shell, stdin closed, an environment without secrets, a process group of its
 * own. On abort or time-out the group gets SIGTERM and, 5 s later, SIGKILL; the result says which it was. Resolves only
 * when every process that held its output has ended. Rejects only when the tool could not be started.
 */
export async function runTool(options: ToolOptions): Promise<ToolResult> {
  const { tools, signal } = options;
  for (const path of [...options.readPaths, ...(options.writeDir ? [options.writeDir] : [])]) {
    if (!isAbsolute(path)) throw new Error(`runTool needs absolute paths, got ${path}`);
  }
  await grantAccess(tools.sandbox, tools.slot, options);
  const { command, filter } = sandboxCommand({
    sandbox: tools.sandbox,
    slot: tools.slot,
    program: toolPath(options.tool),
    args: options.args,
    readPaths: options.readPaths,
    writeDir: options.writeDir,
    memoryLimitBytes: tools.memoryLimitBytes,
    maxFileBytes: options.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES,
  });
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  if (signal?.aborted)
    return { exitCode: null, signal: null, stderrTail: [], seconds: 0, stopped: "aborted" };

  return new Promise((resolve, reject) => {
    const [file = "", ...args] = command;
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe", filter ? "pipe" : "ignore"],
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        LC_ALL: "C.UTF-8",
      } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
      cwd: "/",
      detached: true,
    });

    let stopped: ToolResult["stopped"] = null;
    let killTimer: NodeJS.Timeout | undefined;
    const stop = (why: "aborted" | "timeout") => {
      if (stopped) return;
      stopped = why;
      killGroup(child.pid, "SIGTERM");
      killTimer = setTimeout(() => killGroup(child.pid, "SIGKILL"), KILL_AFTER_MS);
    };
    const onAbort = () => stop("aborted");
    signal?.addEventListener("abort", onAbort, { once: true });
    const deadline =
      options.timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => stop("timeout"), options.timeoutSeconds * 1000);
    const settle = () => {
      clearTimeout(killTimer);
      clearTimeout(deadline);
      signal?.removeEventListener("abort", onAbort);
    };

    const stderrTail: string[] = [];
    const lines = lineReader((line) => {
      stderrTail.push(line);
      if (stderrTail.length > KEPT_LINES) stderrTail.shift();
      options.onLine?.(line);
    });
    child.stdout?.on("data", (chunk: Buffer) => options.onStdout?.(chunk));
    child.stderr?.on("data", lines.push);

    const pipe = child.stdio[3];
    if (filter && pipe && "end" in pipe) {
      // A bwrap that dies before reading its filter is reported through its exit code.
      pipe.on("error", () => undefined);
      pipe.end(filter);
    }
    child.on("error", (error) => {
      settle();
      reject(new Error(`${options.tool} could not be started: ${error.message}`, { cause: error }));
    });
    child.on("close", (exitCode, ownSignal) => {
      settle();
      lines.end();
      resolve({ exitCode, signal: ownSignal ?? signalOf(exitCode), stderrTail, seconds: seconds(), stopped });
    });
  });
}

/** Absolute path of an installed tool, from PATH. @throws Error that says what to install. */
export function toolPath(tool: ToolName): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/bin", "/usr/bin"];
  for (const folder of folders.filter((name) => isAbsolute(name))) {
    const path = join(folder, tool);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  throw new Error(`${tool} is not installed, or not in PATH.`);
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const SIGNAL_NUMBERS: Record<number, NodeJS.Signals> = {
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  15: "SIGTERM",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  31: "SIGSYS",
};

function signalOf(exitCode: number | null): NodeJS.Signals | null {
  return exitCode !== null && exitCode > 128 ? (SIGNAL_NUMBERS[exitCode - 128] ?? null) : null;
}

/** Cuts a byte stream into lines at \n or \r; empty lines are left out, endless ones cut. */
function lineReader(onLine: (line: string) => void): { push: (chunk: Buffer) => void; end: () => void } {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const feed = (text: string) => {
    const parts = (rest + text).split(/[\r\n]+/);
    rest = (parts.pop() ?? "").slice(0, LONGEST_LINE);
    for (const line of parts) if (line) onLine(line.slice(0, LONGEST_LINE));
  };
  return {
    push: (chunk) => feed(decoder.write(chunk)),
    end: () => feed(`${decoder.end()}\n`),
  };
}
