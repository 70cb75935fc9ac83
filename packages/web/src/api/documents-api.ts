import type { Client } from "@millrace/sdk";
import { api, verb } from "./api.ts";

export type Collection = Awaited<ReturnType<Client["getCollection"]>>;
export type StoredDocument = Awaited<ReturnType<Client["getDocument"]>>;
export type DocumentPage = Awaited<ReturnType<Client["listDocuments"]>>;
export type VersionPage = Awaited<ReturnType<Client["listVersions"]>>;
export type Version = VersionPage["items"][number];
export type Difference = Awaited<ReturnType<Client["diffVersions"]>>[number];
export type DeletedPage = Awaited<ReturnType<Client["listDeletedDocuments"]>>;
export type Acl = Collection["acl"];
type DocumentRef = { collection: string; id: string };
type Contents = Parameters<Client["replaceDocument"]>[2];

const documentsOfAPage = 50;
const collectionsMax = 1_000;
const versionsMax = 100;

const documentsApi = api.injectEndpoints({
  endpoints: (build) => ({
    collections: build.query<Collection[], void>({
      ...verb((client) => client.listCollections({ limit: collectionsMax }).then(({ items }) => items)),
      providesTags: ["documents"],
    }),
    collection: build.query<Collection, string>({
      ...verb((client, name) => client.getCollection(name)),
      providesTags: ["documents"],
    }),
    documents: build.query<
      DocumentPage,
      { collection: string; filter?: string; sort?: string; cursor?: string }
    >({
      ...verb((client, { collection, ...query }) =>
        client.listDocuments(collection, { ...query, limit: documentsOfAPage }),
      ),
      providesTags: ["documents"],
    }),
    documentCount: build.query<number, { collection: string; filter?: string }>({
      ...verb((client, { collection, filter }) =>
        client
          .countDocuments(collection, filter === undefined ? {} : { filter: JSON.parse(filter) as Contents })
          .then(({ count }) => count),
      ),
      providesTags: ["documents"],
    }),
    document: build.query<StoredDocument, DocumentRef>({
      ...verb((client, { collection, id }) => client.getDocument(collection, id)),
      providesTags: ["documents"],
    }),
    versions: build.query<VersionPage, DocumentRef>({
      ...verb((client, { collection, id }) => client.listVersions(collection, id, { limit: versionsMax })),
      providesTags: ["documents"],
    }),
    differences: build.query<Difference[], DocumentRef & { from: number; to: number }>({
      ...verb((client, { collection, id, from, to }) => client.diffVersions(collection, id, { from, to })),
    }),
    deletedDocuments: build.query<DeletedPage, { collection: string; cursor?: string }>({
      ...verb((client, { collection, ...query }) =>
        client.listDeletedDocuments(collection, { ...query, limit: documentsOfAPage }),
      ),
      providesTags: ["documents"],
    }),
  }),
});

const documentChanges = api.injectEndpoints({
  endpoints: (build) => ({
    createCollection: build.mutation<Collection, string>({
      ...verb((client, name) => client.createCollection({ name })),
      invalidatesTags: ["documents"],
    }),
    updateCollection: build.mutation<Collection, { collection: string; acl: Acl }>({
      ...verb((client, { collection, acl }) => client.updateCollection(collection, { acl })),
      invalidatesTags: ["documents"],
    }),
    dropCollection: build.mutation<void, string>({
      ...verb((client, collection) => client.dropCollection(collection, { purge: true })),
      invalidatesTags: ["documents"],
    }),
    insertDocument: build.mutation<StoredDocument, { collection: string; contents: Contents }>({
      ...verb((client, { collection, contents }) => client.insertDocument(collection, contents)),
      invalidatesTags: ["documents"],
    }),
    replaceDocument: build.mutation<StoredDocument, DocumentRef & { contents: Contents; version: number }>({
      ...verb((client, { collection, id, contents, version }) =>
        client.replaceDocument(collection, id, contents, { ifVersion: version }),
      ),
      invalidatesTags: ["documents"],
    }),
    deleteDocument: build.mutation<void, DocumentRef>({
      ...verb((client, { collection, id }) => client.deleteDocument(collection, id)),
      invalidatesTags: ["documents"],
    }),
    undeleteDocument: build.mutation<StoredDocument, DocumentRef>({
      ...verb((client, { collection, id }) => client.undeleteDocument(collection, id)),
      invalidatesTags: ["documents"],
    }),
    restoreVersion: build.mutation<StoredDocument, DocumentRef & { version: number }>({
      ...verb((client, { collection, id, version }) => client.restoreVersion(collection, id, { version })),
      invalidatesTags: ["documents"],
    }),
  }),
});

export const {
  useCollectionsQuery,
  useCollectionQuery,
  useDocumentsQuery,
  useDocumentCountQuery,
  useDocumentQuery,
  useVersionsQuery,
  useDifferencesQuery,
  useDeletedDocumentsQuery,
} = documentsApi;
export const {
  useCreateCollectionMutation,
  useUpdateCollectionMutation,
  useDropCollectionMutation,
  useInsertDocumentMutation,
  useReplaceDocumentMutation,
  useDeleteDocumentMutation,
  useUndeleteDocumentMutation,
  useRestoreVersionMutation,
} = documentChanges;
