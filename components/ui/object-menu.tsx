"use client";

import { Copy, Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { Button } from "#components/ui/button.tsx";
import { copyText } from "#components/ui/copy-text.ts";
import { MenuItem, MenuPopup, MenuRoot, MenuTrigger } from "#components/ui/menu.tsx";
import { toast } from "#components/ui/toast.tsx";

type ObjectMenuProps = {
  /** Names the object: "Actions for clip.mp4". */
  label: string;
  /** `sm` in a row, `md` beside a page's title. */
  size: "sm" | "md";
  /** Something that was chosen goes on. */
  pending?: boolean;
  children: ReactNode;
};

/** The three dots of one object, and what opens there. */
export function ObjectMenu({ label, size, pending = false, children }: ObjectMenuProps) {
  return (
    <MenuRoot>
      <MenuTrigger
        render={
          <Button
            variant={size === "sm" ? "ghost" : "secondary"}
            size={size}
            iconOnly
            aria-label={label}
            pending={pending}
          >
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
      />
      <MenuPopup aria-label={label}>{children}</MenuPopup>
    </MenuRoot>
  );
}

/** Copies the object's id. */
export function CopyIdItem({ id, children }: { id: string; children: ReactNode }) {
  const t = useTranslations("common");
  async function copy() {
    const isCopied = await copyText(id);
    toast.add({
      type: isCopied ? "succeeded" : "failed",
      title: isCopied ? t("copied") : t("copyFailed"),
    });
  }
  return (
    <MenuItem icon={<Copy size={16} aria-hidden />} onClick={() => void copy()}>
      {children}
    </MenuItem>
  );
}
