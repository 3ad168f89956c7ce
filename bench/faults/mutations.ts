import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");

type Patch = { file: string; find: string; replace: string };

/**
 * Faults in our own code that the checker must find. Each is a change of the text, which must be there exactly once, in a
 * copy of the sources: the product itself has no switch for it.
 */
export const MUTATIONS = {
  /** The fence is not looked at: a worker that lost its task goes on writing. */
  "no-fence": [
    {
      file: "lib/worker/attempt.ts",
      find: `AND fence = \${attempt.fence} AND status = 'running'`,
      replace: `AND status = 'running'`,
    },
    {
      file: "lib/worker/settle-task.ts",
      find: "where: { id: taskId, fence: attempt.fence, status: { in: statusesBefore(status) } },",
      replace: "where: { id: taskId, status: { in: statusesBefore(status) } },",
    },
  ],
  /** The primary goes to its name before the fence was looked at. */
  "publish-before-commit": [
    {
      file: "lib/worker/publish.ts",
      find: `    faultPoint("staged");\n`,
      replace: `    faultPoint("staged");\n    await store.putFile(primary.path, path.join(publishDir, primaryName), primary.type);\n`,
    },
  ],
  /** A settlement tells nobody. */
  "drop-outbox": [
    {
      file: "lib/webhooks/record-settlement.ts",
      find: "await tx.webhookDelivery.createMany({ data: await deliveriesOf(tx, task, event, endpoints, output) });",
      replace: "await deliveriesOf(tx, task, event, endpoints, output);",
    },
  ],
} as const satisfies Record<string, readonly Patch[]>;
export type Mutation = keyof typeof MUTATIONS;

export const isMutation = (name: string): name is Mutation => Object.hasOwn(MUTATIONS, name);

/** A copy of what a worker runs, in `folder`, with a mutation applied. */
export function makeMutant(folder: string, mutation: Mutation): string {
  for (const part of ["lib", "public", "package.json"])
    cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  for (const patch of MUTATIONS[mutation]) applyPatch(folder, patch);
  return folder;
}

function applyPatch(folder: string, { file, find, replace }: Patch): void {
  const place = path.join(folder, file);
  const text = readFileSync(place, "utf8");
  const count = text.split(find).length - 1;
  if (count !== 1)
    throw new Error(`${file} has ${count} places like ${JSON.stringify(find)}; there must be one`);
  writeFileSync(
    place,
    text.replace(find, () => replace),
  );
}
