import { gzipSync } from "node:zlib";
import type { APIRequestContext } from "@playwright/test";

import { expect, test } from "#e2e/support/journey.ts";
import { createTask } from "#e2e/support/tasks.ts";

const KB = 1024;
/** JavaScript that a page may ask for before it works: what it aims at, and where it fails, in gzipped KB. */
const BUDGETS = [
  { page: "/tasks", target: 230, limit: 253 },
  { page: "/tasks/new", target: 280, limit: 308 },
  { page: "/tasks/[id]", target: 250, limit: 275 },
] as const;

/** The scripts that the served page names. Those for browsers without modules are not fetched by any that we know. */
async function scriptsOf(request: APIRequestContext, path: string): Promise<string[]> {
  const response = await request.get(path);
  expect(response.status(), path).toBe(200);
  const tags = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
  const sources = tags
    .filter((tag) => !/\bnomodule\b/i.test(tag))
    .map((tag) => /\bsrc="([^"]+)"/.exec(tag)?.[1]?.replaceAll("&amp;", "&"))
    .filter((src) => src !== undefined);
  return [...new Set(sources)];
}

test("the first load of each page keeps within its budget of JavaScript", async ({
  page,
  api,
  surroundings,
}) => {
  const task = await createTask(api, {
    source: { type: "url", url: surroundings.mediaUrl("missing.mp4") },
    outputPattern: "budget/missing",
  });
  for (const { page: name, target, limit } of BUDGETS) {
    const sources = await scriptsOf(page.request, name.replace("[id]", task.id));
    expect(sources.length, `${name} has scripts`).toBeGreaterThan(5);
    const sizes = await Promise.all(
      sources.map(async (src) => gzipSync(await (await page.request.get(src)).body()).length),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0) / KB;
    const words = `${name}: ${total.toFixed(1)} KB in ${sources.length} scripts, target ${target}`;
    test.info().annotations.push({ type: "first load", description: words });
    expect(total, words).toBeLessThanOrEqual(limit);
  }
});
