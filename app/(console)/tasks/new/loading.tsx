import { Skeleton } from "#components/ui/skeleton.tsx";

/** The frame of the create page, in its measurements. */
export default function NewTaskLoading() {
  return (
    <div
      aria-busy
      className="mx-auto flex w-full max-w-page items-start gap-8 px-4 pt-4 pb-12 lg:px-6 lg:pt-6"
    >
      <div className="grid min-w-0 flex-1 gap-6">
        <Skeleton className="h-12 w-56" />
        <Skeleton className="h-36 w-full" />
        <Skeleton className="h-80 w-full" />
        <Skeleton className="h-36 w-full" />
      </div>
      <Skeleton className="h-80 w-[312px] max-lg:hidden" />
    </div>
  );
}
