import { dirname, join } from "node:path";
import { RAW } from "#lib/media/muxer-args.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import type { PlannedImage, PlannedText, PlannedVideo } from "#lib/media/planned-rendition.ts";

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
  const inputs = imageInputs(run).map(({ jobKey, index }) => imageKey(jobKey, index));
  const groups = new Map<string, { sample: PlannedVideo; jobKey: string; nodes: Map<string, Node> }>();
  run.jobs.forEach((job, jobIndex) => {
    const videos = job.renditions.filter((rendition) => rendition.kind === "video");
    videos.forEach((video, index) => {
      if (video.isCopy) return;
      const { filters, texts, images, burnIndex, fades, sharpen, toSdr } = video;
      const treatment = JSON.stringify([
        ...[filters, texts, images, burnIndex, fades, sharpen, toSdr],
        // Images are laid over in as many bits as the result has.
        images.length > 0 && video.pixelFormat,
      ]);
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
      const { images, burnIndex } = group.sample;
      const isCovered = images.length > 0 || burnIndex !== null;
      const filters = [
        ...(isFirst ? [...group.sample.filters, ...cut] : []),
        ...(isFirst ? group.sample.texts.map(drawn) : []),
        ...(isFirst && !isCovered ? group.sample.fades : []),
        `scale=${node.width}:${node.height}:flags=bicubic`,
        // Sizes are rounded to even numbers; the rounding must not come back as a crooked pixel shape.
        "setsar=1",
        ...(isFirst && group.sample.toSdr ? [TONE_MAP] : []),
        ...(isFirst && burnIndex !== null ? burning(dirname(textFileOf(group.jobKey, 0)), run.clip) : []),
      ];
      let chain = `${input}${filters.join(",")}`;
      if (isFirst) {
        for (const [index, image] of images.entries()) {
          const [below, above] = [`[g${groupIndex}b${index}]`, `[g${groupIndex}i${index}]`];
          const imageInput = inputs.indexOf(imageKey(group.jobKey, index)) + 1;
          chains.push(`${chain}${below}`, `[${imageInput}:v]${scaledImage(image, node)}${above}`);
          chain = `${below}${above}overlay=${image.options}:format=${overlayFormat(group.sample)}`;
        }
        chain = [chain, ...(isCovered ? group.sample.fades : []), ...group.sample.sharpen].join(",");
      }
      const taps = node.outputs.map(({ label }) => `[${label}p]`);
      const targets = [...taps, ...(next ? [`[${next}]`] : [])];
      chains.push(`${chain}${targets.length > 1 ? `,split=${targets.length}` : ""}${targets.join("")}`);
      for (const { label, video } of node.outputs)
        chains.push(`[${label}p]${lastStep(video, label)}[${label}]`);
      input = next ? `[${next}]` : "";
    });
  });
  return { graph: chains.join(";"), labels };
}

/** The images that a run lays over its pictures, in the order of ffmpeg's inputs after the source. */
export const imageInputs = (run: EncodeRun): { jobKey: string; index: number }[] =>
  run.jobs.flatMap((job) => {
    const video = job.renditions.find((rendition) => rendition.kind === "video");
    const images = video?.isCopy === false ? video.images : [];
    return images.map((_, index) => ({ jobKey: job.key, index }));
  });

const imageKey = (jobKey: string, index: number) => `${jobKey}/${index}`;

/** As wide as it is to be, and never higher than the picture. */
function scaledImage({ widthPercent, matrix }: PlannedImage, { width, height }: Node): string {
  const wide = Math.max(2, Math.round((width * widthPercent) / 100));
  return `scale=${wide}:${height}:force_original_aspect_ratio=decrease:flags=bicubic:out_color_matrix=${matrix},format=yuva420p`;
}

/** The subtitles lie beside the job's texts. They have the source's times, which a clip's frames are given for as long as it takes. */
function burning(folder: string, clip: EncodeRun["clip"]): string[] {
  const drawn = `ass=filename=${filterValue(join(folder, RAW.burn))}`;
  const start = clip?.startSeconds ?? 0;
  return start === 0 ? [drawn] : [`setpts=PTS+${start}/TB`, drawn, `setpts=PTS-${start}/TB`];
}

/**
 * A WebP has the colours of BT.601 (https://developers.google.com/speed/webp/docs/riff_container), and no word for others.
 * A GIF gets the 256 colours that suit it best, which are only known when all of it has been seen.
 */
function lastStep({ codec, pixelFormat }: PlannedVideo, label: string): string {
  if (codec === "webp") return `scale=out_color_matrix=bt601:out_range=tv,format=${pixelFormat}`;
  if (codec !== "gif") return `format=${pixelFormat}`;
  const [look, use, palette] = [`[${label}a]`, `[${label}b]`, `[${label}c]`];
  const paletteuse = "paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle";
  return `split${look}${use};${look}palettegen=stats_mode=diff${palette};${use}${palette}${paletteuse}`;
}

/** overlay works in 8 bits unless told. */
const overlayFormat = ({ pixelFormat }: PlannedVideo) =>
  pixelFormat === "yuv420p10le" ? "yuv420p10" : "yuv420";

/** A value inside a filter graph: escaped for the filter's options, and that again for the graph. */
export const filterValue = (value: string): string =>
  value.replace(/[\\':]/g, "\\$&").replace(/[\\'[\],;]/g, "\\$&");
