import { expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";

test("a test file has a migrated database of its own", async () => {
  expect(new URL(getEnv().databaseUrl).pathname).toMatch(/^\/vod_test_/);
  await expect(db().task.count()).resolves.toBe(0);
});

test("secrets are left out of results unless they are asked for by name", async () => {
  const id = newId();
  const data = { id, email: "ada@example.com", name: "Ada", passwordHash: "hash" };
  await expect(db().user.create({ data })).resolves.not.toHaveProperty("passwordHash");
  await expect(db().user.findMany()).resolves.toEqual([
    expect.not.objectContaining({ passwordHash: "hash" }),
  ]);
  const asked = await db().user.findUniqueOrThrow({ where: { id }, omit: { passwordHash: false } });
  expect(asked.passwordHash).toBe("hash");
});

test("a transaction is accepted where a verb takes the client, and rolls back as a whole", async () => {
  const failed = db().$transaction(async (tx) => {
    await tx.project.create({ data: { id: newId(), name: "Lost" } });
    throw new Error("stop");
  });
  await expect(failed).rejects.toThrow("stop");
  await expect(db().project.count({ where: { name: "Lost" } })).resolves.toBe(0);
});
