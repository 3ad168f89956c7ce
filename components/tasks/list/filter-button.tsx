"use client";

import { ListFilter, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { FilterPanel } from "#components/tasks/list/filter-panel.tsx";
import { countFilters, EMPTY_STATE, type ListState } from "#components/tasks/list/list-state.ts";
import { Button } from "#components/ui/button.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { Tag } from "#components/ui/tag.tsx";

type FilterButtonProps = { state: ListState; onChange: (state: ListState) => void };

/** Opens the filters: beside the button, or from 768 px down in a sheet. */
export function FilterButton(props: FilterButtonProps) {
  const t = useTranslations("tasks.filter");
  const [isSheetOpen, setIsSheetOpen] = useState(false);
  const searching = props.state.filters.text === "" ? 0 : 1;
  const active = countFilters(props.state) - searching;
  return (
    <>
      <Popover
        aria-label={t("title")}
        className="w-80 p-4"
        trigger={
          <Button variant="ghost" size="sm" className="text-muted max-md:hidden">
            <Plus size={16} aria-hidden />
            {t("open")}
          </Button>
        }
      >
        <FilterPanel {...props} />
      </Popover>

      <Button
        size="lg"
        aria-haspopup="dialog"
        className="px-3 text-sm md:hidden"
        onClick={() => setIsSheetOpen(true)}
      >
        <ListFilter size={16} aria-hidden />
        {t("open")}
        {active > 0 && (
          <Tag tone="accent" className="-me-1">
            <span aria-hidden>{active}</span>
            <span className="sr-only">{t("active", { count: active })}</span>
          </Tag>
        )}
      </Button>
      <Sheet
        open={isSheetOpen}
        onOpenChange={setIsSheetOpen}
        title={t("title")}
        side="bottom"
        footer={
          <>
            <Button size="lg" onClick={() => props.onChange(EMPTY_STATE)}>
              {t("clear")}
            </Button>
            <Button size="lg" variant="primary" onClick={() => setIsSheetOpen(false)}>
              {t("done")}
            </Button>
          </>
        }
      >
        <div className="p-4">
          <FilterPanel {...props} />
        </div>
      </Sheet>
    </>
  );
}
