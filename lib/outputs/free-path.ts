import type { Tx } from "#lib/db/client.ts";
import { PRIMARY_EXTENSIONS } from "#lib/outputs/container-extensions.ts";
import { lockOutputNames } from "#lib/outputs/lock-paths.ts";

const BATCH = 50;

/** Where the names are wanted; both UUIDs. */
export type NamePlace = { projectId: string; outputId: string };

/**
 * The paths, each with "-2", "-3"… before its extension when a job that is unsettled or succeeded holds it in this
 * Output already. Other transactions that choose names in the Output wait until this one ends.
 */
export async function freePaths(tx: Tx, place: NamePlace, wanted: readonly string[]): Promise<string[]> {
  await lockOutputNames(tx, place.outputId);
  const chosen: string[] = [];
  for (const path of wanted) chosen.push(await freePath(tx, place, path, new Set(chosen)));
  return chosen;
}

async function freePath(tx: Tx, place: NamePlace, path: string, chosen: Set<string>): Promise<string> {
  for (let first = 1; ; first += BATCH) {
    const candidates = Array.from({ length: BATCH }, (_, index) => numberedPath(path, first + index));
    const held = await tx.job.findMany({
      where: {
        projectId: place.projectId,
        primaryPath: { in: candidates },
        status: { in: ["queued", "running", "succeeded"] },
        replacedAt: null,
        task: { outputId: place.outputId },
      },
      select: { primaryPath: true },
    });
    const taken = new Set([...chosen, ...held.map((job) => job.primaryPath)]);
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free !== undefined) return free;
  }
}

/** `"a/b.mp4"`, 3 → `"a/b-3.mp4"`; 1 leaves the path as it is. */
export function numberedPath(path: string, number: number): string {
  if (number === 1) return path;
  const lower = path.toLowerCase();
  const extension = PRIMARY_EXTENSIONS.find((each) => lower.endsWith(each)) ?? "";
  const stem = path.slice(0, path.length - extension.length);
  return `${stem}-${number}${path.slice(stem.length)}`;
}
