import { Prisma } from "#lib/db/generated/client.ts";

/** Whether a write failed because a unique key is taken. */
export function isUniqueViolation(thrown: unknown): boolean {
  return thrown instanceof Prisma.PrismaClientKnownRequestError && thrown.code === "P2002";
}
