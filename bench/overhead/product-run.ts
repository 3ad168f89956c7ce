import { openAsBlob } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { ACCESS_KEY } from "#e2e/support/product.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** As a program does that waits for a task; the console is told by events. */
const LOOK_MS = 1_000;

/** Seconds, and milliseconds of every call that was made meanwhile. */
export type Measured = { total: number; encoding: number; first: number; calls: number[] };
export type Ready = { uploadId: string; template: string; outputId: string };

/** A program at the native API. */
export class Api {
  readonly #url: string;
  readonly #authorization = `Basic ${Buffer.from(`${ACCESS_KEY.id}:${ACCESS_KEY.secret}`).toString("base64")}`;

  constructor(url: string) {
    this.#url = url;
  }

  async call(place: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(place, this.#url);
    const response = await fetch(url, {
      ...init,
      headers: {
        authorization: this.#authorization,
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    if (!response.ok) throw new Error(`${place}: ${response.status} ${await response.text()}`);
    return response;
  }

  async json<T>(place: string, body?: object): Promise<T> {
    const sent =
      body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return (await (await this.call(place, sent)).json()) as T;
  }

  /** The source as a finished upload, the template, and the Output of a new installation. */
  async prepare(source: string, spec: EncodeSpec, template = "bench-three-rungs"): Promise<Ready> {
    const file = await openAsBlob(source);
    const tus = { "Tus-Resumable": "1.0.0" };
    const made = await this.call("/api/v1/uploads/tus", {
      method: "POST",
      headers: {
        ...tus,
        "Upload-Length": String(file.size),
        "Upload-Metadata": `filename ${Buffer.from("source.mp4").toString("base64")}`,
      },
    });
    const location = made.headers.get("location") ?? "";
    await this.call(location, {
      method: "PATCH",
      headers: { ...tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" },
      body: file,
    });
    await this.json("/api/v1/templates", { name: template, spec });
    const { items } = await this.json<{ items: { id: string }[] }>("/api/v1/outputs");
    return { uploadId: location.split("/").at(-1) ?? "", template, outputId: items[0]?.id ?? "" };
  }
}

/** Submits one task, reads it and the list once a second until it has ended, and takes its times from its timeline. */
export async function submitAndMeasure(api: Api, ready: Ready, outputPattern: string): Promise<Measured> {
  const submitted = Date.now();
  const { id } = await api.json<TaskView>("/api/v1/tasks", {
    source: { type: "upload", uploadId: ready.uploadId },
    templates: [ready.template],
    outputId: ready.outputId,
    outputPattern,
  });
  const calls: number[] = [];
  for (;;) {
    const started = performance.now();
    await api.json("/api/v1/tasks");
    calls.push(performance.now() - started);
    const task = await api.json<TaskView>(`/api/v1/tasks/${id}`);
    if (task.status === "succeeded") return timesOf(task, submitted, calls);
    if (task.status !== "queued" && task.status !== "running")
      throw new Error(`The task ended as ${task.status}: ${JSON.stringify(task.jobs[0]?.failure)}`);
    await sleep(LOOK_MS);
  }
}

/** Of the timeline: the encode is what lies between the phases `transcoding` and `packaging`. */
function timesOf(task: TaskView, submitted: number, calls: number[]): Measured {
  const at = (phase: string) => {
    const found = task.events.find(({ type, data }) => type === "phase" && data["phase"] === phase);
    if (found === undefined) throw new Error(`The timeline has no phase ${phase}.`);
    return new Date(found.at).getTime();
  };
  return {
    total: (new Date(task.finishedAt ?? "").getTime() - submitted) / 1000,
    encoding: (at("packaging") - at("transcoding")) / 1000,
    first: (at("transcoding") - submitted) / 1000,
    calls,
  };
}
