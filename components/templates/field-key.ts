/** The catalogues' key of an option: "video_renditions_level" for "spec.video.renditions.0.level". */
export const fieldKey = (path: string): string =>
  path
    .replace(/^spec\./, "")
    .replaceAll(/\.\d+(?=\.|$)/g, "")
    .replaceAll(".", "_");
