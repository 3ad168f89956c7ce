"use client";

import { KeyRound, LogOut, SlidersHorizontal } from "lucide-react";
import { useTranslations } from "next-intl";

import { Button } from "#components/ui/button.tsx";
import { MenuItem, MenuLink, MenuPopup, MenuRoot, MenuSeparator, MenuTrigger } from "#components/ui/menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { Role } from "#lib/context.ts";
import { sessionGate } from "#lib/http/session-gate.ts";

export type AccountMenuProps = {
  user: { name: string; email: string; role: Role };
  project: string;
};

/** Who is signed in, and the way out. */
export function AccountMenu({ user, project }: AccountMenuProps) {
  const t = useTranslations("nav.account");
  const tRole = useTranslations("common.role");
  const name = user.name || user.email;

  async function leave() {
    // What the page still asks for is refused from here on, and nobody must be asked to sign in again.
    sessionGate.leave();
    try {
      // 20 KB that no page needs until someone leaves.
      const { signOut } = await import("next-auth/react");
      await signOut({ redirect: false });
    } catch {
      sessionGate.guard();
      toast.add({ type: "failed", title: t("signOutFailed") });
      return;
    }
    // A whole load, so that nothing of this person's data stays in memory.
    window.location.assign("/sign-in");
  }

  return (
    <MenuRoot>
      <MenuTrigger
        render={
          <Button variant="ghost" iconOnly aria-label={t("open", { name })} className="ms-1 max-lg:size-10">
            <span className="grid size-7 place-items-center rounded-full bg-inverse text-xs font-semibold text-on-inverse">
              {initials(name)}
            </span>
          </Button>
        }
      />
      <MenuPopup>
        <div className="px-2 pt-1.5 pb-2">
          <p className="truncate font-medium">{name}</p>
          <p className="truncate text-xs text-subtle">{user.email}</p>
          <p className="mt-1 truncate text-xs text-subtle">
            {t("role", { role: tRole(user.role), project })}
          </p>
        </div>
        <MenuSeparator />
        <MenuLink href="/preferences" icon={<SlidersHorizontal size={16} aria-hidden />}>
          {t("preferences")}
        </MenuLink>
        <MenuLink href="/preferences#password" icon={<KeyRound size={16} aria-hidden />}>
          {t("password")}
        </MenuLink>
        <MenuSeparator />
        <MenuItem icon={<LogOut size={16} aria-hidden />} onClick={() => void leave()}>
          {t("signOut")}
        </MenuItem>
      </MenuPopup>
    </MenuRoot>
  );
}

/** "Li Wei" → "LW", "li@example.com" → "L", "李伟" → "李". */
function initials(name: string): string {
  const words = name
    .replace(/@.*$/, "")
    .split(/[\s._-]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map(firstLetter).join("").toLocaleUpperCase() || "?";
}

/** Whole, also where it takes two UTF-16 units. */
function firstLetter(word: string | undefined): string {
  const code = word?.codePointAt(0);
  return code === undefined ? "" : String.fromCodePoint(code);
}
