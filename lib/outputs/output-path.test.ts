import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CONTAINERS } from "#lib/media/encode-spec.ts";
import {
  firstDuplicatePath,
  previewOutputPaths,
  resolveOutputPath,
  type PathValues,
} from "#lib/outputs/output-path.ts";
import {
  fileStem,
  MAX_PATH_BYTES,
  MAX_SEGMENT_BYTES,
  pathIssue,
  safeFileName,
} from "#lib/outputs/path-rules.ts";

const values: PathValues = {
  inputName: "Intro Film.MOV",
  template: "System_HLS_H264",
  taskNumber: 42n,
  date: new Date("2026-11-20T09:31:07.500Z"),
};
const resolve = (pattern: string, changes: Partial<PathValues> = {}, several = false) =>
  resolveOutputPath(pattern, { ...values, ...changes }, "mp4", { severalJobs: several });

describe("variables", () => {
  test.each([
    ["{input_name}", "Intro Film.mp4"],
    ["{date}/{time}/{task_number}", "2026-11-20/093107/42.mp4"],
    ["a/{template}", "a/System_HLS_H264.mp4"],
    ["{input_name}{input_name}", "Intro FilmIntro Film.mp4"],
    ["plain", "plain.mp4"],
  ])("%s → %s", (pattern, path) => expect(resolve(pattern)).toEqual({ path }));

  test("unknown ones are refused by name", () => {
    expect(resolve("{name}/x").issue).toBe(
      "There is no variable {name}. Use {input_name}, {template}, {task_number}, {date}, {time}.",
    );
    expect(resolve("{}").issue).toContain("{}");
    expect(resolve("{input_name").issue).toContain("curly bracket");
    expect(resolve("input_name}").issue).toContain("curly bracket");
  });

  test("an input's name can never add a folder or hide the file", () => {
    expect(resolve("out/{input_name}", { inputName: "../../etc/passwd.mp4" }).path).toBe("out/passwd.mp4");
    expect(resolve("{input_name}", { inputName: "..\\..\\x.mp4" }).path).toBe("x.mp4");
    expect(resolve("{input_name}", { inputName: ".hidden.mp4" }).path).toBe("hidden.mp4");
    expect(resolve("{input_name}", { inputName: "-rf.mp4" }).path).toBe("_-rf.mp4");
    expect(resolve("{input_name}", { inputName: "con.mp4" }).path).toBe("_con.mp4");
    expect(resolve("{input_name}", { inputName: "what?.mp4" }).path).toBe("what_.mp4");
    expect(resolve("{input_name}", { inputName: "" }).path).toBe("video.mp4");
    expect(resolve("{input_name}", { inputName: "{date}.mp4" }).path).toBe("_date_.mp4");
    expect(resolve("{input_name}", { inputName: "片头 é.mp4" }).path).toBe("片头 é.mp4");
  });

  test("a long input's name is cut between characters", () => {
    const path = resolve("{input_name}", { inputName: `${"长".repeat(300)}.mp4` }).path ?? "";
    expect(path).toBe(`${"长".repeat(40)}.mp4`);
  });
});

describe("extensions", () => {
  test.each([
    ["x", "mp4", "x.mp4"],
    ["x.mp4", "mp4", "x.mp4"],
    ["x.MP4", "mp4", "x.MP4"],
    ["x.m4v", "mp4", "x.m4v"],
    ["output_dash/1102553305_2_dash.mpd", "dash", "output_dash/1102553305_2_dash.mpd"],
    ["x.mp4", "hls", "x.m3u8"],
    ["v1.2", "hls", "v1.2.m3u8"],
    ["x.tar.gz", "m4a", "x.tar.gz.m4a"],
  ] as const)("%s for %s → %s", (pattern, container, path) =>
    expect(resolveOutputPath(pattern, values, container)).toEqual({ path }),
  );
});

