"use client";

import { ChevronRight, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, type KeyboardEvent } from "react";
import { Controller, useFormContext, useWatch } from "react-hook-form";

import type { CreateFormValues } from "#components/tasks/create/create-form.ts";
import { useFieldError } from "#components/tasks/create/use-field-error.ts";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

/** Priority, tags and user data, folded away. What is set is told while it is folded. */
export function AdvancedFields() {
  const t = useTranslations("create.advanced");
  const { control, register } = useFormContext<CreateFormValues>();
  const [priority, tags, userData] = useWatch({ control, name: ["priority", "tags", "userData"] });
  const errors = [useFieldError("priority"), useFieldError("tags"), useFieldError("userData")] as const;
  const set = [
    priority === 0 ? null : t("prioritySet", { value: priority }),
    tags.length === 0 ? null : t("tagsSet", { count: tags.length }),
    userData.trim() === "" ? null : t("userDataSet"),
  ].filter((part) => part !== null);
  return (
    <details className="group mt-4" open={errors.some((error) => error !== null) || undefined}>
      <summary className="flex h-9 w-fit max-w-full list-none items-center gap-2 rounded-md pe-2 font-medium [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={16}
          aria-hidden
          className="transition-transform duration-(--dur-base) group-open:rotate-90"
        />
        {t("title")}
        <span className="truncate font-normal text-subtle group-open:hidden">
          {set.length === 0 ? t("nothing") : set.join(" · ")}
        </span>
      </summary>
      <div className="grid gap-4 pt-3 md:grid-cols-2">
        <Field id="priority" label={t("priority")} hint={t("priorityHint")} error={errors[0]}>
          <Input
            {...register("priority", {
              setValueAs: (value: string | number) => (value === "" ? 0 : Number(value)),
            })}
            {...describedBy("priority", { hint: true, error: errors[0] })}
            type="number"
            min={-10}
            max={10}
            step={1}
            inputMode="numeric"
          />
        </Field>
        <Controller
          control={control}
          name="tags"
          render={({ field }) => (
            <TagsField value={field.value} onChange={field.onChange} error={errors[1]} />
          )}
        />
        <Field
          id="userData"
          label={t("userData")}
          hint={t("userDataHint")}
          error={errors[2]}
          className="md:col-span-2"
        >
          <Textarea
            {...register("userData")}
            {...describedBy("userData", { hint: true, error: errors[2] })}
            rows={2}
            spellCheck={false}
            className="font-mono text-sm"
          />
        </Field>
      </div>
    </details>
  );
}

type TagsFieldProps = { value: string[]; onChange: (tags: string[]) => void; error: string | null };

function TagsField({ value, onChange, error }: TagsFieldProps) {
  const t = useTranslations("create.advanced");
  const [text, setText] = useState("");
  const add = () => {
    const added = text
      .split(/[,，]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    if (added.length > 0) onChange([...new Set([...value, ...added])]);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // Enter that ends a composition (Chinese input) belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === ",") {
      event.preventDefault();
      add();
    }
    if (event.key === "Backspace" && text === "" && value.length > 0) onChange(value.slice(0, -1));
  };
  return (
    <Field id="tags" label={t("tags")} hint={t("tagsHint")} error={error}>
      <Input
        {...describedBy("tags", { hint: true, error })}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={add}
        autoComplete="off"
        boxClassName={
          value.length > 0 ? "h-auto min-h-9 flex-wrap py-1 [&>input]:h-7 [&>input]:min-w-24" : undefined
        }
        start={
          value.length > 0 && (
            <span className="flex flex-wrap gap-1">
              {value.map((tag) => (
                <Tag key={tag} className="h-6 pe-0">
                  {tag}
                  <button
                    type="button"
                    aria-label={t("removeTag", { tag })}
                    onClick={() => onChange(value.filter((one) => one !== tag))}
                    className="grid size-6 place-items-center rounded-sm hover:bg-hover"
                  >
                    <X size={12} aria-hidden />
                  </button>
                </Tag>
              ))}
            </span>
          )
        }
      />
    </Field>
  );
}
