"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState, type ChangeEvent } from "react";

import { focusField } from "#components/templates/focus-field.ts";
import { TextField } from "#components/templates/text-field.tsx";
import { useField } from "#components/templates/use-field.ts";
import { Button } from "#components/ui/button.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { useUnits } from "#components/ui/use-units.ts";
import { dataFacts } from "#lib/media/data-facts.ts";
import { MOST_DATA_CHARACTERS } from "#lib/media/watermark-image.ts";

type WatermarkImageFieldProps = { path: string; source: string; onChange: (source: string) => void };

/** The image by its address, or out of a small file that the template then holds. */
export function WatermarkImageField({ path, source, onChange }: WatermarkImageFieldProps) {
  const t = useTranslations("templates.image");
  const units = useUnits();
  const props = useField()(path);
  const input = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState<{ source: string; message: string } | null>(null);
  const facts = dataFacts(source);
  // Of a file that was not taken in its place; another watermark may stand here by now.
  const error = refusal?.source === source ? refusal.message : props.error;
  const isChanging = useRef(false);
  useEffect(() => {
    // An address and a file are shown by other elements: the focus goes along.
    if (isChanging.current) focusField(props.id);
    isChanging.current = false;
  }, [source, props.id]);

  function swap(next: string) {
    setRefusal(null);
    isChanging.current = next !== source;
    onChange(next);
  }

  async function choose(event: ChangeEvent<HTMLInputElement>) {
    const [file] = event.target.files ?? [];
    // The same file can be chosen again.
    event.target.value = "";
    if (!file) return;
    const read = await readAsData(file).catch(() => null);
    const refuse = (message: string) => setRefusal({ source, message });
    if (read === null) refuse(t("unreadable", { name: file.name }));
    else if (read.length > MOST_DATA_CHARACTERS)
      refuse(t("large", { size: units.bytes(file.size), most: units.bytes(MOST_DATA_CHARACTERS * 0.75) }));
    else swap(read);
  }

  const button = (
    <>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        hidden
        onChange={(event) => void choose(event)}
      />
      <Button onClick={() => input.current?.click()}>{t(facts ? "another" : "file")}</Button>
    </>
  );
  if (facts === null)
    return (
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <TextField
          {...props}
          error={error}
          className="min-w-60 flex-1"
          type="url"
          value={source}
          placeholder="https://"
          onChange={(next) => {
            setRefusal(null);
            onChange(next.trim());
          }}
        />
        <div className="@[420px]:pt-6">{button}</div>
      </div>
    );
  return (
    <Field id={props.id} label={props.label} isGroup error={error} hint={t("kept")}>
      <div
        {...describedBy(props.id, { hint: true, error })}
        role="group"
        aria-labelledby={`${props.id}-label`}
        tabIndex={-1}
        className="flex flex-wrap items-center gap-3"
      >
        {/* A picture of the template's own; there is nothing to optimise. */}
        <img
          src={source}
          alt={t("alt")}
          className="h-10 max-w-32 rounded-sm border border-border bg-sunken object-contain"
        />
        <span className="text-muted">
          {facts.type} · {units.bytes(facts.bytes)}
        </span>
        {button}
        <Button variant="ghost" onClick={() => swap("")}>
          {t("address")}
        </Button>
      </div>
    </Field>
  );
}

function readAsData(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      typeof reader.result === "string" ? resolve(reader.result) : reject(new Error("It is no text."));
    reader.onerror = () => reject(reader.error ?? new Error("The file cannot be read."));
    reader.readAsDataURL(file);
  });
}
