"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

import { useNow } from "#components/ui/now.tsx";
import { clockText } from "#components/ui/use-units.ts";

type TookProps = { startedAt: string | null; finishedAt: string | null };

/** How long a task has run, or ran; it counts on while it runs. */
export function Took({ startedAt, finishedAt }: TookProps) {
  const t = useTranslations("common");
  if (startedAt === null) return <>{t("none")}</>;
  if (finishedAt === null) return <Counting since={Date.parse(startedAt)} />;
  return <>{clockText((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)}</>;
}

function Counting({ since }: { since: number }) {
  const pageNow = useNow();
  const [now, setNow] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <>{clockText((Math.max(now, pageNow) - since) / 1000)}</>;
}
