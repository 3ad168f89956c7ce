/**
 * What must work before anything is installed: plain JavaScript for Node 18 and later, no packages.
 * Installs the locked dependencies when they are missing or stale, then goes on under the Node that they bring along.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NODE_MAJOR = 24;

/**
 * Runs a TypeScript file of this folder with this process's arguments and terminal, and exits as it does.
 * @param {string} script for example "start-everything.ts"
 */
export function launch(script) {
  process.chdir(ROOT);
  installDependencies();
  const child = spawn(findNode(), [path.join(ROOT, "lib", "launcher", script), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: {
      ...process.env,
      PATH: `${path.join(ROOT, "node_modules", ".bin")}${path.delimiter}${process.env.PATH ?? ""}`,
    },
  });
  // A terminal sends Ctrl-C to both of us, anybody else only to this process; a second one does no harm.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  stopWithNpm(() => child.kill("SIGTERM"));
  child.once("error", (error) => stop(`${script} could not be started: ${error.message}`));
  child.once("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

/**
 * npm hands a signal to the shell that it started us with, and no further: the shell ends, and we would go on unseen.
 * @param {() => void} stopChild
 */
function stopWithNpm(stopChild) {
  const shell = process.ppid;
  const isNpms = process.env.npm_lifecycle_script?.includes(path.basename(process.argv[1] ?? ""));
  if (!isNpms || process.platform === "win32") return;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    stopChild();
  }, 500);
}

function installDependencies() {
  if (isInstalled()) return;
  console.log("Installing dependencies…");
  // npm says where it is when it runs us.
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  const args = [...before, "ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund"];
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32" && command === "npm",
  });
  if (status !== 0) stop(`npm ci failed.\n${error?.message ?? ""}${stdout ?? ""}${stderr ?? ""}`);
}

/** Whether what npm noted of its last whole install is what the lock file asks for. */
function isInstalled() {
  const installed = readPackages(path.join(ROOT, "node_modules", ".package-lock.json"));
  const locked = readPackages(path.join(ROOT, "package-lock.json"));
  if (installed === undefined || locked === undefined) return false;
  for (const [place, entry] of Object.entries(locked)) {
    if (place === "") continue;
    const present = installed[place];
    // What is optional may be for another platform.
    if (present === undefined && entry.optional) continue;
    if (present?.version !== entry.version || present?.integrity !== entry.integrity) return false;
  }
  return Object.keys(installed).every((place) => locked[place] !== undefined);
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined;
}

function findNode() {
  const bundled = path.join(ROOT, "node_modules", ".bin", "node");
  if (existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) return process.execPath;
  return stop(
    `Node ${NODE_MAJOR} is needed on ${process.platform}-${process.arch}; this is ${process.version}.`,
  );
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
