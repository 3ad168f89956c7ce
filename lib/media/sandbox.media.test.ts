import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runTool, type Tools } from "#lib/media/run-tool.ts";
import { sandboxCommand, slotUid } from "#lib/media/sandbox-command.ts";
import { grantAccess } from "#lib/media/grant-access.ts";
import { Clips, realTools, X264 } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
let tools: Tools;
beforeAll(async () => {
  ({ tools } = await realTools());
});
afterAll(() => clips.remove());

/** Plays a subverted ffmpeg: a shell under exactly the same command line. */
async function inSandbox(script: string, paths: { readPaths?: string[]; writeDir?: string } = {}) {
  const readPaths = paths.readPaths ?? [];
  await grantAccess(tools.sandbox, tools.slot, { readPaths, writeDir: paths.writeDir });
  const { command, filter } = sandboxCommand({
    sandbox: tools.sandbox,
    slot: tools.slot,
    program: "/bin/bash",
    args: ["-c", script],
    readPaths,
    writeDir: paths.writeDir,
    memoryLimitBytes: 1024 ** 3,
    maxFileBytes: 1024 ** 2,
  });
  return new Promise<{ exitCode: number | null; output: string }>((resolve, reject) => {
    const [file = "", ...args] = command;
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: { ...process.env, CANARY: "in-the-environment" },
    });
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const pipe = child.stdio[3];
    if (filter && pipe && "end" in pipe) pipe.end(filter);
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, output }));
  });
}

