import { writeFileSync } from "node:fs";

import { aviWithSubtitle } from "#lib/media/test-gab2.ts";
import { type Clips, X264 } from "#lib/media/test-pipeline.ts";

/** Where the payloads point: a video and a text of somebody else's, and a server that must never be called. */
export type Targets = { clips: Clips; victim: string; victimTs: string; secret: string; canary: string };

export type Payload = {
  /** As in the threat model: h playlists, x XBIN, a AVI, c concat, d DASH, g SVG, t text, m MOV, s SDP, b bombs, n names. */
  id: string;
  what: string;
  /** What the user calls the file. */
  name: string;
  /** Makes the file and returns its path. */
  make: (targets: Targets) => string;
  /** Its own, harmless picture may come out. */
  mayGiveOwnVideo?: boolean;
};

const text = (id: string, content: (targets: Targets) => string | Buffer) => (targets: Targets) => {
  const file = targets.clips.path(id);
  writeFileSync(file, content(targets));
  return file;
};
const hls = (...lines: string[]) => `#EXTM3U\n#EXT-X-TARGETDURATION:10\n${lines.join("\n")}\n`;
const segment = (address: string) => `#EXTINF:3,\n${address}\n#EXT-X-ENDLIST`;

function playlist(id: string, what: string, body: (targets: Targets) => string, name = "video.mp4"): Payload {
  return { id, what, name, make: text(id, (targets) => hls(body(targets))) };
}

const PLAYLISTS: readonly Payload[] = [
  playlist("h01", "m3u8 → a text file", (t) => segment(`file://${t.secret}`), "video.m3u8"),
  playlist("h02", "the same, named .mp4", (t) => segment(`file://${t.secret}`)),
  playlist("h03", "the same, named .txt", (t) => segment(`file://${t.secret}`), "video.txt"),
  playlist("h04", "m3u8 → another project's MP4", (t) => segment(`file://${t.victim}`)),
  playlist("h05", "the same, by ../", (t) => segment(`../../../../../../../../../..${t.victim}`)),
  playlist("h06", "m3u8 → http on this machine", (t) => segment(`${t.canary}/h06.ts`)),
  playlist("h07", "m3u8 → concat:", (t) => segment(`concat:${t.victimTs}|${t.victimTs}`)),
  playlist("h08", "m3u8 → subfile", (t) => segment(`subfile,,start,0,end,0,,:${t.victim}`)),
  playlist("h09", "m3u8 → data:", () => segment("data:video/mp2t;base64,RwAAEAAAsA0AAcEAAAAB8AAqsQSy")),
  playlist("h10", "a list of lists → http", (t) => `#EXT-X-STREAM-INF:BANDWIDTH=1\n${t.canary}/h10.m3u8`),
  playlist(
    "h11",
    "EXT-X-KEY → file",
    (t) => `#EXT-X-KEY:METHOD=AES-128,URI="file://${t.secret}"\n${segment(`file://${t.victimTs}`)}`,
  ),
  playlist(
    "h12",
    "EXT-X-MAP → another project's MP4",
    (t) => `#EXT-X-MAP:URI="file://${t.victim}"\n${segment(`file://${t.victim}`)}`,
  ),
  playlist("h13", "a list of lists → file", (t) => `#EXT-X-STREAM-INF:BANDWIDTH=1\nfile://${t.victim}`),
  playlist(
    "h14",
    "EXT-X-MEDIA → file",
    (t) =>
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="file://${t.victim}"\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\nfile://${t.victim}`,
  ),
  playlist("h15", "an endless live list", (t) => `#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:3,\nfile://${t.victimTs}`),
  playlist(
    "h16",
    "a list that includes itself",
    (t) => `#EXT-X-STREAM-INF:BANDWIDTH=1\nfile://${t.clips.path("h16")}`,
  ),
  playlist("h17", "m3u8 → crypto+http", (t) => segment(`crypto+${t.canary}/h17.ts`)),
  playlist("h19", "m3u8 → another project's TS", (t) => segment(`file://${t.victimTs}`)),
  playlist("h20", "m3u8 → gopher", (t) => segment(t.canary.replace("http:", "gopher:"))),
  playlist("h21", "m3u8 → tcp", (t) => segment(t.canary.replace("http:", "tcp:"))),
];

