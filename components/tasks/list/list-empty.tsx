"use client";

import { CircleCheck, Clapperboard, ListX } from "lucide-react";
import { useTranslations } from "next-intl";

import { countFilters, EMPTY_STATE, viewOf, type ListState } from "#components/tasks/list/list-state.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { CreateButton } from "#components/tasks/list/create-button.tsx";

type ListEmptyProps = { state: ListState; denied: string | null; onChange: (state: ListState) => void };

/** Why there is nothing: none yet, none that match, nothing to worry about, or a page that has run empty. */
export function ListEmpty({ state, denied, onChange }: ListEmptyProps) {
  const t = useTranslations("tasks.empty");
  const tFilter = useTranslations("tasks.filter");
  const view = viewOf(state);
  if (state.cursor !== null)
    return (
      <EmptyState
        icon={<ListX size={20} aria-hidden />}
        title={t("page")}
        action={
          <Button onClick={() => onChange({ ...state, cursor: null, direction: "older" })}>
            {t("first")}
          </Button>
        }
      >
        {t("pageBody")}
      </EmptyState>
    );
  if (view === "attention" || view === "running")
    return (
      <EmptyState
        icon={
          view === "attention" ? (
            <CircleCheck size={20} aria-hidden />
          ) : (
            <Clapperboard size={20} aria-hidden />
          )
        }
        title={t(view)}
      >
        {t(`${view}Body`)}
      </EmptyState>
    );
  if (countFilters(state) > 0)
    return (
      <EmptyState
        icon={<ListX size={20} aria-hidden />}
        title={t("filtered")}
        action={<Button onClick={() => onChange(EMPTY_STATE)}>{tFilter("clear")}</Button>}
      >
        {t("filteredBody")}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<Clapperboard size={20} aria-hidden />}
      title={t("none")}
      action={<CreateButton denied={denied} />}
    >
      {t("noneBody")}
    </EmptyState>
  );
}
