import { TaskMissing } from "#components/tasks/detail/task-missing.tsx";

export default function TaskNotFound() {
  return <TaskMissing />;
}
