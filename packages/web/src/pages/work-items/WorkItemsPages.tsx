import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { ImportPage } from "./ImportPage.tsx";
import { ItemPage } from "./ItemPage.tsx";
import { QueuePage } from "./QueuePage.tsx";
import { QueueSettingsPage } from "./QueueSettingsPage.tsx";
import { QueuesPage } from "./QueuesPage.tsx";

export function WorkItemsPages() {
  return (
    <Routes>
      <Route index element={<QueuesPage />} />
      <Route path=":queue" element={<QueuePage />} />
      <Route path=":queue/import" element={<ImportPage />} />
      <Route path=":queue/settings" element={<QueueSettingsPage />} />
      <Route path=":queue/:item" element={<ItemPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
