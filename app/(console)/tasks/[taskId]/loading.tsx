import { Skeleton } from "#components/ui/skeleton.tsx";

/** The frame of a task's page, in its measurements. */
export default function TaskLoading() {
  return (
    <div aria-busy className="mx-auto w-full max-w-page px-4 pt-4 pb-12 lg:px-6 lg:pt-5">
      <Skeleton className="h-4 w-12" />
      <div className="mt-2 flex gap-4">
        <Skeleton className="h-[42px] w-[72px]" />
        <div className="grid flex-1 gap-2">
          <Skeleton className="h-6 w-64 max-w-full" />
          <Skeleton className="h-4 w-80 max-w-full" />
        </div>
      </div>
      <div className="flex gap-6 pt-8 max-lg:flex-col">
        <div className="grid flex-1 content-start gap-4">
          <Skeleton className="h-36 w-full" />
          <Skeleton className="h-9 w-72 max-w-full" />
          <Skeleton className="h-40 w-full" />
        </div>
        <div className="grid content-start gap-4 lg:w-[296px]">
          <Skeleton className="h-72 w-full" />
          <Skeleton className="h-60 w-full" />
        </div>
      </div>
    </div>
  );
}
