import { hasCode } from "../../../kit/errors.ts";
import { isId } from "../../../kit/ids.ts";
import { parseAcl } from "../../../modules/access/model.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";
import type { FileView } from "../../../modules/files/model.ts";
import type { Files } from "../../../modules/files/service.ts";
import { requireScope } from "../../rest/authenticate.ts";
import { writtenDocument } from "../document-shapes.ts";
import { pages, type Shelf, systemFields } from "./shelf.ts";

const chunkSize = 261_120;

/** Files as clients know them from elsewhere: lengths, upload dates, and the rights inside the metadata. */
export function filesShelf(files: Files): Shelf {
  return {
    what: "files",
    ways: "upload them",
    async *documents(call, hints) {
      requireScope(call, "files:read");
      const ids = hints.valuesOf("_id");
      if (ids === undefined) {
        const [namePrefix] = hints.valuesOf("filename") ?? hints.valuesOf("name") ?? [];
        const page = (cursor: string | undefined) =>
          files.list(call, { limit: 500, ...(cursor && { cursor }), ...(namePrefix && { namePrefix }) });
        for await (const file of pages(page)) yield fileDocument(file);
        return;
      }
      for (const id of ids.filter(isId)) {
        try {
          yield fileDocument(await files.get(call, id));
        } catch (error) {
          if (!hasCode(error, "not_found")) throw error;
        }
      }
    },
    async replace(call, { _id: id }, document) {
      requireScope(call, "files:write");
      const { filename, metadata, _acl: acl } = document;
      const { _acl: _inside, ...own } = (metadata ?? {}) as Record<string, unknown>;
      await files.update(call, id, {
        ...(typeof filename === "string" ? { name: filename } : {}),
        ...(metadata === undefined ? {} : { metadata: own }),
        ...(acl === undefined ? {} : { acl: parseAcl(acl, "item._acl") }),
      });
    },
    async remove(call, { _id: id }) {
      requireScope(call, "files:write");
      await files.delete(call, id);
    },
  };
}

function fileDocument(file: FileView): StoredDocument {
  const { id, name, size, contentType, metadata, createdAt, acl } = file;
  const { _acl: bits } = writtenDocument({ _acl: acl });
  return {
    ...systemFields("file", id, file),
    name,
    filename: name,
    length: size,
    chunkSize,
    contentType,
    uploadDate: createdAt,
    sha256: file.sha256,
    metadata: { ...metadata, filename: name, contentType, _acl: bits },
  };
}
