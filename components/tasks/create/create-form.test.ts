import { describe, expect, it } from "vitest";

import { createFormSchema } from "#components/tasks/create/create-form-schema.ts";
import {
  EMPTY_FORM,
  hasCredentials,
  inputNameOf,
  isUrl,
  readUrls,
  requestFor,
} from "#components/tasks/create/create-form.ts";
import { sourceSchema } from "#lib/tasks/schema.ts";

const READY = { ...EMPTY_FORM, urls: "https://a.example/intro.mov", templates: ["tpl_1"], outputId: "out_1" };

describe("createFormSchema", () => {
  it("accepts a form with an address, a template, an Output and a name", () => {
    expect(createFormSchema.safeParse(READY).success).toBe(true);
  });

  it.each([
    ["no address", { urls: "  \n " }, "urls"],
    ["a line that is no address", { urls: "https://a.example/x.mp4\nintro.mov" }, "urls"],
    ["another protocol", { urls: "ftp://a.example/x.mp4" }, "urls"],
    ["no sample", { mode: "sample" as const }, "sample"],
    ["no template", { templates: [] }, "templates"],
    ["no Output", { outputId: "" }, "outputId"],
    ["no Output Filename", { outputPattern: "" }, "outputPattern"],
  ])("refuses %s at its field", (_, patch, field) => {
    const result = createFormSchema.safeParse({ ...READY, ...patch });
    expect(result.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  it("does not ask for an address when a file is uploaded", () => {
    expect(createFormSchema.safeParse({ ...READY, mode: "upload", urls: "" }).success).toBe(true);
  });
});

describe("isUrl", () => {
  it.each([
    "https://a.example/x.mp4",
    "HTTP://a.example",
    "http://[::1]:8080/x?y#z",
    "http://a.example/影片.mov",
    "https:/a.example/x.mp4",
    "https:a.example",
    "ftp://a.example/x.mp4",
    "//a.example/x.mp4",
    "a.example/x.mp4",
    "https://",
    "http://a b/",
    "https://a.example/a b.mp4",
    "javascript:alert(1)",
    "",
    `https://a.example/${"x".repeat(4096)}`,
  ])("agrees with the API about %s", (url) => {
    expect(isUrl(url)).toBe(sourceSchema.safeParse({ type: "url", url }).success);
  });

  it("an address with a user name or a password is none: the API refuses it, too", () => {
    for (const url of [
      "https://user:secret@a.example/x",
      "https://user@a.example/x",
      "https://:x@a.example/",
    ]) {
      expect([isUrl(url), hasCredentials(url)]).toEqual([false, true]);
    }
    expect(hasCredentials("https://a.example/@x")).toBe(false);
    expect(hasCredentials("user:secret@")).toBe(false);
  });
});

describe("readUrls", () => {
  it("takes one address per line, without blanks and repetitions", () => {
    expect(readUrls(" https://a/1.mp4 \r\n\nhttps://a/2.mp4\nhttps://a/1.mp4")).toEqual([
      "https://a/1.mp4",
      "https://a/2.mp4",
    ]);
  });
});

describe("requestFor", () => {
  it("leaves defaults out", () => {
    expect(requestFor({ type: "sample", sample: "clock" }, { ...READY, mode: "sample" })).toEqual({
      source: { type: "sample", sample: "clock" },
      templates: ["tpl_1"],
      outputId: "out_1",
      outputPattern: "{input_name}",
    });
  });
});

describe("inputNameOf", () => {
  it("is the decoded last part of the path, or the host", () => {
    expect(inputNameOf("https://a.example/b/%E5%BD%B1%E7%89%87.mov?x=1")).toBe("影片.mov");
    expect(inputNameOf("https://a.example/100%.mov")).toBe("100%.mov");
    expect(inputNameOf("https://a.example/")).toBe("a.example");
  });
});
