import { newId } from "../../kit/ids.ts";
import {
  aclOf,
  bare,
  fresh,
  listed,
  onFile,
  type Room,
  type Sample,
  type SampleRequest,
  withBody,
  withQuery,
} from "./authorisation-room.ts";
import { runnerAndJobSamples } from "./authorisation-runner-samples.ts";
import { triggerSamples } from "./authorisation-trigger-samples.ts";
import { workflowSamples } from "./authorisation-workflow-samples.ts";

async function onQueue(room: Room): Promise<SampleRequest & { params: { queue: string } }> {
  const settings = { name: fresh("queue"), acl: aclOf(room) };
  const { id } = await room.house.queues.createQueue({ ...room.owner, epoch: undefined }, settings);
  return { params: { queue: id }, secret: id };
}

async function onItem(room: Room): Promise<SampleRequest & { params: { item: string } }> {
  const { params } = await onQueue(room);
  const call = { ...room.owner, epoch: undefined };
  const { id } = await room.house.items.pushItem(call, params.queue, { payload: { secret: true } });
  return { params: { item: id } };
}

async function onHeldItem(room: Room): Promise<{ params: { item: string }; body: { leaseNumber: number } }> {
  const { params } = await onQueue(room);
  const call = { ...room.owner, epoch: undefined };
  await room.house.items.pushItem(call, params.queue, { payload: {} });
  const [item] = await room.house.items.claimItems(call, params.queue, {});
  return { params: { item: item!.id }, body: { leaseNumber: item!.leaseNumber } };
}

async function onCollection(room: Room): Promise<SampleRequest & { params: { collection: string } }> {
  const collection = fresh("collection");
  await room.house.documents.createCollection(room.owner, collection, { acl: aclOf(room) });
  return { params: { collection }, secret: collection };
}

async function onDocument(
  room: Room,
): Promise<SampleRequest & { params: { collection: string; id: string } }> {
  const { params } = await onCollection(room);
  const document = { name: fresh("document"), n: 1, _acl: aclOf(room) };
  const { _id: id } = await room.house.documents.insertOne(room.owner, params.collection, document);
  await room.house.documents.updateOne(room.owner, params.collection, id, { $set: { n: 2 } });
  return { params: { ...params, id }, secret: id };
}

/** The collection of a document: what is asked of many touches only what the caller may touch. */
async function aroundDocument(room: Room): Promise<SampleRequest> {
  const { params } = await onDocument(room);
  return { params: { collection: params.collection } };
}

async function aroundSecretDocument(room: Room): Promise<SampleRequest> {
  const { params, secret } = await onDocument(room);
  return { params: { collection: params.collection }, secret };
}

async function onDeletedDocument(
  room: Room,
): Promise<SampleRequest & { params: { collection: string; id: string } }> {
  const made = await onDocument(room);
  await room.house.documents.deleteOne(room.owner, made.params.collection, made.params.id);
  return made;
}

async function onRole({ house, system }: Room): Promise<SampleRequest & { params: { role: string } }> {
  const { id } = await house.identity.createRole(system, { name: fresh("role") });
  return { params: { role: id } };
}

async function onUser(room: Room): Promise<SampleRequest> {
  const { id, token } = await room.makeUser();
  return { params: { user: id }, ownerToken: token };
}

async function onToken(room: Room): Promise<SampleRequest> {
  const { id } = await room.house.identity.createToken(room.owner, { name: "test" });
  return { params: { token: id }, secret: id };
}

/** A session of a user who owns it, and his token. */
async function onSession(room: Room): Promise<SampleRequest> {
  const { id, name, password, token } = await room.makeUser();
  const call = { ...room.system, userId: id };
  const given = { name, password, tenantId: room.system.tenantId };
  await room.house.identity.signIn({ ...call, address: newId() }, given);
  const [session] = await room.house.identity.listSessions(call);
  return { params: { session: session!.id }, ownerToken: token, secret: session!.id };
}

const ndjson = { "content-type": "application/x-ndjson" };

