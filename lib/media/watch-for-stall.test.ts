import { expect, test } from "vitest";

import { watchForStall } from "#lib/media/watch-for-stall.ts";

test("a work folder that vanishes is no growth, and does not end the process", async () => {
  const watchdog = watchForStall({ stallSeconds: 0.2, workDir: "/nonexistent/work", outSeconds: () => -1 });
  await new Promise((resolve) => watchdog.signal.addEventListener("abort", resolve, { once: true }));
  watchdog.stop();
  expect(watchdog.signal.reason).toMatchObject({ message: "no progress" });
});
