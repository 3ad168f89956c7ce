"use client";

import { useTranslations } from "next-intl";

import { ROLES, type Role } from "#lib/context.ts";

/** Why a role may not do something; null when it may. */
export function useDenied(role: Role, needed: Role): string | null {
  const t = useTranslations("common");
  if (ROLES.indexOf(role) >= ROLES.indexOf(needed)) return null;
  return t("needsRole", { role: t(`role.${role}`), needed: t(`role.${needed}`) });
}