const firstMakesIt = {
  missing: 201,
  foreign: 201,
  foreignAdmin: 201,
  why: "the first insert into a name makes the collection, in the caller's own tenant",
} as const;
const firstMakesItToo = { ...firstMakesIt, missing: 200, foreign: 200, foreignAdmin: 200 } as const;
const noLink = "x".repeat(43);
const linkIsOver = {
  admin: 401,
  owner: 401,
  reader: 401,
  nobody: 401,
  why: "there is no such link",
} as const;

const identitySamples: Record<string, Sample> = {
  signIn: {
    make: async (room) => {
      const { name, password } = await room.makeUser();
      return { body: { name, password } };
    },
  },
  signInByLink: { make: withBody(bare, { token: noLink }), except: linkIsOver },
  openSignInLink: { make: withQuery(bare, { token: noLink }), except: linkIsOver },
  usePasswordReset: {
    make: withBody(bare, { token: noLink, password: "six blue kettles" }),
    except: linkIsOver,
  },
  whoAmI: { make: bare },
  signOut: {
    make: bare,
    except: { admin: 404, owner: 404, reader: 404, nobody: 404, why: "a token is no session to sign out of" },
  },
  listSessions: { make: onSession },
  endSession: {
    make: onSession,
    except: { admin: 404, reader: 404, nobody: 404, why: "sessions are ended by their own user alone" },
  },
  createUser: { make: async () => ({ body: { name: fresh("user") } }) },
  listUsers: { make: bare },
  getUser: { make: onUser, except: { reader: 404, why: "a user cannot be granted to others" } },
  updateUser: {
    make: withBody(onUser, { language: "de" }),
    except: { reader: 404, why: "a user cannot be granted to others" },
  },
  deleteUser: { make: onUser },
  setPassword: {
    make: async (room) => {
      const { id, token, password } = await room.makeUser();
      const body = { password: "nine green kettles", oldPassword: password };
      return { params: { user: id }, ownerToken: token, body };
    },
    except: { reader: 404, why: "a user cannot be granted to others" },
  },
  resetPassword: { make: onUser },
  createRole: { make: async () => ({ body: { name: fresh("role") } }) },
  listRoles: { make: bare },
  getRole: { make: onRole },
  updateRole: { make: withBody(onRole, { description: "other" }) },
  deleteRole: { make: onRole },
  listRoleMembers: { make: onRole },
  addRoleMember: {
    make: async (room) => ({ ...(await onRole(room)), body: { principalId: room.readerId } }),
  },
  removeRoleMember: {
    make: async (room) => {
      const { params } = await onRole(room);
      await room.house.identity.addRoleMember(room.system, params.role, room.readerId);
      return { params: { ...params, principal: room.readerId } };
    },
  },
  createToken: { make: withBody(bare, { name: "fresh" }) },
  listTokens: { make: async (room) => listed((await onToken(room)).secret, "100") },
  getToken: { make: onToken, except: { reader: 404, why: "a token cannot be granted to others" } },
  revokeToken: { make: onToken, except: { reader: 404, why: "a token cannot be granted to others" } },
};

/** The version that a queue begins with. */
async function onQueueVersion(room: Room): Promise<SampleRequest> {
  const { params, secret } = await onQueue(room);
  return { params: { ...params, version: "0" }, secret };
}

