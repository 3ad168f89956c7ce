"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";

import { Button } from "#components/ui/button.tsx";

export type PageDirection = "older" | "newer";

type CursorPagerProps = {
  page: { previousCursor: string | null; nextCursor: string | null } | undefined;
  onPage: (cursor: string, direction: PageDirection) => void;
  words: Record<"label" | "newer" | "older" | "noNewer" | "noOlder", string>;
};

/** The way to newer and older rows. At an end of the list its button says why it does nothing. */
export function CursorPager({ page, onPage, words }: CursorPagerProps) {
  const [newer, older] = [page?.previousCursor ?? null, page?.nextCursor ?? null];
  return (
    <nav aria-label={words.label} className="ms-auto flex items-center gap-1">
      <Button
        variant="ghost"
        size="sm"
        className="max-md:h-10"
        disabledReason={newer === null ? words.noNewer : null}
        onClick={() => newer !== null && onPage(newer, "newer")}
      >
        <ChevronLeft size={16} aria-hidden />
        {words.newer}
      </Button>
      <Button
        variant="ghost"
        size="sm"
        className="max-md:h-10"
        disabledReason={older === null ? words.noOlder : null}
        onClick={() => older !== null && onPage(older, "older")}
      >
        {words.older}
        <ChevronRight size={16} aria-hidden className="-me-0.5 ms-0!" />
      </Button>
    </nav>
  );
}
