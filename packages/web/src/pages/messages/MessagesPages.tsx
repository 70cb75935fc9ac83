import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { MessageQueuePage } from "./MessageQueuePage.tsx";
import { MessagesPage } from "./MessagesPage.tsx";

export function MessagesPages() {
  return (
    <Routes>
      <Route index element={<MessagesPage />} />
      <Route path=":queue" element={<MessageQueuePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
