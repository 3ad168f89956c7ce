"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState, type SubmitEvent } from "react";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { ALL_DIALECTS, DIALECTS, type CreateAccessKeyInput, type Dialect } from "#lib/access-keys/schema.ts";
import type { CreatedAccessKey } from "#lib/access-keys/view.ts";
import { ROLES, type Role } from "#lib/context.ts";
import { api } from "#lib/http/api-client.ts";

type CreateKeyDialogProps = { onClose: () => void; onCreated: (made: CreatedAccessKey) => void };

/** Name, role and APIs of a new key. */
export function CreateKeyDialog({ onClose, onCreated }: CreateKeyDialogProps) {
  const t = useTranslations("keys.create");
  const tKeys = useTranslations("keys");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const nameField = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [isAll, setIsAll] = useState(true);
  const [chosen, setChosen] = useState<readonly Dialect[]>([]);
  const [isTried, setIsTried] = useState(false);
  const create = useMutation({
    mutationFn: (body: CreateAccessKeyInput) => api.post<CreatedAccessKey>("/access-keys", body),
    onSuccess: onCreated,
  });

  const nameError = isTried && name.trim() === "" ? t("nameMissing") : null;
  const dialectError = isTried && !isAll && chosen.length === 0 ? t("dialectMissing") : null;

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsTried(true);
    if (name.trim() === "") {
      nameField.current?.focus();
      return;
    }
    if (!isAll && chosen.length === 0) return;
    create.mutate({ name, role, dialects: isAll ? [ALL_DIALECTS] : [...chosen] });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("title")}
      initialFocus={nameField}
      footer={
        <>
          <Button onClick={onClose}>{tCommon("cancel")}</Button>
          <Button type="submit" form="create-key" variant="primary" pending={create.isPending}>
            {t(create.isPending ? "submitting" : "submit")}
          </Button>
        </>
      }
    >
      <form id="create-key" noValidate onSubmit={submit} className="grid gap-4">
        {create.error && <Banner role="alert">{errorText(create.error)}</Banner>}
        <Field id="key-name" label={t("name")} error={nameError} hint={t("nameHint")}>
          <Input
            {...describedBy("key-name", { error: nameError, hint: true })}
            ref={nameField}
            value={name}
            maxLength={64}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field id="key-role" label={t("role")} hint={tKeys(`roles.${role}`)}>
          <Select
            id="key-role"
            value={role}
            onValueChange={setRole}
            items={ROLES.map((value) => ({ value, label: tCommon(`role.${value}`) }))}
            className="w-full"
          />
        </Field>
        <fieldset aria-describedby={dialectError ? "key-dialects-error" : undefined}>
          <legend className="mb-1 font-medium">{t("dialects")}</legend>
          <Choice label={tKeys("dialects.all")} hint={t("allHint")} checked={isAll} onChange={setIsAll} />
          <div className="ms-6">
            {DIALECTS.map((dialect) => (
              <Choice
                key={dialect}
                label={tKeys(`dialects.${dialect}`)}
                hint={tKeys(`dialectPaths.${dialect}`)}
                checked={isAll || chosen.includes(dialect)}
                disabled={isAll}
                onChange={(isOn) =>
                  setChosen(isOn ? [...chosen, dialect] : chosen.filter((one) => one !== dialect))
                }
              />
            ))}
          </div>
          {dialectError && (
            <p id="key-dialects-error" role="alert" className="mt-1 text-xs text-failed-fg">
              {dialectError}
            </p>
          )}
        </fieldset>
      </form>
    </Dialog>
  );
}

type ChoiceProps = {
  label: string;
  hint: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (isOn: boolean) => void;
};

function Choice({ label, hint, checked, disabled = false, onChange }: ChoiceProps) {
  return (
    <label className="flex min-h-8 items-start gap-2 py-1">
      <input
        type="checkbox"
        className="check mt-0.5"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span className="block">{label}</span>
        <span className="block text-xs text-subtle">{hint}</span>
      </span>
    </label>
  );
}
