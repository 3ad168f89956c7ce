import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const START_LIMIT_MS = 90_000;

/** A process of the product that is started again whenever it ends, until it is to stay away. */
export class Kept {
  readonly name: string;
  readonly #script: string;
  readonly #cwd: string;
  readonly #env: () => Record<string, string>;
  readonly #isReady: (output: string) => Promise<boolean>;
  readonly #logFile: string;
  #child: ChildProcess | undefined;
  #output = "";
  #isWanted = false;
  /** For the next start only. */
  #once: Record<string, string> = {};
  #ended: Promise<void> = Promise.resolve();
  deaths = 0;

  constructor(options: {
    name: string;
    script: string;
    cwd: string;
    env: () => Record<string, string>;
    isReady: (output: string) => Promise<boolean>;
    logFile: string;
  }) {
    this.name = options.name;
    this.#script = options.script;
    this.#cwd = options.cwd;
    this.#env = options.env;
    this.#isReady = options.isReady;
    this.#logFile = options.logFile;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it, and resolves when it is ready or has ended. */
  async start(once: Record<string, string> = {}): Promise<void> {
    this.#isWanted = true;
    this.#once = once;
    this.#spawn();
    await this.untilReady();
  }

  async untilReady(limitMs = START_LIMIT_MS): Promise<boolean> {
    const until = Date.now() + limitMs;
    while (Date.now() < until) {
      if (this.#child !== undefined && (await this.#isReady(this.#output))) return true;
      await sleep(100);
    }
    return false;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it with a signal; it starts again by itself. Resolves when it is ready again. */
  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.rearm(signal, {});
    await this.untilReady();
  }

  /** Ends it with a signal; resolves once it has started again with these settings, ready or not. */
  async rearm(signal: NodeJS.Signals, once: Record<string, string>): Promise<void> {
    this.#once = once;
    const { pid } = this;
    this.kill(signal);
    while (this.pid === pid || this.pid === undefined) await sleep(20);
  }

  /** Ends it for good. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.#isWanted = false;
    this.kill("SIGCONT");
    this.kill(signal);
    const late = setTimeout(() => this.kill("SIGKILL"), 60_000);
    await this.#ended;
    clearTimeout(late);
  }

  #spawn(): void {
    const env = { ...this.#env(), ...this.#once };
    this.#once = {};
    this.#output = "";
    const child = spawn(process.execPath, [this.#script], {
      cwd: this.#cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const keep = (chunk: Buffer) => {
      appendFileSync(this.#logFile, chunk);
      this.#output = (this.#output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    this.#ended = new Promise((resolve) =>
      child.once("exit", (code, signal) => {
        appendFileSync(this.#logFile, `--- ended: ${signal ?? code}\n`);
        this.deaths++;
        this.#child = undefined;
        resolve();
        if (this.#isWanted) setTimeout(() => this.#isWanted && this.#spawn(), 300);
      }),
    );
  }
}
