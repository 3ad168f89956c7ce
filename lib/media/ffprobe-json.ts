import * as z from "zod";
import { runTool, type ToolResult, type Tools } from "#lib/media/run-tool.ts";

/** The parts of ffprobe's JSON that we read. Numbers come as strings there. */
const tagsSchema = z.record(z.string(), z.string()).default({});

const sideDataSchema = z.looseObject({
  side_data_type: z.string().optional(),
  rotation: z.number().optional(),
});
export type SideData = z.infer<typeof sideDataSchema>;

const streamSchema = z.object({
  index: z.int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  codec_tag_string: z.string().optional(),
  profile: z.string().optional(),
  level: z.int().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  sample_aspect_ratio: z.string().optional(),
  pix_fmt: z.string().optional(),
  bits_per_raw_sample: z.string().optional(),
  r_frame_rate: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  nb_frames: z.string().optional(),
  nb_read_packets: z.string().optional(),
  bit_rate: z.string().optional(),
  duration: z.string().optional(),
  start_time: z.string().optional(),
  field_order: z.string().optional(),
  color_range: z.string().optional(),
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  color_primaries: z.string().optional(),
  sample_rate: z.string().optional(),
  channels: z.int().optional(),
  channel_layout: z.string().optional(),
  disposition: z.record(z.string(), z.int()).default({}),
  tags: tagsSchema,
  side_data_list: z.array(sideDataSchema).default([]),
});
export type ProbedStream = z.infer<typeof streamSchema>;

const packetSchema = z.object({
  stream_index: z.int().optional(),
  pts_time: z.string().optional(),
  dts_time: z.string().optional(),
  duration_time: z.string().optional(),
  flags: z.string().optional(),
});
export type ProbedPacket = z.infer<typeof packetSchema>;

const outputSchema = z.object({
  format: z
    .object({
      format_name: z.string().optional(),
      format_long_name: z.string().optional(),
      duration: z.string().optional(),
      start_time: z.string().optional(),
      size: z.string().optional(),
      bit_rate: z.string().optional(),
      tags: tagsSchema,
    })
    .optional(),
  streams: z.array(streamSchema).default([]),
  packets: z.array(packetSchema).default([]),
  frames: z.array(z.object({ side_data_list: z.array(sideDataSchema).default([]) })).default([]),
});
export type ProbedJson = z.infer<typeof outputSchema>;

/** ffprobe writes this much JSON at most before it is taken for an attack. */
const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;

export type FfprobeOptions = {
  tools: Tools;
  /** All that it may read. */
  readPaths: readonly string[];
  signal?: AbortSignal | undefined;
  timeoutSeconds: number;
};

/**
 * Runs ffprobe with `args` (input arguments included) and reads its JSON; `json` is null when it gave none.
 * The exit code is left to the caller: ffprobe answers 1 for "not media".
 */
export async function ffprobeJson(
  args: readonly string[],
  options: FfprobeOptions,
): Promise<{ json: ProbedJson | null; result: ToolResult }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const result = await runTool({
    tool: "ffprobe",
    args: ["-hide_banner", "-loglevel", "warning", "-of", "json=compact=1", ...args],
    tools: options.tools,
    readPaths: options.readPaths,
    signal: options.signal,
    timeoutSeconds: options.timeoutSeconds,
    maxFileBytes: 1024 * 1024,
    onStdout: (chunk) => {
      bytes += chunk.length;
      if (bytes <= MOST_OUTPUT_BYTES) chunks.push(chunk);
    },
  });
  if (result.exitCode !== 0 || bytes > MOST_OUTPUT_BYTES) return { json: null, result };
  return { json: outputSchema.parse(JSON.parse(Buffer.concat(chunks).toString())), result };
}
