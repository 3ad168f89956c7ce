import { describe, expect, test } from "vitest";
import type * as z from "zod";

import { createAccessKeySchema } from "#lib/access-keys/schema.ts";
import { AppError } from "#lib/errors.ts";
import { acceptInviteSchema } from "#lib/invites/schema.ts";
import { parseInput } from "#lib/parse-input.ts";
import { createProbeSchema } from "#lib/probes/schema.ts";
import { createTaskSchema } from "#lib/tasks/schema.ts";
import { createTemplateSchema } from "#lib/templates/schema.ts";
import { createEndpointSchema } from "#lib/webhooks/schema.ts";

/** The issues of a refusal. */
function issuesOf(schema: z.ZodType, input: unknown): readonly { path: string; message: string }[] {
  try {
    parseInput(schema, input);
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.issues;
    throw thrown;
  }
  throw new Error("it was accepted");
}

const TASK = {
  source: { type: "url", url: "https://cdn.example.test/a.mov" },
  templates: ["System_MP4_H264"],
  outputId: "out_1",
  outputPattern: "{input_name}",
};
const SPEC = {
  container: "mp4",
  video: {
    codec: "h264",
    renditions: [{ name: "360p", height: 360, rateControl: { mode: "crf", crf: 26 } }],
  },
  audio: { codec: "aac" },
};

describe("unknown fields are refused by name", () => {
  test.each([
    ["a task", createTaskSchema, { ...TASK, priorty: 3 }, ["priorty"]],
    ["a source", createTaskSchema, { ...TASK, source: { ...TASK.source, headers: {} } }, ["source.headers"]],
    ["a preview", createProbeSchema, { source: TASK.source, wait: 1 }, ["wait"]],
    [
      "a rung of a template",
      createTemplateSchema,
      {
        name: "A",
        spec: {
          ...SPEC,
          video: { ...SPEC.video, renditions: [{ ...SPEC.video.renditions[0], hieght: 1 }] },
        },
      },
      ["spec.video.renditions.0.hieght"],
    ],
    ["two at once", createTaskSchema, { ...TASK, a: 1, b: null }, ["a", "b"]],
    ["a name of Object.prototype", createTaskSchema, { ...TASK, constructor: 1 }, ["constructor"]],
  ])("in %s", (_name, schema, input, paths) => {
    expect(issuesOf(schema, input).map(({ path }) => path)).toEqual(paths);
    expect(issuesOf(schema, input)[0]?.message).toBe(
      "There is no such field. Correct its name or leave it out.",
    );
  });

  test("what is known passes, with a field that is undefined", () => {
    expect(parseInput(createTaskSchema, { ...TASK, userData: undefined })).toMatchObject(TASK);
    expect(parseInput(createTemplateSchema, { name: "A", spec: SPEC })).toMatchObject({ name: "A" });
  });
});

