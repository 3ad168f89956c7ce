import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { archiveTemplate } from "#lib/templates/archive-template.ts";
import { cloneTemplate } from "#lib/templates/clone-template.ts";
import { createTemplate } from "#lib/templates/create-template.ts";
import { deleteTemplate } from "#lib/templates/delete-template.ts";
import { findTemplateSummary, getTemplateSummary } from "#lib/templates/get-template-summary.ts";
import { listTemplateSummaries } from "#lib/templates/list-template-summaries.ts";
import { listTemplateVersions } from "#lib/templates/list-template-versions.ts";
import { previewTemplate } from "#lib/templates/preview-template.ts";
import { unarchiveTemplate } from "#lib/templates/unarchive-template.ts";
import { updateTemplate } from "#lib/templates/update-template.ts";
import type { TemplateView } from "#lib/templates/view.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const spec = (kbps = 128) => ({
  container: "m4a" as const,
  video: null,
  audio: { codec: "aac" as const, kbps },
});
const make = (name: string, kbps?: number) => createTemplate(project.ctx(), { name, spec: spec(kbps) });
const save = (template: TemplateView, changes: Record<string, unknown>, ctx: Ctx = project.ctx()) => {
  const { version, name, description, spec: now } = template;
  return updateTemplate(ctx, template.id, { version, name, description, spec: now, ...changes });
};
const predefined = () => getTemplateSummary(project.ctx(), "System_HLS_H264");

