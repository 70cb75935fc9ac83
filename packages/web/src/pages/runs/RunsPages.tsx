import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { RunPage } from "./RunPage.tsx";
import { RunsPage } from "./RunsPage.tsx";

export function RunsPages() {
  return (
    <Routes>
      <Route index element={<RunsPage />} />
      <Route path=":run" element={<RunPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
