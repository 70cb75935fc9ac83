import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { FilePage } from "./FilePage.tsx";
import { FilesPage } from "./FilesPage.tsx";

export function FilesPages() {
  return (
    <Routes>
      <Route index element={<FilesPage />} />
      <Route path=":file" element={<FilePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
