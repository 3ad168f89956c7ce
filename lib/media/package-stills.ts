import { stillFiles, stillTimes, type PlannedStills } from "#lib/media/plan-stills.ts";

/** Of the media folder. */
export const STILLS_FOLDER = "thumbnails";

/** "picture_00001.jpg", "sprite_00001.jpg". */
export const stillName = ({ sheet }: PlannedStills, number: number): string =>
  `${sheet === null ? "picture" : "sprite"}_${String(number).padStart(5, "0")}.jpg`;

/** Names of all files of the pictures, in order. */
export const stillNames = (stills: PlannedStills): string[] =>
  Array.from({ length: stillFiles(stills) }, (_, index) => stillName(stills, index + 1));

/**
 * The WebVTT storyboard that players read for previews on their seek bar: a cue for each picture, pointing at its place
 * on a sheet, or at its file. It lies beside the pictures.
 */
export function writeStoryboard(stills: PlannedStills, durationSeconds: number): string {
  const { count, sheet, video } = stills;
  const times = stillTimes(stills);
  const perSheet = sheet === null ? 1 : sheet.columns * sheet.rows;
  const cues = Array.from({ length: count }, (_, index) => {
    const start = times[index] ?? 0;
    const end = times[index + 1] ?? Math.max(durationSeconds, start + 0.001);
    const file = stillName(stills, Math.floor(index / perSheet) + 1);
    const place = index % perSheet;
    const at =
      sheet === null
        ? ""
        : `#xywh=${(place % sheet.columns) * video.width},${Math.floor(place / sheet.columns) * video.height},${video.width},${video.height}`;
    return `${clock(start)} --> ${clock(end)}\n${file}${at}\n`;
  });
  return `WEBVTT\n\n${cues.join("\n")}`;
}

/** 3661.5 → "01:01:01.500". */
function clock(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, digits = 2) => String(value).padStart(digits, "0");
  return `${part(Math.floor(ms / 3_600_000))}:${part(Math.floor(ms / 60_000) % 60)}:${part(Math.floor(ms / 1000) % 60)}.${part(ms % 1000, 3)}`;
}
