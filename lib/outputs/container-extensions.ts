import type { PRIMARY_EXTENSION, Container } from "#lib/media/encode-spec.ts";

/** Extensions that a primary file of a container may have, lower case with their dot. The first is the one we add. */
export const CONTAINER_EXTENSIONS = {
  mp4: [".mp4", ".m4v"],
  fmp4: [".mp4", ".m4v"],
  mov: [".mov", ".qt"],
  mkv: [".mkv", ".mka"],
  webm: [".webm"],
  ts: [".ts", ".m2ts", ".mts"],
  flv: [".flv"],
  hls: [".m3u8"],
  dash: [".mpd"],
  cmaf: [".m3u8"],
  mp3: [".mp3"],
  m4a: [".m4a", ".mp4"],
  ogg: [".ogg", ".oga", ".opus"],
  flac: [".flac"],
  wav: [".wav"],
  gif: [".gif"],
  webp: [".webp"],
} as const satisfies Record<Container, readonly [(typeof PRIMARY_EXTENSION)[Container], ...string[]]>;

/** Every extension that says "media of this container". */
export const PRIMARY_EXTENSIONS: readonly string[] = [
  ...new Set<string>(Object.values(CONTAINER_EXTENSIONS).flat()),
];
