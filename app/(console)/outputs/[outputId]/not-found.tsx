import { OutputMissing } from "#components/outputs/output-missing.tsx";

export default function OutputNotFound() {
  return <OutputMissing />;
}
