import type { ComponentProps, KeyboardEvent, ReactElement, SyntheticEvent } from "react";

import { withProps } from "#components/ui/lazy-part.ts";

type ClosedTriggerProps = ComponentProps<"button"> & {
  /** The element to use instead of a button. */
  render?: ReactElement | undefined;
  popup: "menu" | "dialog" | "listbox";
  wake: (event: SyntheticEvent<HTMLElement>) => void;
  /** Keys that open it too; Enter and Space are clicks already. */
  opensOn?: (key: string) => boolean;
};

/** The button of something that has never been opened: says what it would open, and wakes it. */
export function ClosedTrigger({ render, popup, wake, opensOn, ...rest }: ClosedTriggerProps) {
  const props = {
    ...rest,
    "aria-haspopup": popup,
    "aria-expanded": false,
    onClick: wake,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.ctrlKey || event.metaKey || event.altKey || opensOn?.(event.key) !== true) return;
      event.preventDefault();
      wake(event);
    },
  };
  return render === undefined ? <button type="button" {...props} /> : withProps(render, props);
}