describe("saving", () => {
  test("makes the next version, and says what each version changed and who made it", async () => {
    const first = await make("Voice");
    const second = await save(first, { spec: spec(96), description: "For podcasts" });
    expect(second).toMatchObject({ id: first.id, version: 2, description: "For podcasts", name: "Voice" });
    const third = await save(second, { name: "Speech" });
    expect(third).toMatchObject({ version: 3, name: "Speech" });
    const versions = await listTemplateVersions(project.ctx("viewer"), first.id);
    expect(versions.map(({ version, createdBy, changes }) => ({ version, createdBy, changes }))).toEqual([
      { version: 3, createdBy: "Li Wei", changes: [] },
      {
        version: 2,
        createdBy: "Li Wei",
        changes: [
          { path: "description", before: "", after: "For podcasts" },
          { path: "audio.kbps", before: 128, after: 96 },
        ],
      },
      { version: 1, createdBy: "Li Wei", changes: [] },
    ]);
    expect(versions[2]?.spec).toEqual(first.spec);
  });

  test("leaves what was made from earlier versions as it is", async () => {
    const first = await make("Kept", 128);
    const { task } = await createTask(project.ctx(), project.request({ templates: [first.id] }));
    await save(first, { spec: spec(64) });
    const job = await db().job.findFirstOrThrow({ where: { taskId: readId("task", task.id) ?? "" } });
    expect(job).toMatchObject({ templateVersion: 1, spec: first.spec });
  });

  test("what is the same makes no version", async () => {
    const first = await make("Same");
    expect(await save(first, {})).toEqual(first);
    expect(await listTemplateVersions(project.ctx(), first.id)).toHaveLength(1);
  });

  test("on an old version is refused, also when two save at the same moment", async () => {
    const first = await make("Raced");
    const both = await Promise.allSettled([save(first, { spec: spec(64) }), save(first, { spec: spec(96) })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await getTemplateSummary(project.ctx(), first.id)).version).toBe(2);
    await expect(save(first, { spec: spec(32) })).rejects.toMatchObject({
      code: "conflict",
      issues: [{ path: "version" }],
    });
  });

  test("needs a free name, known options, a falling ladder and a template in use", async () => {
    const first = await make("First");
    await make("Other");
    await expect(save(first, { name: "Other" })).rejects.toMatchObject({
      code: "conflict",
      issues: [{ path: "name" }],
    });
    await expect(save(first, { name: "System_Own" })).rejects.toMatchObject({ code: "invalid_input" });
    const pictures = { ...spec(), quality: { ssim: true } };
    await expect(save(first, { spec: pictures })).rejects.toMatchObject({
      issues: [{ path: "spec.quality" }],
    });
    const rung = (name: string, height: number) => ({ name, height, rateControl: { mode: "crf", crf: 23 } });
    const rising = {
      container: "hls",
      video: { codec: "h264", renditions: [rung("a", 360), rung("b", 721)] },
      audio: null,
    };
    await expect(save(first, { spec: rising })).rejects.toMatchObject({
      code: "invalid_input",
      issues: [
        { path: "spec.video.renditions.1.height", message: expect.stringContaining("even") as string },
        { path: "spec.video.renditions.1.height", message: expect.stringContaining("larger") as string },
      ],
    });
    await archiveTemplate(project.ctx(), first.id);
    await expect(save(first, { spec: spec(64) })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("archiving", () => {
  test("takes a template out of use and back, under its name, keeping its versions", async () => {
    const first = await make("Seasonal");
    const archived = await archiveTemplate(project.ctx(), first.id);
    expect(archived).toMatchObject({ name: "Seasonal", archivedAt: expect.any(String) as string });
    expect(await archiveTemplate(project.ctx(), first.id)).toEqual(archived);
    const names = async (isArchived: boolean) =>
      (await listTemplateSummaries(project.ctx("viewer"), { isArchived })).map(({ name }) => name);
    expect(await names(false)).not.toContain("Seasonal");
    expect(await names(true)).toContain("Seasonal");
    expect(await findTemplateSummary(project.ctx(), "Seasonal")).toBeNull();
    expect((await getTemplateSummary(project.ctx(), first.id)).name).toBe("Seasonal");
    await expect(createTask(project.ctx(), project.request({ templates: [first.id] }))).rejects.toMatchObject(
      { code: "invalid_input" },
    );
    const back = await unarchiveTemplate(project.ctx(), first.id);
    expect({ ...back, updatedAt: "" }).toEqual({ ...first, updatedAt: "" });
    expect(await unarchiveTemplate(project.ctx(), first.id)).toEqual(back);
  });

  test("does not come back over another template of the same name", async () => {
    const first = await make("Twin");
    await archiveTemplate(project.ctx(), first.id);
    await make("Twin");
    await expect(unarchiveTemplate(project.ctx(), first.id)).rejects.toMatchObject({
      code: "conflict",
      issues: [{ path: "name" }],
    });
  });
});

describe("deleting", () => {
  test("is for what no task used; otherwise the number is told", async () => {
    const unused = await make("Unused");
    await deleteTemplate(project.ctx(), unused.id);
    await expect(getTemplateSummary(project.ctx(), unused.id)).rejects.toMatchObject({ code: "not_found" });
    expect(
      await db().templateVersion.count({ where: { templateId: readId("template", unused.id) ?? "" } }),
    ).toBe(0);
    const used = await make("Used");
    for (let i = 0; i < 2; i++)
      await createTask(project.ctx(), project.request({ templates: [used.id], outputPattern: `used-${i}` }));
    await expect(deleteTemplate(project.ctx(), used.id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/^2 tasks were made .* Archive it instead/) as string,
    });
    expect((await getTemplateSummary(project.ctx(), used.id)).usedBy).toBe(2);
    const theirs = await listTemplateSummaries(foreign.ctx());
    expect(theirs.every(({ usedBy }) => usedBy === 0)).toBe(true);
  });
});

describe("cloning", () => {
  test("a predefined template gives one that can be changed, named after it", async () => {
    const original = await predefined();
    const clone = await cloneTemplate(project.ctx(), original.id, {});
    expect(clone).toMatchObject({ name: "HLS_H264 copy", kind: "custom", version: 1, spec: original.spec });
    expect((await cloneTemplate(project.ctx(), original.id, {})).name).toBe("HLS_H264 copy 2");
    expect((await cloneTemplate(project.ctx(), clone.id, { name: "Mine" })).name).toBe("Mine");
    await expect(cloneTemplate(project.ctx(), clone.id, { name: "Mine" })).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await save(clone, { description: "Ours" })).version).toBe(2);
  });

  test("fits the longest name, and copies what is archived", async () => {
    const long = await make("L".repeat(64));
    await archiveTemplate(project.ctx(), long.id);
    expect((await cloneTemplate(project.ctx(), long.id, {})).name).toBe(`${"L".repeat(59)} copy`);
  });
});

describe("a preview", () => {
  test("spells the worker's command for a sample, and never scales up", async () => {
    const { spec: ladder } = await predefined();
    const large = await previewTemplate(project.ctx("viewer"), { spec: ladder, media: "deep-zoom" });
    expect(large.commands).toHaveLength(1);
    expect(large.commands[0]).toMatch(
      /^ffmpeg -nostdin .*file:\/input\/deep-zoom\.mp4 .*libx264 .*\/output\//,
    );
    expect(large.commands[0]).not.toContain(process.cwd());
    expect(large.renditions.map(({ name, kbps }) => [name, kbps])).toEqual([
      ["1080p", 5000],
      ["720p", 2800],
      ["480p", 1400],
      ["360p", 800],
      [expect.any(String), 128],
    ]);
    const small = await previewTemplate(project.ctx(), { spec: ladder, media: "timecode" });
    expect(small.renditions[0]).toMatchObject({ name: "720p", width: 1280, height: 720 });
    expect(small.warnings.map(({ code }) => code)).toContain("rung_skipped");
    expect(small.failure).toBeNull();
  });

  test("of what cannot be used names the option; of no sample says so", async () => {
    const { spec: ladder } = await predefined();
    await expect(
      previewTemplate(project.ctx(), { spec: { ...ladder, metadata: "keep" }, media: "deep-zoom" }),
    ).rejects.toMatchObject({ code: "invalid_input", issues: [{ path: "spec.metadata" }] });
    await expect(previewTemplate(project.ctx(), { spec: ladder, media: "nope" })).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path: "media" }],
    });
  });
});

