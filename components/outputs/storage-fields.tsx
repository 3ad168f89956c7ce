"use client";

import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFormContext } from "react-hook-form";

import { withProvider, withRegion, type OutputFormValues } from "#components/outputs/output-form.ts";
import { useOutputError, useOutputValues, useTextField } from "#components/outputs/use-output-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { STORAGE_PROVIDERS } from "#lib/outputs/storage-providers.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

type PartProps = { output: OutputDetail | null; roots: readonly string[] };

const SECTION = "grid min-w-0 gap-4 border-t border-border pt-5";

/** Name and type. An Output's type stays: what is local does not become a bucket. */
export function NameFields({ output, roots }: PartProps) {
  const t = useTranslations("outputs");
  const text = useTextField(roots);
  const errorOf = useOutputError(roots);
  const values = useOutputValues();
  const { reset, getValues } = useFormContext<OutputFormValues>();
  const choices = STORAGE_PROVIDERS.filter(
    (provider) => output === null || (provider === "local") === (output.type === "local"),
  );
  return (
    <div className="grid gap-4 md:grid-cols-[minmax(0,240px)_minmax(0,1fr)]">
      <Field id="name" label={t("form.name")} error={errorOf("name")}>
        <Input {...text("name")} maxLength={64} />
      </Field>
      {choices.length > 1 && (
        <Field id="provider" label={t("form.type")} isGroup>
          <Segmented
            aria-label={t("form.type")}
            value={values.provider}
            onValueChange={(provider) =>
              reset(withProvider(getValues(), provider), { keepDefaultValues: true, keepDirty: true })
            }
            items={choices.map((value) => ({ value, label: t(`provider.${value}`) }))}
            className="h-9 items-center max-md:grid max-md:h-auto max-md:w-full max-md:grid-cols-3 max-md:[&>button]:h-9 md:[&>button]:h-8 md:[&>button]:px-2.5"
          />
        </Field>
      )}
    </div>
  );
}

/** Where a local Output is. */
export function FolderField({ output, roots }: PartProps) {
  const t = useTranslations("outputs.form");
  const text = useTextField(roots);
  const errorOf = useOutputError(roots);
  const hint = output?.isPlaceFixed
    ? t("placeFixed")
    : roots.length > 0 && t("folderHint", { roots: roots.join(", ") });
  return (
    <fieldset className={SECTION}>
      <legend className="sr-only">{t("storage")}</legend>
      <Field id="folder" label={t("folder")} error={errorOf("folder")} hint={hint}>
        <Input {...text("folder", { hint })} readOnly={output?.isPlaceFixed} className="font-mono text-sm" />
      </Field>
    </fieldset>
  );
}

/** Where a bucket is. */
export function BucketFields({ output, roots }: PartProps) {
  const t = useTranslations("outputs.form");
  const text = useTextField(roots);
  const errorOf = useOutputError(roots);
  const { register, setValue, getValues, clearErrors } = useFormContext<OutputFormValues>();
  const isFixed = output?.isPlaceFixed;
  return (
    <fieldset className={SECTION}>
      <legend className="sr-only">{t("storage")}</legend>
      <Field id="endpoint" label={t("endpoint")} error={errorOf("endpoint")}>
        <Input {...text("endpoint")} inputMode="url" placeholder="https://s3.example.com" />
      </Field>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field id="region" label={t("region")} aside={t("optional")} error={errorOf("region")}>
          <Input
            {...text("region")}
            onChange={({ target }) => {
              const next = withRegion(getValues(), target.value);
              setValue("region", next.region, { shouldDirty: true });
              if (next.endpoint !== getValues("endpoint"))
                setValue("endpoint", next.endpoint, { shouldDirty: true });
              clearErrors("region");
            }}
          />
        </Field>
        <Field id="bucket" label={t("bucket")} error={errorOf("bucket")}>
          <Input {...text("bucket", { hint: isFixed })} readOnly={isFixed} />
        </Field>
        <Field id="prefix" label={t("prefix")} aside={t("optional")} error={errorOf("prefix")}>
          <Input {...text("prefix", { hint: isFixed })} readOnly={isFixed} placeholder="vod/" />
        </Field>
      </div>
      {isFixed && (
        <p id="bucket-hint" className="-mt-2 text-xs text-subtle">
          {/* Both fields point here. */}
          <span id="prefix-hint">{t("placeFixed")}</span>
        </p>
      )}
      <div>
        <label className="flex min-h-6 items-center gap-2 max-md:min-h-10">
          <input
            type="checkbox"
            className="check"
            aria-describedby="forcePathStyle-hint"
            {...register("forcePathStyle")}
          />
          {t("pathStyle")}
        </label>
        <p id="forcePathStyle-hint" className="mt-1 text-xs text-subtle">
          {t("pathStyleHint")}
        </p>
      </div>
    </fieldset>
  );
}

