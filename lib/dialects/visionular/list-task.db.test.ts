import { afterAll, beforeAll, expect, test } from "vitest";

import { db, type Db } from "#lib/db/client.ts";
import { vendorListTask } from "#lib/dialects/visionular/list-task.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";

const shared = globalThis as typeof globalThis & { vodDb?: Db };
let project: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  for (let i = 0; i < 25; i++) await insertTestTask(project, { name: `clip-${i}.mov` });
});
afterAll(stopBoss);

/** What is asked of the database, by a client that counts and passes everything on. */
async function questions(work: () => Promise<unknown>): Promise<string[]> {
  const plain = db();
  const asked: string[] = [];
  shared.vodDb = plain.$extends({
    query: {
      $allOperations: ({ model, operation, args, query }) => {
        asked.push(`${model ?? "raw"}.${operation}`);
        return query(args);
      },
    },
  }) as unknown as Db;
  try {
    await work();
  } finally {
    shared.vodDb = plain;
  }
  return asked;
}

test("a page of list_task costs as many questions as one of two tasks does", async () => {
  const list = (count: string) =>
    vendorListTask({ request: new Request("http://127.0.0.1/"), ctx: project.ctx(), query: { count } });
  const few = await questions(() => list("2"));
  const many = await questions(() => list("25"));
  expect(few.length).toBeGreaterThan(2);
  expect(many).toEqual(few);
  const page = await list("25");
  expect(page).toMatchObject({ total: 25, num: 25 });
  expect(page.list.map((task) => task.input.split("/").at(-1))).toEqual(
    Array.from({ length: 25 }, (_, i) => `clip-${24 - i}.mov`),
  );
});
