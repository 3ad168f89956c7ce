import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { ACCESS_KEY } from "./harness.ts";
import type { History } from "./history.ts";

/** Longer than any fault lasts. */
const PATIENCE_MS = 240_000;
const AUTHORIZATION = `Basic ${Buffer.from(`${ACCESS_KEY.id}:${ACCESS_KEY.secret}`).toString("base64")}`;
/** A piece of an upload, sent slowly enough to be interrupted. */
const PIECES = 6;

/** A program that uses the native API and does not give up: what broke is repeated, with the same idempotency key. */
export class Client {
  readonly #url: string;
  readonly #history: History;

  constructor(url: string, history: History) {
    this.#url = url;
    this.#history = history;
  }

  /** Creates a task; resolves with its id once a 2xx came. */
  async create(key: string, body: unknown): Promise<string> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const { status, taskId } = await this.#createOnce(key, body);
      this.#history.add({ kind: "create", key, status, taskId });
      if (taskId !== null) return taskId;
      if (Date.now() > until) throw new Error(`task ${key} could not be created: ${status}`);
      await sleep(400);
    }
  }

  async cancel(taskId: string): Promise<void> {
    await this.#persist(
      `cancel`,
      `/api/v1/tasks/${taskId}/cancel`,
      { method: "POST" },
      (status) => status < 500,
    );
  }

  /** Sends a file in pieces by tus, goes on from what the server has when a piece broke; resolves with the upload's id. */
  async upload(file: string, name: string): Promise<string> {
    const bytes = readFileSync(file);
    const location = await this.#createUpload(name, bytes.length);
    let offset = 0;
    const until = Date.now() + PATIENCE_MS;
    while (offset < bytes.length) {
      if (Date.now() > until) throw new Error(`the upload of ${name} never ended`);
      const piece = bytes.subarray(offset, offset + Math.ceil(bytes.length / PIECES));
      const { status } = await this.#call("patch", location, {
        method: "PATCH",
        body: piece,
        headers: { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
      });
      if (status === 204) offset += piece.length;
      else offset = await this.#storedBytes(location, until);
      await sleep(150);
    }
    return location.split("/").at(-1) ?? "";
  }

  async #createUpload(name: string, sizeBytes: number): Promise<string> {
    const headers = {
      "upload-length": String(sizeBytes),
      "upload-metadata": `filename ${Buffer.from(name).toString("base64")},filetype ${Buffer.from("video/mp4").toString("base64")}`,
    };
    const response = await this.#persist(
      "upload",
      "/api/v1/uploads/tus",
      { method: "POST", headers },
      (status) => status === 201,
    );
    return response.location;
  }

  async #storedBytes(location: string, until: number): Promise<number> {
    for (;;) {
      const { status, offset } = await this.#call("head", location, { method: "HEAD" });
      if (status === 200) return offset;
      if (Date.now() > until) throw new Error(`${location} never answered`);
      await sleep(400);
    }
  }

  async #persist(
    what: string,
    path: string,
    init: { method: string; headers?: Record<string, string> },
    isDone: (status: number) => boolean,
  ) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.#call(what, path, init);
      if (answer.status !== 0 && isDone(answer.status)) return answer;
      if (Date.now() > until) throw new Error(`${what} ${path} was never answered: ${answer.status}`);
      await sleep(400);
    }
  }

  /** One request; status 0 when the connection broke. */
  async #call(
    what: string,
    path: string,
    init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> },
  ) {
    const headers = { authorization: AUTHORIZATION, "tus-resumable": "1.0.0", ...init.headers };
    try {
      const response = await fetch(new URL(path, this.#url), {
        ...init,
        headers,
        signal: AbortSignal.timeout(20_000),
      });
      await response.arrayBuffer();
      this.#history.add({ kind: "call", what, status: response.status });
      return {
        status: response.status,
        location: response.headers.get("location") ?? "",
        offset: Number(response.headers.get("upload-offset")),
      };
    } catch {
      this.#history.add({ kind: "call", what, status: 0 });
      return { status: 0, location: "", offset: 0 };
    }
  }

  async #createOnce(key: string, body: unknown): Promise<{ status: number; taskId: string | null }> {
    try {
      const response = await fetch(`${this.#url}/api/v1/tasks`, {
        method: "POST",
        headers: {
          authorization: AUTHORIZATION,
          "content-type": "application/json",
          "idempotency-key": key,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
      const text = await response.text();
      if (response.status === 400 || response.status === 401 || response.status === 404)
        throw new Rejected(`${response.status} ${text}`);
      const taskId = response.ok ? (JSON.parse(text) as { id: string }).id : null;
      return { status: response.status, taskId };
    } catch (error) {
      if (error instanceof Rejected) throw error;
      return { status: 0, taskId: null };
    }
  }
}

/** A request that will never be right. */
class Rejected extends Error {}
