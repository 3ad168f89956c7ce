import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire, stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { chromium, type Page } from "playwright-core";
import send from "send";

import { waysIn, type Result } from "./check-result.ts";
import { expectedResult } from "./expected.ts";
import type { Pair } from "./pair.ts";
import { Problems } from "./problems.ts";
import type { startShaka } from "#components/player/shaka-engine.ts";

/** Plays results in chromium, with the product's own engine (components/player/shaka-engine.ts), to their end. */

const DEBIAN_CHROMIUM = "/usr/bin/chromium";
const SHAKA = "shaka-player/dist/shaka-player.compiled-es2021.js";

/** The sources whose results are played, and what of them Debian's chromium can: HEVC it cannot. */
export const PLAYED_SOURCES: readonly string[] = ["hd", "rotated", "vfr", "hdr", "languages"];
const PLAYED_CONTAINERS: readonly string[] = ["mp4", "hls", "dash", "cmaf", "webm"];
const PLAYED_CODECS: readonly string[] = ["h264", "vp9", "av1"];

export const isPlayed = ({ source, spec }: Pair): boolean =>
  PLAYED_SOURCES.includes(source.name) && isPlayable(spec);

export const isPlayable = ({ container, video }: Pair["spec"]): boolean =>
  video !== null && PLAYED_CONTAINERS.includes(container) && PLAYED_CODECS.includes(video.codec);

export type Played = {
  isEnded: boolean;
  width: number;
  height: number;
  seconds: number;
  duration: number;
  frames: number;
  failure: string | null;
};

export type ResultPlayer = {
  /** Plays every way into a result (CMAF has two). Returns what is wrong; nothing when all play to their end. */
  play: (pair: Pair, result: Result) => Promise<string[]>;
  stop: () => Promise<void>;
};

/** A server on 127.0.0.1 for the page and the results, and a chromium. */
export async function startResultPlayer(): Promise<ResultPlayer> {
  const host = await startHost();
  const own = process.env["CHROMIUM_PATH"] ?? (existsSync(DEBIAN_CHROMIUM) ? DEBIAN_CHROMIUM : undefined);
  const browser = await chromium.launch({
    ...(own !== undefined && { executablePath: own }),
    args: ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
  });
  const page = await browser.newPage();
  let last: Promise<unknown> = Promise.resolve();
  const play = async (pair: Pair, result: Result): Promise<string[]> => {
    const problems = new Problems();
    for (const way of waysIn(result, pair.spec))
      judge(way, await playOne(page, host, result.dir, way), pair, problems);
    return problems.list;
  };
  return {
    // One page: one after the other.
    play: (pair, result) => {
      const next = last.then(() => play(pair, result));
      last = next.catch(() => undefined);
      return next;
    },
    stop: async () => {
      await browser.close();
      await host.stop();
    },
  };
}

function judge(way: string, played: Played, { source, spec }: Pair, problems: Problems): void {
  const { video } = expectedResult(source, spec);
  problems.equal(`playing ${way}: failure`, played.failure, null);
  problems.equal(`playing ${way}: ended`, played.isEnded, true);
  // Which rung is chosen is the engine's business.
  const isPlanned = video?.sizes.includes(`${played.width}x${played.height}`) === true;
  problems.equal(`playing ${way}: ${played.width}x${played.height} is a size of it`, isPlanned, true);
  problems.near(`playing ${way}: duration`, played.duration, source.seconds, 0.2);
  problems.near(`playing ${way}: the end`, played.seconds, played.duration, 0.1);
  problems.equal(`playing ${way}: shows frames`, played.frames > 0, true);
}

async function playOne(page: Page, host: Host, dir: string, way: string): Promise<Played> {
  host.folder = dir;
  await page.goto(`${host.url}/page.html`);
  const url = `${host.url}/result/${way.split("/").map(encodeURIComponent).join("/")}`;
  return page.evaluate(playToTheEnd, { url, engine: "/engine.js" });
}

/** Runs in the page. */
async function playToTheEnd({ url, engine }: { url: string; engine: string }): Promise<Played> {
  const { startShaka: start } = (await import(engine)) as { startShaka: typeof startShaka };
  const video = document.querySelector("video");
  if (!video) throw new Error("the page has no video");
  let failure: string | null = null;
  await new Promise<void>((resolve) => {
    const fail = (detail: string) => {
      failure = detail;
      resolve();
    };
    video.addEventListener("ended", () => resolve());
    video.addEventListener("error", () => fail(video.error?.message ?? "the element failed"));
    setTimeout(resolve, 90_000);
    start(video, url, { onState: () => undefined, onError: fail })
      .then(() => video.play())
      .catch((error: unknown) => fail(String(error)));
  });
  return {
    isEnded: video.ended,
    width: video.videoWidth,
    height: video.videoHeight,
    seconds: video.currentTime,
    duration: video.duration,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    failure,
  };
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Results</title>
<script type="importmap">{"imports":{"${SHAKA}":"/shaka-module.js"}}</script>
<script src="/shaka.js"></script><video muted playsinline></video>`;

type Host = { url: string; folder: string; stop: () => Promise<void> };

async function startHost(): Promise<Host> {
  const engine = new URL("../../components/player/shaka-engine.ts", import.meta.url);
  const texts: Record<string, readonly [type: string, text: string]> = {
    "/page.html": ["text/html", PAGE],
    "/engine.js": ["text/javascript", stripTypeScriptTypes(readFileSync(engine, "utf8"))],
    "/shaka.js": ["text/javascript", readFileSync(createRequire(import.meta.url).resolve(SHAKA), "utf8")],
    "/shaka-module.js": ["text/javascript", "export default window.shaka;"],
  };
  const host: Host = { url: "", folder: "/nonexistent", stop: async () => undefined };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    const text = texts[pathname];
    if (text) {
      response.writeHead(200, { "content-type": `${text[0]}; charset=utf-8` }).end(text[1]);
    } else if (pathname.startsWith("/result/")) {
      send(request, pathname.slice("/result".length), { root: host.folder }).pipe(response);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  host.stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return host;
}
