import { setTimeout as sleep } from "node:timers/promises";

import type { Client } from "./clients.ts";
import type { Random } from "./random.ts";

const TEMPLATES = ["System_MP4_H264", "System_HLS_H264", "System_DASH_MP4_H264", "System_Audio_AAC"] as const;
/** Between two submissions. */
const MOST_PAUSE_MS = 4_500;

export type LoadOptions = {
  tasks: number;
  goodUrl: string;
  badUrl: string;
  goodFile: string;
  /** Outputs by name: `main`, and `small`, whose disk is full for a while (absent when there is none). */
  mainOutput: string;
  smallOutput: string | null;
};

export type LoadCounts = {
  malformed: number;
  canceled: number;
  repeated: number;
  uploaded: number;
  small: number;
};

type Plan = {
  key: string;
  body: { templates: string[]; outputId: string; outputPattern: string; priority: number };
  source: "good" | "bad" | "upload";
  /** Parallel calls with one idempotency key. */
  calls: number;
  cancelAfterMs: number | null;
};

/** What is submitted: every tenth malformed, every tenth canceled, every tenth submitted twice or ten times at once. */
function planTasks(options: LoadOptions, random: Random): Plan[] {
  return Array.from({ length: options.tasks }, (_, index) => {
    const kind = index % 10;
    const isSmall = kind === 5 && options.smallOutput !== null;
    const first = TEMPLATES[index % TEMPLATES.length] ?? "System_MP4_H264";
    return {
      key: `drill-${index}`,
      body: {
        templates: kind === 7 ? [first, "System_MP4_H265"] : [first],
        outputId: isSmall ? (options.smallOutput ?? "") : options.mainOutput,
        // Every third wants a name that others want, too.
        outputPattern: index % 3 === 0 ? "shared/{input_name}" : `t${index}/{input_name}`,
        priority: random.int(-1, 1),
      },
      source: kind === 3 ? "bad" : kind === 1 ? "upload" : "good",
      calls: kind === 8 ? random.pick([2, 10]) : 1,
      cancelAfterMs: kind === 6 ? random.int(0, 5_000) : null,
    };
  });
}

/** Submits the load over some minutes; resolves when everything was answered. */
export async function submitLoad(
  client: Client,
  options: LoadOptions,
  random: Random,
  signal: AbortSignal,
): Promise<LoadCounts> {
  const plans = planTasks(options, random);
  const pauses = plans.map(() => random.int(0, MOST_PAUSE_MS));
  const running: Promise<void>[] = [];
  for (const [index, plan] of plans.entries()) {
    running.push(submit(client, plan, options));
    await sleep(pauses[index], undefined, { signal });
  }
  await Promise.all(running);
  const count = (isCounted: (plan: Plan) => boolean) => plans.filter(isCounted).length;
  return {
    malformed: count((plan) => plan.source === "bad"),
    canceled: count((plan) => plan.cancelAfterMs !== null),
    repeated: count((plan) => plan.calls > 1),
    uploaded: count((plan) => plan.source === "upload"),
    small: count((plan) => plan.body.outputId === options.smallOutput),
  };
}

async function submit(client: Client, plan: Plan, options: LoadOptions): Promise<void> {
  const source =
    plan.source === "upload"
      ? { type: "upload", uploadId: await client.upload(options.goodFile, `${plan.key}.mp4`) }
      : { type: "url", url: plan.source === "bad" ? options.badUrl : options.goodUrl };
  const body = { ...plan.body, source };
  const ids = await Promise.all(Array.from({ length: plan.calls }, () => client.create(plan.key, body)));
  if (plan.cancelAfterMs === null) return;
  await sleep(plan.cancelAfterMs);
  await client.cancel(ids[0] ?? "");
}
