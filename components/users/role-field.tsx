"use client";

import { useTranslations } from "next-intl";

import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { ROLES, type Role } from "#lib/context.ts";

type RoleFieldProps = { id: string; value: Role; onChange: (role: Role) => void };

/** A role, and what it may do. */
export function RoleField({ id, value, onChange }: RoleFieldProps) {
  const t = useTranslations("users");
  const tRole = useTranslations("common.role");
  return (
    <Field id={id} label={t("columns.role")} hint={t(`roles.${value}`)}>
      <Select
        id={id}
        value={value}
        onValueChange={onChange}
        items={ROLES.map((role) => ({ value: role, label: tRole(role) }))}
        className="w-full"
      />
    </Field>
  );
}
