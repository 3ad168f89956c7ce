"use client";

import { useTranslations } from "next-intl";

import type { FormIssue } from "#components/templates/template-form.ts";
import { focusField } from "#components/templates/focus-field.ts";
import { useIssuePlace, useIssueWords } from "#components/templates/use-issue-words.ts";
import { Banner } from "#components/ui/banner.tsx";

type IssueBannerProps = { issues: readonly FormIssue[]; isJson: boolean };

/** Everything that keeps the template from being saved, each a link to its field where the form has one. */
export function IssueBanner({ issues, isJson }: IssueBannerProps) {
  const t = useTranslations("templates.banner");
  const words = useIssueWords();
  const place = useIssuePlace();
  if (issues.length === 0) return null;
  return (
    <Banner>
      <p className="font-medium">{t("toFix", { count: issues.length })}</p>
      <ul className="mt-1 grid gap-0.5">
        {issues.map((issue, index) => {
          const where = place(issue);
          const sentence = where === "" ? words(issue) : t("placed", { place: where, message: words(issue) });
          return (
            <li key={index}>
              <a
                href={`#${issue.path}`}
                className="underline underline-offset-3"
                onClick={(event) => {
                  event.preventDefault();
                  focusField(isJson && issue.path.startsWith("spec") ? "spec-json" : issue.path);
                }}
              >
                {sentence}
              </a>
            </li>
          );
        })}
      </ul>
    </Banner>
  );
}