const queueSamples: Record<string, Sample> = {
  createQueue: { make: async () => ({ body: { name: fresh("queue") } }) },
  listQueues: { make: async (room) => listed((await onQueue(room)).secret, "500") },
  getQueue: { make: onQueue },
  updateQueue: { make: withBody(onQueue, { description: "other" }) },
  pauseQueue: { make: onQueue },
  resumeQueue: { make: onQueue },
  listQueueVersions: { make: onQueue },
  getQueueVersion: { make: onQueueVersion },
  diffQueueVersions: { make: withQuery(onQueue, { from: "0", to: "0" }) },
  restoreQueueVersion: { make: withBody(onQueue, { version: 0 }) },
  pushItem: { make: withBody(onQueue, { payload: {} }) },
  pushItems: { make: withBody(onQueue, { items: [{ payload: {} }] }) },
  claimItems: { make: withBody(onQueue, {}) },
  finishItem: {
    make: async (room) => {
      const { params, body } = await onHeldItem(room);
      return { params, body: { ...body, state: "successful" } };
    },
  },
  finishItems: {
    make: async (room) => {
      const { params, body } = await onHeldItem(room);
      return { body: { items: [{ id: params.item, ...body, state: "successful" }] } };
    },
    changesNothing: true,
    except: {
      reader: 200,
      nobody: 200,
      foreignAdmin: 200,
      why: "each item has an outcome of its own in the answer",
    },
  },
  extendLease: { make: onHeldItem },
  releaseItem: { make: onHeldItem },
  listItems: { make: onQueue },
  queueStats: { make: onQueue },
  listQueueStats: { make: async (room) => listed((await onQueue(room)).secret, "500") },
  getItem: { make: onItem },
  listItemFiles: { make: onItem },
  itemHistory: { make: onItem },
  requeueItem: { make: onItem },
  deleteItem: { make: onItem },
  requeueItems: { make: withBody(onQueue, { state: "failed" }) },
  purgeQueue: { make: withBody(onQueue, { what: "waiting" }) },
  deleteQueue: { make: onQueue },
};

async function onMessageQueue(room: Room): Promise<SampleRequest & { params: { messageQueue: string } }> {
  const name = fresh("collection");
  await room.house.messages.declareQueue({ ...room.owner, epoch: undefined }, { name, acl: aclOf(room) });
  return { params: { messageQueue: name }, secret: name };
}

async function onExchange(room: Room): Promise<SampleRequest & { params: { exchange: string } }> {
  const name = fresh("collection");
  const call = { ...room.owner, epoch: undefined };
  await room.house.messages.declareExchange(call, { name, kind: "fanout", acl: aclOf(room) });
  return { params: { exchange: name }, secret: name };
}

/** An exchange, a message queue of the same owner, and a binding between them. */
async function onBinding(room: Room): Promise<SampleRequest> {
  const { params, secret } = await onExchange(room);
  const queue = (await onMessageQueue(room)).params.messageQueue;
  await room.house.messages.bind({ ...room.owner, epoch: undefined }, params.exchange, queue);
  return { params, secret, body: { queue } };
}

const messageSamples: Record<string, Sample> = {
  declareMessageQueue: { make: async () => ({ body: { name: fresh("queue") } }) },
  listMessageQueues: { make: async (room) => listed((await onMessageQueue(room)).secret, "500") },
  getMessageQueue: { make: onMessageQueue },
  updateMessageQueue: { make: withBody(onMessageQueue, { description: "other" }) },
  deleteMessageQueue: { make: onMessageQueue },
  declareExchange: { make: async () => ({ body: { name: fresh("exchange"), kind: "topic" } }) },
  listExchanges: { make: async (room) => ({ secret: (await onExchange(room)).secret }) },
  getExchange: { make: onExchange },
  deleteExchange: { make: onExchange },
  bindMessageQueue: { make: onBinding },
  unbindMessageQueue: { make: onBinding },
  publish: { make: withBody(onMessageQueue, { data: 1 }) },
  publishMany: { make: withBody(onMessageQueue, { items: [{ data: 1 }] }) },
  publishToExchange: {
    make: async (room) => ({ ...(await onBinding(room)), body: { data: 1 } }),
  },
  request: {
    make: withBody(onMessageQueue, { data: 1, timeoutMs: 1 }),
    except: { admin: 408, owner: 408, why: "nobody is there to answer" },
  },
  receive: { make: withBody(onMessageQueue, {}) },
  endReceived: {
    make: withBody(onMessageQueue, { receipt: "private.none/none", ending: "acknowledge" }),
    except: { admin: 409, owner: 409, why: "there is no such receipt" },
  },
};