describe("tier A", () => {
  it("is what this machine gets, since bubblewrap is installed", () => {
    expect(tools.sandbox).toMatchObject({ tier: "A" });
    expect(tools.sandbox.bwrapVersion).toMatch(/^\d+\.\d+/);
  });

  it("hides files that were not handed in, even readable ones", async () => {
    const secret = clips.path("secret.txt");
    writeFileSync(secret, "the canary sings", { mode: 0o644 });
    const { output } = await inSandbox(
      `cat ${secret}; ls ${clips.folder}; ls /root /home /var; cat /etc/passwd`,
    );
    expect(output).not.toContain("canary");
    expect(output).not.toContain("root:x:");
    expect(output).not.toMatch(/secret\.txt$/m);
  });

  it("shows what was handed in, and does not let it be changed", async () => {
    const source = clips.path("source.txt");
    writeFileSync(source, "may be read", { mode: 0o600 });
    const { output } = await inSandbox(`cat ${source}; echo changed > ${source}; rm -f ${source}`, {
      readPaths: [source],
    });
    expect(output).toContain("may be read");
    expect(readFileSync(source, "utf8")).toBe("may be read");
  });

  it("has no network, not even to this machine", async () => {
    let contacts = 0;
    const server = createServer((socket) => {
      contacts += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { output } = await inSandbox(`exec 3<>/dev/tcp/127.0.0.1/${port} && echo connected`);
    server.close();
    expect(output).not.toContain("connected");
    expect(contacts).toBe(0);
  });

  it("hands over no environment, no capabilities and no way to get any", async () => {
    const { output } = await inSandbox(
      "env; grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status; unshare -U true && echo unshared",
    );
    expect(output).not.toContain("in-the-environment");
    expect(output).toMatch(/CapEff:\s+0{16}/);
    expect(output).toMatch(/NoNewPrivs:\s+1/);
    expect(output).toMatch(/Seccomp:\s+2/);
    expect(output).not.toContain("unshared");
  });

  it("lets it write to the one folder only, and no file larger than allowed", async () => {
    const work = clips.path("work");
    mkdirSync(work);
    const { output } = await inSandbox(
      `echo hi > ${work}/ok; echo hi > ${clips.folder}/outside; echo hi > /usr/outside; head -c 2000000 /dev/zero > ${work}/large; echo done`,
      { writeDir: work },
    );
    expect(output).toContain("done");
    expect(readFileSync(`${work}/ok`, "utf8")).toBe("hi\n");
    expect(existsSync(clips.path("outside"))).toBe(false);
    expect(statSync(`${work}/large`).size).toBeLessThanOrEqual(1024 ** 2);
  });

  it("sees no process but its own", async () => {
    const { output } = await inSandbox(`ls /proc | grep -c '^[0-9]'; kill -0 ${process.pid} && echo reached`);
    expect(Number(output.split("\n")[0])).toBeLessThan(12);
    expect(output).not.toContain("reached");
  });

  it.skipIf(process.getuid?.() !== 0)(
    "as root, gives each slot a user of its own, which owns the work folder",
    async () => {
      const work = clips.path("owned");
      mkdirSync(work, { mode: 0o777 });
      const { output } = await inSandbox(`id -u; touch ${work}/file`, { writeDir: work });
      expect(output).toContain(String(slotUid(tools.slot)));
      expect(statSync(work)).toMatchObject({ uid: slotUid(tools.slot) });
      expect(statSync(work).mode & 0o777).toBe(0o700);
      expect(statSync(`${work}/file`).uid).toBe(slotUid(tools.slot));
    },
  );
});

describe("runTool", () => {
  const endless = (output: string) => [
    "-nostdin",
    "-hide_banner",
    "-loglevel",
    "error",
    "-f",
    "lavfi",
    "-re",
    "-i",
    "testsrc2=s=64x64:r=5",
    ...X264,
    "-f",
    "mpegts",
    `file:${output}`,
  ];
  const running = (marker: string) =>
    readdirSync("/proc").filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(marker);
      } catch {
        return false;
      }
    });

  it("reads a source whose folder is closed to everybody else", async () => {
    const folder = clips.path("closed");
    mkdirSync(folder);
    const source = clips.plain("closed/clip.mp4", { size: "64x64", seconds: 1 });
    chmodSync(source, 0o600);
    chmodSync(folder, 0o700);
    const result = await runTool({
      tool: "ffprobe",
      args: ["-v", "error", "-i", `file:${source}`],
      tools,
      readPaths: [source],
    });
    expect(result).toMatchObject({ exitCode: 0, stopped: null });
  });

  it("on abort, ends the whole process group and says so", async () => {
    const writeDir = clips.path("abort");
    mkdirSync(writeDir);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("canceled")), 800);
    const result = await runTool({
      tool: "ffmpeg",
      args: endless(`${writeDir}/out.ts`),
      tools,
      readPaths: [],
      writeDir,
      signal: controller.signal,
    });
    expect(result.stopped).toBe("aborted");
    expect(result.seconds).toBeLessThan(7);
    expect(running(`${writeDir}/out.ts`)).toEqual([]);
  });

  it("ends what takes too long", async () => {
    const writeDir = clips.path("late");
    mkdirSync(writeDir);
    const result = await runTool({
      tool: "ffmpeg",
      args: endless(`${writeDir}/out.ts`),
      tools,
      readPaths: [],
      writeDir,
      timeoutSeconds: 0.8,
    });
    expect(result.stopped).toBe("timeout");
    expect(running(`${writeDir}/out.ts`)).toEqual([]);
  });

  it("keeps the last lines and reports the exit code", async () => {
    const result = await runTool({
      tool: "ffprobe",
      args: ["-hide_banner", "-i", "file:/nowhere"],
      tools,
      readPaths: [],
    });
    expect(result.exitCode).toBe(1);
    expect(result.stderrTail.join("\n")).toContain("No such file or directory");
  });

  it("keeps memory within its limit", async () => {
    const result = await runTool({
      tool: "ffmpeg",
      args: [
        "-nostdin",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "color=s=8192x4320:d=1",
        "-c:v",
        "libx264",
        "-f",
        "null",
        "-",
      ],
      tools: { ...tools, memoryLimitBytes: 400 * 1024 ** 2 },
      readPaths: [],
      timeoutSeconds: 30,
    });
    expect(result.exitCode === 0).toBe(false);
  });
});
