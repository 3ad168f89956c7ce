"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";

import { useLive } from "#components/live/live-provider.tsx";
import { askHealth } from "#components/session/ask-health.ts";
import { retrySeconds } from "#components/session/retry-seconds.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { connection } from "#lib/http/connection.ts";

/** Under the header, while the server or the network is away: says so, asks again, and reads the page anew afterwards. */
export function ConnectionBar() {
  const t = useTranslations("session.connection");
  const client = useQueryClient();
  const { state: live } = useLive();
  const state = useSyncExternalStore(connection.subscribe, connection.getSnapshot, () => "up" as const);
  const isOffline = useSyncExternalStore(
    watchNetwork,
    () => !navigator.onLine,
    () => false,
  );

  // A stream that breaks off is the first sign on a page where nobody presses anything.
  useEffect(() => {
    if (live === "reconnecting") connection.doubt();
  }, [live]);
  useEffect(() => {
    if (state !== "doubtful") return;
    void askHealth().then((now) => {
      if (connection.getSnapshot() === "doubtful") connection.report(now);
    });
  }, [state]);

  function recover() {
    connection.report("up");
    toast.add({ type: "succeeded", title: t("back") });
    void client.invalidateQueries();
  }

  if (!isOffline && (state === "up" || state === "doubtful")) return null;
  const what = isOffline ? "offline" : state === "database" ? "database" : "down";
  return (
    <div className="sticky top-12 z-20 bg-surface px-4 py-2 lg:px-6">
      <Retrying what={what} key={isOffline ? "offline" : "away"} onRecovered={recover} />
    </div>
  );
}

type RetryingProps = { what: "offline" | "database" | "down"; onRecovered: () => void };

function Retrying({ what, onRecovered }: RetryingProps) {
  const t = useTranslations("session.connection");
  const [tries, setTries] = useState(0);
  const [secondsLeft, setSecondsLeft] = useState(() => retrySeconds(0));
  const isAsking = secondsLeft <= 0;
  const handleAnswer = useEffectEvent((now: Awaited<ReturnType<typeof askHealth>>) => {
    if (now === "up") {
      onRecovered();
      return;
    }
    connection.report(now);
    setTries(tries + 1);
    setSecondsLeft(retrySeconds(tries + 1));
  });

  useEffect(() => {
    if (isAsking) return;
    const timer = setInterval(() => setSecondsLeft((seconds) => seconds - 1), 1000);
    return () => clearInterval(timer);
  }, [isAsking]);
  useEffect(() => {
    if (!isAsking) return;
    let isOver = false;
    void askHealth().then((now) => {
      if (!isOver) handleAnswer(now);
    });
    return () => {
      isOver = true;
    };
  }, [isAsking]);

  return (
    <Banner
      tone="partial"
      action={
        <Button size="sm" pending={isAsking} onClick={() => setSecondsLeft(0)}>
          {t("retryNow")}
        </Button>
      }
    >
      <span role="status">{t(what)}</span>{" "}
      {/* Not in the region above: a screen reader would read every second. */}
      <span className="text-muted tabular-nums">
        {isAsking ? t("asking") : t("retryingIn", { seconds: secondsLeft })}
      </span>
    </Banner>
  );
}

function watchNetwork(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
