"use client";

import { Ellipsis, KeyRound, Power, PowerOff, Send, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";

import { Button } from "#components/ui/button.tsx";
import { MenuItem, MenuPopup, MenuRoot, MenuSeparator, MenuTrigger } from "#components/ui/menu.tsx";
import type { EndpointView } from "#lib/webhooks/view.ts";

export type EndpointAction = "test" | "rotate" | "enable" | "disable" | "delete";

type EndpointMenuProps = {
  endpoint: EndpointView;
  /** Why this person may not change endpoints; null when they may. */
  denied: string | null;
  onChoose: (action: EndpointAction) => void;
};

/** What can be done with an endpoint. */
export function EndpointMenu({ endpoint, denied, onChoose }: EndpointMenuProps) {
  const t = useTranslations("webhooks.menu");
  const { enabled, url } = endpoint;
  return (
    <MenuRoot>
      <MenuTrigger
        render={
          <Button variant="ghost" iconOnly aria-label={t("open", { url })} className="max-md:size-10">
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
      />
      <MenuPopup aria-label={t("open", { url })}>
        <MenuItem
          icon={<Send size={16} aria-hidden />}
          disabledReason={denied ?? (enabled ? null : t("disabled"))}
          onClick={() => onChoose("test")}
        >
          {t("test")}
        </MenuItem>
        <MenuItem
          icon={<KeyRound size={16} aria-hidden />}
          disabledReason={denied}
          onClick={() => onChoose("rotate")}
        >
          {t("rotate")}
        </MenuItem>
        <MenuItem
          icon={enabled ? <PowerOff size={16} aria-hidden /> : <Power size={16} aria-hidden />}
          disabledReason={denied}
          onClick={() => onChoose(enabled ? "disable" : "enable")}
        >
          {t(enabled ? "disable" : "enable")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={<Trash2 size={16} aria-hidden />}
          tone="danger"
          disabledReason={denied}
          onClick={() => onChoose("delete")}
        >
          {t("delete")}
        </MenuItem>
      </MenuPopup>
    </MenuRoot>
  );
}