describe("several jobs", () => {
  test("get the template's name before the extension, unless the pattern has it", () => {
    expect(resolve("a/x.mp4", {}, true).path).toBe("a/x_System_HLS_H264.mp4");
    expect(resolve("{template}/x", {}, true).path).toBe("System_HLS_H264/x.mp4");
  });

  test("are previewed with # for the task's number", () => {
    const templates = [
      { name: "A", container: "hls" as const },
      { name: "B", container: "mp4" as const },
    ];
    expect(
      previewOutputPaths("{task_number}/{input_name}", { inputName: "x.mov", date: values.date }, templates),
    ).toEqual([
      { template: "A", path: "#/x_A.m3u8" },
      { template: "B", path: "#/x_B.mp4" },
    ]);
  });

  test("that would write the same file are found, letter case apart", () => {
    expect(firstDuplicatePath(["a.mp4", "b.mp4", "A.mp4"])).toBe(2);
    expect(firstDuplicatePath(["a.mp4", "b.mp4"])).toBe(-1);
  });
});

describe("a pattern is refused with a sentence", () => {
  test.each([
    ["../x", "stay inside the Output"],
    ["a/../../x", "stay inside the Output"],
    ["a/./x", "stay inside the Output"],
    ["/etc/x", "leave out the slash"],
    ["a//b", "empty name"],
    ["a/", "after the last slash"],
    ["a\\b", "backslash"],
    ["..%2fx", "percent-encoded"],
    ["a%00b", "percent-encoded"],
    ["a\0b", "invisible character"],
    ["a\nb", "invisible character"],
    ["a\u202egnp.mp4", "invisible character"],
    ["\ud800x", "invisible character"],
    ["-rf", "dash"],
    [".ssh/x", "starts with a dot"],
    ["a./x", "ends with a dot"],
    ["a /x", "ends with a dot or a space"],
    [" a", "starts with a space"],
    ["CON", "Windows"],
    ["aux.mp4", "Windows"],
    ["a/lpt1/x", "Windows"],
    ["x".repeat(MAX_SEGMENT_BYTES + 1), "Shorten it"],
    ["é".repeat(MAX_SEGMENT_BYTES / 2 + 1), "Shorten it"],
    ["x".repeat(300), "Shorten it"],
    [`${"abc/".repeat(MAX_PATH_BYTES / 4)}x`, "whole path"],
  ])("%j", (pattern, part) => {
    const resolved = resolve(pattern);
    expect(resolved.path).toBeUndefined();
    expect(resolved.issue).toContain(part);
  });
});

test("paths are in Unicode's composed form", () => {
  expect(resolve("cafe\u0301/{input_name}", { inputName: "e\u0301.mp4" }).path).toBe("caf\u00e9/\u00e9.mp4");
});

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        "..",
        "/",
        "\\",
        ".",
        "-",
        "\0",
        "%2e",
        "%2f",
        " ",
        "{input_name}",
        "{template}",
        "{time}",
        "con",
        "é",
        "e\u0301",
        "\u202e",
        "x",
        ".mp4",
        "😀",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);

test("whatever is asked, a path that is given stays inside the Output and is a file's", () => {
  fc.assert(
    fc.property(
      nasty,
      nasty,
      nasty,
      fc.constantFrom(...CONTAINERS),
      fc.boolean(),
      (pattern, inputName, template, container, severalJobs) => {
        const { path } = resolveOutputPath(pattern, { ...values, inputName, template }, container, {
          severalJobs,
        });
        if (path === undefined) return;
        expect(path).toBe(path.normalize("NFC"));
        expect(
          new URL(
            path.split("/").map(encodeURIComponent).join("/"),
            "http://host/files/",
          ).pathname.startsWith("/files/"),
        ).toBe(true);
        expect(path).toMatch(/\.[a-z0-9]+$/i);
        expect(path).not.toMatch(/[\u0000-\u001f\u007f\\]|^\/|\/$|\/\//);
        for (const segment of path.split("/")) {
          expect(segment).not.toMatch(/^[.-]|[. ]$|^$/);
          expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(MAX_SEGMENT_BYTES);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test("a made-safe name is always one good file name", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const name = safeFileName(text, "video");
      expect(name).not.toContain("/");
      expect(pathIssue(name)).toBeNull();
    }),
    { numRuns: 3000 },
  );
});

test("stems lose folders and one extension", () => {
  expect(["a/b.mp4", "b.tar.gz", "b", ".mp4", "talk 1.2", "x.3gp", "a\\b.mov"].map(fileStem)).toEqual([
    "b",
    "b.tar",
    "b",
    ".mp4",
    "talk 1.2",
    "x",
    "b",
  ]);
});
