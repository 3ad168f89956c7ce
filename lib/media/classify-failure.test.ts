import { describe, expect, it } from "vitest";
import { classifyFailure, cleanLine, damageLines, evidenceLines } from "#lib/media/classify-failure.ts";

const failed = (...stderrTail: string[]) =>
  classifyFailure({
    exitCode: 1,
    signal: null,
    stopped: null,
    stderrTail,
    gotSeconds: 2.05,
    expectedSeconds: 5.06,
    template: "Mine",
  });

describe("why ffmpeg failed", () => {
  it.each([
    [
      "[mov,mp4 @ 0x55d0c8a0] [error] moov atom not found",
      "INPUT_TRUNCATED",
      { got: "2.0 s", expected: "5.1 s" },
    ],
    [
      "[error] file:/data/work/1/source: corrupt input packet in stream 0",
      "INPUT_TRUNCATED",
      { got: "2.0 s", expected: "5.1 s" },
    ],
    [
      "[error] Decoder (codec vvc) not found for input stream #0:0",
      "INPUT_CODEC_UNSUPPORTED",
      { codec: "vvc" },
    ],
    ["[fatal] Stream map '0:v:0' matches no streams.", "INPUT_NO_VIDEO", { streams: "audio" }],
    ["av_interleaved_write_frame(): No space left on device", "WORKER_DISK_FULL", { worker: "the worker" }],
    ["[error] x264 [error]: malloc of size 3110400 failed", "WORKER_OUT_OF_MEMORY", { worker: "the worker" }],
    ["Error initializing filter: Cannot allocate memory", "WORKER_OUT_OF_MEMORY", { worker: "the worker" }],
    ["x265 [error]: memory allocation failure, aborting encode", "WORKER_OUT_OF_MEMORY", {}],
    ["SvtMalloc[fatal]: allocate memory failed, at a.c:1425", "WORKER_OUT_OF_MEMORY", {}],
    [
      "[hls @ 0x1] Format not on whitelist 'mov,matroska'",
      "INPUT_NOT_MEDIA",
      { mime: "application/octet-stream", detail: "playlist" },
    ],
    [
      "[mjpeg @ 0x1] Picture size 16000x9000 exceeds specified max pixel count 35389440",
      "INPUT_TOO_LARGE",
      { size: "16000x9000", limit: "8192x4320" },
    ],
    [
      "file:/data/source: Invalid data found when processing input",
      "INPUT_NOT_MEDIA",
      { mime: "application/octet-stream", detail: "unrecognised" },
    ],
    ["Something new happened", "UNKNOWN", { detail: "Something new happened" }],
  ])("%s → %s", (line, code, params) => {
    expect(failed(line)).toMatchObject({ code, params });
  });

  it.each([
    "[AVFilterGraph @ 0x5] [error] No such filter: 'overlay'",
    "[AVFilterGraph @ 0x5] [error] Error initializing filter 'ass' with args 'filename=/x/burn.ass'",
    "[Parsed_crop_0 @ 0x5] [error] Failed to configure input pad on Parsed_crop_0",
  ])("%s is the template's, and reason enough to try job by job", (line) => {
    const tail = [
      line,
      "[error] Error reinitializing filters!",
      "[fatal] Error while processing the decoded data",
    ];
    expect(failed(...tail)).toMatchObject({
      code: "TEMPLATE_INVALID",
      params: { template: "Mine", field: "video", reason: expect.stringMatching(/filter|crop/) as string },
      retryable: false,
    });
  });

  it("names the template and the field when options do not go together", () => {
    expect(failed("[error] Unknown encoder 'libfoo'")).toMatchObject({
      code: "TEMPLATE_INVALID",
      params: { template: "Mine", field: "video.codec" },
    });
  });

  it.each([
    // Nobody said that it ends early.
    [
      ["[h264 @ 0x1] [error] top block unavailable"],
      "UNKNOWN",
      { detail: /^most .* decoded: .*unavailable$/ },
    ],
    [["Error while decoding stream #0:0: Invalid data found when processing input"], "UNKNOWN", {}],
    [[], "UNKNOWN", { detail: /^most of the source could not be decoded$/ }],
    [
      ["[aac @ 0x1] [error] Sample rate change is not implemented."],
      "INPUT_CODEC_UNSUPPORTED",
      { codec: /^aac$/ },
    ],
    [["[mov @ 0x1] [warning] Packet corrupt (stream = 0, dts = 5)."], "INPUT_TRUNCATED", { got: /^2.0 s$/ }],
  ])("most could not be decoded (69), and %j: %s", (stderrTail, code, params) => {
    const run = { exitCode: 69, signal: null, stopped: null, gotSeconds: 2, expectedSeconds: 5, stderrTail };
    const failure = classifyFailure(run);
    expect(failure).toMatchObject({ code, retryable: false });
    expect(failure.evidence.at(-1)).toBe("most of the source could not be decoded");
    for (const [name, pattern] of Object.entries(params)) expect(failure.params[name]).toMatch(pattern);
  });

  it("is retryable only when the machine was at fault", () => {
    expect(failed("No space left on device").retryable).toBe(true);
    expect(
      classifyFailure({ exitCode: 137, signal: "SIGKILL", stopped: null, stderrTail: [] }),
    ).toMatchObject({
      code: "WORKER_OUT_OF_MEMORY",
      retryable: true,
    });
    expect(failed("moov atom not found").retryable).toBe(false);
  });

  it("knows our own watchdogs before anything that ffmpeg says", () => {
    const base = {
      exitCode: 255,
      signal: null,
      stderrTail: ["Exiting normally, received signal 15."],
      percent: 41.6,
    };
    expect(classifyFailure({ ...base, stopped: "stalled", stallSeconds: 90 })).toMatchObject({
      code: "TASK_STALLED",
      params: { seconds: 90, percent: 42 },
    });
    expect(classifyFailure({ ...base, stopped: "timeout", limitSeconds: 7200 })).toMatchObject({
      code: "TASK_TIMEOUT",
      params: { limit: "2 h", percent: 42 },
    });
  });

  it("names the memory when the encoder said that it has none left and then stood still", () => {
    const said = ["Error initializing encoder: insufficient resources", ...Array<string>(40).fill("more")];
    const more = said.map((line, index) => `${line} ${index}`);
    const failure = classifyFailure({ exitCode: 255, signal: null, stopped: "stalled", stderrTail: more });
    expect(failure).toMatchObject({ code: "WORKER_OUT_OF_MEMORY", retryable: true });
    expect(failure.evidence[0]).toContain("insufficient resources");
    expect(failure.evidence).toHaveLength(10);
  });

  it.each([
    [{ signal: "SIGSEGV", exitCode: 139 }, "ended by SIGSEGV at 1.5 s of 4.0 s"],
    [{ signal: null, exitCode: 3 }, "ended with exit code 3"],
    [{ stopped: "stalled" as const, stallSeconds: 90 }, "stopped after 90 s at 1.5 s of 4.0 s"],
    [{ stopped: "timeout" as const, limitSeconds: 60 }, "stopped after 60 s at 1.5 s of 4.0 s"],
  ])("says what is known where nobody said anything: %j", (how, line) => {
    const base = { exitCode: null, signal: null, stopped: null, gotSeconds: 1.5, expectedSeconds: 4 };
    const stderrTail = ["frame=   10 fps=0.0 q=0.0 size=N/A"];
    expect(classifyFailure({ ...base, ...how, stderrTail }).evidence).toEqual([line]);
  });
});

