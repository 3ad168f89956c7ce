import { describe, expect, it } from "vitest";
import { progressReader, type EncodeProgress } from "#lib/media/progress.ts";

function reader(durationSeconds: number | null) {
  const seen: EncodeProgress[] = [];
  let clock = 0;
  const progress = progressReader({
    durationSeconds,
    onProgress: (state) => seen.push(state),
    now: () => clock,
  });
  const block = (outUs: string, frame: string, end = "continue") =>
    `frame=${frame}\nfps=0.0\nbitrate=N/A\ntotal_size=N/A\nout_time_us=${outUs}\nout_time=00:00:00\nspeed=   0x\nprogress=${end}\n`;
  return {
    seen,
    progress,
    at(seconds: number, outSeconds: number | string, frame: number, end?: string) {
      clock = seconds;
      progress.push(
        block(typeof outSeconds === "string" ? outSeconds : String(outSeconds * 1e6), String(frame), end),
      );
    },
  };
}

describe("the progress of ffmpeg", () => {
  it("is a share of the expected length", () => {
    const { seen, at } = reader(10);
    at(1, 2, 50);
    at(2, 4, 100);
    expect(seen).toEqual([
      { percent: 20, fps: 50, speed: 2, etaSeconds: 4 },
      { percent: 40, fps: 50, speed: 2, etaSeconds: 3 },
    ]);
  });

  it("stays at 99 until the files are verified, and never goes back", () => {
    const { seen, at } = reader(10);
    at(1, 12, 300);
    at(2, 5, 300, "end");
    expect(seen.map(({ percent }) => percent)).toEqual([99, 99]);
  });

  it("survives N/A and negative times", () => {
    const { seen, at } = reader(10);
    at(1, "N/A", 0);
    at(2, "-21333", 1);
    expect(seen.map(({ percent }) => percent)).toEqual([0, 0]);
    expect(seen[0]).toMatchObject({ fps: null, etaSeconds: null });
  });

  it("smooths speed, so that one slow second does not double the estimate", () => {
    const { seen, at } = reader(100);
    at(1, 10, 250);
    at(2, 12, 300);
    expect(seen[1]?.speed).toBe(8);
    expect(seen[1]?.etaSeconds).toBe(11);
  });

  it("has no percentage or estimate when the length is unknown, but speed and frames", () => {
    const { seen, at } = reader(null);
    at(1, 3, 75);
    expect(seen[0]).toEqual({ percent: 0, fps: 75, speed: 3, etaSeconds: null });
  });

  it("reads blocks that arrive in pieces", () => {
    const { seen, progress } = reader(10);
    progress.push("frame=5\nout_ti");
    progress.push(Buffer.from("me_us=5000000\nprogr"));
    expect(seen).toEqual([]);
    progress.push("ess=end\n");
    expect(seen[0]?.percent).toBe(50);
    expect(progress.outSeconds()).toBe(5);
  });
});
