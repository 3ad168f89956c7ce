import type { EncodeRun } from "#lib/media/plan-encode.ts";
import type { PlannedText, PlannedVideo } from "#lib/media/planned-rendition.ts";

/** Scales in linear light are not worth it here; hable keeps highlights. Order and options as tried on HDR10 clips. */
const TONE_MAP =
  "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv";

type Node = { width: number; height: number; outputs: { label: string; video: PlannedVideo }[] };

/**
 * The filter graph of a run: the source's frames are filtered once per distinct treatment, scaled from size to size
 * downwards (each from the next larger one), and split to the renditions. Empty without video.
 *
 * @param cut filters that leave a part of the frames, between those that look at others and those that do not
 * @returns the graph and, for each job of the run, what its video renditions are mapped from, in order: a label of the
 *   graph ("[j0v0]"), or the source's stream ("0:0") where it is copied.
 */
export function filterGraph(
  run: EncodeRun,
  textFileOf: (jobKey: string, index: number) => string,
  cut: readonly string[] = [],
): { graph: string | null; labels: string[][] } {
  const labels = run.jobs.map((job, jobIndex) =>
    job.renditions
      .filter((rendition) => rendition.kind === "video")
      .map((video, index) => (video.isCopy ? `0:${video.sourceIndex}` : `[j${jobIndex}v${index}]`)),
  );
  const groups = new Map<string, { sample: PlannedVideo; jobKey: string; nodes: Map<string, Node> }>();
  run.jobs.forEach((job, jobIndex) => {
    const videos = job.renditions.filter((rendition) => rendition.kind === "video");
    videos.forEach((video, index) => {
      if (video.isCopy) return;
      const treatment = JSON.stringify([video.filters, video.texts, video.fades, video.sharpen, video.toSdr]);
      const group = groups.get(treatment) ?? {
        sample: video,
        jobKey: job.key,
        nodes: new Map<string, Node>(),
      };
      groups.set(treatment, group);
      const size = `${video.width}x${video.height}`;
      const node = group.nodes.get(size) ?? { width: video.width, height: video.height, outputs: [] };
      group.nodes.set(size, node);
      node.outputs.push({ label: `j${jobIndex}v${index}`, video });
    });
  });
  if (groups.size === 0 || run.videoIndex === null) return { graph: null, labels };

  const chains: string[] = [];
  const heads = [...groups.values()].map((_, index) => `g${index}`);
  const source = `[0:${run.videoIndex}]`;
  if (heads.length > 1)
    chains.push(`${source}split=${heads.length}${heads.map((head) => `[${head}]`).join("")}`);
  [...groups.values()].forEach((group, groupIndex) => {
    const nodes = [...group.nodes.values()].sort((a, b) => b.width * b.height - a.width * a.height);
    const drawn = ({ options }: PlannedText, index: number) =>
      `drawtext=expansion=none:textfile=${filterValue(textFileOf(group.jobKey, index))}:${options}`;
    let input = heads.length > 1 ? `[${heads[groupIndex]}]` : source;
    nodes.forEach((node, nodeIndex) => {
      const isFirst = nodeIndex === 0;
      const next = nodeIndex < nodes.length - 1 ? `g${groupIndex}n${nodeIndex + 1}` : null;
      const filters = [
        ...(isFirst ? [...group.sample.filters, ...cut] : []),
        ...(isFirst ? group.sample.texts.map(drawn) : []),
        ...(isFirst ? group.sample.fades : []),
        `scale=${node.width}:${node.height}:flags=bicubic`,
        // Sizes are rounded to even numbers; the rounding must not come back as a crooked pixel shape.
        "setsar=1",
        ...(isFirst && group.sample.toSdr ? [TONE_MAP] : []),
        ...(isFirst ? group.sample.sharpen : []),
      ];
      const taps = node.outputs.map(({ label }) => `[${label}p]`);
      const targets = [...taps, ...(next ? [`[${next}]`] : [])];
      chains.push(
        `${input}${filters.join(",")}${targets.length > 1 ? `,split=${targets.length}` : ""}${targets.join("")}`,
      );
      for (const { label, video } of node.outputs)
        chains.push(`[${label}p]format=${video.pixelFormat}[${label}]`);
      input = next ? `[${next}]` : "";
    });
  });
  return { graph: chains.join(";"), labels };
}

/** A value inside a filter graph: escaped for the filter's options, and that again for the graph. */
export const filterValue = (value: string): string =>
  value.replace(/[\\':]/g, "\\$&").replace(/[\\'[\],;]/g, "\\$&");
