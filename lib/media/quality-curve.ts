/** SSIM (0 to 1) or PSNR (dB, at most 100) of a rendition against its source as it was given to the encoder. */
export type QualityCurve = {
  /** Mean over all frames. */
  average: number;
  /** Seconds that one value of the curve stands for: 1 up to an hour, more for longer media. */
  stepSeconds: number;
  /** Mean of each step; null where a step has no frame. */
  values: (number | null)[];
  /** The five worst seconds, the worst first. */
  worst: { atSeconds: number; value: number }[];
};
export type RenditionQuality = { ssim: QualityCurve | null; psnr: QualityCurve | null };
export type QualityMetric = keyof RenditionQuality;

const MOST_VALUES = 3600;
const WORST = 5;
/** Of identical pictures it is infinite, which JSON cannot say. */
const MOST_PSNR = 100;
const DIGITS = { ssim: 4, psnr: 2 } as const;
const KEYS: Record<string, QualityMetric> = { "lavfi.ssim.All": "ssim", "lavfi.psnr.psnr_avg": "psnr" };

type Sum = { total: number; count: number };

/** Reads what ffmpeg's filter `metadata=print` writes of frames that went through `ssim` and `psnr`. */
export function qualityReader(): {
  push: (chunk: Buffer) => void;
  result: () => RenditionQuality;
} {
  const seconds: Record<QualityMetric, Sum[]> = { ssim: [], psnr: [] };
  let at = 0;
  let rest = "";
  const line = (text: string) => {
    const time = /^frame:\d+\s.*\bpts_time:(-?[\d.]+)/.exec(text);
    if (time) at = Math.max(0, Math.floor(Number(time[1])));
    const found = /^(lavfi\.[\w.]+)=(\S+)$/.exec(text);
    const metric = KEYS[found?.[1] ?? ""];
    if (metric === undefined || found?.[2] === undefined) return;
    const value = found[2] === "inf" ? MOST_PSNR : Math.min(Number(found[2]), MOST_PSNR);
    if (!Number.isFinite(value)) return;
    const sum = (seconds[metric][at] ??= { total: 0, count: 0 });
    sum.total += value;
    sum.count += 1;
  };
  return {
    push: (chunk) => {
      const lines = (rest + chunk.toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(line);
    },
    result: () => {
      line(rest);
      return { ssim: curveOf(seconds.ssim, "ssim"), psnr: curveOf(seconds.psnr, "psnr") };
    },
  };
}

/** Null without a frame. */
function curveOf(sparse: readonly (Sum | undefined)[], metric: QualityMetric): QualityCurve | null {
  const seconds = Array.from(sparse, (sum) => sum ?? { total: 0, count: 0 });
  const whole = joined(seconds);
  if (whole.count === 0) return null;
  const round = (value: number) => Number(value.toFixed(DIGITS[metric]));
  const mean = ({ total, count }: Sum) => (count === 0 ? null : round(total / count));
  const stepSeconds = Math.ceil(seconds.length / MOST_VALUES);
  const steps = Array.from({ length: Math.ceil(seconds.length / stepSeconds) }, (_, index) =>
    joined(seconds.slice(index * stepSeconds, (index + 1) * stepSeconds)),
  );
  const worst = seconds
    .flatMap((sum, atSeconds) => {
      const value = mean(sum);
      return value === null ? [] : [{ atSeconds, value }];
    })
    .sort((a, b) => a.value - b.value || a.atSeconds - b.atSeconds)
    .slice(0, WORST);
  return { average: mean(whole) ?? 0, stepSeconds, values: steps.map(mean), worst };
}

const joined = (sums: readonly Sum[]): Sum => ({
  total: sums.reduce((sum, one) => sum + one.total, 0),
  count: sums.reduce((sum, one) => sum + one.count, 0),
});

/** What a template asks for, in the order in which it is measured. */
export function qualityMetrics(wanted: { ssim: boolean; psnr: boolean } | undefined): QualityMetric[] {
  return (["ssim", "psnr"] as const).filter((metric) => wanted?.[metric] === true);
}
