import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { freePort } from "#lib/launcher/free-port.ts";
import { testCacheDir } from "#lib/launcher/radosgw-packages.ts";

const run = promisify(execFile);

export type S3TestServer = { endpoint: string; accessKeyId: string; secretAccessKey: string };

const CLUSTER_ID = "3d9a0f52-0000-4000-8000-0000000000a1";
const STORE_ID = "3d9a0f52-0000-4000-8000-0000000000a2";
const READY_LIMIT_MS = 90_000;
/** A sparse file: what is not written takes no room. */
const STORE_BYTES = 20 * 1024 ** 3;

/**
 * Starts an S3 server of its own on free ports of 127.0.0.1: a Ceph monitor, one object store and the RADOS Gateway, out
 * of an unpacked folder (see ensureRadosgw). They end with this process, however it ends. `stop` also removes the data.
 */
export async function startRadosgw(unpacked: string): Promise<S3TestServer & { stop: () => Promise<void> }> {
  const home = mkdtempSync(path.join(testCacheDir(), "running-"));
  const cluster = new Cluster(path.join(unpacked, "root"), home);
  try {
    return { ...(await cluster.start()), stop: () => cluster.stop() };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

class Cluster {
  readonly #root: string;
  readonly #home: string;
  readonly #conf: string;
  readonly #running: { name: string; child: ChildProcess }[] = [];

  constructor(root: string, home: string) {
    this.#root = root;
    this.#home = home;
    this.#conf = path.join(home, "ceph.conf");
  }

  async start(): Promise<S3TestServer> {
    const [gateway, monitor, oldMonitor] = [await freePort(), await freePort(), await freePort()];
    const monitors = `[v2:127.0.0.1:${monitor},v1:127.0.0.1:${oldMonitor}]`;
    for (const folder of ["mon", "osd", "run", "log"]) mkdirSync(path.join(this.#home, folder));
    writeFileSync(this.#conf, this.#settings(gateway, monitors));
    await this.#makeMonitor(monitors);
    this.#spawn("ceph-mon", ["-i", "a"]);
    await this.#tool("ceph", ["osd", "new", STORE_ID]);
    await this.#tool("ceph", ["osd", "crush", "add", "osd.0", "1", "root=default", "host=tests"]);
    await this.#tool("ceph-osd", ["-i", "0", "--mkfs", "--osd-uuid", STORE_ID]);
    this.#spawn("ceph-osd", ["-i", "0"]);
    const keys = { accessKeyId: "test-access-key", secretAccessKey: "test-secret/of+s3" };
    await this.#untilStoreIsUp();
    await this.#tool("radosgw-admin", [
      ...["user", "create", "--uid", "tests", "--display-name", "tests"],
      ...["--access-key", keys.accessKeyId, "--secret-key", keys.secretAccessKey],
    ]);
    this.#spawn("radosgw", ["-n", "client.rgw.tests"]);
    const endpoint = `http://127.0.0.1:${gateway}`;
    await this.#until("the gateway answers", async () => (await fetch(endpoint)).ok);
    return { endpoint, ...keys };
  }

  /** The gateway first, the monitor last; what does not go is killed. */
  async stop(): Promise<void> {
    for (const { child } of this.#running.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      // Nobody reads this data again: there is nothing to close in order.
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#home, { recursive: true, force: true });
  }

  #settings(gateway: number, monitors: string): string {
    const libraries = path.join(this.#root, "usr/lib", `${architecture()}-linux-gnu`);
    const settings: Record<string, string | number> = {
      fsid: CLUSTER_ID,
      "mon host": monitors,
      "public addr": "127.0.0.1",
      "cluster addr": "127.0.0.1",
      "auth cluster required": "none",
      "auth service required": "none",
      "auth client required": "none",
      "ms mon client mode": "crc",
      keyring: "/dev/null",
      // A full disk of the developer's is not this server's concern.
      "mon data avail warn": 1,
      "mon data avail crit": 1,
      "mon osd full ratio": 0.99,
      "mon allow pool size one": "true",
      "osd pool default size": 1,
      "osd pool default min size": 1,
      "osd pool default pg num": 8,
      "osd pool default pg autoscale mode": "off",
      "osd crush chooseleaf type": 0,
      "osd crush update on start": "false",
      "osd objectstore": "bluestore",
      "bluestore block create": "true",
      "bluestore block size": STORE_BYTES,
      "osd memory target": 939_524_096,
      "run dir": path.join(this.#home, "run"),
      "crash dir": path.join(this.#home, "run"),
      "admin socket": "",
      "log file": path.join(this.#home, "log/$name.log"),
      "mon cluster log file": path.join(this.#home, "log/cluster.log"),
      "mon data": path.join(this.#home, "mon"),
      "osd data": path.join(this.#home, "osd"),
      "osd class dir": path.join(libraries, "rados-classes"),
      "erasure code dir": path.join(libraries, "ceph/erasure-code"),
      "plugin dir": path.join(libraries, "ceph"),
      "rgw frontends": `beast endpoint=127.0.0.1:${gateway}`,
      "rgw thread pool size": 32,
    };
    return `[global]\n${Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join("")}`;
  }

  async #makeMonitor(monitors: string): Promise<void> {
    const map = path.join(this.#home, "monmap");
    await this.#tool("monmaptool", [
      ...["--create", "--fsid", CLUSTER_ID, "--set-min-mon-release", "pacific", "--enable-all-features"],
      ...["--addv", "a", monitors, map],
    ]);
    await this.#tool("ceph-mon", ["--mkfs", "-i", "a", "--monmap", map]);
  }

  async #untilStoreIsUp(): Promise<void> {
    await this.#until("the store is up", async () =>
      (await this.#tool("ceph", ["osd", "stat"])).includes("1 up"),
    );
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + READY_LIMIT_MS;
    for (;;) {
      const dead = this.#running.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
      if (dead !== undefined || Date.now() > end)
        throw new Error(`waited in vain until ${what}; ${dead?.name ?? "nothing"} ended.\n${this.#said()}`);
      // Not yet: it refuses connections, or its own connection is not there.
      if (await isSo().catch(() => false)) return;
      await sleep(100);
    }
  }

  async #tool(name: string, args: string[]): Promise<string> {
    const program = path.join(this.#root, "usr/bin", name);
    const { stdout, stderr } = await run(program, args, { env: this.#env(), timeout: READY_LIMIT_MS });
    return stdout + stderr;
  }

  #spawn(name: string, args: string[]): void {
    const log = openSync(this.#logFile(), "a");
    const program = path.join(this.#root, "usr/bin", name);
    // The kernel ends it when this process is gone, also when that was killed.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", program, "-f", ...args], {
      env: this.#env(),
      stdio: ["ignore", log, log],
    });
    this.#running.push({ name, child });
  }

  #env(): NodeJS.ProcessEnv {
    const library = path.join(this.#root, "usr/lib", `${architecture()}-linux-gnu`);
    const older = path.join(this.#root, "lib", `${architecture()}-linux-gnu`);
    return {
      NODE_ENV: "test",
      PATH: `${path.join(this.#root, "usr/bin")}:${process.env["PATH"] ?? ""}`,
      LD_LIBRARY_PATH: [library, path.join(library, "ceph"), older].join(":"),
      PYTHONPATH: path.join(this.#root, "usr/lib/python3/dist-packages"),
      PYTHONDONTWRITEBYTECODE: "1",
      CEPH_CONF: this.#conf,
    };
  }

  #logFile = () => path.join(this.#home, "log", "output");

  #said(): string {
    return readFileSync(this.#logFile(), "utf8").slice(-4_000);
  }
}

/** As Debian names it in the folders of libraries. */
function architecture(): string {
  return process.arch === "arm64" ? "aarch64" : "x86_64";
}
