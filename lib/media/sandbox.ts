import { spawn } from "node:child_process";
import { seccompFilter } from "#lib/media/seccomp-filter.ts";
import { sandboxCommand } from "#lib/media/sandbox-command.ts";

/**
 * How far ffmpeg is locked in.
 * A: bubblewrap (own namespaces, no network, one input, one work folder), seccomp, limits; as root a uid per slot.
 * C: a uid per slot and limits, without namespaces. D: limits and hardened input flags alone.
 * (B, Landlock, has no shipped tool on the systems that we support.)
 */
export type SandboxTier = "A" | "C" | "D";

/** `reason`: one sentence for the workers page and the log. */
export type Sandbox = {
  tier: SandboxTier;
  reason: string;
  bwrapVersion: string | null;
  /** Whether each slot's processes run under a uid of their own (only root can do that). */
  hasSlotUsers: boolean;
};

export type SandboxMode = "auto" | "require" | "off";

/** What trying a command answered. `filter` goes to the command's descriptor 3. */
export type ProbeAnswer = { exitCode: number | null; stdout: string; stderr: string };
export type SandboxProbe = (command: readonly string[], filter: Buffer | null) => Promise<ProbeAnswer>;

/**
 * Tries the tiers from the strictest down by running a real command in each, and says which one works and why.
 * @throws Error when `mode` is "require" and tier A does not work here.
 */
export async function detectSandbox(
  mode: SandboxMode,
  options: { probe?: SandboxProbe; isRoot?: boolean } = {},
): Promise<Sandbox> {
  const probe = options.probe ?? runProbe;
  const isRoot = options.isRoot ?? process.getuid?.() === 0;
  if (mode === "off") {
    return {
      tier: "D",
      reason: "SANDBOX=off: ffmpeg runs without a sandbox.",
      bwrapVersion: null,
      hasSlotUsers: false,
    };
  }

  const version = await probe(["bwrap", "--version"], null);
  const bwrapVersion = version.exitCode === 0 ? (/(\d[\d.]*)/.exec(version.stdout)?.[1] ?? null) : null;
  let whyNotA: string;
  if (bwrapVersion === null) {
    whyNotA = "bubblewrap (bwrap) is not installed";
  } else if (seccompFilter() === null) {
    whyNotA = `there is no seccomp filter for ${process.arch}`;
  } else {
    const sandbox: Sandbox = { tier: "A", reason: "", bwrapVersion, hasSlotUsers: isRoot };
    const answer = await tryTier(sandbox, probe);
    if (answer === null) {
      sandbox.reason = `bubblewrap ${bwrapVersion} with seccomp and limits${isRoot ? ", a user for each slot" : ""}.`;
      return sandbox;
    }
    whyNotA = `bubblewrap ${bwrapVersion} failed: ${answer}`;
  }
  if (mode === "require") {
    throw new Error(`SANDBOX=require, but the sandbox does not work here: ${whyNotA}.`);
  }

  if (isRoot) {
    const sandbox: Sandbox = { tier: "C", reason: "", bwrapVersion, hasSlotUsers: true };
    const answer = await tryTier(sandbox, probe);
    if (answer === null) {
      sandbox.reason = `A user for each slot and limits, without namespaces: ${whyNotA}.`;
      return sandbox;
    }
    whyNotA += `; a separate user failed: ${answer}`;
  } else {
    whyNotA += "; a separate user needs root";
  }
  return { tier: "D", reason: `No sandbox: ${whyNotA}.`, bwrapVersion, hasSlotUsers: false };
}

/** Null when the tier works, otherwise what went wrong. */
async function tryTier(sandbox: Sandbox, probe: SandboxProbe): Promise<string | null> {
  const { command, filter } = sandboxCommand({
    sandbox,
    slot: 0,
    program: "/bin/sh",
    args: ["-c", "id -u"],
    readPaths: [],
    memoryLimitBytes: 1 << 30,
    maxFileBytes: 1 << 20,
  });
  const answer = await probe(command, filter);
  if (answer.exitCode === 0 && /^\d+$/.test(answer.stdout.trim())) return null;
  return answer.stderr.trim().split("\n")[0] || `exit code ${answer.exitCode}`;
}

function runProbe(command: readonly string[], filter: Buffer | null): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const [file = "", ...args] = command;
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe", filter ? "pipe" : "ignore"],
      env: {
        PATH: process.env.PATH ?? "/usr/bin:/bin",
        LC_ALL: "C.UTF-8",
      } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
      timeout: 10_000,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const pipe = child.stdio[3];
    if (filter && pipe && "end" in pipe) {
      pipe.on("error", (error) => (stderr += error.message));
      pipe.end(filter);
    }
    child.on("error", (error) => resolve({ exitCode: null, stdout, stderr: error.message }));
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
