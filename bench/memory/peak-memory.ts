import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";

/** Bytes: the largest resident set, and the largest address space, which RLIMIT_AS limits. */
export type Peak = { resident: number; address: number };

const LOOK_MS = 25;

/** Runs ffmpeg with these arguments, alone and outside of the sandbox. @throws Error with its last words */
export async function peakMemory(args: readonly string[]): Promise<Peak> {
  const child = spawn("ffmpeg", args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (said = (said + piece).slice(-2000)));
  const peak: Peak = { resident: 0, address: 0 };
  const look = async () => {
    const { resident, address } = await readPeak(child.pid ?? 0);
    peak.resident = Math.max(peak.resident, resident);
    peak.address = Math.max(peak.address, address);
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(timer);
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${said}`);
  return peak;
}

/** What the kernel has noted as a process's peaks; zeros when it has ended. */
export async function readPeak(pid: number): Promise<Peak> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return { resident: kib("VmHWM") * 1024, address: kib("VmPeak") * 1024 };
}
