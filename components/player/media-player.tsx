"use client";

import { Gauge, Play, Settings2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useRef, useState } from "react";

import type { PlayMethod } from "#components/player/playable.ts";
import type { EngineState, ShakaEngine } from "#components/player/shaka-engine.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { Banner } from "#components/ui/banner.tsx";
import { buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { MenuPopup, MenuRadioGroup, MenuRadioItem, MenuRoot, MenuTrigger } from "#components/ui/menu.tsx";

const SPEEDS = [0.25, 0.5, 1, 1.25, 1.5, 2] as const;

type MediaPlayerProps = {
  url: string;
  method: Exclude<PlayMethod, "none">;
  posterUrl: string | null;
  /** What is played, for its name. */
  label: string;
  isAudioOnly: boolean;
  /** Play was pressed already, on what led here. */
  startsAtOnce?: boolean;
};

/** Plays one result. Nothing is fetched, and no engine is loaded, before Play is pressed. */
export function MediaPlayer({
  url,
  method,
  posterUrl,
  label,
  isAudioOnly,
  startsAtOnce = false,
}: MediaPlayerProps) {
  const t = useTranslations("detail.player");
  const [isStarted, setIsStarted] = useState(startsAtOnce);
  const [engineState, setEngineState] = useState<EngineState>({ qualities: [], isAuto: true });
  const [error, setError] = useState<string | null>(null);
  const [speed, setSpeed] = useState(1);
  const video = useRef<HTMLVideoElement>(null);
  const engine = useRef<ShakaEngine | null>(null);
  const fail = useCallback((detail: string) => setError(detail), []);

  useEffect(() => {
    const element = video.current;
    if (!isStarted || !element) return;
    const over = new AbortController();
    const isOver = () => over.signal.aborted;
    const play = () => {
      element.focus();
      element.play().catch((thrown: unknown) => {
        // The browser wants another press, for which its controls are there; or the player is going away.
        const isExpected =
          thrown instanceof DOMException && ["NotAllowedError", "AbortError"].includes(thrown.name);
        if (!isExpected && !isOver()) fail(thrown instanceof Error ? thrown.message : String(thrown));
      });
    };
    if (method === "file") {
      element.src = url;
      play();
    } else {
      void (async () => {
        try {
          const { startShaka } = await import("#components/player/shaka-engine.ts");
          if (isOver()) return;
          const started = await startShaka(element, url, { onState: setEngineState, onError: fail });
          if (isOver()) {
            await started.destroy();
            return;
          }
          engine.current = started;
          play();
        } catch (thrown) {
          if (!isOver()) fail(thrown instanceof Error ? thrown.message : String(thrown));
        }
      })();
    }
    return () => {
      over.abort();
      void engine.current?.destroy();
      engine.current = null;
      element.removeAttribute("src");
      element.load();
    };
  }, [isStarted, method, url, fail]);

  return (
    <div className="grid gap-3">
      <div className="relative aspect-video w-full overflow-hidden rounded-lg bg-media-scrim">
        <video
          ref={video}
          controls={isStarted}
          playsInline
          preload="none"
          poster={posterUrl ?? undefined}
          aria-label={label}
          crossOrigin="anonymous"
          className="size-full"
          onError={() => {
            const code = video.current?.error?.code;
            if (isStarted && method === "file" && code !== undefined)
              fail(video.current?.error?.message || `MediaError ${code}`);
          }}
        />
        {!isStarted && (
          <button
            type="button"
            aria-label={t("playThis", { name: label })}
            onClick={() => setIsStarted(true)}
            className="absolute inset-0 grid place-items-center focus-visible:-outline-offset-4"
          >
            <span className="grid size-14 place-items-center rounded-full bg-media-scrim text-on-media">
              <Play size={24} aria-hidden />
            </span>
          </button>
        )}
      </div>
      {error !== null && (
        <Banner role="alert">
          {t("error")} <span className="font-mono text-xs">{error}</span>
        </Banner>
      )}
      {isStarted && (
        <div className="flex flex-wrap items-center gap-2">
          {!isAudioOnly && engineState.qualities.length > 1 && (
            <QualityMenu state={engineState} onChoose={(id) => engine.current?.choose(id)} />
          )}
          <MenuRoot>
            <MenuTrigger className={cn(buttonVariants({ size: "sm" }))}>
              <Gauge size={16} aria-hidden />
              {t("speed", { value: String(speed) })}
            </MenuTrigger>
            <MenuPopup align="start">
              <MenuRadioGroup
                value={speed}
                onValueChange={(value: number) => {
                  setSpeed(value);
                  if (video.current) video.current.playbackRate = value;
                }}
              >
                {SPEEDS.map((value) => (
                  <MenuRadioItem key={value} value={value}>
                    {t("times", { value: String(value) })}
                  </MenuRadioItem>
                ))}
              </MenuRadioGroup>
            </MenuPopup>
          </MenuRoot>
          <NowPlaying state={engineState} />
        </div>
      )}
    </div>
  );
}

function QualityMenu({ state, onChoose }: { state: EngineState; onChoose: (id: number | null) => void }) {
  const t = useTranslations("detail.player");
  const figures = useFigures();
  const active = state.qualities.find((quality) => quality.isActive);
  const name = (height: number | null) => (height === null ? t("audio") : `${height}p`);
  return (
    <MenuRoot>
      <MenuTrigger className={cn(buttonVariants({ size: "sm" }))}>
        <Settings2 size={16} aria-hidden />
        {t("quality", { value: state.isAuto || !active ? t("auto") : name(active.height) })}
      </MenuTrigger>
      <MenuPopup align="start">
        <MenuRadioGroup
          value={state.isAuto ? "auto" : String(active?.id ?? "auto")}
          onValueChange={(value: string) => onChoose(value === "auto" ? null : Number(value))}
        >
          <MenuRadioItem value="auto">{t("auto")}</MenuRadioItem>
          {state.qualities.map((quality) => (
            <MenuRadioItem key={quality.id} value={String(quality.id)}>
              <span className="flex-1">{name(quality.height)}</span>
              <span className="text-xs text-subtle">{figures.bitRate(quality.bitsPerSecond)}</span>
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuPopup>
    </MenuRoot>
  );
}

function NowPlaying({ state }: { state: EngineState }) {
  const t = useTranslations("detail.player");
  const figures = useFigures();
  const active = state.qualities.find((quality) => quality.isActive);
  if (!active) return null;
  const rung = active.height === null ? t("audio") : `${active.height}p`;
  return (
    <span className="text-xs text-subtle">
      {t("nowPlaying", { rung, rate: figures.bitRate(active.bitsPerSecond) })}
    </span>
  );
}
