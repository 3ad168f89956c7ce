import { expect, test } from "vitest";

import { UploadQueue } from "#components/uploads/upload-queue.ts";

test("a file that a task has already can be chosen again, for another task", () => {
  const queue = new UploadQueue(() => Promise.reject(new Error("nothing is sent here")));
  const file = new File(["x"], "a.mp4", { type: "video/mp4", lastModified: 1 });
  const [first = ""] = queue.add([file]);
  expect(queue.add([file])).toEqual([first]);
  queue.assign(first, "tsk_1");
  const [second = ""] = queue.add([file]);
  expect(second).not.toBe(first);
  expect(queue.add([file])).toEqual([second]);
  expect(queue.getSnapshot().map(({ key, taskId }) => [key, taskId])).toEqual([
    [first, "tsk_1"],
    [second, null],
  ]);
});
