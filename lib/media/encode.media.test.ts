import {
  existsSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encodeRun, rawDirOf, splitRun } from "#lib/media/encode.ts";
import { packageJob, publishDirOf } from "#lib/media/package-job.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { probeMedia } from "#lib/media/probe.ts";
import type { EncodeProgress } from "#lib/media/progress.ts";
import { Clips, predefined, produce, realTools } from "#lib/media/test-pipeline.ts";
import { verifyJob } from "#lib/media/verify-job.ts";

const clips = new Clips();
afterAll(() => clips.remove());

async function planned(source: string, ...names: string[]) {
  const { tools, capabilities } = await realTools();
  const media = await probeMedia(source, tools);
  const plan = planEncode(
    media,
    names.map((name, index) => ({ key: `job${index}`, spec: predefined(name), templateName: name })),
    capabilities,
  );
  const run = plan.runs[0];
  if (!run) throw new Error("nothing to run");
  return { tools, run };
}

const quiet = {
  onCommand: () => undefined,
  onLog: () => undefined,
  onProgress: () => undefined,
  deadlineSeconds: 60,
};

describe("encodeRun", () => {
  it("reports progress that rises and stays below a hundred", async () => {
    const source = clips.plain("steady.mp4", { seconds: 6 });
    const { tools, run } = await planned(source, "System_MP4_H264");
    const seen: EncodeProgress[] = [];
    await encodeRun(run, {
      ...quiet,
      tools,
      sourcePath: source,
      workDir: clips.path("w1"),
      durationSeconds: 6,
      onProgress: (state) => seen.push(state),
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.map(({ percent }) => percent)).toEqual(
      [...seen.map(({ percent }) => percent)].sort((a, b) => a - b),
    );
    expect(seen.at(-1)?.percent).toBe(99);
  });

  it("rejects with the reason of the abort", async () => {
    const source = clips.plain("long.mp4", { seconds: 10 });
    const { tools, run } = await planned(source, "System_MP4_H265");
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("canceled by the operator")), 400);
    await expect(
      encodeRun(run, {
        ...quiet,
        tools,
        sourcePath: source,
        workDir: clips.path("w2"),
        durationSeconds: 10,
        signal: controller.signal,
      }),
    ).rejects.toThrow("canceled by the operator");
  });

  it("fails as TASK_TIMEOUT when the deadline passes", async () => {
    const source = clips.plain("late.mp4", { seconds: 10 });
    const { tools, run } = await planned(source, "System_MP4_H265");
    await expect(
      encodeRun(run, {
        ...quiet,
        tools,
        sourcePath: source,
        workDir: clips.path("w3"),
        durationSeconds: 10,
        deadlineSeconds: 0.5,
      }),
    ).rejects.toMatchObject({ failure: { code: "TASK_TIMEOUT", retryable: false } });
  });

  it("splits a run into one for each job", async () => {
    const source = clips.plain("two.mp4", { seconds: 1 });
    const { run } = await planned(source, "System_MP4_H264", "System_Audio_AAC");
    expect(run.jobs).toHaveLength(2);
    expect(splitRun(run).map(({ jobs }) => jobs.map(({ key }) => key))).toEqual([["job0"], ["job1"]]);
  });
});

describe("what ffmpeg's exit code does not tell", () => {
  async function encoded(name: string, template: string) {
    const source = clips.plain(`${name}.mp4`, { seconds: 4 });
    const { tools, run } = await planned(source, template);
    const workDir = clips.path(`w-${name}`);
    await encodeRun(run, { ...quiet, tools, sourcePath: source, workDir, durationSeconds: 4 });
    const plan = run.jobs[0];
    if (!plan) throw new Error("no job");
    return { plan, workDir, raw: rawDirOf(workDir, plan.key), tools };
  }
  const packaging = { primaryName: "result.m3u8", mediaFolder: "result.a1" };

  it("an empty segment, as a full disk leaves it", async () => {
    const { plan, workDir, raw } = await encoded("empty", "System_HLS_H264");
    truncateSync(join(raw, "seg_0_00002.m4s"), 0);
    await expect(packageJob(plan, { workDir, ...packaging })).rejects.toMatchObject({
      failure: { code: "OUTPUT_VERIFICATION_FAILED" },
    });
  });

  it("a cut segment", async () => {
    const { plan, workDir, raw } = await encoded("cut", "System_HLS_H264");
    truncateSync(join(raw, "seg_0_00002.m4s"), 5000);
    await expect(packageJob(plan, { workDir, ...packaging })).rejects.toMatchObject({
      failure: { code: "OUTPUT_VERIFICATION_FAILED", params: { check: "segments" } },
    });
  });

  it("a missing last segment", async () => {
    const { plan, workDir, raw, tools } = await encoded("missing", "System_HLS_H264");
    rmSync(join(raw, "seg_0_00002.m4s"));
    for (const file of readdirSync(raw).filter((name) => /^seg_1_0000[2-9]/.test(name)))
      rmSync(join(raw, file));
    const packaged = await packageJob(plan, { workDir, ...packaging });
    await expect(
      verifyJob(plan, packaged, { dir: publishDirOf(workDir, plan.key), tools }),
    ).rejects.toMatchObject({
      failure: { code: "INPUT_TRUNCATED" },
    });
  });

  it("a link in place of a file is never published", async () => {
    const { plan, workDir, raw } = await encoded("link", "System_MP4_H264");
    const secret = clips.path("secret.txt");
    writeFileSync(secret, "the canary sings");
    unlinkSync(join(raw, "media.mp4"));
    symlinkSync(secret, join(raw, "media.mp4"));
    await expect(
      packageJob(plan, { workDir, primaryName: "x.mp4", mediaFolder: "x.a1" }),
    ).rejects.toMatchObject({
      failure: { code: "OUTPUT_VERIFICATION_FAILED", params: { check: "files" } },
    });
    expect(existsSync(join(publishDirOf(workDir, plan.key), "x.mp4"))).toBe(false);
  });

  it("a file that nothing refers to, or that is referred to and missing", async () => {
    const source = clips.plain("closure.mp4", { seconds: 3 });
    const { plan, packaged, dir } = await produce(
      source,
      predefined("System_HLS_H264"),
      clips.path("w-closure"),
    );
    const { tools } = await realTools();
    writeFileSync(join(dir, "result.a1", "stray.m4s"), "x");
    const withStray = {
      ...packaged,
      files: [...packaged.files, { path: "result.a1/stray.m4s", type: "video/mp4" }],
    };
    await expect(verifyJob(plan, withStray, { dir, tools })).rejects.toMatchObject({
      failure: { params: { check: "playlists" } },
    });
    rmSync(join(dir, "result.a1", "360p", "00001.m4s"));
    await expect(verifyJob(plan, packaged, { dir, tools })).rejects.toMatchObject({
      failure: { params: { check: "files" } },
    });
  });

  it("names that would leave the folder are refused", async () => {
    const { plan, workDir } = await encoded("names", "System_MP4_H264");
    await expect(packageJob(plan, { workDir, primaryName: "../x.mp4", mediaFolder: "x" })).rejects.toThrow(
      "not a relative name",
    );
    await expect(packageJob(plan, { workDir, primaryName: "x.mp4", mediaFolder: "/etc" })).rejects.toThrow(
      "not a relative name",
    );
  });
});
