import { FailureError } from "#lib/errors.ts";
import { isAnimation } from "#lib/media/fits.ts";
import { isSameHdrMetadata } from "#lib/media/hdr-metadata.ts";
import type { VideoStream } from "#lib/media/media-info.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";

/**
 * What a kept HDR picture, and one that was tone-mapped, are tagged with; players show them by it. GIF and WebP have no
 * place for tags.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED
 */
export function checkColours({ name, codec, hdr, toSdr }: PlannedVideo, found: VideoStream): void {
  const wanted = hdr ?? (toSdr ? { transfer: "bt709", primaries: "bt709" } : null);
  if (wanted === null || isAnimation(codec)) return;
  const tags = [wanted.primaries, wanted.transfer].join(", ");
  const written = [found.colorPrimaries, found.colorTransfer].join(", ");
  if (written !== tags) throw failed(`${name} should be tagged ${tags} but is tagged ${written}`);
  if (hdr?.metadata && !isSameHdrMetadata(hdr.metadata, found.hdrMetadata))
    throw failed(`${name} does not hold the source's HDR metadata`);
}

const failed = (detail: string) =>
  new FailureError("OUTPUT_VERIFICATION_FAILED", { check: "colours", detail });
