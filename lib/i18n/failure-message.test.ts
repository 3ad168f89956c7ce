import { createTranslator } from "use-intl/core";
import { describe, expect, test } from "vitest";

import { ERROR_CODES, FAILURE_CODES, type FailureParams } from "#lib/errors.ts";
import { EXAMPLE_PARAMS } from "#lib/i18n/example-failures.ts";
import { failureView } from "#lib/i18n/failure-message.ts";
import enErrors from "#lib/i18n/messages/en/errors.json" with { type: "json" };
import enFailures from "#lib/i18n/messages/en/failures.json" with { type: "json" };
import enWarnings from "#lib/i18n/messages/en/warnings.json" with { type: "json" };
import zhErrors from "#lib/i18n/messages/zh-CN/errors.json" with { type: "json" };
import zhFailures from "#lib/i18n/messages/zh-CN/failures.json" with { type: "json" };
import zhWarnings from "#lib/i18n/messages/zh-CN/warnings.json" with { type: "json" };
import { mediaWarningSchema } from "#lib/media/media-info.ts";
import { makePathIssue, PATH_ISSUE_CODES } from "#lib/outputs/path-rules.ts";

const catalogues = { en: enFailures, "zh-CN": zhFailures } as Record<
  string,
  Record<string, Record<string, string>>
>;

describe.each(["en", "zh-CN"])("%s", (locale) => {
  const translate = createTranslator({
    locale,
    messages: catalogues[locale]!,
    onError: (error) => {
      throw error;
    },
  }) as unknown as (key: string, params: FailureParams) => string;

  test.each(FAILURE_CODES)("%s has a title, a cause and a remedy without a hole", (code) => {
    for (const part of ["title", "why", "fix"]) {
      const text = translate(`${code}.${part}`, EXAMPLE_PARAMS[code]);
      expect(text).not.toMatch(/[{}]|undefined|null/);
      expect(text.length).toBeGreaterThan(3);
      if (part !== "title") expect(text).toMatch(/[.。]$/);
    }
  });

  test.each(["empty", "html", "text", "playlist", "unrecognised"])("says what %s content is", (detail) => {
    expect(translate("INPUT_NOT_MEDIA.why", { mime: "x/y", detail })).not.toMatch(/[{}]/);
  });
});

test("both languages have the same codes, and every code is there", () => {
  expect(Object.keys(enFailures).sort()).toEqual([...FAILURE_CODES].sort());
  expect(Object.keys(zhFailures).sort()).toEqual([...FAILURE_CODES].sort());
  const warnings = [...mediaWarningSchema.shape.code.options].sort();
  expect(Object.keys(enWarnings).sort()).toEqual(warnings);
  expect(Object.keys(zhWarnings).sort()).toEqual(warnings);
  const errors = [...ERROR_CODES, "network", "outputPath"].sort();
  expect(Object.keys(enErrors).sort()).toEqual(errors);
  expect(Object.keys(zhErrors).sort()).toEqual(errors);
});

test("what is wrong with an Output Filename reads the same from the catalogue and from the rules", () => {
  expect(Object.keys(enErrors.outputPath).sort()).toEqual([...PATH_ISSUE_CODES].sort());
  expect(Object.keys(zhErrors.outputPath).sort()).toEqual([...PATH_ISSUE_CODES].sort());
  const params = { name: "nope", known: "{input_name}", segment: "a b", limit: 200 };
  const write = (messages: Record<string, string>, code: string) =>
    (
      createTranslator({ locale: "en", messages }) as unknown as (
        key: string,
        params: FailureParams,
      ) => string
    )(code, params);
  for (const code of PATH_ISSUE_CODES) {
    expect(write(enErrors.outputPath, code)).toBe(makePathIssue(code, params).message);
    expect(write(zhErrors.outputPath, code)).not.toContain("outputPath");
  }
});

test("Chinese copy keeps a space between Chinese and Latin, and its own punctuation", () => {
  const texts = [zhFailures, zhWarnings, zhErrors].flatMap((catalogue) =>
    JSON.stringify(catalogue, null, 1).split("\n"),
  );
  for (const text of texts) {
    expect(text).not.toMatch(/\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u);
    expect(text).not.toMatch(/\p{Script=Han}[,;:?!.]/u);
  }
});

test("a view carries code, figures, evidence and an English message of cause and remedy", () => {
  expect(failureView("INPUT_NOT_FOUND", { host: "a.example", status: 404 }, ["HTTP/1.1 404"])).toEqual({
    code: "INPUT_NOT_FOUND",
    params: { host: "a.example", status: 404 },
    message:
      "a.example answered 404: there is no file at this address. Check the spelling and the letter case of the address.",
    evidence: ["HTTP/1.1 404"],
  });
});

test.each([
  ["NEVER_HEARD_OF", {}],
  ["INPUT_NOT_FOUND", {}],
  ["INPUT_NOT_FOUND", null],
  ["toString", "x"],
])("%s with %j reads as unknown instead of breaking", (code, params) => {
  const view = failureView(code, params);
  expect(view.code).toBe(code);
  expect(view.message).toContain("no explanation");
});
