"use client";

import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, type RefObject } from "react";

type ListShortcuts = { isOn: boolean; canCreate: boolean; searchRef: RefObject<HTMLInputElement | null> };

/**
 * `/` search, `N` new, `J` and `K` to the next and the previous row; Enter then opens it, for the row's link has the
 * focus. None fires inside a field, a menu or a dialog, and Preferences switches all of them off (WCAG 2.1.4).
 */
export function useListShortcuts({ isOn, canCreate, searchRef }: ListShortcuts): void {
  const router = useRouter();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target))
      return;
    switch (event.key) {
      case "/":
        searchRef.current?.focus();
        searchRef.current?.select();
        break;
      case "n":
      case "N":
        if (!canCreate) return;
        router.push("/tasks/new");
        break;
      case "j":
      case "J":
        moveRow(1);
        break;
      case "k":
      case "K":
        moveRow(-1);
        break;
      default:
        return;
    }
    event.preventDefault();
  });
  useEffect(() => {
    if (!isOn) return;
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, [isOn]);
}

/** Whether a key means something else where the focus is. */
function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true;
  return (
    target instanceof Element &&
    target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null
  );
}

function moveRow(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("tr[data-task] a[href]")];
  const row = document.activeElement?.closest("tr[data-task]");
  const current = links.findIndex((link) => row?.contains(link));
  links[Math.max(0, Math.min(links.length - 1, current + step))]?.focus();
}
