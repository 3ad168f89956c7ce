import type { MeasuredRendition, MeasuredSegment } from "#lib/media/measure-rendition.ts";
import { toUri, type PackagedSubtitle } from "#lib/media/write-hls-playlists.ts";

/**
 * A static MPD with a measured timeline: no wall clock, full codec strings, peak bandwidths. All rungs of the picture
 * are one adaptation set, and so are all rates of a sound; each sound track and each subtitle is its own. `at`: the folder that the manifest lies in,
 * relative to the publish folder ("." for the folder itself).
 */
export function writeDashManifest(
  measured: readonly MeasuredRendition[],
  subtitles: readonly PackagedSubtitle[] = [],
  at = ".",
): string {
  const here = (folder: string) => (at === "." ? folder : folder.slice(at.length + 1));
  const renditions = measured.map((rendition) => ({ ...rendition, folder: here(rendition.folder) }));
  const videos = renditions.filter(({ plan }) => plan.kind === "video");
  const audios = renditions.filter(({ plan }) => plan.kind === "audio");
  const tracks = [...new Set(audios.map(({ plan }) => plan.sourceIndex))].map((source) =>
    audios.filter(({ plan }) => plan.sourceIndex === source),
  );
  const duration = Math.max(...renditions.map((rendition) => endOf(rendition)));
  const longest = Math.max(
    ...renditions.flatMap(({ segments }) => segments.map((segment) => segment.durationSeconds)),
  );
  const sets = [
    ...(videos.length > 0 ? [videoSet(videos)] : []),
    ...tracks.map((rates, index) => audioSet(rates, index + 1)),
    ...subtitles.map((subtitle, index) =>
      subtitleSet({ ...subtitle, folder: here(subtitle.folder) }, tracks.length + index + 1),
    ),
  ];
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static"` +
      ` mediaPresentationDuration="${period(duration)}" maxSegmentDuration="${period(longest)}" minBufferTime="${period(longest)}">`,
    `  <Period id="0" start="PT0S">`,
    ...sets,
    `  </Period>`,
    `</MPD>`,
    ``,
  ].join("\n");
}

function videoSet(videos: readonly MeasuredRendition[]): string {
  const best = [...videos].sort((a, b) => b.peakBandwidth - a.peakBandwidth);
  return [
    `    <AdaptationSet id="0" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">`,
    ...best.map((video) => {
      if (video.plan.kind !== "video") return "";
      const rate = video.frameRate === null ? "" : ` frameRate="${frameRate(video.frameRate)}"`;
      return representation(
        video,
        `width="${video.plan.width}" height="${video.plan.height}" sar="1:1"${rate}`,
        "",
      );
    }),
    `    </AdaptationSet>`,
  ].join("\n");
}

function audioSet(rates: readonly MeasuredRendition[], id: number): string {
  const [audio] = rates;
  if (audio === undefined) return "";
  if (audio.plan.kind !== "audio") return "";
  const { language, sampleRate, channels, isDefault } = audio.plan;
  const lang = language === null ? "" : ` lang="${escapeXml(language)}"`;
  const layout =
    `        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011"` +
    ` value="${channels}"/>\n`;
  return [
    `    <AdaptationSet id="${id}" contentType="audio" mimeType="audio/mp4"${lang} segmentAlignment="true" startWithSAP="1">`,
    `      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="${isDefault ? "main" : "alternate"}"/>`,
    ...rates.map((rate) => representation(rate, `audioSamplingRate="${sampleRate}"`, layout)),
    `    </AdaptationSet>`,
  ].join("\n");
}

function subtitleSet({ name, folder, language, disposition }: PackagedSubtitle, id: number): string {
  const lang = language === null ? "" : ` lang="${escapeXml(language)}"`;
  const roles = [
    disposition.includes("hearing_impaired") ? "caption" : "subtitle",
    ...(disposition.includes("forced") ? ["forced-subtitle"] : []),
  ];
  return [
    `    <AdaptationSet id="${id}" contentType="text" mimeType="text/vtt"${lang}>`,
    ...roles.map((role) => `      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="${role}"/>`),
    `      <Representation id="${escapeXml(name)}" bandwidth="1000">`,
    `        <BaseURL>${escapeXml(toUri(folder))}/subtitles.vtt</BaseURL>`,
    `      </Representation>`,
    `    </AdaptationSet>`,
  ].join("\n");
}

function representation(rendition: MeasuredRendition, facts: string, inside: string): string {
  // "$" begins an identifier in a template.
  const folder = escapeXml(toUri(rendition.folder)).replaceAll("$", "$$$$");
  return [
    `      <Representation id="${escapeXml(rendition.plan.name)}" codecs="${escapeXml(rendition.codecs.join(","))}"` +
      ` bandwidth="${rendition.peakBandwidth}" ${facts}>`,
    `${inside}        <SegmentTemplate timescale="${rendition.timescale}" initialization="${folder}/init.mp4"` +
      ` media="${folder}/$Number%05d$.m4s" startNumber="1">`,
    `          <SegmentTimeline>`,
    ...timeline(rendition.segments).map((line) => `            ${line}`),
    `          </SegmentTimeline>`,
    `        </SegmentTemplate>`,
    `      </Representation>`,
  ].join("\n");
}

/** Runs of equally long segments that follow each other without a gap become one entry. */
function timeline(segments: readonly MeasuredSegment[]): string[] {
  const runs: { start: number; duration: number; repeats: number }[] = [];
  for (const segment of segments) {
    const last = runs.at(-1);
    const follows = last && last.start + last.duration * (last.repeats + 1) === segment.start;
    if (last && follows && last.duration === segment.duration) last.repeats += 1;
    else runs.push({ start: segment.start, duration: segment.duration, repeats: 0 });
  }
  return runs.map(
    ({ start, duration, repeats }) =>
      `<S t="${start}" d="${duration}"${repeats > 0 ? ` r="${repeats}"` : ""}/>`,
  );
}

function endOf({ segments, timescale }: MeasuredRendition): number {
  const last = segments.at(-1);
  return last ? (last.start + last.duration) / timescale : 0;
}

/** "30", "30000/1001" or thousandths: DASH allows whole numbers and fractions of them only. */
function frameRate(fps: number): string {
  if (Math.abs(fps - Math.round(fps)) < 0.005) return String(Math.round(fps));
  const ntsc = Math.round(fps * 1.001);
  if (Math.abs(fps - ntsc / 1.001) < 0.005) return `${ntsc * 1000}/1001`;
  return `${Math.round(fps * 1000)}/1000`;
}

const period = (seconds: number) => `PT${seconds.toFixed(3)}S`;

const escapeXml = (text: string) => text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
