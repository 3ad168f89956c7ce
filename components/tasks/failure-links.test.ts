import { expect, test } from "vitest";

import { FAILURE_LINKS, failureLinks } from "#components/tasks/failure-links.ts";
import { FAILURE_CODES } from "#lib/errors.ts";
import en from "#lib/i18n/messages/en/detail.json" with { type: "json" };
import zh from "#lib/i18n/messages/zh-CN/detail.json" with { type: "json" };
import type { TaskView } from "#lib/tasks/view.ts";

const url = { type: "url", url: "http://a.example/a.mp4" } as TaskView["source"];
const upload = { type: "upload", uploadId: "upl_1" } as TaskView["source"];
const task = (source: TaskView["source"]) => ({ id: "tsk_1", source, templateId: "tpl_1" });

test("an address that leads nowhere can be edited, or a file sent instead", () => {
  expect(failureLinks("INPUT_FORBIDDEN", task(url))).toEqual([
    { link: "editUrl", href: "/tasks/new?from=tsk_1#urls" },
    { link: "uploadInstead", href: "/tasks/new?from=tsk_1&input=upload" },
  ]);
  expect(failureLinks("INPUT_NOT_MEDIA", task(upload)).map(({ link }) => link)).toEqual(["uploadInstead"]);
});

test("a template that does not fit leads to its page", () => {
  expect(failureLinks("TEMPLATE_INVALID", task(url))).toEqual([
    { link: "editTemplate", href: "/templates/tpl_1" },
  ]);
  expect(failureLinks("TEMPLATE_INVALID", { ...task(url), templateId: null })).toEqual([]);
});

test("every code is answered, one that we do not know with nothing", () => {
  for (const code of FAILURE_CODES) expect(() => failureLinks(code, task(url))).not.toThrow();
  expect(failureLinks("FROM_TOMORROW", task(url))).toEqual([]);
});

test("every link has words in both languages", () => {
  for (const link of FAILURE_LINKS)
    for (const { failure } of [en, zh]) expect(failure.links[link]).toMatch(/\S/);
});
