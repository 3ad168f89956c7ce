"use client";

import { useTranslations } from "next-intl";

import { clock, useFigures } from "#components/tasks/use-figures.ts";
import type { RenditionView } from "#lib/jobs/view.ts";

type Curve = NonNullable<NonNullable<RenditionView["quality"]>["ssim"]>;
type Metric = "ssim" | "psnr";

const METRICS: readonly Metric[] = ["ssim", "psnr"];
/** The plot's own units; it is stretched to its box. */
const [WIDTH, HEIGHT] = [240, 32];

/** How near a job's renditions came to their source: a curve of the seconds, and the worst five. */
export function QualityLines({ renditions }: { renditions: readonly RenditionView[] }) {
  const measured = renditions.flatMap(({ name, quality }) =>
    METRICS.flatMap((metric) => {
      const curve = quality?.[metric] ?? null;
      return curve === null ? [] : [{ name, metric, curve }];
    }),
  );
  if (measured.length === 0) return null;
  return (
    <ul className="mt-3 grid gap-3">
      {measured.map(({ name, metric, curve }) => (
        <QualityLine key={`${name}-${metric}`} name={name} metric={metric} curve={curve} />
      ))}
    </ul>
  );
}

function QualityLine({ name, metric, curve }: { name: string; metric: Metric; curve: Curve }) {
  const t = useTranslations("detail.quality");
  const { number } = useFigures();
  const show = (value: number) => (metric === "ssim" ? number(value, 4) : `${number(value, 1)} dB`);
  const average = show(curve.average);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-subtle">
      <span className="w-20 truncate font-medium text-muted">{name}</span>
      <span className="w-28">{t(metric, { value: average })}</span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t("curve", { name, metric: metric.toUpperCase() })}
        className="h-8 w-60 rounded-sm border border-border bg-raised text-running-fg"
      >
        <polyline
          points={pointsOf(curve)}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <span className="min-w-0">
        {t("worst", {
          seconds: curve.worst
            .map(({ atSeconds, value }) => `${clock(atSeconds)} (${show(value)})`)
            .join(", "),
        })}
      </span>
    </li>
  );
}

/** From the worst value at the bottom to the best at the top; a flat line lies in the middle. */
function pointsOf({ values }: Curve): string {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const least = Math.min(...known.map(({ value }) => value));
  const range = Math.max(...known.map(({ value }) => value)) - least;
  return known
    .map(({ value, index }) => {
      const x = values.length < 2 ? 0 : (index / (values.length - 1)) * WIDTH;
      const share = range === 0 ? 0.5 : (value - least) / range;
      return `${x.toFixed(1)},${(HEIGHT - 2 - share * (HEIGHT - 4)).toFixed(1)}`;
    })
    .join(" ");
}
