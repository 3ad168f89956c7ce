"use client";

import { Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import type { RefObject } from "react";

import { Input } from "#components/ui/input.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { useTypedText } from "#components/ui/use-typed-text.ts";

/** One whole id, as it is copied from a row. */
const TASK_ID = /^tsk_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

type SearchFieldProps = {
  value: string;
  onChange: (text: string) => void;
  /** Shows the key that leads here. */
  hasShortcut: boolean;
  inputRef: RefObject<HTMLInputElement | null>;
};

/** Search by id, name or address, as one types. A pasted id opens its task. */
export function SearchField({ value, onChange, hasShortcut, inputRef }: SearchFieldProps) {
  const t = useTranslations("tasks.search");
  const router = useRouter();
  const [text, setText] = useTypedText(value, onChange);

  return (
    <Input
      ref={inputRef}
      size="sm"
      type="search"
      name="q"
      aria-label={t("label")}
      placeholder={t("placeholder")}
      value={text}
      autoComplete="off"
      spellCheck={false}
      maxLength={500}
      boxClassName="flex-none md:w-48 lg:w-64 max-md:w-auto max-md:flex-1"
      start={<Search size={16} aria-hidden />}
      onChange={(event) => setText(event.target.value)}
      onPaste={(event) => {
        const pasted = event.clipboardData.getData("text").trim();
        if (text !== "" || !TASK_ID.test(pasted)) return;
        event.preventDefault();
        router.push(`/tasks/${pasted}`);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && TASK_ID.test(text.trim())) router.push(`/tasks/${text.trim()}`);
        if (event.key === "Escape" && text !== "") {
          event.preventDefault();
          setText("");
        }
      }}
      end={
        text !== "" ? (
          <button
            type="button"
            aria-label={t("clear")}
            onClick={() => {
              setText("");
              inputRef.current?.focus();
            }}
            className="grid size-6 place-items-center rounded-sm text-subtle hover:bg-hover"
          >
            <X size={14} aria-hidden />
          </button>
        ) : hasShortcut ? (
          <Kbd className="me-0.5 max-md:hidden">/</Kbd>
        ) : undefined
      }
    />
  );
}
