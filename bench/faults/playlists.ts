import { readFile } from "node:fs/promises";
import path from "node:path";
import { dirname, normalize } from "node:path/posix";

import { type Manifest, manifestFiles } from "#lib/jobs/manifest.ts";

/** What playlists of a published job refer to and its manifest does not name, and playlists without an end. */
export async function unresolvedReferences(folder: string, manifest: Manifest): Promise<string[]> {
  const known = new Set(manifestFiles(manifest).map((file) => file.path));
  const problems: string[] = [];
  for (const file of known) {
    const isHls = file.endsWith(".m3u8");
    if (!isHls && !file.endsWith(".mpd")) continue;
    // That it is missing is told elsewhere.
    const text = await readFile(path.join(folder, file), "utf8").catch(() => "");
    const references = isHls ? hlsReferences(text) : dashFolders(text);
    for (const reference of references) {
      const target = normalize(`${dirname(file)}/${decodeURI(reference)}`).replace(/^\.\//, "");
      const isThere = isHls ? known.has(target) : [...known].some((name) => name.startsWith(target));
      if (!isThere) problems.push(`${file} refers to ${target}, which is in no manifest`);
    }
    if (isHls && text.includes("#EXTINF") && !text.includes("#EXT-X-ENDLIST"))
      problems.push(`${file} has no end`);
  }
  return problems;
}

function hlsReferences(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const attributes = [...text.matchAll(/URI="([^"]+)"/g)].map((match) => match[1] ?? "");
  return [...lines.filter((line) => !line.startsWith("#")), ...attributes];
}

/** Names up to their first variable ("$Number$"), of files that a manifest builds or names. */
function dashFolders(text: string): string[] {
  const found = [...text.matchAll(/(?:media|initialization|sourceURL)="([^"$]*)|<BaseURL>([^<$]*)/g)];
  return found.map((match) => match[1] ?? match[2] ?? "").filter((name) => name !== "");
}