const documentSamples: Record<string, Sample> = {
  listCollections: { make: async (room) => listed((await onCollection(room)).secret, "1000") },
  createCollection: { make: async () => ({ body: { name: fresh("collection") } }) },
  getCollection: { make: onCollection },
  updateCollection: { make: async (room) => ({ ...(await onCollection(room)), body: { acl: aclOf(room) } }) },
  dropCollection: { make: onCollection },
  listIndexes: { make: onCollection },
  createIndex: { make: withBody(onCollection, { keys: { n: 1 } }) },
  dropIndex: {
    make: async (room) => {
      const { params } = await onCollection(room);
      await room.house.documents.createIndex(room.owner, params.collection, { keys: { n: 1 } });
      return { params: { ...params, index: "n_1" } };
    },
  },
  getDocument: { make: onDocument },
  replaceDocument: { make: withBody(onDocument, { name: "other" }) },
  updateDocument: { make: withBody(onDocument, { $set: { n: 3 } }) },
  deleteDocument: { make: onDocument },
  insertDocument: { make: withBody(onCollection, { n: 1 }), except: firstMakesIt },
  insertOrUpdateDocument: {
    make: withBody(onCollection, { document: { n: 1 }, uniqueFields: ["n"] }),
    except: firstMakesItToo,
  },
  insertDocuments: { make: withBody(onCollection, { items: [{ n: 1 }] }), except: firstMakesIt },
  importDocuments: {
    make: async (room) => ({ ...(await onCollection(room)), headers: ndjson, body: '{"n":1}\n' }),
    except: firstMakesItToo,
  },
  updateDocuments: {
    make: withBody(aroundDocument, { filter: {}, update: { $set: { n: 3 } } }),
    changesNothing: true,
  },
  deleteDocuments: { make: withBody(aroundDocument, { filter: {} }), changesNothing: true },
  listDocuments: { make: aroundSecretDocument },
  queryDocuments: { make: withBody(aroundSecretDocument, { filter: {} }) },
  countDocuments: { make: withBody(aroundDocument, {}) },
  distinctValues: { make: withBody(aroundSecretDocument, { field: "_id" }) },
  aggregateDocuments: { make: withBody(aroundSecretDocument, { pipeline: [{ $match: {} }] }) },
  explainQuery: { make: withBody(aroundDocument, { filter: {} }) },
  listVersions: { make: onDocument },
  getVersion: {
    make: async (room) => {
      const { params } = await onDocument(room);
      return { params: { ...params, version: "0" } };
    },
  },
  diffVersions: { make: withQuery(onDocument, { from: "0", to: "1" }) },
  restoreVersion: { make: withBody(onDocument, { version: 0 }) },
  undeleteDocument: { make: onDeletedDocument },
  listDeletedDocuments: {
    make: async (room) => {
      const { params, secret } = await onDeletedDocument(room);
      return { params: { collection: params.collection }, secret };
    },
  },
  watchCollection: { make: onCollection },
};

const fileSamples: Record<string, Sample> = {
  uploadFile: {
    make: async () => ({
      query: { name: fresh("file") },
      headers: { "content-type": "text/plain" },
      body: "bytes",
    }),
  },
  downloadFile: { make: onFile },
  listFiles: { make: async (room) => listed((await onFile(room)).secret, "100") },
  getFile: { make: onFile },
  updateFile: { make: withBody(onFile, { contentType: "text/plain" }) },
  deleteFile: { make: onFile },
};

async function onSecret(room: Room): Promise<SampleRequest> {
  const wanted = { name: fresh("secret"), value: "swordfish", acl: aclOf(room) };
  const { id } = await room.house.secrets.createSecret(room.owner, wanted);
  return { params: { secret: id }, secret: id };
}

const secretSamples: Record<string, Sample> = {
  createSecret: { make: async () => ({ body: { name: fresh("secret"), value: "swordfish" } }) },
  listSecrets: { make: async (room) => listed((await onSecret(room)).secret, "500") },
  getSecret: { make: onSecret },
  updateSecret: { make: withBody(onSecret, { description: "other" }) },
  setSecretValue: { make: withBody(onSecret, { value: { user: "ada", password: "swordfish" } }) },
  deleteSecret: { make: onSecret },
};

/** One request for every operation there is. A route without one has no test of who may take it. */
export const samples: Readonly<Record<string, Sample>> = {
  ...identitySamples,
  ...queueSamples,
  ...messageSamples,
  ...documentSamples,
  ...fileSamples,
  ...secretSamples,
  ...triggerSamples,
  ...runnerAndJobSamples,
  ...workflowSamples,
  listEvents: { make: bare },
};
