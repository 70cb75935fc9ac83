/** Generated from openapi.json by `npm run contract`. Change the routes, not this file. */
export interface paths {
    "/api/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the queues you may read */
        get: operations["listQueues"];
        put?: never;
        /** Make a queue */
        post: operations["createQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a queue */
        get: operations["getQueue"];
        put?: never;
        post?: never;
        /** Delete a queue; with purge, its items too */
        delete: operations["deleteQueue"];
        options?: never;
        head?: never;
        /** Change some of a queue's settings */
        patch: operations["updateQueue"];
        trace?: never;
    };
    "/api/v1/queues/{queue}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop handing out items; pushing goes on */
        post: operations["pauseQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand out items again */
        post: operations["resumeQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a queue's items, the newest first */
        get: operations["listItems"];
        put?: never;
        /** Push a work item */
        post: operations["pushItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/items/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Push several work items, all or none */
        post: operations["pushItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/claims": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take items under a lease; may wait for the first one */
        post: operations["claimItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/items/{item}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End an attempt: successful or failed */
        post: operations["finishItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/items/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End several attempts; each has its own outcome */
        post: operations["finishItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/items/{item}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lengthen a lease from now */
        post: operations["extendLease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/items/{item}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an item back untouched */
        post: operations["releaseItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts by state and the age of the oldest waiting item */
        get: operations["queueStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/items/{item}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a work item */
        get: operations["getItem"];
        put?: never;
        post?: never;
        /** Delete an item that nobody holds */
        delete: operations["deleteItem"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/items/{item}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every transition of an item: who, when, why */
        get: operations["itemHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/items/{item}/requeue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring an ended item back as new, or make a waiting one due now */
        post: operations["requeueItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/requeue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Requeue a queue's failed or abandoned items */
        post: operations["requeueItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete a queue's waiting items, or its ended ones of one state */
        post: operations["purgeQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What went wrong, as RFC 9457 problem details */
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @description One of the error catalogue; never reused */
            code: string;
            /** @description Names the field and the way out */
            detail: string;
            requestId: string;
            field?: string;
            fields?: {
                field: string;
                message: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listQueues: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            /** @description For people */
                            description: string;
                            acl: {
                                /** @description A user or a role */
                                principalId: string;
                                /** @description For people; never used in a decision */
                                name?: string;
                                rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                /** @default allow */
                                effect?: "allow" | "deny";
                            }[];
                            /** @description Attempts in all, the first one included */
                            attemptsMax: number;
                            /** @description How the pause between attempts grows */
                            backoff: "constant" | "exponential";
                            /** @description The pause before the second attempt */
                            backoffMs: number;
                            /** @description No pause is longer than this */
                            backoffMaxMs: number;
                            /** @description The share of a pause that is left to chance */
                            jitter: number;
                            /** @description How long a holder may be silent before the item is handed out again */
                            leaseMs: number;
                            /** @description An item handed out this often without an end is parked as abandoned */
                            acquiredMax: number;
                            /** @description Items of one concurrency key at work */
                            concurrencyPerKey: number;
                            /** @description Days that finished items are kept; null for the server's own setting */
                            keepDays: number | null;
                            /** @description Where a copy of every successful item goes */
                            successQueue: string | null;
                            /** @description Where a copy of every failed item goes */
                            failedQueue: string | null;
                            paused: boolean;
                            version: number;
                            createdAt: string;
                            createdById: string;
                            modifiedAt: string;
                        }[];
                        nextCursor?: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createQueue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Used once in a tenant */
                    name: string;
                    /** @description For people */
                    description?: string;
                    acl?: {
                        /** @description A user or a role */
                        principalId: string;
                        /** @description For people; never used in a decision */
                        name?: string;
                        rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                        /** @default allow */
                        effect?: "allow" | "deny";
                    }[];
                    /** @description Attempts in all, the first one included */
                    attemptsMax?: number;
                    /** @description How the pause between attempts grows */
                    backoff?: "constant" | "exponential";
                    /** @description The pause before the second attempt */
                    backoffMs?: number;
                    /** @description No pause is longer than this */
                    backoffMaxMs?: number;
                    /** @description The share of a pause that is left to chance */
                    jitter?: number;
                    /** @description How long a holder may be silent before the item is handed out again */
                    leaseMs?: number;
                    /** @description An item handed out this often without an end is parked as abandoned */
                    acquiredMax?: number;
                    /** @description Items of one concurrency key at work */
                    concurrencyPerKey?: number;
                    /** @description Days that finished items are kept; null for the server's own setting */
                    keepDays?: number | null;
                    /** @description Where a copy of every successful item goes */
                    successQueue?: string | null;
                    /** @description Where a copy of every failed item goes */
                    failedQueue?: string | null;
                };
            };
        };
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @description For people */
                        description: string;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Attempts in all, the first one included */
                        attemptsMax: number;
                        /** @description How the pause between attempts grows */
                        backoff: "constant" | "exponential";
                        /** @description The pause before the second attempt */
                        backoffMs: number;
                        /** @description No pause is longer than this */
                        backoffMaxMs: number;
                        /** @description The share of a pause that is left to chance */
                        jitter: number;
                        /** @description How long a holder may be silent before the item is handed out again */
                        leaseMs: number;
                        /** @description An item handed out this often without an end is parked as abandoned */
                        acquiredMax: number;
                        /** @description Items of one concurrency key at work */
                        concurrencyPerKey: number;
                        /** @description Days that finished items are kept; null for the server's own setting */
                        keepDays: number | null;
                        /** @description Where a copy of every successful item goes */
                        successQueue: string | null;
                        /** @description Where a copy of every failed item goes */
                        failedQueue: string | null;
                        paused: boolean;
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @description For people */
                        description: string;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Attempts in all, the first one included */
                        attemptsMax: number;
                        /** @description How the pause between attempts grows */
                        backoff: "constant" | "exponential";
                        /** @description The pause before the second attempt */
                        backoffMs: number;
                        /** @description No pause is longer than this */
                        backoffMaxMs: number;
                        /** @description The share of a pause that is left to chance */
                        jitter: number;
                        /** @description How long a holder may be silent before the item is handed out again */
                        leaseMs: number;
                        /** @description An item handed out this often without an end is parked as abandoned */
                        acquiredMax: number;
                        /** @description Items of one concurrency key at work */
                        concurrencyPerKey: number;
                        /** @description Days that finished items are kept; null for the server's own setting */
                        keepDays: number | null;
                        /** @description Where a copy of every successful item goes */
                        successQueue: string | null;
                        /** @description Where a copy of every failed item goes */
                        failedQueue: string | null;
                        paused: boolean;
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteQueue: {
        parameters: {
            query?: {
                purge?: boolean;
            };
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateQueue: {
        parameters: {
            query?: {
                /** @description Change it only if it still has this version */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description For people */
                    description?: string;
                    acl?: {
                        /** @description A user or a role */
                        principalId: string;
                        /** @description For people; never used in a decision */
                        name?: string;
                        rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                        /** @default allow */
                        effect?: "allow" | "deny";
                    }[];
                    /** @description Attempts in all, the first one included */
                    attemptsMax?: number;
                    /** @description How the pause between attempts grows */
                    backoff?: "constant" | "exponential";
                    /** @description The pause before the second attempt */
                    backoffMs?: number;
                    /** @description No pause is longer than this */
                    backoffMaxMs?: number;
                    /** @description The share of a pause that is left to chance */
                    jitter?: number;
                    /** @description How long a holder may be silent before the item is handed out again */
                    leaseMs?: number;
                    /** @description An item handed out this often without an end is parked as abandoned */
                    acquiredMax?: number;
                    /** @description Items of one concurrency key at work */
                    concurrencyPerKey?: number;
                    /** @description Days that finished items are kept; null for the server's own setting */
                    keepDays?: number | null;
                    /** @description Where a copy of every successful item goes */
                    successQueue?: string | null;
                    /** @description Where a copy of every failed item goes */
                    failedQueue?: string | null;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @description For people */
                        description: string;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Attempts in all, the first one included */
                        attemptsMax: number;
                        /** @description How the pause between attempts grows */
                        backoff: "constant" | "exponential";
                        /** @description The pause before the second attempt */
                        backoffMs: number;
                        /** @description No pause is longer than this */
                        backoffMaxMs: number;
                        /** @description The share of a pause that is left to chance */
                        jitter: number;
                        /** @description How long a holder may be silent before the item is handed out again */
                        leaseMs: number;
                        /** @description An item handed out this often without an end is parked as abandoned */
                        acquiredMax: number;
                        /** @description Items of one concurrency key at work */
                        concurrencyPerKey: number;
                        /** @description Days that finished items are kept; null for the server's own setting */
                        keepDays: number | null;
                        /** @description Where a copy of every successful item goes */
                        successQueue: string | null;
                        /** @description Where a copy of every failed item goes */
                        failedQueue: string | null;
                        paused: boolean;
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @description For people */
                        description: string;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Attempts in all, the first one included */
                        attemptsMax: number;
                        /** @description How the pause between attempts grows */
                        backoff: "constant" | "exponential";
                        /** @description The pause before the second attempt */
                        backoffMs: number;
                        /** @description No pause is longer than this */
                        backoffMaxMs: number;
                        /** @description The share of a pause that is left to chance */
                        jitter: number;
                        /** @description How long a holder may be silent before the item is handed out again */
                        leaseMs: number;
                        /** @description An item handed out this often without an end is parked as abandoned */
                        acquiredMax: number;
                        /** @description Items of one concurrency key at work */
                        concurrencyPerKey: number;
                        /** @description Days that finished items are kept; null for the server's own setting */
                        keepDays: number | null;
                        /** @description Where a copy of every successful item goes */
                        successQueue: string | null;
                        /** @description Where a copy of every failed item goes */
                        failedQueue: string | null;
                        paused: boolean;
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @description For people */
                        description: string;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Attempts in all, the first one included */
                        attemptsMax: number;
                        /** @description How the pause between attempts grows */
                        backoff: "constant" | "exponential";
                        /** @description The pause before the second attempt */
                        backoffMs: number;
                        /** @description No pause is longer than this */
                        backoffMaxMs: number;
                        /** @description The share of a pause that is left to chance */
                        jitter: number;
                        /** @description How long a holder may be silent before the item is handed out again */
                        leaseMs: number;
                        /** @description An item handed out this often without an end is parked as abandoned */
                        acquiredMax: number;
                        /** @description Items of one concurrency key at work */
                        concurrencyPerKey: number;
                        /** @description Days that finished items are kept; null for the server's own setting */
                        keepDays: number | null;
                        /** @description Where a copy of every successful item goes */
                        successQueue: string | null;
                        /** @description Where a copy of every failed item goes */
                        failedQueue: string | null;
                        paused: boolean;
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listItems: {
        parameters: {
            query?: {
                /** @description Only these states */
                state?: ("new" | "processing" | "retry" | "successful" | "failed" | "abandoned")[];
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            queueId: string;
                            state: "new" | "processing" | "retry" | "successful" | "failed" | "abandoned";
                            priority: number;
                            name: string | null;
                            /** @description Any JSON object, at most 2 MiB; put larger things into files */
                            payload: {
                                [key: string]: unknown;
                            };
                            /** @description Tries that came to an end */
                            attempts: number;
                            /** @description How often it was handed out */
                            acquired: number;
                            /** @description Say it with every write; usable as a fencing token */
                            leaseNumber: number;
                            leaseUntil: string | null;
                            holderId: string | null;
                            worker: string | null;
                            dueAt: string | null;
                            orderKey: string | null;
                            concurrencyKey: string | null;
                            error: {
                                /** @description business: final; application: may be retried */
                                kind: "business" | "application";
                                message: string;
                                source?: string;
                            } | null;
                            fromItemId: string | null;
                            nextItemId: string | null;
                            createdAt: string;
                            createdById: string;
                            claimedAt: string | null;
                            finishedAt: string | null;
                        }[];
                        nextCursor?: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pushItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any JSON object, at most 2 MiB; put larger things into files */
                    payload: {
                        [key: string]: unknown;
                    };
                    /** @description For people */
                    name?: string;
                    /** @description Higher goes first; 0 if not given */
                    priority?: number;
                    /**
                     * Format: date-time
                     * @description Not handed out before
                     */
                    dueAt?: string;
                    /** @description The same, as milliseconds from now */
                    delayMs?: number;
                    /** @description Items of one key are handed out strictly one after the other */
                    orderKey?: string;
                    /** @description At most the queue's concurrencyPerKey items of one key are at work */
                    concurrencyKey?: string;
                    /** @description A second push under the same key answers the first one's item; good for 7 days */
                    idempotencyKey?: string;
                    /** @description Instead of the queue's own */
                    successQueue?: string;
                    /** @description Instead of the queue's own */
                    failedQueue?: string;
                    /** @description Ids of uploaded files to attach */
                    files?: string[];
                };
            };
        };
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @constant */
                        state: "new";
                        /** @description The idempotency key was used before: this is the item of that time */
                        duplicate: boolean;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pushItems: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    items: {
                        /** @description Any JSON object, at most 2 MiB; put larger things into files */
                        payload: {
                            [key: string]: unknown;
                        };
                        /** @description For people */
                        name?: string;
                        /** @description Higher goes first; 0 if not given */
                        priority?: number;
                        /**
                         * Format: date-time
                         * @description Not handed out before
                         */
                        dueAt?: string;
                        /** @description The same, as milliseconds from now */
                        delayMs?: number;
                        /** @description Items of one key are handed out strictly one after the other */
                        orderKey?: string;
                        /** @description At most the queue's concurrencyPerKey items of one key are at work */
                        concurrencyKey?: string;
                        /** @description A second push under the same key answers the first one's item; good for 7 days */
                        idempotencyKey?: string;
                        /** @description Instead of the queue's own */
                        successQueue?: string;
                        /** @description Instead of the queue's own */
                        failedQueue?: string;
                        /** @description Ids of uploaded files to attach */
                        files?: string[];
                    }[];
                };
            };
        };
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @constant */
                            state: "new";
                            /** @description The idempotency key was used before: this is the item of that time */
                            duplicate: boolean;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    claimItems: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description At most so many; 1 if not given */
                    count?: number;
                    /** @description Wait so long for the first one */
                    waitMs?: number;
                    /** @description Instead of the queue's own */
                    leaseMs?: number;
                    /** @description Names the worker in the history */
                    worker?: string;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            queueId: string;
                            state: "new" | "processing" | "retry" | "successful" | "failed" | "abandoned";
                            priority: number;
                            name: string | null;
                            /** @description Any JSON object, at most 2 MiB; put larger things into files */
                            payload: {
                                [key: string]: unknown;
                            };
                            /** @description Tries that came to an end */
                            attempts: number;
                            /** @description How often it was handed out */
                            acquired: number;
                            /** @description Say it with every write; usable as a fencing token */
                            leaseNumber: number;
                            leaseUntil: string | null;
                            holderId: string | null;
                            worker: string | null;
                            dueAt: string | null;
                            orderKey: string | null;
                            concurrencyKey: string | null;
                            error: {
                                /** @description business: final; application: may be retried */
                                kind: "business" | "application";
                                message: string;
                                source?: string;
                            } | null;
                            fromItemId: string | null;
                            nextItemId: string | null;
                            createdAt: string;
                            createdById: string;
                            claimedAt: string | null;
                            finishedAt: string | null;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the work item */
                item: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The number of the lease you hold */
                    leaseNumber: number;
                    state: "successful" | "failed";
                    error?: {
                        /** @description business: final; application: may be retried */
                        kind: "business" | "application";
                        message: string;
                        source?: string;
                    };
                    /** @description Any JSON object, at most 2 MiB; put larger things into files */
                    payload?: {
                        [key: string]: unknown;
                    };
                    /** @description Ids of uploaded files to attach */
                    files?: string[];
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        state: "new" | "processing" | "retry" | "successful" | "failed" | "abandoned";
                        attempts: number;
                        nextItemId: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishItems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    items: {
                        id: string;
                        /** @description The number of the lease you hold */
                        leaseNumber: number;
                        state: "successful" | "failed";
                        error?: {
                            /** @description business: final; application: may be retried */
                            kind: "business" | "application";
                            message: string;
                            source?: string;
                        };
                        /** @description Any JSON object, at most 2 MiB; put larger things into files */
                        payload?: {
                            [key: string]: unknown;
                        };
                        /** @description Ids of uploaded files to attach */
                        files?: string[];
                    }[];
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            state?: "new" | "processing" | "retry" | "successful" | "failed" | "abandoned";
                            attempts?: number;
                            nextItemId?: string | null;
                            error?: {
                                code: string;
                                detail: string;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    extendLease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the work item */
                item: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The number of the lease you hold */
                    leaseNumber: number;
                    /** @description Instead of the queue's own */
                    leaseMs?: number;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        leaseUntil: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the work item */
                item: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The number of the lease you hold */
                    leaseNumber: number;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    queueStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        counts: {
                            new: number;
                            processing: number;
                            retry: number;
                            successful: number;
                            failed: number;
                            abandoned: number;
                        };
                        oldestWaitingAt: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the work item */
                item: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        queueId: string;
                        state: "new" | "processing" | "retry" | "successful" | "failed" | "abandoned";
                        priority: number;
                        name: string | null;
                        /** @description Any JSON object, at most 2 MiB; put larger things into files */
                        payload: {
                            [key: string]: unknown;
                        };
                        /** @description Tries that came to an end */
                        attempts: number;
                        /** @description How often it was handed out */
                        acquired: number;
                        /** @description Say it with every write; usable as a fencing token */
                        leaseNumber: number;
                        leaseUntil: string | null;
                        holderId: string | null;
                        worker: string | null;
                        dueAt: string | null;
                        orderKey: string | null;
                        concurrencyKey: string | null;
                        error: {
                            /** @description business: final; application: may be retried */
                            kind: "business" | "application";
                            message: string;
                            source?: string;
                        } | null;
                        fromItemId: string | null;
                        nextItemId: string | null;
                        createdAt: string;
                        createdById: string;
                        claimedAt: string | null;
                        finishedAt: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the work item */
                item: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    itemHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the work item */
                item: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            seq: number;
                            at: string;
                            type: string;
                            actorId: string;
                            actorName: string;
                            requestId: string;
                            details?: unknown;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requeueItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the work item */
                item: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requeueItems: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    state: "failed" | "abandoned";
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        count: number;
                        /** @description There is more to do: call again */
                        more: boolean;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    purgeQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    what: "waiting" | ("successful" | "failed" | "abandoned");
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        count: number;
                        /** @description There is more to do: call again */
                        more: boolean;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
