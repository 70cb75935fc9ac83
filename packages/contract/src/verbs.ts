/** Generated from the route table by `npm run contract`. Change the routes, not this file. */
import type { BodyOf, ClientTypes, Operation, Pages, QueryOf, ReplyOf } from "./shapes.ts";

/** Every operation as a function: path parameters first, then what it takes, then the query. */
export interface Verbs<Types extends ClientTypes> {
  /** Make a queue. */
  createQueue(body: BodyOf<"createQueue">, options?: Types["options"]): Promise<ReplyOf<"createQueue">>;
  /** List the queues you may read. */
  listQueues(query?: QueryOf<"listQueues">, options?: Types["options"]): Pages<ReplyOf<"listQueues">>;
  /** Show a queue. */
  getQueue(queue: string, options?: Types["options"]): Promise<ReplyOf<"getQueue">>;
  /** Change some of a queue's settings. */
  updateQueue(queue: string, body?: BodyOf<"updateQueue">, query?: QueryOf<"updateQueue">, options?: Types["options"]): Promise<ReplyOf<"updateQueue">>;
  /** Stop handing out items; pushing goes on. */
  pauseQueue(queue: string, options?: Types["options"]): Promise<ReplyOf<"pauseQueue">>;
  /** Hand out items again. */
  resumeQueue(queue: string, options?: Types["options"]): Promise<ReplyOf<"resumeQueue">>;
  /** Push a work item. */
  pushItem(queue: string, body: BodyOf<"pushItem">, options?: Types["options"]): Promise<ReplyOf<"pushItem">>;
  /** Push several work items, all or none. */
  pushItems(queue: string, items: BodyOf<"pushItems">["items"], options?: Types["options"]): Promise<ReplyOf<"pushItems">["items"]>;
  /** Take items under a lease; may wait for the first one. */
  claimItems(queue: string, body?: BodyOf<"claimItems">, options?: Types["options"]): Promise<ReplyOf<"claimItems">["items"]>;
  /** End an attempt: successful or failed. */
  finishItem(item: string, body: BodyOf<"finishItem">, options?: Types["options"]): Promise<ReplyOf<"finishItem">>;
  /** End several attempts; each has its own outcome. */
  finishItems(items: BodyOf<"finishItems">["items"], options?: Types["options"]): Promise<ReplyOf<"finishItems">["items"]>;
  /** Lengthen a lease from now. */
  extendLease(item: string, body: BodyOf<"extendLease">, options?: Types["options"]): Promise<ReplyOf<"extendLease">>;
  /** Give an item back untouched. */
  releaseItem(item: string, body: BodyOf<"releaseItem">, options?: Types["options"]): Promise<void>;
  /** List a queue's items, the newest first. */
  listItems(queue: string, query?: QueryOf<"listItems">, options?: Types["options"]): Pages<ReplyOf<"listItems">>;
  /** Counts by state and the age of the oldest waiting item. */
  queueStats(queue: string, options?: Types["options"]): Promise<ReplyOf<"queueStats">>;
  /** Show a work item. */
  getItem(item: string, options?: Types["options"]): Promise<ReplyOf<"getItem">>;
  /** Every transition of an item: who, when, why. */
  itemHistory(item: string, options?: Types["options"]): Promise<ReplyOf<"itemHistory">["items"]>;
  /** Bring an ended item back as new, or make a waiting one due now. */
  requeueItem(item: string, options?: Types["options"]): Promise<void>;
  /** Delete an item that nobody holds. */
  deleteItem(item: string, options?: Types["options"]): Promise<void>;
  /** Requeue a queue's failed or abandoned items. */
  requeueItems(queue: string, body: BodyOf<"requeueItems">, options?: Types["options"]): Promise<ReplyOf<"requeueItems">>;
  /** Delete a queue's waiting items, or its ended ones of one state. */
  purgeQueue(queue: string, body: BodyOf<"purgeQueue">, options?: Types["options"]): Promise<ReplyOf<"purgeQueue">>;
  /** Delete a queue; with purge, its items too. */
  deleteQueue(queue: string, query?: QueryOf<"deleteQueue">, options?: Types["options"]): Promise<void>;
}

export const verbs: Readonly<Record<keyof Verbs<ClientTypes>, Operation>> = {
  createQueue: {"method":"POST","path":"/api/v1/queues","body":"json","query":false,"reply":"json","waits":false},
  listQueues: {"method":"GET","path":"/api/v1/queues","body":"none","query":true,"reply":"page","waits":false},
  getQueue: {"method":"GET","path":"/api/v1/queues/{queue}","body":"none","query":false,"reply":"json","waits":false},
  updateQueue: {"method":"PATCH","path":"/api/v1/queues/{queue}","body":"json","query":true,"reply":"json","waits":false},
  pauseQueue: {"method":"POST","path":"/api/v1/queues/{queue}/pause","body":"none","query":false,"reply":"json","waits":false},
  resumeQueue: {"method":"POST","path":"/api/v1/queues/{queue}/resume","body":"none","query":false,"reply":"json","waits":false},
  pushItem: {"method":"POST","path":"/api/v1/queues/{queue}/items","body":"json","query":false,"reply":"json","waits":false},
  pushItems: {"method":"POST","path":"/api/v1/queues/{queue}/items/batch","body":"items","query":false,"reply":"items","waits":false},
  claimItems: {"method":"POST","path":"/api/v1/queues/{queue}/claims","body":"json","query":false,"reply":"items","waits":true},
  finishItem: {"method":"POST","path":"/api/v1/items/{item}/finish","body":"json","query":false,"reply":"json","waits":false},
  finishItems: {"method":"POST","path":"/api/v1/items/finish","body":"items","query":false,"reply":"items","waits":false},
  extendLease: {"method":"POST","path":"/api/v1/items/{item}/extend","body":"json","query":false,"reply":"json","waits":false},
  releaseItem: {"method":"POST","path":"/api/v1/items/{item}/release","body":"json","query":false,"reply":"none","waits":false},
  listItems: {"method":"GET","path":"/api/v1/queues/{queue}/items","body":"none","query":true,"reply":"page","waits":false},
  queueStats: {"method":"GET","path":"/api/v1/queues/{queue}/stats","body":"none","query":false,"reply":"json","waits":false},
  getItem: {"method":"GET","path":"/api/v1/items/{item}","body":"none","query":false,"reply":"json","waits":false},
  itemHistory: {"method":"GET","path":"/api/v1/items/{item}/history","body":"none","query":false,"reply":"items","waits":false},
  requeueItem: {"method":"POST","path":"/api/v1/items/{item}/requeue","body":"none","query":false,"reply":"none","waits":false},
  deleteItem: {"method":"DELETE","path":"/api/v1/items/{item}","body":"none","query":false,"reply":"none","waits":false},
  requeueItems: {"method":"POST","path":"/api/v1/queues/{queue}/requeue","body":"json","query":false,"reply":"json","waits":false},
  purgeQueue: {"method":"POST","path":"/api/v1/queues/{queue}/purge","body":"json","query":false,"reply":"json","waits":false},
  deleteQueue: {"method":"DELETE","path":"/api/v1/queues/{queue}","body":"none","query":true,"reply":"none","waits":false},
};