/** The keys: given for a new Output, later only replaced, together. `isReadOnly`: nobody may change them here. */
export function KeyFields({ output, roots, isReadOnly }: PartProps & { isReadOnly: boolean }) {
  const t = useTranslations("outputs.form");
  const text = useTextField(roots);
  const errorOf = useOutputError(roots);
  const { replaceKeys } = useOutputValues();
  const { setValue, clearErrors } = useFormContext<OutputFormValues>();
  const hasStored = output?.hasCredentials === true;
  if (isReadOnly && !hasStored) return null;
  function replace(isReplacing: boolean) {
    setValue("replaceKeys", isReplacing, { shouldDirty: true });
    setValue("accessKeyId", "");
    setValue("secretAccessKey", "");
    clearErrors(["accessKeyId", "secretAccessKey"]);
  }
  return (
    <fieldset className={SECTION}>
      <legend className="sr-only">{t("keys")}</legend>
      {hasStored && !replaceKeys && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="flex min-w-0 flex-1 basis-64 items-start gap-2 text-muted">
            <Lock size={16} aria-hidden className="mt-0.5 text-subtle" />
            <span className="min-w-0">{t("stored")}</span>
          </p>
          {!isReadOnly && (
            <Button className="max-md:h-10" onClick={() => replace(true)}>
              {t("replace")}
            </Button>
          )}
        </div>
      )}
      {replaceKeys && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field id="accessKeyId" label={t("accessKey")} error={errorOf("accessKeyId")}>
            <Input {...text("accessKeyId")} className="font-mono text-sm" />
          </Field>
          <Field
            id="secretAccessKey"
            label={t("secret")}
            error={errorOf("secretAccessKey")}
            hint={t("secretHint")}
          >
            <Input
              {...text("secretAccessKey", { hint: true })}
              type="password"
              autoComplete="new-password"
              className="font-mono text-sm"
            />
          </Field>
          {hasStored && (
            <div className="sm:col-span-2">
              <Button
                variant="ghost"
                size="sm"
                className="-ms-2.5 max-md:h-10"
                onClick={() => replace(false)}
              >
                {t("keep")}
              </Button>
            </div>
          )}
        </div>
      )}
    </fieldset>
  );
}

/** Where files are played from, and who is told. */
export function AddressFields({ roots }: Pick<PartProps, "roots">) {
  const t = useTranslations("outputs.form");
  const text = useTextField(roots);
  const errorOf = useOutputError(roots);
  return (
    <fieldset className={`${SECTION} sm:grid-cols-2`}>
      <legend className="sr-only">{t("addresses")}</legend>
      <Field
        id="publicBaseUrl"
        label={t("publicBaseUrl")}
        aside={t("forPlayback")}
        error={errorOf("publicBaseUrl")}
      >
        <Input {...text("publicBaseUrl")} inputMode="url" placeholder="https://cdn.example.com" />
      </Field>
      <Field id="callbackUrl" label={t("callbackUrl")} aside={t("optional")} error={errorOf("callbackUrl")}>
        <Input {...text("callbackUrl")} inputMode="url" placeholder="https://hooks.example.com" />
      </Field>
    </fieldset>
  );
}
