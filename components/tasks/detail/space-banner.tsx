"use client";

import { useFailureWords } from "#components/tasks/use-failure-words.ts";
import { Banner } from "#components/ui/banner.tsx";
import type { FailureView } from "#lib/jobs/view.ts";

/** A task that waits for space on a disk: which one, how much it needs, and what to do. It has not failed. */
export function SpaceBanner({ failure }: { failure: FailureView }) {
  const { title, why, fix } = useFailureWords()(failure);
  return (
    <Banner tone="partial" role="status">
      <p className="font-medium">{title}</p>
      <p className="text-muted">
        {why} {fix}
      </p>
    </Banner>
  );
}
