import type { StoredDocument } from "../../api/documents-api.ts";

/** What its maker has put into a document; the system's own fields are shown beside it. */
export function contentsOf(document: StoredDocument): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(document).filter(([field]) => !field.startsWith("_") || field === "_type"),
  );
}

/** What a replacement must carry along, so that it changes neither rights nor which fields are sealed. */
export function keptOf({ _acl, _encrypt }: StoredDocument) {
  return _encrypt === undefined ? { _acl } : { _acl, _encrypt };
}
