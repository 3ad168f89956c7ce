import { AppError } from "#lib/errors.ts";

/** Our paths in the vendor's words, the first that fits. */
const FIELDS: readonly (readonly [RegExp, string])[] = [
  [/^name$/, "template_name"],
  [/^description$/, "description"],
  [/^spec\.container$/, "format"],
  [/^spec\.video\.codec$/, "vcodec"],
  [/^spec\.video\.gopSeconds$/, "gop_seconds"],
  [/^spec\.video\.frameRate/, "framerate"],
  [/^spec\.video\.renditions\.\d+\.(width|height)$/, "resolution"],
  [/^spec\.video\.renditions\.\d+\.rateControl\.crf$/, "quality"],
  [/^spec\.video\.renditions\.\d+\.rateControl/, "video_bitrate"],
  [/^spec\.video\.renditions/, "adaptive_streams"],
  [/^spec\.video/, "vcodec"],
  [/^spec\.audio\.kbps$/, "audio_bitrate"],
  [/^spec\.audio/, "acodec"],
  [/^spec\.watermarks\.\d+\.widthPercent$/, "logo_size"],
  [/^spec\.watermarks\.\d+\.(marginPercent|verticalMarginPercent|position)$/, "logo_offset"],
  [/^spec\.watermarks/, "logo_path"],
  [/^spec\.thumbnails\.width$/, "thumbnail.width"],
  [/^spec\.thumbnails\.intervalSeconds$/, "thumbnail.interval"],
  [/^spec\.thumbnails\.(count|times)/, "thumbnail.number"],
  [/^spec\.thumbnails/, "thumbnail"],
  [/^spec\.encryption\.keyUrl$/, "encryption.key_url"],
  [/^spec\.encryption/, "encryption"],
  [/^spec\.segments\.seconds$/, "seg_time"],
  [/^spec\.segments/, "seg_type"],
];

/** Runs a verb of templates; what it refuses is told with the name of the vendor's field. */
export async function inVendorWords<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    const issue = thrown instanceof AppError ? thrown.issues[0] : undefined;
    if (!(thrown instanceof AppError) || issue === undefined) throw thrown;
    const field = FIELDS.find(([pattern]) => pattern.test(issue.path))?.[1];
    if (field === undefined) throw thrown;
    throw new AppError(thrown.code, `${field}: ${issue.message}`, { cause: thrown });
  }
}
