import * as z from "zod";

/**
 * Body of add_template and update_template: the older SDKs' short one or the whole template, as query_template gives it.
 * 0, "" and absent mean what README.md says. A key that is not here is refused: it would be ignored otherwise.
 */

const text = (name: string) => z.string(`${name} must be a string`);
const number = (name: string) => z.number(`${name} must be a number`).min(0, `${name} must not be negative`);
const whole = (name: string) =>
  z.int(`${name} must be a whole number`).min(0, `${name} must not be negative`);

const streamFields = {
  vcodec: text("vcodec").optional(),
  quality: number("quality").optional(),
  resolution: text("resolution").optional(),
  framerate: whole("framerate").optional(),
  video_bitrate: whole("video_bitrate").optional(),
};

export const templateWireSchema = z.strictObject({
  template_name: text("template_name").min(1, "template_name is missing"),
  trans_mode: text("trans_mode").optional(),
  format: text("format").optional(),
  acodec: text("acodec").optional(),
  ...streamFields,
  gop_size: whole("gop_size").optional(),
  gop_seconds: number("gop_seconds").optional(),
  seg_type: text("seg_type").optional(),
  seg_time: number("seg_time").optional(),
  audio_bitrate: whole("audio_bitrate").optional(),
  /** The short body's spelling. */
  audioBitrate: whole("audioBitrate").optional(),
  audio_sample_rate: z
    .union([z.string(), whole("audio_sample_rate")], "audio_sample_rate must be a string")
    .transform(String)
    .optional(),
  audio_channels: whole("audio_channels").optional(),
  logo_path: text("logo_path").nullish(),
  logo_size: text("logo_size").nullish(),
  logo_offset: text("logo_offset").nullish(),
  adaptive_streams: z
    .array(
      z.strictObject({ ...streamFields, audio_bitrate: whole("audio_bitrate").optional() }),
      "adaptive_streams must be a list",
    )
    .nullish(),
  encryption: z
    .strictObject({
      provider: text("encryption.provider").nullish(),
      mode: text("encryption.mode").nullish(),
      drm_systems: z.array(z.string(), "encryption.drm_systems must be a list of strings").nullish(),
      key_url: text("encryption.key_url").nullish(),
      http_method: text("encryption.http_method").nullish(),
      headers: z.record(z.string(), z.string(), "encryption.headers must hold strings").nullish(),
    })
    .nullish(),
  thumbnail: z
    .strictObject({
      start_point: number("thumbnail.start_point").nullish(),
      interval: number("thumbnail.interval").nullish(),
      number: whole("thumbnail.number").nullish(),
      width: whole("thumbnail.width").nullish(),
      height: whole("thumbnail.height").nullish(),
    })
    .nullish(),
  description: text("description").optional(),
  /** Of answers; a body that was read from query_template may hold them. */
  created_at: z.unknown().optional(),
  built_in: z.unknown().optional(),
});
export type TemplateWire = z.infer<typeof templateWireSchema>;
export type StreamWire = NonNullable<TemplateWire["adaptive_streams"]>[number];
