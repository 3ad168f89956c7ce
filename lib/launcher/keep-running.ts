import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { openLogFile, worthShowing } from "#lib/launcher/log-file.ts";
import { ROOT } from "#lib/launcher/quiet-step.ts";

/** Pause before the second, third, … start; the last one repeats. */
const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/** Who ran this long had started well: the next pause is the first again. */
const STEADY_MS = 60_000;
/** Lines of a stack trace that are repeated at the terminal; the log has all. */
const LAST_WORDS = 15;

export type KeptProcess = {
  /** Undefined between an end and the next start. */
  pid: () => number | undefined;
  /** SIGTERM, then SIGKILL to its whole group after `patienceMs`; settles when it has ended. Starts nothing again. */
  stop: (patienceMs: number) => Promise<void>;
};

export type Program = {
  name: string;
  /** TypeScript file, relative to the repository. */
  script: string;
  args?: readonly string[];
  env: Record<string, string>;
  logFile: string;
  /** Shows what is not a log line as it comes, not only when the program has ended. */
  isChatty?: boolean;
  /** Receives what a person should see. */
  say: (sentence: string) => void;
};

/** Runs one of our programs and starts it again when it ends, until it is stopped. */
export function keepRunning(program: Program): KeptProcess {
  const log = openLogFile(program.logFile);
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  let child: ChildProcess | undefined;

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!isStopping()) {
      const startedAt = Date.now();
      const lastWords: string[] = [];
      child = start(program, (line) => {
        log.write(line);
        const shown = worthShowing(line);
        if (shown === undefined) return;
        if (shown !== "plain") program.say(`${program.name}: ${shown.sentence}`);
        else if (program.isChatty === true) program.say(line);
        else if (lastWords.push(line) > LAST_WORDS) lastWords.shift();
      });
      const end = await endOf(child);
      child = undefined;
      if (isStopping()) break;
      if (Date.now() - startedAt > STEADY_MS) failures = 0;
      const pauseMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0;
      failures += 1;
      if (lastWords.length > 0) program.say(lastWords.join("\n"));
      program.say(
        `${program.name} ended (${end}); it starts again in ${pauseMs / 1000} s. Log: ${program.logFile}`,
      );
      // Rejects only when we are stopping, which the loop sees.
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    log.close();
  };
  const ended = run();

  return {
    pid: () => child?.pid,
    stop: async (patienceMs) => {
      stopping.abort();
      const running = child;
      running?.kill("SIGTERM");
      const isDone = new AbortController();
      const isLate = await Promise.race([
        ended.then(() => false),
        sleep(patienceMs, true, { signal: isDone.signal }).catch(() => false),
      ]);
      isDone.abort();
      if (isLate && running?.pid !== undefined) {
        program.say(`${program.name} did not stop within ${patienceMs / 1000} s; it is killed.`);
        killGroup(running.pid);
      }
      await ended;
    },
  };
}

function start({ script, args = [], env }: Program, onLine: (line: string) => void): ChildProcess {
  const preload = new URL("exit-with-parent.ts", import.meta.url).href;
  const child = spawn(process.execPath, ["--enable-source-maps", "--import", preload, script, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    // A group of its own: Ctrl-C in a terminal is for the supervisor, which stops the others in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface(stream).on("line", onLine);
  return child;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal === null ? `code ${code}` : signal));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
