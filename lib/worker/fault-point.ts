/**
 * Where a fault drill may disturb a worker: `FAULT_POINT=name` makes the process kill itself the first time it comes by,
 * `FAULT_PAUSE=name` makes it stop (SIGSTOP), once, until somebody continues it.
 * Nothing of this does anything unless `FAULT_DRILL=1`, which only bench/faults and tests set.
 */
export const FAULT_POINTS = ["claimed", "fetched", "encoded", "staged", "replaced", "committed"] as const;
/** Only a task that is encoded in chunks comes by here, after each. */
const CHUNK_POINT = "chunk";
export type FaultPoint = (typeof FAULT_POINTS)[number] | typeof CHUNK_POINT;

const drill = readDrill();

/** Dies here, like by `kill -9`, or stops, when the drill wants it. */
export function faultPoint(point: FaultPoint): void {
  if (point === drill.point) process.kill(process.pid, "SIGKILL");
  if (point !== drill.pause) return;
  delete drill.pause;
  process.kill(process.pid, "SIGSTOP");
}

/** How long an encoder may show no progress, when a drill cannot wait for the real limit; undefined otherwise. */
export function drillStallSeconds(): number | undefined {
  return drill.stallSeconds;
}

/** @throws Error when the settings of a drill are there without the drill's own flag: somebody has copied them. */
function readDrill(): { point?: string; pause?: string; stallSeconds?: number } {
  const { FAULT_DRILL, FAULT_POINT, FAULT_PAUSE, FAULT_STALL_SECONDS } = process.env;
  if (FAULT_DRILL !== "1") {
    if ([FAULT_POINT, FAULT_PAUSE, FAULT_STALL_SECONDS].every((value) => value === undefined)) return {};
    throw new Error(
      "FAULT_POINT, FAULT_PAUSE and FAULT_STALL_SECONDS are for fault drills, which set FAULT_DRILL=1, too. Remove them from the environment.",
    );
  }
  for (const wanted of [FAULT_POINT, FAULT_PAUSE]) {
    if (wanted !== undefined && ![...FAULT_POINTS, CHUNK_POINT].some((point) => point === wanted))
      throw new Error(`FAULT_POINT and FAULT_PAUSE are one of ${FAULT_POINTS.join(", ")}, not ${wanted}.`);
  }
  return {
    ...(FAULT_POINT === undefined ? {} : { point: FAULT_POINT }),
    ...(FAULT_PAUSE === undefined ? {} : { pause: FAULT_PAUSE }),
    ...(FAULT_STALL_SECONDS === undefined ? {} : { stallSeconds: Number(FAULT_STALL_SECONDS) }),
  };
}
