import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { JobPage } from "./JobPage.tsx";
import { JobsPage } from "./JobsPage.tsx";

export function JobsPages() {
  return (
    <Routes>
      <Route index element={<JobsPage />} />
      <Route path=":job" element={<JobPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
