"use client";

import { SearchX } from "lucide-react";

import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

type MissingProps = { title: string; body: string; action: string; href: string };

/** A page's object that is not, or no longer, there, and the way to the others. */
export function Missing({ title, body, action, href }: MissingProps) {
  return (
    <EmptyState
      icon={<SearchX size={20} aria-hidden />}
      headingLevel={1}
      title={<span role="alert">{title}</span>}
      action={
        <ButtonLink href={href} variant="primary">
          {action}
        </ButtonLink>
      }
    >
      {body}
    </EmptyState>
  );
}
