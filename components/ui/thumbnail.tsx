"use client";

import { FileVideo } from "lucide-react";
import { useState } from "react";

import { cn } from "#components/ui/cn.ts";

type ThumbnailProps = { src: string | null; className?: string };

/** A small picture of a video in a fixed box; a glyph when there is none. Decorative. */
export function Thumbnail({ src, className }: ThumbnailProps) {
  const [failedSrc, setFailedSrc] = useState<string | null>(null);
  const box = cn(
    "block h-7 w-12 flex-none overflow-hidden rounded-sm bg-sunken shadow-[inset_0_0_0_1px_var(--border)]",
    className,
  );
  if (src === null || src === failedSrc)
    return (
      <span className={cn(box, "grid place-items-center text-subtle")}>
        <FileVideo size={14} aria-hidden />
      </span>
    );
  return (
    <span className={box}>
      {/* Already small and signed by our own server: next/image would only add a second cache. */}
      <img
        src={src}
        alt=""
        loading="lazy"
        decoding="async"
        className="size-full object-cover"
        onError={() => setFailedSrc(src)}
      />
    </span>
  );
}
