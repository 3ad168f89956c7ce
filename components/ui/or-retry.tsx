"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState, type ComponentType } from "react";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";

type Load<Props> = () => Promise<ComponentType<Props>>;

/**
 * For next/dynamic, which keeps a failure for as long as the page stands: the part, or, when its code cannot be fetched, a
 * panel that says so and fetches it again.
 */
export async function orRetry<Props extends object>(load: Load<Props>): Promise<ComponentType<Props>> {
  try {
    return await load();
  } catch (error) {
    if (!isChunkError(error)) throw error;
    return (props) => <RetryPanel load={load} props={props} />;
  }
}

/** Whether it is the bundler's word for code that could not be fetched. */
export function isChunkError(error: unknown): boolean {
  return error instanceof Error && error.name === "ChunkLoadError";
}

type RetryPanelProps<Props> = { load: Load<Props>; props: Props };

function RetryPanel<Props extends object>({ load, props }: RetryPanelProps<Props>) {
  const t = useTranslations("common.part");
  const [part, setPart] = useState<{ Part: ComponentType<Props> } | null>(null);
  const [isLoading, setIsLoading] = useState(true);
  useEffect(() => {
    if (!isLoading) return;
    let isOver = false;
    load().then(
      (Part) => !isOver && setPart({ Part }),
      () => !isOver && setIsLoading(false),
    );
    return () => {
      isOver = true;
    };
  }, [load, isLoading]);

  if (part !== null) return <part.Part {...props} />;
  if (isLoading) return <Skeleton className="h-80 w-full" />;
  return (
    <Banner
      role="alert"
      action={
        <Button size="sm" onClick={() => setIsLoading(true)}>
          {t("action")}
        </Button>
      }
    >
      {t("failed")}
    </Banner>
  );
}
