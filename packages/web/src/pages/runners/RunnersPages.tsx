import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { RunnerPage } from "./RunnerPage.tsx";
import { RunnersPage } from "./RunnersPage.tsx";

export function RunnersPages() {
  return (
    <Routes>
      <Route index element={<RunnersPage />} />
      <Route path=":runner" element={<RunnerPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
