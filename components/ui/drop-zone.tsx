"use client";

import { Upload } from "lucide-react";
import { useId, useRef, useState, type DragEvent, type ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

type DropZoneProps = {
  title: ReactNode;
  hint: ReactNode;
  /** What the file picker offers first, e.g. "video/*,audio/*". */
  accept?: string;
  onFiles: (files: File[]) => void;
  isCompact?: boolean;
};

/** A button that opens the file picker, and takes files that are dropped on it. */
export function DropZone({ title, hint, accept, onFiles, isCompact = false }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const depth = useRef(0);
  const [isOver, setIsOver] = useState(false);
  const hintId = useId();

  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const drag = (step: 1 | -1) => (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    // Entering a child fires "enter" there before "leave" here: only the balance says whether the pointer is outside.
    depth.current = Math.max(0, depth.current + step);
    setIsOver(depth.current > 0);
  };
  return (
    <>
      <button
        type="button"
        aria-describedby={hintId}
        onClick={() => input.current?.click()}
        onDragEnter={drag(1)}
        onDragLeave={drag(-1)}
        onDragOver={(event) => hasFiles(event) && event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          depth.current = 0;
          setIsOver(false);
          onFiles([...event.dataTransfer.files]);
        }}
        className={cn(
          "flex w-full items-center justify-center gap-3 rounded-lg border border-dashed border-control bg-sunken px-4 text-start transition-colors duration-(--dur-fast) hover:border-accent hover:bg-hover",
          isCompact ? "py-3" : "min-h-32 flex-col py-6 text-center",
          isOver && "border-solid border-accent bg-accent-soft",
        )}
      >
        <Upload size={20} strokeWidth={1.5} aria-hidden className="text-muted" />
        <span>
          <span className="block font-medium">{title}</span>
          <span id={hintId} className="block text-xs text-subtle">
            {hint}
          </span>
        </span>
      </button>
      <input
        ref={input}
        type="file"
        multiple
        accept={accept}
        hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // So that the same file can be chosen again after it was taken away.
          event.target.value = "";
        }}
      />
    </>
  );
}