const XBIN = Buffer.from("XBIN\x1a\x50\x00\x01\x00\x10\x02\x00", "latin1");
const XBINS: readonly Payload[] = [
  playlist(
    "x01",
    "XBIN: a header from data:, a text behind it",
    (t) => `#EXTINF:1,\ndata:image/xbin;base64,${XBIN.toString("base64")}\n${segment(`file://${t.secret}`)}`,
  ),
  playlist(
    "x02",
    "XBIN: a header from AES over /dev/zero",
    (t) =>
      `#EXT-X-KEY:METHOD=AES-128,URI="/dev/zero",IV=0x4c4f4c3a1a50000100100200000000ff\n#EXTINF:1,\n/dev/zero\n${segment(`file://${t.secret}`)}`,
  ),
  {
    id: "x03",
    what: "XBIN itself",
    name: "art.mp4",
    make: text("x03", () => Buffer.concat([XBIN, Buffer.alloc(4096, 65)])),
  },
];

const GAB2S: readonly Payload[] = (
  [
    [
      "a01",
      "an AVI whose subtitle is HLS → another project's MP4",
      (t: Targets) => hls(segment(`file://${t.victim}`)),
    ],
    ["a02", "an AVI whose subtitle is HLS → http", (t: Targets) => hls(segment(`${t.canary}/a02.ts`))],
    [
      "a03",
      "an AVI whose subtitle is ffconcat",
      (t: Targets) => `ffconcat version 1.0\nfile '${t.victim}'\n`,
    ],
    ["a04", "an AVI whose subtitle is XBIN", () => XBIN.toString("latin1")],
  ] as const
).map(([id, what, subtitle]) => ({
  id,
  what,
  name: "clip.avi",
  make: text(id, (targets) => aviWithSubtitle(subtitle(targets))),
  mayGiveOwnVideo: true,
}));

const concat = (id: string, what: string, body: (targets: Targets) => string): Payload => ({
  id,
  what,
  name: "list.mp4",
  make: text(id, (targets) => `ffconcat version 1.0\n${body(targets)}\n`),
});
const CONCATS: readonly Payload[] = [
  concat("c01", "ffconcat → another project's MP4", (t) => `file '${t.victim}'`),
  concat("c02", "the same, by ../", (t) => `file '../../../../../../../..${t.victim}'`),
  concat("c03", "ffconcat → file:", (t) => `file 'file:${t.victim}'`),
  concat("c04", "ffconcat → http", (t) => `file '${t.canary}/c04.mp4'`),
  concat("c05", "ffconcat → a sibling's name", () => "file 'input'"),
  concat("c06", "ffconcat with options", (t) => `file '${t.victim}'\noption safe 0`),
  concat("c07", "ffconcat → subfile", (t) => `file 'subfile,,start,0,end,0,,:${t.victim}'`),
  concat("c08", "ffconcat that includes itself", (t) => `file '${t.clips.path("c08")}'`),
];

