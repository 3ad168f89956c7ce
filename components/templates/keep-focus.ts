/**
 * Before one of several goes: when it is the last, the focus goes to the button that removes the one before it, or to the
 * one that adds; else it stays, on the button of the one that takes its place.
 */
export function keepFocus(button: HTMLElement): void {
  const item = button.closest("li");
  if (item === null || item.nextElementSibling !== null) return;
  const next =
    item.previousElementSibling?.querySelector<HTMLElement>("[data-remove]") ??
    button.closest("details")?.querySelector<HTMLElement>("[data-add]");
  next?.focus();
}
