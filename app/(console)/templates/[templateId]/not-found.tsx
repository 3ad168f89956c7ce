import { TemplateMissing } from "#components/templates/template-missing.tsx";

export default function TemplateNotFound() {
  return <TemplateMissing />;
}
