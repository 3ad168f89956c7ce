"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";

import { Input } from "#components/ui/input.tsx";
import { useTypedText } from "#components/ui/use-typed-text.ts";

type ObjectFieldProps = { value: string; onChange: (text: string) => void };

/** An id or a part of a name, as one types. */
export function ObjectField({ value, onChange }: ObjectFieldProps) {
  const t = useTranslations("audit.filter");
  const id = useId();
  const [text, setText] = useTypedText(value, onChange);

  return (
    <div className="min-w-0 md:w-56">
      <label htmlFor={id} className="mb-1 block text-xs text-subtle">
        {t("object")}
      </label>
      <Input
        id={id}
        size="sm"
        type="search"
        placeholder={t("objectHint")}
        value={text}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        start={<Search size={16} aria-hidden />}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
