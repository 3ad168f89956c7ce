import { beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { IMAGE_DECODERS } from "#lib/media/watermark-image.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { archiveTemplate } from "#lib/templates/archive-template.ts";
import { createTemplate } from "#lib/templates/create-template.ts";
import { getEditorCapabilities } from "#lib/templates/get-editor-capabilities.ts";
import { findTemplateSummary, getTemplateSummary } from "#lib/templates/get-template-summary.ts";
import { listTemplates } from "#lib/templates/list-templates.ts";
import { syncPredefinedTemplates } from "#lib/templates/predefined-templates.ts";
import type { CreateTemplateInput } from "#lib/templates/schema.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});

const template = (name: string, spec: Partial<CreateTemplateInput["spec"]> = {}): CreateTemplateInput => ({
  name,
  spec: {
    container: "mp4",
    video: {
      codec: "h264",
      renditions: [{ name: "360p", height: 360, rateControl: { mode: "crf", crf: 26 } }],
    },
    audio: { codec: "aac" },
    ...spec,
  },
});

describe("predefined templates", () => {
  test("are in the database once, in the shipped order, however often they are brought up to date", async () => {
    await Promise.all([
      syncPredefinedTemplates(db()),
      syncPredefinedTemplates(db()),
      syncPredefinedTemplates(db()),
    ]);
    const views = await listTemplates(project.ctx("viewer"));
    expect(views.map((view) => view.name)).toEqual(PREDEFINED_SPECS.map((one) => one.name));
    expect(new Set(views.map((view) => view.version))).toEqual(new Set([1]));
    expect(views.map((view) => view.kind)).toEqual(views.map(() => "predefined"));
  });

  test("get a new version when the shipped spec differs, and come back from the archive", async () => {
    const name = "System_MP4_H264";
    const row = await db().template.findFirstOrThrow({ where: { name } });
    await db().template.update({
      where: { id: row.id },
      data: { spec: { container: "mp4" }, archivedAt: new Date() },
    });
    await syncPredefinedTemplates(db());
    const after = await db().template.findUniqueOrThrow({ where: { id: row.id } });
    expect(after).toMatchObject({ version: row.version + 1, archivedAt: null, spec: row.spec });
  });

  test("cannot be archived", async () => {
    const { id } = await getTemplateSummary(project.ctx(), "System_HLS_H264");
    await expect(archiveTemplate(project.ctx("admin"), id)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("custom templates", () => {
  test("are made with the defaults filled in, and found by id and by name", async () => {
    const view = await createTemplate(project.ctx(), template("  My 360p "));
    expect(view).toMatchObject({
      name: "My 360p",
      kind: "custom",
      version: 1,
      spec: { video: { preset: "veryfast" }, audio: { kbps: 128 } },
    });
    expect((await findTemplateSummary(project.ctx("viewer"), view.id))?.name).toBe("My 360p");
    expect((await findTemplateSummary(project.ctx(), "My 360p"))?.id).toBe(view.id);
    expect((await listTemplates(project.ctx())).at(-1)?.id).toBe(view.id);
  });

  test("have a name of their own in their project; once archived, it is free", async () => {
    const first = await createTemplate(project.ctx(), template("Twice"));
    await expect(createTemplate(project.ctx(), template("Twice"))).rejects.toMatchObject({
      code: "conflict",
      issues: [{ path: "name" }],
    });
    await createTemplate(foreign.ctx(), template("Twice"));
    await archiveTemplate(project.ctx(), first.id);
    expect((await createTemplate(project.ctx(), template("Twice"))).id).not.toBe(first.id);
  });

  test.each(["System_Mine", "system_mine", "", "a/b", "../x", "{date}", "x".repeat(65), "end."])(
    "may not be named %j",
    async (name) => {
      await expect(createTemplate(project.ctx(), template(name))).rejects.toMatchObject({
        code: "invalid_input",
        issues: [{ path: "name" }],
      });
    },
  );

  test("with an option that the engine does not do are refused by its path", async () => {
    const secret = template("Secret", { encryption: { method: "aes-128" } });
    await expect(createTemplate(project.ctx(), secret)).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path: "spec.encryption" }],
    });
    await expect(
      createTemplate(project.ctx(), { name: "X", spec: { container: "mp5" } }),
    ).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("are refused to viewers, and a foreign project's get not_found", async () => {
    const { id } = await createTemplate(project.ctx(), template("Ours"));
    await expect(createTemplate(project.ctx("viewer"), template("Viewer's"))).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(archiveTemplate(project.ctx("viewer"), id)).rejects.toMatchObject({ code: "forbidden" });
    for (const wanted of [id, "Ours"])
      await expect(getTemplateSummary(foreign.ctx(), wanted)).rejects.toMatchObject({ code: "not_found" });
    await expect(archiveTemplate(foreign.ctx(), id)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the editor's capabilities", () => {
  test("are an ordinary ffmpeg's until a worker says what its own has, and name nothing else", async () => {
    const ordinary = await getEditorCapabilities(project.ctx("viewer"));
    expect(ordinary.encoders).toEqual(expect.arrayContaining(["libx264", "libsvtav1", "ass"]));
    expect(ordinary.decoders).toEqual([...IMAGE_DECODERS]);
    const now = new Date();
    await db().worker.create({
      data: {
        ...{ id: newId(), name: "w", host: "h", pid: 1, slots: 1, version: "1", sandboxTier: "D" },
        state: "online",
        capabilities: { encoders: ["a64multi", "libx264", "aac"], filters: ["scale", "vflip", "chromakey"] },
        startedAt: now,
        heartbeatAt: now,
      },
    });
    const own = await getEditorCapabilities(project.ctx("viewer"));
    expect(own).toEqual({ ...ordinary, encoders: ["libx264", "aac"], filters: ["scale", "vflip"] });
    // What the form says beforehand is what the API says.
    const loud = template("Loud", { audio: { codec: "aac", loudness: {} } });
    await expect(createTemplate(project.ctx(), loud)).rejects.toMatchObject({
      issues: [{ path: "spec.audio.loudness" }],
    });
  });
});
