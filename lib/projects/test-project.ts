import { mkdir } from "node:fs/promises";
import path from "node:path";

import type { Ctx, Role } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId, showId } from "#lib/ids.ts";
import { ensureLocalOutput } from "#lib/outputs/ensure-local-output.ts";
import type { OutputView } from "#lib/outputs/view.ts";
import type { CreateTaskInput } from "#lib/tasks/schema.ts";
import { syncPredefinedTemplates } from "#lib/templates/predefined-templates.ts";

/** A project of its own for one database test, with a user, an Output and the predefined templates. */
export type TestProject = {
  projectId: string;
  userId: string;
  output: OutputView;
  /** Folder of the Output. */
  folder: string;
  ctx: (role?: Role) => Ctx;
  /** A request that createTask accepts, with what the test is about in its place. */
  request: (changes?: Partial<CreateTaskInput>) => CreateTaskInput;
};

/** Makes a {@link TestProject} in the test file's database. */
export async function makeTestProject(name = "Test"): Promise<TestProject> {
  const [projectId, userId] = [newId(), newId()];
  await db().project.create({ data: { id: projectId, name } });
  await db().user.create({
    data: { id: userId, email: `${userId}@example.test`, name: "Li Wei", passwordHash: "none" },
  });
  await db().membership.create({ data: { userId, projectId, role: "admin" } });
  await syncPredefinedTemplates(db());
  const folder = path.join(getEnv().outputRoots[0] ?? "", projectId);
  await mkdir(folder, { recursive: true });
  const output = await ensureLocalOutput(db(), { projectId, name: "media", folder });
  return {
    projectId,
    userId,
    output,
    folder,
    ctx: (role = "operator") => ({
      projectId,
      actor: { kind: "user", id: userId, name: "Li Wei" },
      role,
      trigger: "console",
    }),
    request: (changes = {}) => ({
      source: { type: "url", url: "https://cdn.example.test/films/intro.mov" },
      templates: ["System_MP4_H264"],
      outputId: output.id,
      outputPattern: "{input_name}",
      ...changes,
    }),
  };
}

/** A row of the list, made without the queue: for lists, counts and views. Returns the task's TypeID. */
export async function insertTestTask(
  { projectId, output }: TestProject,
  row: {
    status?: "queued" | "running" | "succeeded" | "partial" | "failed" | "canceled";
    createdAt?: Date;
    name?: string;
    url?: string;
    templateName?: string;
    id?: string;
  } = {},
): Promise<string> {
  const id = row.id ?? newId();
  const {
    status = "succeeded",
    name = "intro.mov",
    url = `https://cdn.example.test/${name}`,
    templateName = "System_MP4_H264",
  } = row;
  const outputRow = await db().output.findFirstOrThrow({ where: { projectId, name: output.name } });
  await db().task.create({
    data: {
      id,
      projectId,
      name,
      searchText: `${name} ${url}`.toLowerCase(),
      status,
      sourceType: "url",
      source: { type: "url", url },
      outputId: outputRow.id,
      outputPattern: "{input_name}",
      templateNames: [templateName],
      trigger: "console",
      ...(row.createdAt === undefined ? {} : { createdAt: row.createdAt }),
      jobs: {
        create: {
          id: newId(),
          projectId,
          index: 0,
          templateName,
          templateVersion: 1,
          spec: { container: "mp4" },
          primaryPath: `${name}.mp4`,
          status: status === "partial" ? "failed" : status,
        },
      },
    },
  });
  return showId("task", id);
}
