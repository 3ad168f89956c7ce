import { describe, expect, test } from "vitest";

import { FAILURE_CODES, type Failure, FailureError } from "#lib/errors.ts";
import { decide, failureOf, Stopped, stopOf } from "#lib/worker/outcome.ts";

const failure = (code: Failure["code"], retryable: boolean): Failure => ({
  code,
  params: {},
  evidence: [],
  retryable,
});
const NOTHING = { tries: 0, toolDeaths: 0, diskWaits: 0 };

describe("decide", () => {
  test.each(FAILURE_CODES.filter((code) => code !== "WORKER_DISK_FULL"))(
    "%s fails at once unless it is infrastructure's",
    (code) => {
      expect(decide(failure(code, false), NOTHING)).toEqual({ kind: "fail" });
      expect(decide(failure(code, true), NOTHING)).toMatchObject({ kind: "retry", delaySeconds: 5 });
    },
  );

  test("a source that does not answer is asked three times, later each time", () => {
    const unreachable = failure("INPUT_UNREACHABLE", true);
    const delays = [0, 1].map((tries) => decide(unreachable, { ...NOTHING, tries }));
    expect(delays).toMatchObject([{ delaySeconds: 5 }, { delaySeconds: 20 }]);
    expect(decide(unreachable, { ...NOTHING, tries: 2 })).toEqual({ kind: "fail" });
  });

  test("the third death of its own ffmpeg fails a task, however few tries it had", () => {
    const death = failure("WORKER_OUT_OF_MEMORY", true);
    expect(decide(death, { ...NOTHING, toolDeaths: 1 })).toMatchObject({
      kind: "retry",
      spend: "toolDeaths",
    });
    expect(decide(death, { ...NOTHING, toolDeaths: 2 })).toEqual({ kind: "fail" });
  });

  test("a full disk waits for ever and spends nothing", () => {
    const full = failure("WORKER_DISK_FULL", true);
    const decided = [0, 1, 2, 3, 4, 99].map((diskWaits) =>
      decide(full, { tries: 99, toolDeaths: 99, diskWaits }),
    );
    for (const one of decided)
      expect(one).toMatchObject({ kind: "retry", spend: "nothing", why: "disk_full" });
    const delays = decided.map((one) => (one.kind === "retry" ? one.delaySeconds : null));
    expect(delays).toEqual([60, 120, 240, 480, 900, 900]);
  });
});

describe("failureOf", () => {
  test("keeps a failure, names a full disk, and calls anything else unknown but worth another run", () => {
    expect(failureOf(new FailureError("INPUT_NO_VIDEO", { streams: "audio" }))).toMatchObject({
      code: "INPUT_NO_VIDEO",
    });
    expect(failureOf(Object.assign(new Error("write"), { code: "ENOSPC" }))).toMatchObject({
      code: "WORKER_DISK_FULL",
    });
    expect(failureOf(new TypeError("x is undefined"))).toMatchObject({
      code: "UNKNOWN",
      retryable: true,
      params: { detail: "x is undefined" },
    });
  });
});

describe("stopOf", () => {
  test("finds the reason in what was thrown, or in the signal that made it be thrown", () => {
    const controller = new AbortController();
    expect(stopOf(new Error("x"), controller.signal)).toBeNull();
    expect(stopOf(new Stopped("lost"), controller.signal)).toBe("lost");
    controller.abort(new Stopped("shutdown"));
    expect(stopOf(new Error("killed"), controller.signal)).toBe("shutdown");
  });

  test("a signal that fired for another reason is no stop", () => {
    expect(stopOf(new Error("x"), AbortSignal.abort(new FailureError("TASK_TIMEOUT")))).toBeNull();
  });
});

test("a time limit that has passed is the failure, whatever it made throw", () => {
  const controller = new AbortController();
  controller.abort(new FailureError("TASK_TIMEOUT", { limit: "22 h", percent: 0 }));
  expect(failureOf(new Error("aborted"), controller.signal).code).toBe("TASK_TIMEOUT");
  expect(stopOf(null, controller.signal)).toBeNull();
});

test("a database that does not answer is no death of the tool", () => {
  const away = Object.assign(new Error("x"), { name: "PrismaClientKnownRequestError", code: "P1001" });
  expect(decide(failureOf(away), { ...NOTHING, toolDeaths: 2 })).toMatchObject({
    kind: "retry",
    spend: "tries",
  });
});