const dash = (
  id: string,
  what: string,
  base: (targets: Targets) => string,
  doctype: (t: Targets) => string = () => "",
): Payload => ({
  id,
  what,
  name: "video.mp4",
  make: text(
    id,
    (t) =>
      `<?xml version="1.0"?>${doctype(t)}<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT3S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${base(t)}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  ),
});
const BOMB =
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>';
const MANIFESTS: readonly Payload[] = [
  dash("d03", "DASH → http", (t) => `${t.canary}/d03.mp4`),
  dash(
    "d05",
    "DASH with an external entity",
    () => "&x;",
    (t) => `<!DOCTYPE x [<!ENTITY x SYSTEM "file://${t.secret}">]>`,
  ),
  dash(
    "d06",
    "DASH with an entity bomb",
    () => "&d;",
    () => BOMB,
  ),
  dash("d07", "DASH → another project's MP4", (t) => `file://${t.victim}`),
  dash("d08", "the same, without a scheme", (t) => t.victim),
  dash("d09", "the same, by ../", (t) => `../../../../../../../..${t.victim}`),
];

const svg = (
  id: string,
  what: string,
  body: (targets: Targets) => string,
  doctype: (t: Targets) => string = () => "",
): Payload => ({
  id,
  what,
  name: "drawing.mp4",
  make: text(
    id,
    (t) =>
      `<?xml version="1.0"?>${doctype(t)}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">${body(t)}</svg>`,
  ),
});
const OTHERS: readonly Payload[] = [
  svg("g01", "SVG → a file", (t) => `<image xlink:href="file://${t.victim}" width="64" height="64"/>`),
  svg("g02", "SVG → http", (t) => `<image xlink:href="${t.canary}/g02.png" width="64" height="64"/>`),
  svg(
    "g04",
    "SVG with an external entity",
    () => "<text>&x;</text>",
    (t) => `<!DOCTYPE x [<!ENTITY x SYSTEM "file://${t.secret}">]>`,
  ),
  svg(
    "g05",
    "SVG with an entity bomb",
    () => "<text>&d;</text>",
    () => BOMB,
  ),
  { id: "t01", what: "text", name: "video.mp4", make: text("t01", () => "words\n".repeat(500)) },
  {
    id: "t03",
    what: "a .srt that is HLS",
    name: "subtitles.srt",
    make: text("t03", (t) => hls(segment(`file://${t.victim}`))),
  },
  {
    id: "s01",
    what: "SDP → udp and http",
    name: "video.mp4",
    make: text(
      "s01",
      (t) =>
        `v=0\no=- 0 0 IN IP4 127.0.0.2\ns=x\nc=IN IP4 127.0.0.2\nt=0 0\nm=video ${new URL(t.canary).port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    ),
  },
  {
    id: "m02",
    what: "a MOV whose samples lie in another file",
    name: "linked.mov",
    make: ({ clips }) => {
      const file = clips.make("m02.mov", "-f", "lavfi", "-i", "color=blue:s=64x64:d=1", ...X264);
      return clips.patch(file, "url \0\0\0\x01", "alis\0\0\0\0");
    },
    mayGiveOwnVideo: true,
  },
];

const name = (id: string, what: string, called: string, title = called): Payload => ({
  id,
  what,
  name: called,
  mayGiveOwnVideo: true,
  make: ({ clips }) =>
    clips.make(
      `${id}.mp4`,
      "-f",
      "lavfi",
      "-i",
      "color=blue:s=64x64:d=1",
      ...X264,
      "-metadata",
      `title=${title}`,
    ),
});
const NAMES: readonly Payload[] = [
  name("n01", "a name that is an option", "-f mp4 -y x.mp4"),
  name("n02", "a name that is a protocol", "concat:x|y.mp4"),
  name("n03", "a name with a pattern", "shot%d%%n.mp4"),
  name("n04", "a name with shell words", "$(touch pwned);`id`|&.mp4"),
  name(
    "n05",
    "a title that breaks out of a filter",
    "title.mp4",
    "x'[a];movie=/etc/passwd[b];[a][b]overlay,drawtext=text='",
  ),
  name("n06", "a title with a script", "<img src=x onerror=alert(1)>.mp4", "<script>alert(1)</script>"),
];

/** Everything but the bombs, which are measured one by one. */
export const PAYLOADS: readonly Payload[] = [
  ...PLAYLISTS,
  ...XBINS,
  ...GAB2S,
  ...CONCATS,
  ...MANIFESTS,
  ...OTHERS,
  ...NAMES,
];
