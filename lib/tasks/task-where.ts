import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { hexToUuid, readId } from "#lib/ids.ts";
import { MAX_IDS, splitList } from "#lib/tasks/queries.ts";
import type { TaskFilters } from "#lib/tasks/schema.ts";

/** The rows of this project that the filters let through. An id that is none lets nothing through. */
export async function taskWhere(ctx: Ctx, filters: TaskFilters): Promise<Prisma.TaskWhereInput> {
  const and: Prisma.TaskWhereInput[] = [];
  const [status, ...more] = filters.status;
  if (status !== undefined) and.push({ status: more.length === 0 ? status : { in: filters.status } });
  if (filters.text !== "") and.push(textWhere(filters.text));
  if (filters.template !== "") and.push(await templateWhere(ctx, filters.template));
  if (filters.outputId !== "") {
    const id = readId("output", filters.outputId);
    and.push(id === null ? NOTHING : { outputId: id });
  }
  if (filters.from !== "") and.push({ createdAt: { gte: new Date(filters.from) } });
  if (filters.to !== "") and.push({ createdAt: { lt: new Date(filters.to) } });
  return { projectId: ctx.projectId, AND: and };
}

const NOTHING: Prisma.TaskWhereInput = { id: { in: [] } };

/** Several ids, one id or the start of one, a number after "#", or a part of name or address. */
function textWhere(text: string): Prisma.TaskWhereInput {
  const ids = splitList(text).map((item) => readId("task", item));
  if (ids.length > 0 && ids.every((id) => id !== null)) return { id: { in: ids.slice(0, MAX_IDS) } };
  const range = idRange(text.trim().toLowerCase());
  if (range !== null) return { id: range };
  const number = /^#(\d{1,15})$/.exec(text.trim())?.[1];
  if (number !== undefined) return { number: BigInt(number) };
  return { searchText: { contains: escapeLike(text.toLowerCase()) } };
}

/** Up to here a template counts as rare. */
const RARE = 1000;

/**
 * Tasks with a template, by id or name. A rare one's tasks are looked up first: PostgreSQL expects to meet them soon on
 * its way down the newest, and among a million would read nearly all (300 ms, against 10 ms this way). A frequent one's
 * are met soon indeed.
 */
async function templateWhere(ctx: Ctx, idOrName: string): Promise<Prisma.TaskWhereInput> {
  const { projectId } = ctx;
  const templateId = readId("template", idOrName);
  const where: Prisma.TaskWhereInput =
    templateId === null ? { templateNames: { has: idOrName } } : { jobs: { some: { templateId } } };
  const take = RARE + 1;
  const rows =
    templateId === null
      ? await db().task.findMany({ where: { projectId, ...where }, select: { id: true }, take })
      : await db().job.findMany({ where: { projectId, templateId }, select: { taskId: true }, take });
  if (rows.length > RARE) return where;
  return { id: { in: rows.map((row) => ("id" in row ? row.id : row.taskId)) } };
}

const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

/** "tsk_01k…" (2 letters or more, not yet the whole) → the first and the last id that start so; null otherwise. */
function idRange(text: string): { gte: string; lte: string } | null {
  const letters = /^tsk_([0-7][0-9a-hjkmnp-tv-z]{1,24})$/.exec(text)?.[1];
  if (letters === undefined) return null;
  return { gte: toUuid(letters.padEnd(26, "0")), lte: toUuid(letters.padEnd(26, "z")) };
}

function toUuid(letters: string): string {
  let value = 0n;
  for (const letter of letters) value = (value << 5n) | BigInt(LETTERS.indexOf(letter));
  return hexToUuid(value.toString(16).padStart(32, "0"));
}

/** Prisma passes % and _ of `contains` on to LIKE. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
