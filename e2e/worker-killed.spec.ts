import { expect, processesUnder, test } from "#e2e/support/journey.ts";
import { createTask, published, waitForStatus, workFiles } from "#e2e/support/tasks.ts";

test("a task survives its worker being killed twice while ffmpeg runs", async ({
  api,
  surroundings,
  suffix,
}) => {
  const folder = `killed${suffix}/`;
  const source = { type: "url", url: surroundings.mediaUrl("long.mp4") };
  const task = await createTask(api, {
    source,
    templates: ["System_HLS_H264"],
    outputPattern: `${folder}master`,
  });
  for (const round of [1, 2]) {
    await expect
      .poll(() => processesUnder(surroundings.productPid, "ffmpeg").length, {
        timeout: 90_000,
        message: `ffmpeg of run ${round}`,
      })
      .toBeGreaterThan(0);
    const [worker] = processesUnder(surroundings.productPid, "lib/worker/main.ts");
    if (worker === undefined) throw new Error("There is no worker.");
    process.kill(worker, "SIGKILL");
    await expect
      .poll(() => processesUnder(surroundings.productPid, "ffmpeg").length, { timeout: 30_000 })
      .toBe(0);
  }
  const ended = await waitForStatus(api, task.id, ["succeeded", "failed", "canceled"], 200_000);

  expect(ended.status, JSON.stringify(ended.failure)).toBe("succeeded");
  const [job] = ended.jobs;
  const files = job?.files.map((file) => file.path).sort();
  expect(files?.length).toBeGreaterThan(5);
  await expect.poll(() => published(surroundings.dataDir, folder)).toEqual(files);
  await expect.poll(() => workFiles(surroundings.dataDir)).toEqual([]);
});