describe("who may", () => {
  const acts: [string, (ctx: Ctx, template: TemplateView) => Promise<unknown>][] = [
    ["save", (ctx, template) => save(template, { description: "x" }, ctx)],
    ["archive", (ctx, { id }) => archiveTemplate(ctx, id)],
    ["unarchive", (ctx, { id }) => unarchiveTemplate(ctx, id)],
    ["delete", (ctx, { id }) => deleteTemplate(ctx, id)],
  ];

  test.each(acts)(
    "%s: not a viewer, not another project, and not a predefined template",
    async (name, act) => {
      const template = await make(`Guarded ${name}`);
      await expect(act(project.ctx("viewer"), template)).rejects.toMatchObject({ code: "forbidden" });
      await expect(act(foreign.ctx("admin"), template)).rejects.toMatchObject({ code: "not_found" });
      await expect(act(project.ctx(), { ...template, id: "tpl_nonsense" })).rejects.toMatchObject({
        code: "not_found",
      });
      const shipped = { ...(await predefined()), name: "Mine now" };
      await expect(act(project.ctx("admin"), shipped)).rejects.toMatchObject({ code: "forbidden" });
      expect(await getTemplateSummary(project.ctx(), template.id)).toEqual({ ...template, usedBy: 0 });
    },
  );

  test("clone and read versions: not another project; clone: not a viewer", async () => {
    const { id } = await make("Read");
    await expect(cloneTemplate(project.ctx("viewer"), id, {})).rejects.toMatchObject({ code: "forbidden" });
    await expect(cloneTemplate(foreign.ctx(), id, {})).rejects.toMatchObject({ code: "not_found" });
    await expect(listTemplateVersions(foreign.ctx(), id)).rejects.toMatchObject({ code: "not_found" });
  });
});
