import type { Client, Package } from "@millrace/sdk";
import { api, verb } from "./api.ts";
import type { Acl } from "./documents-api.ts";

export type PackageVersion = Awaited<ReturnType<Client["listPackageVersions"]>>["items"][number];
export type PackageFunction = Awaited<ReturnType<Client["listFunctions"]>>[number];
type Pushed = Awaited<ReturnType<Client["pushPackage"]>>;

const packagesMax = 500;
const versionsMax = 100;

const packagesApi = api.injectEndpoints({
  endpoints: (build) => ({
    packages: build.query<Package[], void>({
      ...verb((client) => client.listPackages({ limit: packagesMax }).then(({ items }) => items)),
      providesTags: ["packages"],
    }),
    package: build.query<Package, string>({
      ...verb((client, name) => client.getPackage(name)),
      providesTags: ["packages"],
    }),
    packageVersions: build.query<PackageVersion[], string>({
      ...verb((client, name) =>
        client.listPackageVersions(name, { limit: versionsMax }).then(({ items }) => items),
      ),
      providesTags: ["packages"],
    }),
    functions: build.query<PackageFunction[], { name: string; version: string }>({
      ...verb((client, { name, version }) => client.listFunctions(name, version)),
      providesTags: ["packages"],
    }),
    pushPackage: build.mutation<Pushed, File>({
      ...verb((client, file) => client.pushPackage(file, {}, { contentType: "application/gzip" })),
      invalidatesTags: ["packages"],
    }),
    promotePackage: build.mutation<Package, { name: string; channel: string; version: string }>({
      ...verb((client, { name, ...to }) => client.promotePackage(name, to)),
      invalidatesTags: ["packages"],
    }),
    yankVersion: build.mutation<unknown, { name: string; version: string; reason: string }>({
      ...verb((client, { name, version, reason }) => client.yankPackageVersion(name, version, { reason })),
      invalidatesTags: ["packages"],
    }),
    updatePackage: build.mutation<Package, { name: string; acl: Acl }>({
      ...verb((client, { name, acl }) => client.updatePackage(name, { acl })),
      invalidatesTags: ["packages"],
    }),
    deletePackage: build.mutation<void, string>({
      ...verb((client, name) => client.deletePackage(name)),
      invalidatesTags: ["packages"],
    }),
  }),
});

export const {
  usePackagesQuery,
  usePackageQuery,
  usePackageVersionsQuery,
  useFunctionsQuery,
  usePushPackageMutation,
  usePromotePackageMutation,
  useYankVersionMutation,
  useUpdatePackageMutation,
  useDeletePackageMutation,
} = packagesApi;
