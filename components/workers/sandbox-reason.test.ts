import { expect, test } from "vitest";

import { readSandboxReason } from "#components/workers/sandbox-reason.ts";
import { detectSandbox, type SandboxProbe } from "#lib/media/sandbox.ts";

/** A machine whose bubblewrap has this version and refuses with these words, if any. */
const machine =
  (version: string | null, refusal = ""): SandboxProbe =>
  (command) => {
    if (command.includes("--version"))
      return Promise.resolve({ exitCode: version === null ? 127 : 0, stdout: version ?? "", stderr: "" });
    const isRefused = command.some((word) => word.endsWith("bwrap")) && refusal !== "";
    return Promise.resolve({ exitCode: isRefused ? 1 : 0, stdout: isRefused ? "" : "1000", stderr: refusal });
  };

test("every sentence that a worker says of its sandbox is understood", async () => {
  const of = async (mode: "auto" | "off", probe: SandboxProbe, isRoot: boolean) =>
    readSandboxReason((await detectSandbox(mode, { probe, isRoot })).reason);
  expect(await of("off", machine(null), false)).toEqual({ key: "off" });
  expect(await of("auto", machine(null), false)).toEqual({
    key: "none",
    why: { key: "missing", rest: "a separate user needs root" },
  });
  expect(await of("auto", machine(null), true)).toEqual({ key: "slots", why: { key: "missing", rest: "" } });
  // A processor without a filter never comes so far.
  if (process.arch !== "x64" && process.arch !== "arm64") return;
  expect(await of("auto", machine("0.8.0"), true)).toEqual({ key: "bwrap", version: "0.8.0", users: "yes" });
  expect(await of("auto", machine("0.8.0"), false)).toEqual({ key: "bwrap", version: "0.8.0", users: "no" });
  expect(await of("auto", machine("0.8.0", "No permissions"), true)).toEqual({
    key: "slots",
    why: { key: "other", rest: "bubblewrap 0.8.0 failed: No permissions" },
  });
});

test("the words of another version stay as they are", () => {
  expect(readSandboxReason("gVisor.")).toBeNull();
});
