import { renderVisionularCallback } from "#lib/dialects/visionular/callback.ts";
import { getEnv } from "#lib/env.ts";
import { logger } from "#lib/log.ts";
import { registerCallbackBody } from "#lib/webhooks/callback-bodies.ts";
import { WorkerProcess } from "#lib/worker/worker-process.ts";

/** Entry of a worker process: `node lib/worker/main.ts`. SIGTERM or SIGINT drains; a second one exits at once. */
async function main(): Promise<void> {
  const log = logger("worker");
  registerCallbackBody("visionular", renderVisionularCallback);
  const starting = WorkerProcess.start(getEnv());
  let signals = 0;
  const onSignal = () => {
    signals++;
    // Sandboxed tools die with this process.
    if (signals > 1) process.exit(1);
    // One that has only begun to start is registered already, and says goodbye like any other.
    starting
      .then((worker) => worker.drain())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, "the worker could not stop cleanly");
          process.exit(1);
        },
      );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  await starting;
}

main().catch((error: unknown) => {
  logger("worker").fatal({ err: error }, "the worker could not start");
  process.exit(1);
});
