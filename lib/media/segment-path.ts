/** Segment number `number` (from 1) of a rendition whose files lie in `folder`, as it is published. */
export const segmentPath = (folder: string, number: number): string =>
  `${folder}/${String(number).padStart(5, "0")}.m4s`;

export const SEGMENT_TYPE = "video/iso.segment";
