import { describe, expect, it } from "vitest";

import { canRetryHelp, isSourceGone, retryBody, retryChoice } from "#components/tasks/retry-choice.ts";
import { deriveTaskStatus, type JobStatus } from "#lib/tasks/status.ts";
import type { SourceView } from "#lib/tasks/view.ts";

const URL_SOURCE: SourceView = { type: "url", label: "a.mp4", url: "https://a.example/a.mp4" };
const upload = (state: string): SourceView => ({
  type: "upload",
  label: "a.mp4",
  uploadId: "upl_1",
  offsetBytes: 1,
  sizeBytes: 1,
  state,
  isArriving: false,
});
const choiceOf = (...statuses: JobStatus[]) =>
  retryChoice({
    status: deriveTaskStatus(statuses),
    source: URL_SOURCE,
    jobs: statuses.map((status, index) => ({ id: `job_${index}`, status })),
  });

describe("what a retry runs again", () => {
  it("is the failed jobs, however the others ended", () => {
    const choice = choiceOf("succeeded", "failed", "canceled", "failed");
    expect(choice).toEqual({ what: "failed", jobs: ["job_1", "job_3"], kept: 1 });
    expect(choice && retryBody(choice)).toEqual({});
  });

  it("is the canceled jobs, by name, where none failed", () => {
    const choice = choiceOf("succeeded", "canceled");
    expect(choice).toEqual({ what: "canceled", jobs: ["job_1"], kept: 1 });
    expect(choice && retryBody(choice)).toEqual({ jobs: ["job_1"] });
  });

  it("is nothing while the task waits or runs, and when all succeeded", () => {
    expect([choiceOf("queued"), choiceOf("failed", "running"), choiceOf("succeeded")]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe("whether a retry can help", () => {
  it("depends on the failure, and for bad media on whether the source can have changed", () => {
    expect(canRetryHelp("WORKER_LOST", upload("complete"))).toBe(true);
    expect(canRetryHelp("INPUT_NOT_MEDIA", upload("complete"))).toBe(false);
    expect(canRetryHelp("INPUT_NOT_MEDIA", URL_SOURCE)).toBe(true);
    expect(canRetryHelp("TEMPLATE_INVALID", URL_SOURCE)).toBe(false);
    expect(canRetryHelp("A_CODE_OF_TOMORROW", URL_SOURCE)).toBe(true);
  });

  it("ends with the uploaded file", () => {
    expect(isSourceGone({ source: upload("removed") })).toBe(true);
    expect(isSourceGone({ source: upload("complete") })).toBe(false);
    expect(isSourceGone({ source: URL_SOURCE })).toBe(false);
  });
});
