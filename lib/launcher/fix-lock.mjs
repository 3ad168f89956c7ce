/**
 * Completes package-lock.json after `npm install` (npm run lock runs both).
 *
 * A registry that lacks the packages of other platforms makes npm leave their entries out, and `npm ci` then refuses
 * the lock there and everywhere ("Missing: … from lock file"). They are put back as entries that npm skips wherever
 * their system or processor does not match. Addresses of the registry that was used are removed: npm asks the one that
 * the reader has configured, and the integrity hashes stay.
 */
import { readFileSync, writeFileSync } from "node:fs";

const SYSTEMS = "aix android darwin freebsd linux netbsd openbsd openharmony sunos win32".split(" ");
/** Longest first: "arm64" also contains "arm". */
const PROCESSORS = "loong64 mips64el riscv64 wasm32 ppc64 s390x arm64 ia32 x64 arm".split(" ");

/**
 * @param {{ packages: Record<string, any> }} lock parsed package-lock.json; changed in place
 * @returns {string[]} what was added
 */
export function completeLock(lock) {
  const { packages } = lock;
  const present = new Set(Object.keys(packages).map((place) => place.replace(/^.*node_modules\//, "")));
  const added = [];
  for (const entry of Object.values({ ...packages })) {
    delete entry.resolved;
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (present.has(name)) continue;
      present.add(name);
      added.push(name);
      packages[`node_modules/${name}`] = skippable(name, range);
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  return added;
}

/** An entry whose platform is read off its name; without one it matches no processor at all. */
function skippable(name, range) {
  const words = name.replace("windows", "win32").split(/[^a-z0-9]+/);
  const os = SYSTEMS.filter((system) => words.some((word) => word.startsWith(system)));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor)).slice(0, 1);
  return {
    version: range.replace(/^[\^~]/, ""),
    cpu: cpu.length > 0 ? cpu : ["none"],
    ...(os.length > 0 ? { os } : {}),
    optional: true,
  };
}

if (process.argv[1]?.endsWith("fix-lock.mjs")) {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const added = completeLock(lock);
  writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    added.length === 0 ? "The lock file is complete." : `Added to the lock file: ${added.join(", ")}`,
  );
}