describe("evidence", () => {
  it("is at most ten lines, without progress, addresses, folders and repetitions", () => {
    const lines = [
      "frame=   10 fps=0.0 q=0.0 size=N/A",
      "[h264 @ 0x5581c0] [error] bad",
      "[h264 @ 0x5581c8] [error] bad",
    ];
    expect(evidenceLines([...lines, "file:/data/work/7/source/input: broken"])).toEqual([
      "[h264] [error] bad",
      "input: broken",
    ]);
    expect(evidenceLines(Array.from({ length: 30 }, (_, index) => `line ${index}`))).toHaveLength(10);
  });

  it("keeps the words of a line", () => {
    expect(cleanLine("[mov,mp4,m4a @ 0x7f00] stream 1, offset 0x62005: partial file")).toBe(
      "[mov,mp4,m4a] stream 1, offset 0x62005: partial file",
    );
  });

  it("keeps no more of an address than its host", () => {
    expect(cleanLine("[error] http://me:secret@a.example:81/x?token=1: Server returned 404")).toBe(
      "[error] http://a.example:81/…: Server returned 404",
    );
  });

  it("tells damage from remarks", () => {
    expect(
      damageLines([
        "[h264 @ 0x1] Invalid NAL unit size (4419 > 3006).",
        "[dash @ 0x1] No bit rate set for stream 0",
      ]),
    ).toEqual(["[h264] Invalid NAL unit size (4419 > 3006)."]);
  });
});
