import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { NewWorkflowPage } from "./NewWorkflowPage.tsx";
import { WorkflowPage } from "./WorkflowPage.tsx";
import { WorkflowsPage } from "./WorkflowsPage.tsx";

export function WorkflowsPages() {
  return (
    <Routes>
      <Route index element={<WorkflowsPage />} />
      <Route path="new" element={<NewWorkflowPage />} />
      <Route path=":workflow" element={<WorkflowPage />} />
      <Route path=":workflow/edit" element={<NewWorkflowPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