describe("each refusal has our own sentence", () => {
  /** zod's words, in any of its messages. */
  const ZODS = /expected|received|invalid|too (small|big)|discriminator|unrecognized|must match pattern/i;
  const BAD: [z.ZodType, unknown][] = [
    [createTaskSchema, null],
    [createTaskSchema, []],
    [createTaskSchema, {}],
    [createTaskSchema, { ...TASK, source: { type: "ftp" } }],
    [createTaskSchema, { ...TASK, source: "https://a.example/" }],
    [createTaskSchema, { ...TASK, source: { type: "url", url: `https://a.example/${"a".repeat(5000)}` } }],
    [createTaskSchema, { ...TASK, templates: "System_MP4_H264" }],
    [createTaskSchema, { ...TASK, templates: Array<string>(21).fill("a") }],
    [createTaskSchema, { ...TASK, priority: 1.5 }],
    [createTaskSchema, { ...TASK, priority: 11 }],
    [createTaskSchema, { ...TASK, priority: "1" }],
    [createTaskSchema, { ...TASK, tags: [1] }],
    [createTaskSchema, { ...TASK, outputPattern: "a".repeat(513) }],
    [createTemplateSchema, { name: "A", spec: { ...SPEC, container: "avi" } }],
    [createTemplateSchema, { name: "A", spec: { ...SPEC, container: 3 } }],
    [createTemplateSchema, { name: "A", spec: { ...SPEC, rotate: 45 } }],
    [createTemplateSchema, { name: "A", spec: { ...SPEC, video: { ...SPEC.video, renditions: [] } } }],
    [createTemplateSchema, { name: "A", spec: { ...SPEC, encryption: { method: "aes-128", keyUrl: "x" } } }],
    [createTemplateSchema, { name: "A", spec: { ...SPEC, clip: { endSeconds: 0 } } }],
    [createTemplateSchema, { name: "A", spec: { ...SPEC, pad: { width: 16, height: 16, color: "red" } } }],
    [createAccessKeySchema, { name: "", role: "owner", dialects: [] }],
    [createAccessKeySchema, { name: "a", role: "viewer", dialects: ["ftp"] }],
    [createEndpointSchema, { url: 1, events: ["x"] }],
    [acceptInviteSchema, { token: "a".repeat(300), password: 1 }],
  ];

  test.each(BAD.map(([schema, input]) => [JSON.stringify(input).slice(0, 80), schema, input] as const))(
    "%s",
    (_text, schema, input) => {
      const issues = issuesOf(schema, input);
      expect(issues.length).toBeGreaterThan(0);
      for (const { message } of issues) {
        expect(message).not.toMatch(ZODS);
        expect(message).toMatch(/^[A-Z1].*$/s);
      }
    },
  );

  test("and says what would do", () => {
    expect(issuesOf(createTaskSchema, null)).toEqual([{ path: "", message: "Send a JSON object." }]);
    expect(issuesOf(createTaskSchema, { ...TASK, source: { type: "ftp" } })).toEqual([
      { path: "source.type", message: "Use one of: url, upload, sample, object." },
    ]);
    expect(issuesOf(createTaskSchema, { ...TASK, outputId: undefined, priority: 11 })).toEqual([
      { path: "outputId", message: "This field is required." },
      { path: "priority", message: "This must be at most 10." },
    ]);
    expect(
      issuesOf(createTemplateSchema, { name: "A", spec: { ...SPEC, rotate: 45, container: "avi" } }),
    ).toMatchObject([
      { path: "spec.container", message: expect.stringMatching(/^Use one of: mp4, /) as string },
      { path: "spec.rotate", message: "Use one of: 90, 180, 270." },
    ]);
  });
});

describe("hidden characters", () => {
  const RLO = "\u202e";
  test.each([
    ["a control in a tag", createTaskSchema, { ...TASK, tags: ["a\u0007b"] }, "tags.0"],
    ["a direction override in a tag", createTaskSchema, { ...TASK, tags: [`a${RLO}b`] }, "tags.0"],
    ["a control in user data", createTaskSchema, { ...TASK, userData: "a\u001b[31mb" }, "userData"],
    ["an override in user data", createTaskSchema, { ...TASK, userData: `a${RLO}b` }, "userData"],
    ["a lone surrogate in user data", createTaskSchema, { ...TASK, userData: "\ud800" }, "userData"],
    [
      "an override in a key's name",
      createAccessKeySchema,
      { name: `a${RLO}`, role: "viewer", dialects: ["*"] },
      "name",
    ],
    [
      "an override in a person's name",
      acceptInviteSchema,
      { token: "t", name: `L${RLO}i`, password: "a good password" },
      "name",
    ],
    [
      "an override in a description",
      createTemplateSchema,
      { name: "A", description: RLO, spec: SPEC },
      "description",
    ],
    ["an override in a template's name", createTemplateSchema, { name: `A${RLO}b`, spec: SPEC }, "name"],
  ])("%s is refused", (_name, schema, input, path) => {
    expect(issuesOf(schema, input)).toMatchObject([{ path }]);
  });

  test("tabs, line ends, accents, emoji and right-to-left marks may stand in user data", () => {
    const userData = "a\tb\r\nc é 👩‍👩‍👧 \u200fשלום";
    expect(parseInput(createTaskSchema, { ...TASK, userData }).userData).toBe(userData);
  });
});
