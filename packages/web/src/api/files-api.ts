import type { Client } from "@millrace/sdk";
import { api, verb } from "./api.ts";
import type { Acl } from "./documents-api.ts";

export type FilePage = Awaited<ReturnType<Client["listFiles"]>>;
export type StoredFile = FilePage["items"][number];

const filesOfAPage = 50;
/** An upload may take as long as a connection needs for it. */
const uploadMs = 3_600_000;

const filesApi = api.injectEndpoints({
  endpoints: (build) => ({
    files: build.query<FilePage, { namePrefix?: string; cursor?: string }>({
      ...verb((client, query) => client.listFiles({ ...query, limit: filesOfAPage })),
      providesTags: ["files"],
    }),
    file: build.query<StoredFile, string>({
      ...verb((client, file) => client.getFile(file)),
      providesTags: ["files"],
    }),
    uploadFile: build.mutation<{ id: string }, File>({
      ...verb((client, file) =>
        client.uploadFile(
          file,
          { name: file.name, ...(file.type === "" ? {} : { contentType: file.type }) },
          { timeoutMs: uploadMs },
        ),
      ),
      invalidatesTags: ["files"],
    }),
    updateFile: build.mutation<StoredFile, { file: string; change: { name?: string; acl?: Acl } }>({
      ...verb((client, { file, change }) => client.updateFile(file, change)),
      invalidatesTags: ["files"],
    }),
    deleteFile: build.mutation<void, string>({
      ...verb((client, file) => client.deleteFile(file)),
      invalidatesTags: ["files"],
    }),
  }),
});

export const {
  useFilesQuery,
  useFileQuery,
  useUploadFileMutation,
  useUpdateFileMutation,
  useDeleteFileMutation,
} = filesApi;
