import { hasCode, invalid } from "../../../kit/errors.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";
import type { Documents } from "../../../modules/documents/service.ts";
import type { Events } from "../../../modules/events/service.ts";
import { requireScope } from "../../rest/authenticate.ts";
import { pages, type Shelf, systemFields } from "./shelf.ts";

/** The versions of a collection's documents: of those that the filter names by `id`, or of all that are deleted. */
export function historyShelf(documents: Documents, collection: string): Shelf {
  return {
    what: `versions of ${collection}`,
    ways: "they are written with the documents",
    async *documents(call, hints) {
      const ids = hints.valuesOf("id");
      if (ids === undefined && !hints.names("_deleted"))
        throw invalid("query", "must say whose versions, by id, or ask for what is _deleted");
      for (const id of ids ?? []) {
        try {
          const page = (cursor: string | undefined) =>
            listVersions(documents, { call, collection, id }, cursor);
          for await (const { version } of pages(page))
            yield versionDocument(await documents.getVersion(call, collection, id, version));
        } catch (error) {
          if (!hasCode(error, "not_found")) throw error;
        }
      }
      if (ids !== undefined) return;
      const page = (cursor: string | undefined) =>
        documents.listDeleted(call, collection, { limit: 500, ...(cursor && { cursor }) });
      for await (const version of pages(page)) yield versionDocument(version);
    },
  };
}

type Version = Awaited<ReturnType<Documents["getVersion"]>>;

async function listVersions(
  documents: Documents,
  {
    call,
    collection,
    id,
  }: { call: Parameters<Documents["listVersions"]>[0]; collection: string; id: string },
  cursor: string | undefined,
) {
  const place = cursor === undefined ? {} : { cursor: Number(cursor) };
  const { items, nextCursor } = await documents.listVersions(call, collection, id, { limit: 500, ...place });
  return nextCursor === undefined ? { items } : { items, nextCursor: String(nextCursor) };
}

function versionDocument({ version, operation, at, byId, by, document }: Version): StoredDocument {
  return {
    ...document,
    _id: `${document._id}:${version}`,
    id: document._id,
    _version: version,
    _modified: at,
    _modifiedbyid: byId,
    _modifiedby: by,
    item: document,
    ...(operation === "delete" ? { _deleted: at, _deletedby: by, _deletedbyid: byId } : {}),
  };
}

/** What happened, for admins: every event of the house is a line of the audit. */
export function auditShelf(events: Events): Shelf {
  return {
    what: "lines of the audit",
    ways: "they are written by what happens",
    async *documents(call) {
      requireScope(call, "events:read");
      for await (const event of pages((cursor) =>
        events.listEvents(call, { limit: 1_000, ...(cursor && { cursor }) }),
      )) {
        const { actorId: createdById, actorName: createdBy, topic, details } = event.data;
        yield {
          ...systemFields(event.type, event.id, { createdAt: event.time, createdById, createdBy }),
          name: event.type,
          userid: createdById,
          username: createdBy,
          topic,
          subject: event.subject,
          ...(details === undefined ? {} : { details }),
        };
      }
    },
  };
}
