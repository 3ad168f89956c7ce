import { expect, processesUnder, test } from "#e2e/support/journey.ts";
import {
  createTask,
  firstOutputId,
  published,
  SETTLED,
  waitForStatus,
  workFiles,
} from "#e2e/support/tasks.ts";

/** What a user may hand over that is not a film, and the one code that it must end with. */
const REFUSED = [
  { name: "an address without a file", path: "nothing-here.mp4", code: "INPUT_NOT_FOUND" },
  { name: "an address that refuses access", path: "forbidden", code: "INPUT_FORBIDDEN" },
  { name: "a redirect to a private address", path: "private", code: "INPUT_BLOCKED" },
  { name: "a web page", path: "page.html", code: "INPUT_NOT_MEDIA" },
  { name: "an empty file", path: "empty.mp4", code: "INPUT_NOT_MEDIA" },
  { name: "text named .mp4", path: "text.mp4", code: "INPUT_NOT_MEDIA" },
  { name: "an HLS playlist that points at a local file", path: "playlist.m3u8", code: "INPUT_NOT_MEDIA" },
  { name: "a truncated MP4", path: "truncated.mp4", code: "INPUT_TRUNCATED" },
  { name: "sound alone with a video template", path: "audio-only.m4a", code: "INPUT_NO_VIDEO" },
] as const;

for (const { name, path, code } of REFUSED) {
  test(`${name} fails as ${code} and leaves nothing behind`, async ({ api, surroundings }) => {
    const stem = `bad/${code.toLowerCase()}-${path.replace(/\W/g, "-")}`;
    const task = await createTask(api, {
      source: { type: "url", url: surroundings.mediaUrl(path) },
      outputPattern: stem,
    });
    const ended = await waitForStatus(api, task.id, SETTLED);

    expect(ended.status).toBe("failed");
    const [job] = ended.jobs;
    expect(job?.failure?.code).toBe(code);
    // A sentence for a person: a cause and what to do, no placeholder left open.
    expect(job?.failure?.message).toMatch(/\w+ .*\. .*\w/);
    expect(job?.failure?.message).not.toMatch(/[{}]|undefined/);
    expect(job?.failure?.evidence.join("\n")).not.toMatch(/frame=|out_time/);
    expect(job?.files).toEqual([]);
    expect(published(surroundings.dataDir, stem)).toEqual([]);
    await expect.poll(() => workFiles(surroundings.dataDir)).toEqual([]);
    expect(processesUnder(surroundings.productPid, "ffmpeg")).toEqual([]);
  });
}

test("an address on another loopback host is refused by policy", async ({ api }) => {
  const task = await createTask(api, {
    source: { type: "url", url: "http://127.0.0.2:9/clip.mp4" },
    outputPattern: "bad/blocked",
  });
  const ended = await waitForStatus(api, task.id, SETTLED);
  expect(ended.jobs[0]?.failure?.code).toBe("INPUT_BLOCKED");
});

test("a video of one frame is verified as one", async ({ api, surroundings }) => {
  const source = { type: "url", url: surroundings.mediaUrl("one-frame.mp4") };
  const task = await createTask(api, { source, outputPattern: "good/one-frame" });
  const ended = await waitForStatus(api, task.id, SETTLED);
  expect(ended.status, JSON.stringify(ended.failure)).toBe("succeeded");
  expect(ended.jobs[0]?.result?.primary.video[0]?.frameCount).toBe(1);
});

test("requests that cannot become a task are refused by field, and make none", async ({
  api,
  surroundings,
}) => {
  const outputId = await firstOutputId(api);
  const source = { type: "url", url: surroundings.mediaUrl("clip.mp4") };
  const whole = { source, templates: ["System_MP4_H264"], outputId, outputPattern: "never" };
  const cases = [
    { change: { templates: ["System_MP4_H246"] }, status: 400, path: "templates", says: "System_MP4_H246" },
    { change: { outputId: "out_00000000000000000000000000" }, status: 400, path: "outputId", says: "Output" },
    { change: { outputPattern: "../../etc/passwd" }, status: 400, path: "outputPattern", says: ".." },
    { change: { outputPattern: "a/{inputname}" }, status: 400, path: "outputPattern", says: "inputname" },
    {
      change: { source: { type: "url", url: "file:///etc/passwd" } },
      status: 400,
      path: "source.url",
      says: "http",
    },
    { change: { source: { type: "sample", sample: "none" } }, status: 400, path: "source", says: "none" },
  ];
  const before = (await (await api.get("/api/v1/tasks/counts")).json()) as { total: number };
  for (const { change, status, path, says } of cases) {
    const answer = await api.post("/api/v1/tasks", { data: { ...whole, ...change } });
    const text = await answer.text();
    expect(answer.status(), text).toBe(status);
    const { error } = JSON.parse(text) as {
      error: { code: string; issues: { path: string; message: string }[] };
    };
    expect(error.code).toBe("invalid_input");
    const issue = error.issues.find((one) => one.path.startsWith(path));
    expect(issue, text).toBeDefined();
    expect(issue?.message).toContain(says);
  }
  const after = (await (await api.get("/api/v1/tasks/counts")).json()) as { total: number };
  expect(after.total).toBe(before.total);
});
