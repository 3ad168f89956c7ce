import { expect, test } from "vitest";

import { qualityMetrics, qualityReader } from "#lib/media/quality-curve.ts";

/** As `metadata=print` writes it. */
const frame = (seconds: number, ssim: number | string, psnr: number | string) =>
  [
    `frame:${Math.round(seconds * 10)}    pts:${seconds * 1000}     pts_time:${seconds}`,
    "lavfi.ssim.Y=0.1",
    `lavfi.ssim.All=${ssim}`,
    "lavfi.ssim.dB=9.2",
    "lavfi.psnr.mse_avg=3",
    `lavfi.psnr.psnr_avg=${psnr}`,
    "",
  ].join("\n");

function read(text: string, chunk = 7) {
  const reader = qualityReader();
  for (let at = 0; at < text.length; at += chunk) reader.push(Buffer.from(text.slice(at, at + chunk)));
  return reader.result();
}

test("a curve has the mean of each second, the whole mean, and the worst five seconds, worst first", () => {
  const seconds = [0.9, 0.8, 0.7, 0.95, 0.6, 0.99, 0.7];
  const text = seconds.map((value, at) => frame(at, value, 40) + frame(at + 0.5, value, 20)).join("");
  const { ssim, psnr } = read(text);
  expect(ssim).toEqual({
    average: 0.8057,
    stepSeconds: 1,
    values: seconds,
    worst: [
      { atSeconds: 4, value: 0.6 },
      { atSeconds: 2, value: 0.7 },
      { atSeconds: 6, value: 0.7 },
      { atSeconds: 1, value: 0.8 },
      { atSeconds: 0, value: 0.9 },
    ],
  });
  expect(psnr).toMatchObject({ average: 30, values: seconds.map(() => 30) });
});

test("identical pictures have a PSNR of 100 dB, and a second without a frame has no value", () => {
  const { ssim, psnr } = read(frame(0, 1, "inf") + frame(2.04, 1, "inf"));
  expect(psnr).toMatchObject({ average: 100, values: [100, null, 100] });
  expect(ssim?.worst).toEqual([
    { atSeconds: 0, value: 1 },
    { atSeconds: 2, value: 1 },
  ]);
});

test("of media longer than an hour a value stands for several seconds; the worst are still seconds", () => {
  const seconds = 2 * 3600 + 1;
  const text = Array.from({ length: seconds }, (_, at) => frame(at, at === 5000 ? 0.5 : 0.9, 40)).join("");
  const { ssim } = read(text, 65_536);
  expect(ssim).toMatchObject({ stepSeconds: 3, worst: [{ atSeconds: 5000, value: 0.5 }, {}, {}, {}, {}] });
  expect(ssim?.values).toHaveLength(Math.ceil(seconds / 3));
  expect(ssim?.values[1666]).toBeCloseTo((0.9 + 0.9 + 0.5) / 3, 3);
});

test("what was not measured has no curve", () => {
  expect(read("[error] something\nlavfi.other=1\n")).toEqual({ ssim: null, psnr: null });
  expect(qualityMetrics(undefined)).toEqual([]);
  expect(qualityMetrics({ ssim: false, psnr: true })).toEqual(["psnr"]);
});
