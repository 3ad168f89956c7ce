import { posix } from "node:path";

/** Paths (relative to the publish folder) that one of our playlists or manifests refers to. */
export function referencedPaths(path: string, text: string): string[] {
  const folder = posix.dirname(path);
  const resolve = (uri: string) =>
    posix.normalize(posix.join(folder, uri.split("/").map(decodeURIComponent).join("/")));
  if (path.endsWith(".vtt")) return fromStoryboard(text).map(resolve);
  return (path.endsWith(".mpd") ? fromMpd(text) : fromPlaylist(text)).map(resolve);
}

/** A key may lie at somebody else's address; ours are relative and hold no colon. */
function fromPlaylist(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    if (line.startsWith("#"))
      return /^#EXT-X-(?:MAP|MEDIA|I-FRAME-STREAM-INF|KEY):.*URI="([^":]+)"/.exec(line)?.slice(1, 2) ?? [];
    return line.trim() === "" ? [] : [line.trim()];
  });
}

/** Pictures, each once; a file of subtitles names none. */
const fromStoryboard = (text: string): string[] => [
  ...new Set([...text.matchAll(/^(?:picture|sprite)_\d{5}\.jpg/gm)].map(([name]) => name)),
];

/** Of the form that write-dash-manifest writes: templates with a number and a timeline, and whole files. */
function fromMpd(text: string): string[] {
  const whole = [...text.matchAll(/<BaseURL>([^<]+)<\/BaseURL>/g)].map(([, uri = ""]) => unescapeXml(uri));
  const segmented = [...text.matchAll(/<SegmentTemplate ([^>]*)>([\s\S]*?)<\/SegmentTemplate>/g)].flatMap(
    ([, head = "", body = ""]) => {
      const attribute = (name: string) =>
        unescapeXml(new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1] ?? "");
      const count = [...body.matchAll(/<S [^>]*?(?: r="(\d+)")?\/>/g)].reduce(
        (sum, match) => sum + 1 + Number(match[1] ?? 0),
        0,
      );
      const first = Number(attribute("startNumber") || 1);
      const segments = Array.from({ length: count }, (_, index) =>
        attribute("media").replace(/\$Number%0(\d)d\$/, (_match, width: string) =>
          String(first + index).padStart(Number(width), "0"),
        ),
      );
      return [attribute("initialization"), ...segments].map((uri) => uri.replaceAll("$$", "$"));
    },
  );
  return [...segmented, ...whole];
}

const unescapeXml = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
