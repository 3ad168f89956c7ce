"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useEffectEvent, useId, useRef, useState } from "react";

import { Input } from "#components/ui/input.tsx";

const DEBOUNCE_MILLISECONDS = 300;

type ObjectFieldProps = { value: string; onChange: (text: string) => void };

/** An id or a part of a name, as one types. */
export function ObjectField({ value, onChange }: ObjectFieldProps) {
  const t = useTranslations("audit.filter");
  const id = useId();
  const [text, setText] = useState(value);
  const sent = useRef(value);

  // The address changed by other means (Back, "Clear filters"): follow it.
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);

  const send = useEffectEvent((wanted: string) => {
    if (wanted === sent.current) return;
    sent.current = wanted;
    onChange(wanted);
  });
  useEffect(() => {
    const timer = setTimeout(() => send(text.trim()), DEBOUNCE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text]);

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
