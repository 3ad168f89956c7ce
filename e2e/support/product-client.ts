import { setTimeout as sleep } from "node:timers/promises";

import { ACCESS_KEY, ADMIN } from "#e2e/support/product.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** A person or a program at a product that a test has started, without a browser. */
export class ProductClient {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  private constructor(url: string, headers: Record<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** With the access key of the first start. */
  static program(url: string): ProductClient {
    const pair = Buffer.from(`${ACCESS_KEY.id}:${ACCESS_KEY.secret}`).toString("base64");
    return new ProductClient(url, { authorization: `Basic ${pair}` });
  }

  /** Signs the admin in as the sign-in page does; throws unless there is a session then. */
  static async admin(url: string, { email, password }: { email: string; password: string } = ADMIN) {
    const jar = new Map<string, string>();
    const keep = (response: Response) => {
      for (const line of response.headers.getSetCookie()) {
        const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
        jar.set(name, value);
      }
    };
    const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const csrf = await fetch(`${url}/api/auth/csrf`);
    keep(csrf);
    const { csrfToken } = (await csrf.json()) as { csrfToken: string };
    const answer = await fetch(`${url}/api/auth/callback/credentials`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: url, cookie: cookie() },
      body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
    });
    keep(answer);
    const session = await fetch(`${url}/api/auth/session`, { headers: { cookie: cookie() } });
    const { user } = (await session.json()) as { user?: { email: string } };
    if (user?.email !== email) throw new Error(`${email} could not sign in: ${answer.status}`);
    return new ProductClient(url, { cookie: cookie(), origin: url });
  }

  /** GET, or POST with a body as JSON. */
  async fetch(place: string, body?: object): Promise<Response> {
    if (body === undefined) return this.send(place, {});
    const headers = { "content-type": "application/json" };
    return this.send(place, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Any request, with the credentials. */
  async send(
    place: string,
    init: { method?: string; headers?: Record<string, string>; body?: BodyInit },
  ): Promise<Response> {
    return fetch(new URL(place, this.#url), { ...init, headers: { ...this.#headers, ...init.headers } });
  }

  /** {@link fetch}; anything but 2xx throws. */
  async json<T>(place: string, body?: object): Promise<T> {
    const response = await this.fetch(place, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${place}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** A task of one MP4 in the first Output; its id. */
  async submit(source: object, outputPattern: string): Promise<string> {
    const { items } = await this.json<{ items: { id: string }[] }>("/api/v1/outputs");
    const wanted = { source, templates: ["System_MP4_H264"], outputId: items[0]?.id, outputPattern };
    return (await this.json<TaskView>("/api/v1/tasks", wanted)).id;
  }

  /** Asks until the task has the status. */
  async until(id: string, status: string, timeoutMs = 120_000): Promise<TaskView> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const task = await this.json<TaskView>(`/api/v1/tasks/${id}`);
      if (task.status === status) return task;
      if (Date.now() > deadline) throw new Error(`${id} is ${task.status}, not ${status}.`);
      await sleep(300);
    }
  }
}
