import { Route, Routes } from "react-router";
import { NotFound } from "../../parts/PageGuard.tsx";
import { CollectionAccessPage } from "./CollectionAccessPage.tsx";
import { CollectionPage } from "./CollectionPage.tsx";
import { CollectionsPage } from "./CollectionsPage.tsx";
import { DeletedPage } from "./DeletedPage.tsx";
import { DocumentPage } from "./DocumentPage.tsx";
import { NewDocumentPage } from "./NewDocumentPage.tsx";

export function DocumentsPages() {
  return (
    <Routes>
      <Route index element={<CollectionsPage />} />
      <Route path=":collection" element={<CollectionPage />} />
      <Route path=":collection/new" element={<NewDocumentPage />} />
      <Route path=":collection/deleted" element={<DeletedPage />} />
      <Route path=":collection/access" element={<CollectionAccessPage />} />
      <Route path=":collection/:id" element={<DocumentPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
