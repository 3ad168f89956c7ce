import type { FieldIssue } from "#lib/errors.ts";
import type { EncodeSpec, Rendition } from "#lib/media/encode-spec.ts";

export const LADDER_RULES = ["even", "larger", "rate", "same", "source_first"] as const;
export type LadderRule = (typeof LADDER_RULES)[number];

/**
 * One rung that does not fit the ladder. `rung` counts from 1; `suggested` is a value for the field at `path` that would
 * do, where there is an obvious one.
 */
export type LadderIssue = FieldIssue & {
  rule: LadderRule;
  params: Record<string, string | number>;
  suggested: number | null;
};

/**
 * What is wrong between the rungs of a spec, by path inside the spec: sizes must be even (4:2:0 video has no odd ones),
 * and sizes and highest bit rates must fall from rung to rung, or a player steps "down" to something bigger.
 */
export function ladderIssues(spec: Pick<EncodeSpec, "video">): LadderIssue[] {
  const renditions = spec.video?.renditions ?? [];
  return renditions.flatMap((rendition, index) => {
    const before = renditions[index - 1];
    const path = `video.renditions.${index}`;
    return [...oddSides(rendition, path), ...(before ? orderIssues(before, rendition, index, path) : [])];
  });
}

function oddSides(rendition: Rendition, path: string): LadderIssue[] {
  return (["width", "height"] as const).flatMap((side) => {
    const value = rendition[side];
    if (value === undefined || value % 2 === 0) return [];
    return [
      {
        path: `${path}.${side}`,
        rule: "even" as const,
        message: `The ${side} must be even: ${value - 1} or ${value + 1}.`,
        params: { value },
        suggested: value + 1,
      },
    ];
  });
}

function orderIssues(before: Rendition, rendition: Rendition, index: number, path: string): LadderIssue[] {
  const above = { rung: index + 1, above: index };
  const size = compareSize(before, rendition);
  if (size === "source")
    return [
      {
        path: `${path}.height`,
        rule: "source_first",
        message: `A rung of the source's size must come first; rung ${index} is smaller.`,
        params: above,
        suggested: null,
      },
    ];
  const [limit, peak] = [peakKbps(before), peakKbps(rendition)];
  const issues: LadderIssue[] = [];
  if (size !== null && size > 0)
    issues.push({
      path: `${path}.${rendition.height === undefined ? "width" : "height"}`,
      rule: "larger",
      message: `Rung ${index + 1} is larger than rung ${index}. Put the largest first.`,
      params: above,
      suggested: null,
    });
  if (limit !== null && peak !== null && peak > limit)
    issues.push({
      path: ratePath(rendition, path),
      rule: "rate",
      message: `The bit rate is higher than rung ${index}'s (${limit} kbit/s). Lower it, or reorder the ladder.`,
      params: { ...above, kbps: limit },
      suggested: suggestKbps(before, rendition, limit),
    });
  if (
    size === 0 &&
    limit === peak &&
    JSON.stringify(before.rateControl) === JSON.stringify(rendition.rateControl)
  )
    issues.push({
      path: `${path}.height`,
      rule: "same",
      message: `Rung ${index + 1} has the size and the bit rate of rung ${index}.`,
      params: above,
      suggested: null,
    });
  return issues;
}

/** The most that a rung may have; null when it is only bound to a quality. */
export function peakKbps({ rateControl }: Pick<Rendition, "rateControl">): number | null {
  if (rateControl.mode === "cbr") return rateControl.kbps;
  if (rateControl.mode === "vbr") return rateControl.maxKbps ?? rateControl.kbps;
  return rateControl.maxKbps ?? null;
}

const ratePath = ({ rateControl }: Rendition, path: string) =>
  rateControl.mode === "cbr" || (rateControl.mode === "vbr" && rateControl.maxKbps === undefined)
    ? `${path}.rateControl.kbps`
    : `${path}.rateControl.maxKbps`;

/** Above 0: `next` is larger. "source": it has no size although the one before has. null: not comparable. */
function compareSize(before: Rendition, next: Rendition): number | "source" | null {
  const hasSize = ({ width, height }: Rendition) => width !== undefined || height !== undefined;
  if (!hasSize(next)) return hasSize(before) ? "source" : 0;
  if (before.height !== undefined && next.height !== undefined) {
    const byHeight = next.height - before.height;
    return byHeight !== 0 || before.width === undefined || next.width === undefined
      ? byHeight
      : next.width - before.width;
  }
  return before.width !== undefined && next.width !== undefined ? next.width - before.width : null;
}

/** The rate above, scaled by the sides' ratio to the power 1.5, which is about what ladders in use do; in steps of 100. */
function suggestKbps(before: Rendition, next: Rendition, limit: number): number {
  const [from, to] = [before.height ?? before.width, next.height ?? next.width];
  const ratio = from === undefined || to === undefined ? 0.5 : Math.min(0.9, to / from);
  const wanted = limit * ratio ** 1.5;
  return Math.max(8, wanted >= 200 ? Math.round(wanted / 100) * 100 : Math.round(wanted));
}
