import shaka from "shaka-player/dist/shaka-player.compiled-es2021.js";

/** A quality that can be chosen. `id` stays the same while the manifest is loaded. */
export type Quality = { id: number; height: number | null; bitsPerSecond: number; isActive: boolean };

export type EngineState = { qualities: Quality[]; isAuto: boolean };

/**
 * The streaming engine on a video element: HLS and DASH over Media Source. Loaded on Play only.
 * `onState` reports the qualities and which is playing, `onError` what stopped it.
 */
export async function startShaka(
  video: HTMLVideoElement,
  url: string,
  handlers: { onState: (state: EngineState) => void; onError: (detail: string) => void },
) {
  shaka.polyfill.installAll();
  if (!shaka.Player.isBrowserSupported()) throw new Error("This browser has no Media Source Extensions.");
  const player = new shaka.Player();
  let isAuto = true;

  const report = () => {
    const active = player.getVariantTracks().find((track) => track.active);
    handlers.onState({ qualities: qualitiesOf(player.getVariantTracks(), active?.id ?? null), isAuto });
  };
  const events = ["trackschanged", "variantchanged", "adaptation", "streaming"] as const;
  for (const name of events) player.addEventListener(name, report);
  player.addEventListener("error", (event: Event) =>
    handlers.onError(errorWords((event as Event & { detail?: unknown }).detail)),
  );

  await player.attach(video);
  try {
    await player.load(url);
  } catch (error) {
    await player.destroy();
    throw new Error(errorWords(error), { cause: error });
  }
  report();

  return {
    /** Chooses a quality by its id; null lets the engine adapt. */
    choose(id: number | null): void {
      isAuto = id === null;
      player.configure({ abr: { enabled: isAuto } });
      const track = player.getVariantTracks().find((one) => one.id === id);
      if (track) player.selectVariantTrack(track, true);
      report();
    },
    destroy: () => player.destroy(),
  };
}
export type ShakaEngine = Awaited<ReturnType<typeof startShaka>>;

type Track = shaka.extern.Track;

/** One entry per height (or rate, without video), highest first. */
function qualitiesOf(tracks: readonly Track[], activeId: number | null): Quality[] {
  const byRung = new Map<string, Quality>();
  for (const track of tracks) {
    const key =
      track.height === null
        ? `r${track.bandwidth}`
        : `h${track.height}x${track.videoBandwidth ?? track.bandwidth}`;
    const isActive = track.id === activeId;
    const known = byRung.get(key);
    if (!known)
      byRung.set(key, { id: track.id, height: track.height, bitsPerSecond: track.bandwidth, isActive });
    else if (isActive) known.isActive = true;
  }
  return [...byRung.values()].sort((a, b) => b.bitsPerSecond - a.bitsPerSecond);
}

function errorWords(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error) return `Shaka ${String(error.code)}`;
  return error instanceof Error ? error.message : String(error);
}
