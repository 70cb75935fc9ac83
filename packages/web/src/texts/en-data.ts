/** What the pages of data and settings say: documents, files, users, roles and tokens. */
export const enData = {};
