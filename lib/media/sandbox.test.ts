import { describe, expect, it } from "vitest";
import { detectSandbox, type SandboxProbe } from "#lib/media/sandbox.ts";
import { sandboxCommand } from "#lib/media/sandbox-command.ts";
import { seccompFilter } from "#lib/media/seccomp-filter.ts";

const ok = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
const no = (stderr: string) => ({ exitCode: 1, stdout: "", stderr });
const machine =
  (answers: { version?: string; bwrap?: string; setpriv?: string }): SandboxProbe =>
  (command) => {
    if (command.includes("--version"))
      return Promise.resolve(answers.version ? ok(`bubblewrap ${answers.version}`) : no("not found"));
    const answer = command.includes("bwrap") ? answers.bwrap : answers.setpriv;
    return Promise.resolve(answer === undefined ? ok("61000\n") : no(answer));
  };

describe("the sandbox's tier", () => {
  it("is A where bubblewrap works", async () => {
    const sandbox = await detectSandbox("auto", { probe: machine({ version: "0.8.0" }), isRoot: false });
    expect(sandbox).toMatchObject({ tier: "A", bwrapVersion: "0.8.0", hasSlotUsers: false });
  });

  it("is C for root without bubblewrap, and says why", async () => {
    const sandbox = await detectSandbox("auto", { probe: machine({}), isRoot: true });
    expect(sandbox).toMatchObject({ tier: "C", hasSlotUsers: true, bwrapVersion: null });
    expect(sandbox.reason).toContain("bubblewrap (bwrap) is not installed");
  });

  it("is D for others where namespaces are forbidden, and says why", async () => {
    const probe = machine({ version: "0.8.0", bwrap: "bwrap: No permissions to create new namespace" });
    const sandbox = await detectSandbox("auto", { probe, isRoot: false });
    expect(sandbox.tier).toBe("D");
    expect(sandbox.reason).toContain("No permissions to create new namespace");
  });

  it("is D when nothing works, or when it is switched off", async () => {
    expect((await detectSandbox("auto", { probe: machine({ setpriv: "denied" }), isRoot: true })).tier).toBe(
      "D",
    );
    expect((await detectSandbox("off")).reason).toContain("SANDBOX=off");
  });

  it("refuses to go lower than A where that is required", async () => {
    await expect(detectSandbox("require", { probe: machine({}), isRoot: true })).rejects.toThrow(
      "SANDBOX=require",
    );
    expect(
      (await detectSandbox("require", { probe: machine({ version: "0.8.0" }), isRoot: true })).tier,
    ).toBe("A");
  });
});

describe("the sandbox's command", () => {
  const input = {
    slot: 3,
    program: "/usr/bin/ffmpeg",
    args: ["-version"],
    readPaths: ["/data/source/input"],
    writeDir: "/data/work/7",
    memoryLimitBytes: 1000,
    maxFileBytes: 2000,
  };
  const tierA = { tier: "A", reason: "", bwrapVersion: "0.8.0" } as const;

  it("shows the source read-only and one folder writable, and nothing else of the disk", () => {
    const { command } = sandboxCommand({ ...input, sandbox: { ...tierA, hasSlotUsers: false } });
    const text = command.join(" ");
    expect(text).toContain("--unshare-all");
    expect(text).toContain("--cap-drop ALL --seccomp 3");
    expect(text).toContain(
      "--bind /data/work/7 /data/work/7 --ro-bind /data/source/input /data/source/input",
    );
    expect(command.filter((arg) => arg === "--bind")).toHaveLength(1);
    expect(text).toContain("--as=1000 --fsize=2000 --core=0");
    expect(text.endsWith("/usr/bin/ffmpeg -version")).toBe(true);
  });

  it("takes on the slot's own user as root", () => {
    const { command } = sandboxCommand({ ...input, sandbox: { ...tierA, hasSlotUsers: true } });
    expect(command).toContain("--reuid=61003");
    expect(command).toContain("--bounding-set=-all");
    expect(command).not.toContain("--unshare-all");
    for (const flag of ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"])
      expect(command).toContain(flag);
  });
});

describe("the seccomp filter", () => {
  it.each(["x64", "arm64"] as const)("of %s is a well-formed program that ends in a return", (arch) => {
    const filter = seccompFilter(arch);
    expect(filter && filter.length % 8).toBe(0);
    const count = (filter?.length ?? 0) / 8;
    expect(count).toBeLessThan(4096);
    for (let index = 0; index < count; index += 1) {
      const code = filter?.readUInt16LE(index * 8) ?? 0;
      const isJump = (code & 0x07) === 0x05;
      // Every jump lands inside the program.
      if (isJump) {
        expect(index + 1 + (filter?.readUInt8(index * 8 + 2) ?? 0)).toBeLessThan(count);
        expect(index + 1 + (filter?.readUInt8(index * 8 + 3) ?? 0)).toBeLessThan(count);
      }
    }
    expect(filter?.readUInt16LE((count - 1) * 8)).toBe(0x06);
    expect(filter?.readUInt32LE((count - 1) * 8 + 4)).toBe(0x7fff0000);
  });

  it("does not exist for an architecture whose numbers are not known", () => {
    expect(seccompFilter("riscv64")).toBeNull();
  });
});
