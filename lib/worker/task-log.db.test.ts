import { afterAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { TaskLogWriter } from "#lib/worker/task-log.ts";
import { makeScene, makeTask, predefined } from "#lib/worker/worker-fixture.ts";

afterAll(stopBoss);

async function makeLoggedTask(name: string): Promise<string> {
  const { taskId } = await makeTask(await makeScene(name), {
    source: { type: "url", url: "http://a.example/x.mp4" },
    jobs: [{ template: "T", spec: predefined("System_MP4_H264"), primaryPath: "a.mp4" }],
  });
  return taskId;
}

const textsOf = async (taskId: string) =>
  (await db().taskLog.findMany({ where: { taskId }, orderBy: { id: "asc" } })).map((row) => row.text);

test("of a flood of lines the first and the last are kept, and a line between says what is missing", async () => {
  const taskId = await makeLoggedTask("flood");
  const log = new TaskLogWriter({ taskId, fence: 0, attempt: 1 }, []);
  for (let number = 1; number <= 12_000; number++) log.info(`line ${number}`);
  await log.close();
  const texts = await textsOf(taskId);
  expect(texts).toHaveLength(5_001);
  expect([texts[0], texts[3_999]]).toEqual(["line 1", "line 4000"]);
  expect(texts[4_000]).toMatch(/^… 7000 lines \(\d+ bytes\) were not kept …$/);
  expect([texts[4_001], texts[5_000]]).toEqual(["line 11001", "line 12000"]);
});

test("long lines are cut, and their bytes are limited like their number", async () => {
  const taskId = await makeLoggedTask("bytes");
  const log = new TaskLogWriter({ taskId, fence: 0, attempt: 1 }, []);
  for (let number = 1; number <= 2_000; number++) log.error(`${number} ${"x".repeat(10_000)}`);
  await log.close();
  const texts = await textsOf(taskId);
  expect(Math.max(...texts.map((text) => text.length))).toBe(4_000);
  expect(texts.join("").length).toBeLessThan(2.6 * 1024 * 1024);
  expect(texts.at(-1)).toMatch(/^2000 x/);
});

test("an ordinary log has every line, with secrets masked, and an attempt that lost its task writes none", async () => {
  const taskId = await makeLoggedTask("ordinary");
  const log = new TaskLogWriter({ taskId, fence: 0, attempt: 1 }, [["/srv/data", "DATA_DIR"]]);
  log.command("ffmpeg -i file:/srv/data/x 'http://a.example/x?X-Amz-Signature=1'");
  await log.close();
  expect(await textsOf(taskId)).toEqual(["ffmpeg -i file:DATA_DIR/x 'http://a.example/x?***'"]);
  const lost = new TaskLogWriter({ taskId, fence: 7, attempt: 2 }, []);
  lost.info("a zombie's");
  await lost.close();
  expect(await textsOf(taskId)).toHaveLength(1);
});
