import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { ACCESS_KEY, expect, test } from "#e2e/support/journey.ts";

const run = promisify(execFile);

/**
 * A program in the manner of the vendor's sample: python3-requests, Basic auth, `auth-type: use-basic`, the four strings,
 * `raise_for_status`, then `code`, `data.task_id` or `msg`.
 */
const PROGRAM = `
import sys, requests
base, key, secret, template, source, output, storage = sys.argv[1:]
session = requests.Session()
session.trust_env = False
answer = session.post(base + "/vodencoding/v1/create_task",
    headers={"Content-Type": "application/json", "auth-type": "use-basic"}, auth=(key, secret),
    json={"template_name": template, "input": source, "output": output, "storage_id": storage})
answer.raise_for_status()
result = answer.json()
if result["code"] != 0:
    sys.exit("Creation failed: " + result["msg"])
print(result["data"]["task_id"])
`;

type Envelope<Data> = { code: number; msg: string; data: Data; request_id: string };

test("a Python program written for AuroraCloud creates a task, and queries it until it has succeeded", async ({
  playwright,
  baseURL,
  surroundings,
}) => {
  const aurora = await playwright.request.newContext({
    baseURL: baseURL ?? "",
    storageState: { cookies: [], origins: [] },
    extraHTTPHeaders: {
      "auth-type": "use-basic",
      authorization: `Basic ${Buffer.from(`${ACCESS_KEY.id}:${ACCESS_KEY.secret}`).toString("base64")}`,
    },
  });
  const call = async <Data>(target: string) => {
    const answer = await aurora.get(`/vodencoding/v1/${target}`);
    expect(answer.status()).toBe(200);
    return (await answer.json()) as Envelope<Data>;
  };
  const { data: storages } = await call<{ list: { storage_id: string }[] }>("list_storage");
  const storage = storages.list[0]?.storage_id ?? "";
  expect(storage).toMatch(/^[0-9a-f]{16}$/);

  const folder = mkdtempSync(path.join(os.tmpdir(), "vod-aurora-"));
  const program = path.join(folder, "create_task.py");
  writeFileSync(program, PROGRAM);
  const create = (secret: string) =>
    run("/usr/bin/python3", [
      ...[program, baseURL ?? "", ACCESS_KEY.id, secret, "System_DASH_MP4_H264"],
      ...[surroundings.mediaUrl("clip.mp4"), "output_dash/clip_dash.mpd", storage],
    ]);
  const taskId = (await create(ACCESS_KEY.secret)).stdout.trim();
  expect(taskId).toMatch(/^\d{14}[0-9a-f]{18}$/);
  await expect(create("not-the-secret")).rejects.toThrow(/401/);
  rmSync(folder, { recursive: true });

  type Task = {
    task_id: string;
    status: string;
    progress: number;
    output: string;
    output_media_size: number;
    message: string;
  };
  const query = async () => (await call<Task>(`query_task?task_id=${taskId}`)).data;
  await expect
    .poll(async () => (await query()).status, { timeout: 90_000, intervals: [500] })
    .toBe("succeeded");
  expect(await query()).toMatchObject({
    task_id: taskId,
    progress: 100,
    output: "output_dash/clip_dash.mpd",
  });
  const { data: page } = await call<{ list: Task[] }>("list_task?limit=100&skip=0&status=succeeded");
  expect(page.list.map((task) => task.task_id)).toContain(taskId);
});
