"use client";

import type { ReactNode } from "react";

import { lazyPart, loadAsked, useLazyPart } from "#components/ui/lazy-part.ts";

export type ToastOptions = { title: string; description?: string; type?: "succeeded" | "failed" };

const part = lazyPart(() => import("#components/ui/toast-region.tsx"));
const waiting: ToastOptions[] = [];
let show: ((options: ToastOptions) => void) | null = null;

/** `toast.add({ title, description?, type?: "succeeded" | "failed" })`. Never the only copy of a message. */
export const toast = {
  add(options: ToastOptions): void {
    if (show !== null) {
      show(options);
      return;
    }
    waiting.push(options);
    loadAsked(part, () => {});
  },
};

/** For the region: takes what has waited for it, and what comes from now on. Returns how to stop. */
export function connectToasts(next: (options: ToastOptions) => void): () => void {
  show = next;
  for (const options of waiting.splice(0)) next(options);
  return () => {
    show = null;
  };
}

/** Mount once, around the application. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const region = useLazyPart(part);
  return (
    <>
      {children}
      {region !== null && <region.ToastRegion />}
    </>
  );
}
