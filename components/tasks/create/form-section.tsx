import type { ReactNode } from "react";

type FormSectionProps = {
  number: 1 | 2 | 3;
  title: ReactNode;
  id: string;
  /** Right of the title: a segmented control. */
  control?: ReactNode;
  /** At the far end: a search field. */
  aside?: ReactNode;
  children: ReactNode;
};

/** One of the three numbered parts of the form. */
export function FormSection({ number, title, id, control, aside, children }: FormSectionProps) {
  return (
    <section aria-labelledby={id} className="border-t border-border py-6 first-of-type:border-0">
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <span
          aria-hidden
          className="grid size-6 flex-none place-items-center rounded-full bg-inverse text-xs font-semibold text-on-inverse"
        >
          {number}
        </span>
        <h2 id={id} className="text-md font-semibold max-md:flex-1">
          {title}
        </h2>
        {control}
        {aside && <div className="max-md:w-full md:ms-auto">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
