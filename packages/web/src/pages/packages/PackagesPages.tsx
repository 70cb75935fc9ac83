import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { PackagePage } from "./PackagePage.tsx";
import { PackagesPage } from "./PackagesPage.tsx";

export function PackagesPages() {
  return (
    <Routes>
      <Route index element={<PackagesPage />} />
      <Route path=":name" element={<PackagePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
