/** Generated from openapi.json by `npm run contract`. Change that, not this file. */
export interface paths {
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show who you are, your roles, and the session's CSRF token */
        get: operations["whoAmI"];
        put?: never;
        /** Sign in by name or e-mail address and password; the session comes as a cookie */
        post: operations["signIn"];
        /** End the session you came with */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open a one-time link in a browser: signs in and goes on to the start page */
        get: operations["openSignInLink"];
        put?: never;
        /** Sign in by a one-time link */
        post: operations["signInByLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a password by a reset link; ends every session */
        post: operations["usePasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your sessions, the newest first */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of your sessions */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List users by name: ids and names, for admins all there is */
        get: operations["listUsers"];
        put?: never;
        /** Make a user */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show yourself, or, for admins, any user */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /** Delete a user with his tokens and sessions */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /** Change a user: admins anything, everybody his own language */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/api/v1/users/{user}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set your password, or, for admins, anybody else's; ends the user's sessions */
        post: operations["setPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a one-time link by which a user sets another password */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List roles by name */
        get: operations["listRoles"];
        put?: never;
        /** Make a role */
        post: operations["createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a role */
        get: operations["getRole"];
        put?: never;
        post?: never;
        /** Delete a role: its members lose what it was granted */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        /** Change a role's name or description */
        patch: operations["updateRole"];
        trace?: never;
    };
    "/api/v1/roles/{role}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a role's direct members */
        get: operations["listRoleMembers"];
        put?: never;
        /** Put a user or a role into a role; circles are refused */
        post: operations["addRoleMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{role}/members/{principal}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a user or a role out of a role */
        delete: operations["removeRoleMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your tokens, or, for admins, another user's; the newest first */
        get: operations["listTokens"];
        put?: never;
        /** Make an API token; its text is shown this once */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a token, without its text */
        get: operations["getToken"];
        put?: never;
        post?: never;
        /** Revoke a token; holds at the next request */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
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
    "/api/v1/queues/{queue}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of a queue's definition, the newest first: who changed what, and when */
        get: operations["listQueueVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/history/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a queue's definition as it was */
        get: operations["getQueueVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what changed between two versions of a queue's definition */
        get: operations["diffQueueVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{queue}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the settings of an older version the newest again; rights and pause stay as they are */
        post: operations["restoreQueueVersion"];
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
    "/api/v1/queue-stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same of every queue that you may read, by name */
        get: operations["listQueueStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/items/{item}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the files that are attached to an item; their bytes have rights of their own */
        get: operations["listItemFiles"];
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
    "/api/v1/message-queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the message queues you may read */
        get: operations["listMessageQueues"];
        put?: never;
        /** Make a message queue, unless it is there */
        post: operations["declareMessageQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message-queues/{messageQueue}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a message queue */
        get: operations["getMessageQueue"];
        put?: never;
        post?: never;
        /** Delete a message queue with all that lies in it */
        delete: operations["deleteMessageQueue"];
        options?: never;
        head?: never;
        /** Change some of a message queue's settings */
        patch: operations["updateMessageQueue"];
        trace?: never;
    };
    "/api/v1/exchanges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the exchanges you may read, with their bindings */
        get: operations["listExchanges"];
        put?: never;
        /** Make an exchange, unless it is there */
        post: operations["declareExchange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exchanges/{exchange}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an exchange with its bindings */
        get: operations["getExchange"];
        put?: never;
        post?: never;
        /** Delete an exchange with its bindings */
        delete: operations["deleteExchange"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exchanges/{exchange}/bind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lead messages of the exchange to a message queue, too */
        post: operations["bindMessageQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exchanges/{exchange}/unbind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a binding back, said with the same rule */
        post: operations["unbindMessageQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message-queues/{messageQueue}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message to a message queue */
        post: operations["publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message-queues/{messageQueue}/messages/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send several messages to a message queue, in their order */
        post: operations["publishMany"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message-queues/{messageQueue}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message and wait for the reply to it */
        post: operations["request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exchanges/{exchange}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message through an exchange */
        post: operations["publishToExchange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message-queues/{messageQueue}/receive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take messages for a time; may wait for the first one */
        post: operations["receive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message-queues/{messageQueue}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End what was received: acknowledge, reject or requeue it */
        post: operations["endReceived"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the collections you may read */
        get: operations["listCollections"];
        put?: never;
        /** Make a collection before its first document */
        post: operations["createCollection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a collection */
        get: operations["getCollection"];
        /** Change who may use a collection, and which fields it encrypts from now on */
        put: operations["updateCollection"];
        post?: never;
        /** Remove an empty collection; admins may purge a full one, history included */
        delete: operations["dropCollection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/indexes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a collection's indexes */
        get: operations["listIndexes"];
        put?: never;
        /** Make an index: plain, compound, unique, text, expiring; answers when it is built */
        post: operations["createIndex"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/indexes/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an index */
        delete: operations["dropIndex"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a document */
        get: operations["getDocument"];
        /** Replace a document's contents; `_version` or If-Match keeps it from undoing others' changes */
        put: operations["replaceDocument"];
        post?: never;
        /** Delete a document; it can be brought back */
        delete: operations["deleteDocument"];
        options?: never;
        head?: never;
        /** Change a document by operators: $set, $unset, $inc, $push, $pull, $rename and others */
        patch: operations["updateDocument"];
        trace?: never;
    };
    "/api/v1/collections/{collection}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the documents you may read */
        get: operations["listDocuments"];
        put?: never;
        /** Insert a document; the first one makes the collection */
        post: operations["insertDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/insert-or-update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Insert a document, or replace the one with the same values in its unique fields */
        post: operations["insertOrUpdateDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/insert-many": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Insert several documents, all or none */
        post: operations["insertDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Insert NDJSON of any length, 1,000 lines a commit; an error names the line and what is stored */
        post: operations["importDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/update-many": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change every matching document that you may update, all or none */
        post: operations["updateDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/delete-many": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete every matching document that you may delete, all or none */
        post: operations["deleteDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for documents by a filter, sorted and projected, page by page */
        post: operations["queryDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count the documents that match */
        post: operations["countDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/distinct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** List the values that a field takes */
        post: operations["distinctValues"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/aggregate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run an aggregation pipeline */
        post: operations["aggregateDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show which way a query takes and which indexes it uses */
        post: operations["explainQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/documents/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a document's versions, the newest first */
        get: operations["listVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/documents/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a document as it was */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/documents/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what changed between two versions */
        get: operations["diffVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/documents/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an older version the newest again */
        post: operations["restoreVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/documents/{id}/undelete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring a deleted document back */
        post: operations["undeleteDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List deleted documents that you could read */
        get: operations["listDeletedDocuments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collections/{collection}/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow the changes you may read, as server-sent events; each event's id is a position to resume from */
        get: operations["watchCollection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the files you may read, the newest first */
        get: operations["listFiles"];
        put?: never;
        /** Upload a file: its bytes as the body, or a form with one file as its last part */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{file}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download a file's bytes, or a range of them */
        get: operations["downloadFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what is known of a file */
        get: operations["getFile"];
        put?: never;
        post?: never;
        /** Delete a file that nothing is attached to */
        delete: operations["deleteFile"];
        options?: never;
        head?: never;
        /** Rename a file, or change its metadata or rights */
        patch: operations["updateFile"];
        trace?: never;
    };
    "/api/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the secrets you may read, without their values */
        get: operations["listSecrets"];
        put?: never;
        /** Keep a secret */
        post: operations["createSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{secret}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what is known of a secret, without its value */
        get: operations["getSecret"];
        put?: never;
        post?: never;
        /** Delete a secret for good */
        delete: operations["deleteSecret"];
        options?: never;
        head?: never;
        /** Change a secret's description or rights */
        patch: operations["updateSecret"];
        trace?: never;
    };
    "/api/v1/secrets/{secret}/value": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Put another value in the place of a secret's present one */
        put: operations["setSecretValue"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the packages you may read */
        get: operations["listPackages"];
        put?: never;
        /** Publish a version: a tar.gz with a millrace.yaml as the body; the first one makes the package */
        post: operations["pushPackage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages/{packageName}/versions/{version}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download a version's archive, or a range of it */
        get: operations["downloadPackage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages/{packageName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a package and its channels */
        get: operations["getPackage"];
        put?: never;
        post?: never;
        /** Delete a package of which no job waits or runs */
        delete: operations["deletePackage"];
        options?: never;
        head?: never;
        /** Change a package's description or rights */
        patch: operations["updatePackage"];
        trace?: never;
    };
    "/api/v1/packages/{packageName}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a package's versions, those published last first */
        get: operations["listPackageVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages/{packageName}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a version with its manifest */
        get: operations["getPackageVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages/{packageName}/versions/{version}/functions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the functions that a version offers, with the schemas of what they take and answer */
        get: operations["listFunctions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages/{packageName}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a channel name a version */
        post: operations["promotePackage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages/{packageName}/versions/{version}/yank": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a version back: no new job gets it */
        post: operations["yankPackageVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the runners you may see, by name */
        get: operations["listRunners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/{runner}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a runner */
        get: operations["getRunner"];
        put?: never;
        post?: never;
        /** Remove a runner for good; its id and certificates are denied from then on */
        delete: operations["deleteRunner"];
        options?: never;
        head?: never;
        /** Change who may do what with a runner, or, for admins, its tags */
        patch: operations["updateRunner"];
        trace?: never;
    };
    "/api/v1/runners/{runner}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep a runner out and cut its connection, until it is unblocked */
        post: operations["blockRunner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/{runner}/unblock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a blocked runner in again */
        post: operations["unblockRunner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/{runner}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a runner finish what it has and give it nothing more, until its next start */
        post: operations["drainRunner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runner-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the enrolment tokens of the last day, the newest first */
        get: operations["listEnrolmentTokens"];
        put?: never;
        /** Make a token that enrols one runner within ten minutes */
        post: operations["createEnrolmentToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runner-tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an enrolment token back */
        delete: operations["deleteEnrolmentToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Become a runner: show an enrolment token and have a key certified */
        post: operations["enrolRunner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runner-authorities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the authorities that sign for runners, and those that are trusted yet or already */
        get: operations["listRunnerAuthorities"];
        put?: never;
        /** Make the next authority and make it known; nothing is signed with it yet */
        post: operations["prepareRunnerAuthority"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runner-authorities/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign with the next authority from here on; the last one stays trusted until its certificates ended */
        post: operations["activateRunnerAuthority"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runner-denials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what is denied, the newest first */
        get: operations["listRunnerDenials"];
        put?: never;
        /** Deny a runner, a certificate, or all certificates issued before now; connections are cut within 5 s */
        post: operations["createRunnerDenial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runner-denials/{denial}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a denial back */
        delete: operations["deleteRunnerDenial"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the jobs of the packages you may read, and your own, the newest first */
        get: operations["listJobs"];
        put?: never;
        /** Have a runner run a package's code */
        post: operations["submitJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/wait": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show a job once it has ended, or as it is after a time */
        post: operations["waitForJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a job, and why it waits if it does */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every transition of a job: who, when, why */
        get: operations["jobHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/late-results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Results that came under a lease that was lost: evidence, which changed nothing */
        get: operations["lateResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a job's log from a line on; may wait for more */
        get: operations["jobLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/logs/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow a job's log as server-sent events; an event's id is the line to go on after */
        get: operations["followLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the files that a job was given and those it has made */
        get: operations["listJobFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/files/{file}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download a file of a job, or a range of it */
        get: operations["downloadJobFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a job that is not wanted any more */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submit an ended job anew, as it was */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the workflows you may read */
        get: operations["listWorkflows"];
        put?: never;
        /** Store a definition under its own name: the first makes the workflow, another its next version */
        post: operations["storeWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say everything that is wrong with a definition, with lines and columns */
        post: operations["validateWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a workflow */
        get: operations["getWorkflow"];
        put?: never;
        post?: never;
        /** Delete a workflow of which no run is under way, with all its versions */
        delete: operations["deleteWorkflow"];
        options?: never;
        head?: never;
        /** Change a workflow's description or rights */
        patch: operations["updateWorkflow"];
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a workflow's versions, the newest first */
        get: operations["listWorkflowVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a version with its text */
        get: operations["getWorkflowVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/versions/{version}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a version as nodes and edges */
        get: operations["getWorkflowGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a run of a workflow; may wait for its end */
        post: operations["startRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run it again, from its beginning or from a task, with its own input or another one */
        post: operations["rerunRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the runs of the workflows you may read, and those that act for you, the newest first */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a run, and what it waits for if it does */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/wait": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show a run once it has ended, or as it is after a time */
        post: operations["waitForRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a run went through, task by task: inputs, outputs, attempts, times, errors */
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every fact about a run: who, when, why */
        get: operations["runHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a run that is not wanted any more */
        post: operations["cancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a run ask for nothing new until it is resumed */
        post: operations["suspendRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a suspended run go on */
        post: operations["resumeRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the triggers you may read */
        get: operations["listTriggers"];
        put?: never;
        /** Make a trigger, which acts with your rights */
        post: operations["createTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers/{trigger}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a trigger */
        get: operations["getTrigger"];
        put?: never;
        post?: never;
        /** Delete a trigger; the runs that it started stay */
        delete: operations["deleteTrigger"];
        options?: never;
        head?: never;
        /** Change some of a trigger, which from then on acts with your rights */
        patch: operations["updateTrigger"];
        trace?: never;
    };
    "/api/v1/triggers/{trigger}/firings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a trigger's last firings and what came of them, the latest first */
        get: operations["listFirings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers/{trigger}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have nothing fire a trigger but a hand */
        post: operations["pauseTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers/{trigger}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a trigger fire again; what happened meanwhile is not made up for */
        post: operations["resumeTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers/{trigger}/fire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fire a trigger by hand, with the facts that you give */
        post: operations["fireTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers/{trigger}/backfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start the runs of a schedule's ticks in a range, those that there were not yet */
        post: operations["backfillTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell the tenant's runs and triggers of CloudEvents: structured, a batch, or binary */
        post: operations["emitSignals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened, the newest first: the audit of everything, for admins */
        get: operations["listEvents"];
        put?: never;
        post?: never;
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
    whoAmI: {
        parameters: {
            query?: never;
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
                        user: {
                            id: string;
                            name: string;
                            /** @description E-mail address */
                            email: string | null;
                            /** @description Preferred language */
                            language: string | null;
                            disabled: boolean;
                            createdAt: string;
                            createdById: string;
                            modifiedAt: string;
                        };
                        /** @description Every role the user is in, through any depth */
                        roles: {
                            id: string;
                            name: string;
                        }[];
                        /** @description What the token is limited to; not there without a limit */
                        scopes?: string[];
                        /** @description Unsafe requests with the session's cookie carry it as `x-csrf-token` */
                        csrfToken?: string;
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
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The user's name or e-mail address */
                    name: string;
                    /** @description The user's password */
                    password: string;
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
                        user: {
                            id: string;
                            name: string;
                            /** @description E-mail address */
                            email: string | null;
                            /** @description Preferred language */
                            language: string | null;
                            disabled: boolean;
                            createdAt: string;
                            createdById: string;
                            modifiedAt: string;
                        };
                        /** @description Every role the user is in, through any depth */
                        roles: {
                            id: string;
                            name: string;
                        }[];
                        /** @description What the token is limited to; not there without a limit */
                        scopes?: string[];
                        /** @description Unsafe requests with the session's cookie carry it as `x-csrf-token` */
                        csrfToken?: string;
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
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
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
    openSignInLink: {
        parameters: {
            query: {
                /** @description Of the one-time link */
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": null;
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
    signInByLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of the one-time link */
                    token: string;
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
                        user: {
                            id: string;
                            name: string;
                            /** @description E-mail address */
                            email: string | null;
                            /** @description Preferred language */
                            language: string | null;
                            disabled: boolean;
                            createdAt: string;
                            createdById: string;
                            modifiedAt: string;
                        };
                        /** @description Every role the user is in, through any depth */
                        roles: {
                            id: string;
                            name: string;
                        }[];
                        /** @description What the token is limited to; not there without a limit */
                        scopes?: string[];
                        /** @description Unsafe requests with the session's cookie carry it as `x-csrf-token` */
                        csrfToken?: string;
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
    usePasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of the one-time link */
                    token: string;
                    /** @description The new password: 8 to 256 characters */
                    password: string;
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
    listSessions: {
        parameters: {
            query?: never;
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
                            address: string;
                            userAgent: string;
                            createdAt: string;
                            /** @description The last use, to the minute */
                            seenAt: string;
                            expiresAt: string;
                            /** @description Whether this is the one that asks */
                            current: boolean;
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
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the session */
                session: string;
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
    listUsers: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before */
                cursor?: string;
                /** @description Entries of a page; 100 if not given */
                limit?: number;
                /** @description Only those that begin so */
                name?: string;
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
                        /** @description Ids and names; the rest is for admins, and for oneself */
                        items: {
                            id: string;
                            name: string;
                            /** @description E-mail address */
                            email?: string | null;
                            /** @description Preferred language */
                            language?: string | null;
                            disabled?: boolean;
                            createdAt?: string;
                            createdById?: string;
                            modifiedAt?: string;
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
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Used once in a tenant, whatever its case; without @, which tells an e-mail address */
                    name: string;
                    /** @description Used once in a tenant; good for signing in like the name; null for none */
                    email?: string | null;
                    /** @description As in BCP 47: `de`, `pt-BR`; null for the browser's own */
                    language?: string | null;
                    /** @description A disabled user can do nothing at all */
                    disabled?: boolean;
                    /** @description 8 to 256 characters; without one, make a reset link for the user */
                    password?: string;
                    /** @description Roles that the user is in from the start */
                    roleIds?: string[];
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
                        /** @description E-mail address */
                        email: string | null;
                        /** @description Preferred language */
                        language: string | null;
                        disabled: boolean;
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
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the user */
                user: string;
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
                        /** @description E-mail address */
                        email: string | null;
                        /** @description Preferred language */
                        language: string | null;
                        disabled: boolean;
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
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the user */
                user: string;
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
    updateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the user */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Used once in a tenant, whatever its case; without @, which tells an e-mail address */
                    name?: string;
                    /** @description Used once in a tenant; good for signing in like the name; null for none */
                    email?: string | null;
                    /** @description As in BCP 47: `de`, `pt-BR`; null for the browser's own */
                    language?: string | null;
                    /** @description A disabled user can do nothing at all */
                    disabled?: boolean;
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
                        /** @description E-mail address */
                        email: string | null;
                        /** @description Preferred language */
                        language: string | null;
                        disabled: boolean;
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
    setPassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the user */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The new password: 8 to 256 characters */
                    password: string;
                    /** @description The present one; needed to change one's own */
                    oldPassword?: string;
                    /** @description Whether the user's tokens end as well; his sessions always do */
                    revokeTokens?: boolean;
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
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the user */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Shown only here; good once, for an hour */
                        token: string;
                        expiresAt: string;
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
    listRoles: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before */
                cursor?: string;
                /** @description Entries of a page; 100 if not given */
                limit?: number;
                /** @description Only those that begin so */
                name?: string;
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
                            description: string;
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
    createRole: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Used once in a tenant, whatever its case */
                    name: string;
                    /** @description For people */
                    description?: string;
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
                        description: string;
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
    getRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the role */
                role: string;
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
                        description: string;
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
    deleteRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the role */
                role: string;
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
    updateRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the role */
                role: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Used once in a tenant, whatever its case */
                    name?: string;
                    /** @description For people */
                    description?: string;
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
                        description: string;
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
    listRoleMembers: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before */
                cursor?: string;
                /** @description Entries of a page; 100 if not given */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the role */
                role: string;
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
                            name: string;
                            kind: "user" | "role";
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
    addRoleMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the role */
                role: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Id of a user or a role */
                    principalId: string;
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
    removeRoleMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the role */
                role: string;
                /** @description Id of the user or role that is a member */
                principal: string;
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
    listTokens: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before */
                cursor?: string;
                /** @description Entries of a page; 100 if not given */
                limit?: number;
                /** @description Of another user; admins only */
                user?: string;
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
                            userId: string;
                            /** @description null: everything that its user may do */
                            scopes: string[] | null;
                            createdAt: string;
                            createdById: string;
                            expiresAt: string;
                            /** @description To the minute */
                            lastUsedAt: string | null;
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
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description For people: what it is used for */
                    name: string;
                    /** @description What the token may be used for; not given: everything that its user may do */
                    scopes?: ("documents:read" | "documents:write" | "files:read" | "files:write" | "secrets:read" | "secrets:write" | "queues:read" | "queues:write" | "items:read" | "items:write" | "packages:read" | "packages:write" | "jobs:read" | "jobs:write" | "workflows:read" | "workflows:write" | "runs:read" | "runs:write" | "messages:read" | "messages:write" | "users:read" | "users:write" | "tokens:read" | "tokens:write" | "runners:read" | "runners:write" | "triggers:read" | "triggers:write" | "signals:write" | "events:read" | "watch:read" | "admin")[];
                    /** @description 90 if not given */
                    expiresInDays?: number;
                    /** @description For another user; admins only */
                    userId?: string;
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
                        userId: string;
                        /** @description null: everything that its user may do */
                        scopes: string[] | null;
                        createdAt: string;
                        createdById: string;
                        expiresAt: string;
                        /** @description To the minute */
                        lastUsedAt: string | null;
                        /** @description `mr_pat_...`, to be sent as `Authorization: Bearer`; shown only here */
                        token: string;
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
    getToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the token */
                token: string;
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
                        userId: string;
                        /** @description null: everything that its user may do */
                        scopes: string[] | null;
                        createdAt: string;
                        createdById: string;
                        expiresAt: string;
                        /** @description To the minute */
                        lastUsedAt: string | null;
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
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the token */
                token: string;
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
                            /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                            metadata: {
                                [key: string]: unknown;
                            };
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
                    /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                    metadata?: {
                        [key: string]: unknown;
                    };
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
                        /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
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
                        /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
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
                    /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                    metadata?: {
                        [key: string]: unknown;
                    };
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
                        /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
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
                        /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
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
                        /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
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
    listQueueVersions: {
        parameters: {
            query?: {
                /** @description The nextCursor of the page before */
                cursor?: number;
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
                            version: number;
                            /** @description created, updated, paused or resumed */
                            operation: string;
                            /** @description The version that was made the newest again */
                            restored?: number;
                            at: string;
                            byId: string;
                            by: string;
                            /** @description Against the version before; empty where that one is not kept, or not yours to read */
                            changes: {
                                field: string;
                                before: unknown;
                                after: unknown;
                            }[];
                        }[];
                        nextCursor?: number;
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
    getQueueVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                queue: string;
                /** @description A version number */
                version: number;
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
                        version: number;
                        /** @description created, updated, paused or resumed */
                        operation: string;
                        /** @description The version that was made the newest again */
                        restored?: number;
                        at: string;
                        byId: string;
                        by: string;
                        definition: {
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
                            /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                            metadata: {
                                [key: string]: unknown;
                            };
                            /** @description The id of a next queue */
                            successQueueId: string | null;
                            /** @description The id of a next queue */
                            failedQueueId: string | null;
                            paused: boolean;
                        };
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
    diffQueueVersions: {
        parameters: {
            query: {
                /** @description A version number */
                from: number;
                /** @description A version number */
                to: number;
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
                            field: string;
                            before: unknown;
                            after: unknown;
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
    restoreQueueVersion: {
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
                    /** @description A version number */
                    version: number;
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
                        /** @description What programs keep beside the queue: any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
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
                            successQueueId: string | null;
                            failedQueueId: string | null;
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
                            successQueueId: string | null;
                            failedQueueId: string | null;
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
                    /** @description Of a failed attempt: instead of the queue's policy */
                    retry?: {
                        /** @description always: though the failure is final or the attempts are used up; never: it has failed for good */
                        again?: "always" | "never";
                        /**
                         * Format: date-time
                         * @description Not before then, instead of the queue's pause
                         */
                        dueAt?: string;
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
                        /** @description Of a failed attempt: instead of the queue's policy */
                        retry?: {
                            /** @description always: though the failure is final or the attempts are used up; never: it has failed for good */
                            again?: "always" | "never";
                            /**
                             * Format: date-time
                             * @description Not before then, instead of the queue's pause
                             */
                            dueAt?: string;
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
                        successQueueId: string | null;
                        failedQueueId: string | null;
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
    listQueueStats: {
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
                            paused: boolean;
                            counts: {
                                new: number;
                                processing: number;
                                retry: number;
                                successful: number;
                                failed: number;
                                abandoned: number;
                            };
                            oldestWaitingAt: string | null;
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
    listItemFiles: {
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
                            id: string;
                            /** @description A label for people, at most 255 bytes of UTF-8 */
                            name: string;
                            /** @description As the uploader said; never trusted */
                            contentType: string;
                            size: number;
                            /** @description SHA-256 of the bytes, 64 hex digits */
                            sha256: string;
                            /** @description Any JSON object of at most 16 KiB */
                            metadata: {
                                [key: string]: unknown;
                            };
                            acl: {
                                /** @description A user or a role */
                                principalId: string;
                                /** @description For people; never used in a decision */
                                name?: string;
                                rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                /** @default allow */
                                effect?: "allow" | "deny";
                            }[];
                            /** @description Removed after 24 hours unless it is attached to something */
                            temporary: boolean;
                            version: number;
                            createdAt: string;
                            createdById: string;
                            createdBy: string;
                            modifiedAt: string;
                            modifiedById: string;
                            modifiedBy: string;
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
    listMessageQueues: {
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
                            /** @description How long a message may wait if it does not say so itself; null for ever */
                            expiryMs: number | null;
                            /** @description The queue or exchange where what was given up goes on to */
                            deadLetter: {
                                /** @description Used once in a tenant */
                                queue?: string;
                                /** @description Used once in a tenant */
                                exchange?: string;
                                /** @description Else the message keeps its own */
                                routingKey?: string;
                            } | null;
                            /** @description A message handed out this often without an end is given up */
                            deliveriesMax: number;
                            /** @description A queue hands each message to one consumer; a stream keeps them for all who read */
                            kind: "queue" | "stream";
                            /** @description Messages outlive a restart of the broker */
                            durable: boolean;
                            /** @description 0: first come, first served */
                            priorityMax: number;
                            /** @description More waiting messages are refused as overloaded */
                            lengthMax: number;
                            /** @description Of a stream: how long */
                            keepMs: number | null;
                            /** @description Of a stream: how many */
                            keepMessages: number | null;
                            /** @description Of a stream: how much */
                            keepBytes: number | null;
                            /** @description Of one consumer session, and gone with it */
                            exclusive: boolean;
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
    declareMessageQueue: {
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
                    /** @description How long a message may wait if it does not say so itself; null for ever */
                    expiryMs?: number | null;
                    /** @description The queue or exchange where what was given up goes on to */
                    deadLetter?: {
                        /** @description Used once in a tenant */
                        queue?: string;
                        /** @description Used once in a tenant */
                        exchange?: string;
                        /** @description Else the message keeps its own */
                        routingKey?: string;
                    } | null;
                    /** @description A message handed out this often without an end is given up */
                    deliveriesMax?: number;
                    /** @description A queue hands each message to one consumer; a stream keeps them for all who read */
                    kind?: "queue" | "stream";
                    /** @description Messages outlive a restart of the broker */
                    durable?: boolean;
                    /** @description 0: first come, first served */
                    priorityMax?: number;
                    /** @description More waiting messages are refused as overloaded */
                    lengthMax?: number;
                    /** @description Of a stream: how long */
                    keepMs?: number | null;
                    /** @description Of a stream: how many */
                    keepMessages?: number | null;
                    /** @description Of a stream: how much */
                    keepBytes?: number | null;
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
                        /** @description How long a message may wait if it does not say so itself; null for ever */
                        expiryMs: number | null;
                        /** @description The queue or exchange where what was given up goes on to */
                        deadLetter: {
                            /** @description Used once in a tenant */
                            queue?: string;
                            /** @description Used once in a tenant */
                            exchange?: string;
                            /** @description Else the message keeps its own */
                            routingKey?: string;
                        } | null;
                        /** @description A message handed out this often without an end is given up */
                        deliveriesMax: number;
                        /** @description A queue hands each message to one consumer; a stream keeps them for all who read */
                        kind: "queue" | "stream";
                        /** @description Messages outlive a restart of the broker */
                        durable: boolean;
                        /** @description 0: first come, first served */
                        priorityMax: number;
                        /** @description More waiting messages are refused as overloaded */
                        lengthMax: number;
                        /** @description Of a stream: how long */
                        keepMs: number | null;
                        /** @description Of a stream: how many */
                        keepMessages: number | null;
                        /** @description Of a stream: how much */
                        keepBytes: number | null;
                        /** @description Of one consumer session, and gone with it */
                        exclusive: boolean;
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
    getMessageQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageQueue: string;
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
                        /** @description How long a message may wait if it does not say so itself; null for ever */
                        expiryMs: number | null;
                        /** @description The queue or exchange where what was given up goes on to */
                        deadLetter: {
                            /** @description Used once in a tenant */
                            queue?: string;
                            /** @description Used once in a tenant */
                            exchange?: string;
                            /** @description Else the message keeps its own */
                            routingKey?: string;
                        } | null;
                        /** @description A message handed out this often without an end is given up */
                        deliveriesMax: number;
                        /** @description A queue hands each message to one consumer; a stream keeps them for all who read */
                        kind: "queue" | "stream";
                        /** @description Messages outlive a restart of the broker */
                        durable: boolean;
                        /** @description 0: first come, first served */
                        priorityMax: number;
                        /** @description More waiting messages are refused as overloaded */
                        lengthMax: number;
                        /** @description Of a stream: how long */
                        keepMs: number | null;
                        /** @description Of a stream: how many */
                        keepMessages: number | null;
                        /** @description Of a stream: how much */
                        keepBytes: number | null;
                        /** @description Of one consumer session, and gone with it */
                        exclusive: boolean;
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
    deleteMessageQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageQueue: string;
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
    updateMessageQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageQueue: string;
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
                    /** @description How long a message may wait if it does not say so itself; null for ever */
                    expiryMs?: number | null;
                    /** @description The queue or exchange where what was given up goes on to */
                    deadLetter?: {
                        /** @description Used once in a tenant */
                        queue?: string;
                        /** @description Used once in a tenant */
                        exchange?: string;
                        /** @description Else the message keeps its own */
                        routingKey?: string;
                    } | null;
                    /** @description A message handed out this often without an end is given up */
                    deliveriesMax?: number;
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
                        /** @description How long a message may wait if it does not say so itself; null for ever */
                        expiryMs: number | null;
                        /** @description The queue or exchange where what was given up goes on to */
                        deadLetter: {
                            /** @description Used once in a tenant */
                            queue?: string;
                            /** @description Used once in a tenant */
                            exchange?: string;
                            /** @description Else the message keeps its own */
                            routingKey?: string;
                        } | null;
                        /** @description A message handed out this often without an end is given up */
                        deliveriesMax: number;
                        /** @description A queue hands each message to one consumer; a stream keeps them for all who read */
                        kind: "queue" | "stream";
                        /** @description Messages outlive a restart of the broker */
                        durable: boolean;
                        /** @description 0: first come, first served */
                        priorityMax: number;
                        /** @description More waiting messages are refused as overloaded */
                        lengthMax: number;
                        /** @description Of a stream: how long */
                        keepMs: number | null;
                        /** @description Of a stream: how many */
                        keepMessages: number | null;
                        /** @description Of a stream: how much */
                        keepBytes: number | null;
                        /** @description Of one consumer session, and gone with it */
                        exclusive: boolean;
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
    listExchanges: {
        parameters: {
            query?: never;
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
                            /** @description How a message finds its queues */
                            kind: "direct" | "fanout" | "topic" | "header";
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
                            bindings: {
                                queue: string;
                                routingKey: string;
                                headers: {
                                    [key: string]: string | number | boolean;
                                };
                                match: "all" | "any";
                            }[];
                            version: number;
                            createdAt: string;
                            createdById: string;
                            modifiedAt: string;
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
    declareExchange: {
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
                    /** @description How a message finds its queues */
                    kind: "direct" | "fanout" | "topic" | "header";
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
                        /** @description How a message finds its queues */
                        kind: "direct" | "fanout" | "topic" | "header";
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
                        bindings: {
                            queue: string;
                            routingKey: string;
                            headers: {
                                [key: string]: string | number | boolean;
                            };
                            match: "all" | "any";
                        }[];
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
    getExchange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                exchange: string;
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
                        /** @description How a message finds its queues */
                        kind: "direct" | "fanout" | "topic" | "header";
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
                        bindings: {
                            queue: string;
                            routingKey: string;
                            headers: {
                                [key: string]: string | number | boolean;
                            };
                            match: "all" | "any";
                        }[];
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
    deleteExchange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                exchange: string;
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
    bindMessageQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                exchange: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    queue: string;
                    /** @description Of a topic: words between dots; * is one, # any number */
                    routingKey?: string;
                    headers?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description all if left out */
                    match?: "all" | "any";
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
    unbindMessageQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                exchange: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    queue: string;
                    /** @description Of a topic: words between dots; * is one, # any number */
                    routingKey?: string;
                    headers?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description all if left out */
                    match?: "all" | "any";
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
    publish: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageQueue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any JSON, at most 2 MiB */
                    data?: unknown;
                    headers?: {
                        [key: string]: string | number | boolean;
                    };
                    correlationId?: string;
                    /** @description The message queue for the answer */
                    replyTo?: string;
                    priority?: number;
                    expiryMs?: number;
                    delayMs?: number;
                    /** @description W3C trace context */
                    traceparent?: string;
                    tracestate?: string;
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
                        /** @description Into how many message queues it was put */
                        queueCount: number;
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
    publishMany: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageQueue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    items: {
                        /** @description Any JSON, at most 2 MiB */
                        data?: unknown;
                        headers?: {
                            [key: string]: string | number | boolean;
                        };
                        correlationId?: string;
                        /** @description The message queue for the answer */
                        replyTo?: string;
                        priority?: number;
                        expiryMs?: number;
                        delayMs?: number;
                        /** @description W3C trace context */
                        traceparent?: string;
                        tracestate?: string;
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
                            /** @description Into how many message queues it was put */
                            queueCount: number;
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
    request: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageQueue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any JSON, at most 2 MiB */
                    data?: unknown;
                    headers?: {
                        [key: string]: string | number | boolean;
                    };
                    priority?: number;
                    expiryMs?: number;
                    /** @description W3C trace context */
                    traceparent?: string;
                    tracestate?: string;
                    /** @description How long to wait */
                    timeoutMs: number;
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
                        data: unknown;
                        headers: {
                            [key: string]: string | number | boolean;
                        };
                        correlationId?: string;
                        replyTo?: string;
                        exchange?: string;
                        routingKey?: string;
                        priority: number;
                        expiryMs?: number;
                        sender: {
                            id: string;
                            name: string;
                        };
                        traceparent?: string;
                        tracestate?: string;
                        death?: {
                            queue: string;
                            reason: string;
                        };
                        undeliverable?: {
                            queue: string;
                            reason: string;
                        };
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
    publishToExchange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                exchange: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any JSON, at most 2 MiB */
                    data?: unknown;
                    headers?: {
                        [key: string]: string | number | boolean;
                    };
                    correlationId?: string;
                    /** @description The message queue for the answer */
                    replyTo?: string;
                    priority?: number;
                    expiryMs?: number;
                    delayMs?: number;
                    /** @description W3C trace context */
                    traceparent?: string;
                    tracestate?: string;
                    routingKey?: string;
                    /** @description false: that the exchange leads to no message queue is no error */
                    mandatory?: boolean;
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
                        /** @description Into how many message queues it was put */
                        queueCount: number;
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
    receive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageQueue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description 1 if left out */
                    count?: number;
                    /** @description How long to wait for the first one */
                    waitMs?: number;
                    /** @description Then each goes back; a minute if left out */
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
                        items: {
                            /** @description Names this handing out, which is ended by it */
                            receipt: string;
                            message: {
                                id: string;
                                data: unknown;
                                headers: {
                                    [key: string]: string | number | boolean;
                                };
                                correlationId?: string;
                                replyTo?: string;
                                exchange?: string;
                                routingKey?: string;
                                priority: number;
                                expiryMs?: number;
                                sender: {
                                    id: string;
                                    name: string;
                                };
                                traceparent?: string;
                                tracestate?: string;
                                death?: {
                                    queue: string;
                                    reason: string;
                                };
                                undeliverable?: {
                                    queue: string;
                                    reason: string;
                                };
                            };
                            /** @description How often it was handed out, this time included */
                            deliveries: number;
                            publishedAt?: string;
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
    endReceived: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageQueue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    receipt: string;
                    ending: "acknowledge" | "reject" | "requeue";
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
    listCollections: {
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
                            name: string;
                            acl: {
                                /** @description A user or a role */
                                principalId: string;
                                /** @description For people; never used in a decision */
                                name?: string;
                                rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                /** @default allow */
                                effect?: "allow" | "deny";
                            }[];
                            encrypt: string[];
                            version: number;
                            createdAt: string;
                            createdById: string;
                            createdBy: string;
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
    createCollection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    acl?: {
                        /** @description A user or a role */
                        principalId: string;
                        /** @description For people; never used in a decision */
                        name?: string;
                        rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                        /** @default allow */
                        effect?: "allow" | "deny";
                    }[];
                    /** @description Fields that every document written from now on stores encrypted */
                    encrypt?: string[];
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
                        name: string;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        encrypt: string[];
                        version: number;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
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
    getCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
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
                        name: string;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        encrypt: string[];
                        version: number;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
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
    updateCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    acl?: {
                        /** @description A user or a role */
                        principalId: string;
                        /** @description For people; never used in a decision */
                        name?: string;
                        rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                        /** @default allow */
                        effect?: "allow" | "deny";
                    }[];
                    /** @description Fields that every document written from now on stores encrypted */
                    encrypt?: string[];
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
                        name: string;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        encrypt: string[];
                        version: number;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
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
    dropCollection: {
        parameters: {
            query?: {
                purge?: boolean;
            };
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
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
    listIndexes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
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
                            name: string;
                            keys: {
                                [key: string]: number | string;
                            };
                            unique: boolean;
                            expireAfterSeconds?: number;
                            /** @description Whether queries use it already */
                            ready: boolean;
                            createdAt: string;
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
    createIndex: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Made of its fields by default */
                    name?: string;
                    /** @description Fields and their order: `{"status": 1, "_created": -1}`; `{"title": "text"}`; `{"$**": 1}` */
                    keys: {
                        [key: string]: 1 | -1 | "text";
                    };
                    /** @description No two documents have the same values there */
                    unique?: boolean;
                    /** @description Documents go so long after the field's date */
                    expireAfterSeconds?: number;
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
                        name: string;
                        keys: {
                            [key: string]: number | string;
                        };
                        unique: boolean;
                        expireAfterSeconds?: number;
                        /** @description Whether queries use it already */
                        ready: boolean;
                        createdAt: string;
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
    dropIndex: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                index: string;
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
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description System fields beside the document's own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description 24 hex digits */
                        _id: string;
                        /** @description What kind of document it is; `unknown` when its maker did not say */
                        _type: string;
                        _acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Fields that are stored encrypted */
                        _encrypt?: string[];
                        /** @description 0 at first, one more with each change */
                        _version: number;
                        /** @description When it was made, by the database's clock */
                        _created: string;
                        _createdby: string;
                        _createdbyid: string;
                        /** @description When it was last changed, by the database's clock */
                        _modified: string;
                        _modifiedby: string;
                        _modifiedbyid: string;
                    } & {
                        [key: string]: unknown;
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
    replaceDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description System fields beside the document's own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description 24 hex digits */
                        _id: string;
                        /** @description What kind of document it is; `unknown` when its maker did not say */
                        _type: string;
                        _acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Fields that are stored encrypted */
                        _encrypt?: string[];
                        /** @description 0 at first, one more with each change */
                        _version: number;
                        /** @description When it was made, by the database's clock */
                        _created: string;
                        _createdby: string;
                        _createdbyid: string;
                        /** @description When it was last changed, by the database's clock */
                        _modified: string;
                        _modifiedby: string;
                        _modifiedbyid: string;
                    } & {
                        [key: string]: unknown;
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
    deleteDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
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
    updateDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description System fields beside the document's own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description 24 hex digits */
                        _id: string;
                        /** @description What kind of document it is; `unknown` when its maker did not say */
                        _type: string;
                        _acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Fields that are stored encrypted */
                        _encrypt?: string[];
                        /** @description 0 at first, one more with each change */
                        _version: number;
                        /** @description When it was made, by the database's clock */
                        _created: string;
                        _createdby: string;
                        _createdbyid: string;
                        /** @description When it was last changed, by the database's clock */
                        _modified: string;
                        _modifiedby: string;
                        _modifiedbyid: string;
                    } & {
                        [key: string]: unknown;
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
    listDocuments: {
        parameters: {
            query?: {
                /** @description A filter as JSON text */
                filter?: string;
                /** @description `-year`, or a sort as JSON text */
                sort?: string;
                limit?: number;
                /** @description The `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
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
                        /** @description Whole documents, or what the projection leaves of them */
                        items: {
                            [key: string]: unknown;
                        }[];
                        /** @description Missing on the last page */
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
    insertDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description System fields beside the document's own */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description 24 hex digits */
                        _id: string;
                        /** @description What kind of document it is; `unknown` when its maker did not say */
                        _type: string;
                        _acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Fields that are stored encrypted */
                        _encrypt?: string[];
                        /** @description 0 at first, one more with each change */
                        _version: number;
                        /** @description When it was made, by the database's clock */
                        _created: string;
                        _createdby: string;
                        _createdbyid: string;
                        /** @description When it was last changed, by the database's clock */
                        _modified: string;
                        _modifiedby: string;
                        _modifiedbyid: string;
                    } & {
                        [key: string]: unknown;
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
    insertOrUpdateDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    document: {
                        [key: string]: unknown;
                    };
                    /** @description A document with the same values there is replaced; `_id` by default */
                    uniqueFields?: string[];
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
                        /** @description System fields beside the document's own */
                        document: {
                            /** @description 24 hex digits */
                            _id: string;
                            /** @description What kind of document it is; `unknown` when its maker did not say */
                            _type: string;
                            _acl: {
                                /** @description A user or a role */
                                principalId: string;
                                /** @description For people; never used in a decision */
                                name?: string;
                                rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                /** @default allow */
                                effect?: "allow" | "deny";
                            }[];
                            /** @description Fields that are stored encrypted */
                            _encrypt?: string[];
                            /** @description 0 at first, one more with each change */
                            _version: number;
                            /** @description When it was made, by the database's clock */
                            _created: string;
                            _createdby: string;
                            _createdbyid: string;
                            /** @description When it was last changed, by the database's clock */
                            _modified: string;
                            _modifiedby: string;
                            _modifiedbyid: string;
                        } & {
                            [key: string]: unknown;
                        };
                        inserted: boolean;
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
    insertDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    items: {
                        [key: string]: unknown;
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
                        items: ({
                            /** @description 24 hex digits */
                            _id: string;
                            /** @description What kind of document it is; `unknown` when its maker did not say */
                            _type: string;
                            _acl: {
                                /** @description A user or a role */
                                principalId: string;
                                /** @description For people; never used in a decision */
                                name?: string;
                                rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                /** @default allow */
                                effect?: "allow" | "deny";
                            }[];
                            /** @description Fields that are stored encrypted */
                            _encrypt?: string[];
                            /** @description 0 at first, one more with each change */
                            _version: number;
                            /** @description When it was made, by the database's clock */
                            _created: string;
                            _createdby: string;
                            _createdbyid: string;
                            /** @description When it was last changed, by the database's clock */
                            _modified: string;
                            _modifiedby: string;
                            _modifiedbyid: string;
                        } & {
                            [key: string]: unknown;
                        })[];
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
    importDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
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
                        inserted: number;
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
    updateDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In the MongoDB filter language: `{"year": {"$gte": 1999}, "cast.name": "Ann"}` */
                    filter: {
                        [key: string]: unknown;
                    };
                    /** @description `{"$set": {"status": "done"}}` */
                    update: {
                        [key: string]: unknown;
                    };
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
                        updated: number;
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
    deleteDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In the MongoDB filter language: `{"year": {"$gte": 1999}, "cast.name": "Ann"}` */
                    filter: {
                        [key: string]: unknown;
                    };
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
                        deleted: number;
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
    queryDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In the MongoDB filter language: `{"year": {"$gte": 1999}, "cast.name": "Ann"}` */
                    filter?: {
                        [key: string]: unknown;
                    };
                    /** @description `{"name": 1}` or `{"payload": 0}` */
                    projection?: {
                        [key: string]: unknown;
                    };
                    /** @description `{"year": -1, "name": 1}`, `[["year", -1]]` or `"-year"` */
                    sort?: {
                        [key: string]: unknown;
                    } | unknown[] | string;
                    skip?: number;
                    /** @default 100 */
                    limit?: number;
                    /** @description The `nextCursor` of the page before */
                    cursor?: string;
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
                        /** @description Whole documents, or what the projection leaves of them */
                        items: {
                            [key: string]: unknown;
                        }[];
                        /** @description Missing on the last page */
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
    countDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In the MongoDB filter language: `{"year": {"$gte": 1999}, "cast.name": "Ann"}` */
                    filter?: {
                        [key: string]: unknown;
                    };
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
    distinctValues: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    field: string;
                    /** @description In the MongoDB filter language: `{"year": {"$gte": 1999}, "cast.name": "Ann"}` */
                    filter?: {
                        [key: string]: unknown;
                    };
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
                        values: unknown[];
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
    aggregateDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description `[{"$match": {}}, {"$group": {}}]` */
                    pipeline: {
                        [key: string]: unknown;
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
                        items: unknown[];
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
    explainQuery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In the MongoDB filter language: `{"year": {"$gte": 1999}, "cast.name": "Ann"}` */
                    filter?: {
                        [key: string]: unknown;
                    };
                    /** @description `{"name": 1}` or `{"payload": 0}` */
                    projection?: {
                        [key: string]: unknown;
                    };
                    /** @description `{"year": -1, "name": 1}`, `[["year", -1]]` or `"-year"` */
                    sort?: {
                        [key: string]: unknown;
                    } | unknown[] | string;
                    skip?: number;
                    /** @default 100 */
                    limit?: number;
                    /** @description The `nextCursor` of the page before */
                    cursor?: string;
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
                        /** @description Whether SQL alone decides, or what it found is looked at again in memory */
                        path: "sql" | "sql and evaluation";
                        /** @description The operators that SQL cannot decide */
                        reasons: string[];
                        /** @description The indexes that PostgreSQL uses */
                        indexes: string[];
                        /** @description The steps of its plan, the last one first */
                        nodes: string[];
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
    listVersions: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before */
                cursor?: number;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
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
                            version: number;
                            operation: "insert" | "update" | "delete";
                            at: string;
                            byId: string;
                            by: string;
                        }[];
                        nextCursor?: number;
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
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
                /** @description A version number; -1 for the newest */
                version: number;
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
                        version: number;
                        operation: "insert" | "update" | "delete";
                        at: string;
                        byId: string;
                        by: string;
                        /** @description System fields beside the document's own */
                        document: {
                            /** @description 24 hex digits */
                            _id: string;
                            /** @description What kind of document it is; `unknown` when its maker did not say */
                            _type: string;
                            _acl: {
                                /** @description A user or a role */
                                principalId: string;
                                /** @description For people; never used in a decision */
                                name?: string;
                                rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                /** @default allow */
                                effect?: "allow" | "deny";
                            }[];
                            /** @description Fields that are stored encrypted */
                            _encrypt?: string[];
                            /** @description 0 at first, one more with each change */
                            _version: number;
                            /** @description When it was made, by the database's clock */
                            _created: string;
                            _createdby: string;
                            _createdbyid: string;
                            /** @description When it was last changed, by the database's clock */
                            _modified: string;
                            _modifiedby: string;
                            _modifiedbyid: string;
                        } & {
                            [key: string]: unknown;
                        };
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
    diffVersions: {
        parameters: {
            query: {
                from: number;
                /** @description -1 for the newest */
                to: number;
            };
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
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
                            /** @description Dotted; list places in brackets: `lines[2].price` */
                            path: string;
                            /** @description Missing where the field is fresh */
                            before?: unknown;
                            /** @description Missing where the field is gone */
                            after?: unknown;
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
    restoreVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    version: number;
                };
            };
        };
        responses: {
            /** @description System fields beside the document's own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description 24 hex digits */
                        _id: string;
                        /** @description What kind of document it is; `unknown` when its maker did not say */
                        _type: string;
                        _acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Fields that are stored encrypted */
                        _encrypt?: string[];
                        /** @description 0 at first, one more with each change */
                        _version: number;
                        /** @description When it was made, by the database's clock */
                        _created: string;
                        _createdby: string;
                        _createdbyid: string;
                        /** @description When it was last changed, by the database's clock */
                        _modified: string;
                        _modifiedby: string;
                        _modifiedbyid: string;
                    } & {
                        [key: string]: unknown;
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
    undeleteDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
                /** @description The document's `_id` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description System fields beside the document's own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description 24 hex digits */
                        _id: string;
                        /** @description What kind of document it is; `unknown` when its maker did not say */
                        _type: string;
                        _acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Fields that are stored encrypted */
                        _encrypt?: string[];
                        /** @description 0 at first, one more with each change */
                        _version: number;
                        /** @description When it was made, by the database's clock */
                        _created: string;
                        _createdby: string;
                        _createdbyid: string;
                        /** @description When it was last changed, by the database's clock */
                        _modified: string;
                        _modifiedby: string;
                        _modifiedbyid: string;
                    } & {
                        [key: string]: unknown;
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
    listDeletedDocuments: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
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
                            version: number;
                            operation: "insert" | "update" | "delete";
                            at: string;
                            byId: string;
                            by: string;
                            /** @description System fields beside the document's own */
                            document: {
                                /** @description 24 hex digits */
                                _id: string;
                                /** @description What kind of document it is; `unknown` when its maker did not say */
                                _type: string;
                                _acl: {
                                    /** @description A user or a role */
                                    principalId: string;
                                    /** @description For people; never used in a decision */
                                    name?: string;
                                    rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                    /** @default allow */
                                    effect?: "allow" | "deny";
                                }[];
                                /** @description Fields that are stored encrypted */
                                _encrypt?: string[];
                                /** @description 0 at first, one more with each change */
                                _version: number;
                                /** @description When it was made, by the database's clock */
                                _created: string;
                                _createdby: string;
                                _createdbyid: string;
                                /** @description When it was last changed, by the database's clock */
                                _modified: string;
                                _modifiedby: string;
                                _modifiedbyid: string;
                            } & {
                                [key: string]: unknown;
                            };
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
    watchCollection: {
        parameters: {
            query?: {
                /** @description A filter as JSON text */
                filter?: string;
                /** @description 24 hex digits */
                documentId?: string;
                /** @description The id of the last event seen; or the header Last-Event-ID */
                from?: string;
            };
            header?: never;
            path: {
                /** @description The collection's name */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description text/event-stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
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
    listFiles: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description Only names that begin so */
                namePrefix?: string;
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
                            /** @description A label for people, at most 255 bytes of UTF-8 */
                            name: string;
                            /** @description As the uploader said; never trusted */
                            contentType: string;
                            size: number;
                            /** @description SHA-256 of the bytes, 64 hex digits */
                            sha256: string;
                            /** @description Any JSON object of at most 16 KiB */
                            metadata: {
                                [key: string]: unknown;
                            };
                            acl: {
                                /** @description A user or a role */
                                principalId: string;
                                /** @description For people; never used in a decision */
                                name?: string;
                                rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                /** @default allow */
                                effect?: "allow" | "deny";
                            }[];
                            /** @description Removed after 24 hours unless it is attached to something */
                            temporary: boolean;
                            version: number;
                            createdAt: string;
                            createdById: string;
                            createdBy: string;
                            modifiedAt: string;
                            modifiedById: string;
                            modifiedBy: string;
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
    uploadFile: {
        parameters: {
            query?: {
                /** @description The file's name; a form gives it with the file */
                name?: string;
                /** @description Else the Content-Type of the body or of the form's part */
                contentType?: string;
                /** @description A JSON object */
                metadata?: string;
                /** @description A JSON list of entries {principalId, rights, effect} */
                acl?: string;
                /** @description Remove it after 24 hours unless it is attached to something */
                temporary?: boolean;
                /** @description Refuse other bytes; also as the header x-content-sha256 or Digest */
                sha256?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
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
                        /** @description A label for people, at most 255 bytes of UTF-8 */
                        name: string;
                        /** @description As the uploader said; never trusted */
                        contentType: string;
                        size: number;
                        /** @description SHA-256 of the bytes, 64 hex digits */
                        sha256: string;
                        /** @description Any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Removed after 24 hours unless it is attached to something */
                        temporary: boolean;
                        version: number;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
                        modifiedAt: string;
                        modifiedById: string;
                        modifiedBy: string;
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
    downloadFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                file: string;
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
                    "application/octet-stream": string;
                };
            };
            /** @description The answer */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
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
    getFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                file: string;
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
                        /** @description A label for people, at most 255 bytes of UTF-8 */
                        name: string;
                        /** @description As the uploader said; never trusted */
                        contentType: string;
                        size: number;
                        /** @description SHA-256 of the bytes, 64 hex digits */
                        sha256: string;
                        /** @description Any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Removed after 24 hours unless it is attached to something */
                        temporary: boolean;
                        version: number;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
                        modifiedAt: string;
                        modifiedById: string;
                        modifiedBy: string;
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
    deleteFile: {
        parameters: {
            query?: {
                /** @description Only if it still has this version */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Id */
                file: string;
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
    updateFile: {
        parameters: {
            query?: {
                /** @description Only if it still has this version */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Id */
                file: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A label for people, at most 255 bytes of UTF-8 */
                    name?: string;
                    /** @description As the uploader said; never trusted */
                    contentType?: string;
                    /** @description Any JSON object of at most 16 KiB */
                    metadata?: {
                        [key: string]: unknown;
                    };
                    acl?: {
                        /** @description A user or a role */
                        principalId: string;
                        /** @description For people; never used in a decision */
                        name?: string;
                        rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                        /** @default allow */
                        effect?: "allow" | "deny";
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
                        id: string;
                        /** @description A label for people, at most 255 bytes of UTF-8 */
                        name: string;
                        /** @description As the uploader said; never trusted */
                        contentType: string;
                        size: number;
                        /** @description SHA-256 of the bytes, 64 hex digits */
                        sha256: string;
                        /** @description Any JSON object of at most 16 KiB */
                        metadata: {
                            [key: string]: unknown;
                        };
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
                        }[];
                        /** @description Removed after 24 hours unless it is attached to something */
                        temporary: boolean;
                        version: number;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
                        modifiedAt: string;
                        modifiedById: string;
                        modifiedBy: string;
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
    listSecrets: {
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
                            /** @description Used once in a tenant */
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
                            /** @description Grows with every change, also of the value */
                            version: number;
                            createdAt: string;
                            createdById: string;
                            modifiedAt: string;
                            valueChangedAt: string;
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
    createSecret: {
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
                    /** @description Any JSON of at most 65536 bytes; kept encrypted and never shown again */
                    value: unknown;
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
                        /** @description Used once in a tenant */
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
                        /** @description Grows with every change, also of the value */
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                        valueChangedAt: string;
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
    getSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                secret: string;
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
                        /** @description Used once in a tenant */
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
                        /** @description Grows with every change, also of the value */
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                        valueChangedAt: string;
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
    deleteSecret: {
        parameters: {
            query?: {
                /** @description Only if it still has this version */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                secret: string;
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
    updateSecret: {
        parameters: {
            query?: {
                /** @description Only if it still has this version */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                secret: string;
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
                        /** @description Used once in a tenant */
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
                        /** @description Grows with every change, also of the value */
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                        valueChangedAt: string;
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
    setSecretValue: {
        parameters: {
            query?: {
                /** @description Only if it still has this version */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                secret: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any JSON of at most 65536 bytes; kept encrypted and never shown again */
                    value: unknown;
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
                        /** @description Used once in a tenant */
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
                        /** @description Grows with every change, also of the value */
                        version: number;
                        createdAt: string;
                        createdById: string;
                        modifiedAt: string;
                        valueChangedAt: string;
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
    listPackages: {
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
                            /** @description For people; a push takes the manifest's */
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
                            /** @description latest is the highest version that is not yanked */
                            channels: {
                                name: string;
                                /** @description A semantic version */
                                version: string;
                                promotedAt: string;
                            }[];
                            /** @description Of this record, not of the code */
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
    pushPackage: {
        parameters: {
            query?: {
                /** @description Refuse other bytes: 64 hex digits */
                sha256?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
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
                        /** @description A semantic version */
                        version: string;
                        /** @description SHA-256 of the archive, 64 hex digits */
                        digest: string;
                        /** @description Bytes of the archive */
                        size: number;
                        /** @description What a runner must offer: node, python, ... */
                        runtime: string;
                        publishedAt: string;
                        publishedById: string;
                        publishedBy: string;
                        yankedAt: string | null;
                        yankedReason: string | null;
                        /** @description The package's name */
                        package: string;
                        /** @description As it was checked when it was pushed */
                        manifest: {
                            [key: string]: unknown;
                        };
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
    downloadPackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                packageName: string;
                /** @description A version's number, or a channel */
                version: string;
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
                    "application/octet-stream": string;
                };
            };
            /** @description The answer */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
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
    getPackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                packageName: string;
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
                        /** @description For people; a push takes the manifest's */
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
                        /** @description latest is the highest version that is not yanked */
                        channels: {
                            name: string;
                            /** @description A semantic version */
                            version: string;
                            promotedAt: string;
                        }[];
                        /** @description Of this record, not of the code */
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
    deletePackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                packageName: string;
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
    updatePackage: {
        parameters: {
            query?: {
                version?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                packageName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description For people; a push takes the manifest's */
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
                        /** @description For people; a push takes the manifest's */
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
                        /** @description latest is the highest version that is not yanked */
                        channels: {
                            name: string;
                            /** @description A semantic version */
                            version: string;
                            promotedAt: string;
                        }[];
                        /** @description Of this record, not of the code */
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
    listPackageVersions: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                packageName: string;
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
                            /** @description A semantic version */
                            version: string;
                            /** @description SHA-256 of the archive, 64 hex digits */
                            digest: string;
                            /** @description Bytes of the archive */
                            size: number;
                            /** @description What a runner must offer: node, python, ... */
                            runtime: string;
                            publishedAt: string;
                            publishedById: string;
                            publishedBy: string;
                            yankedAt: string | null;
                            yankedReason: string | null;
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
    getPackageVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                packageName: string;
                /** @description A version's number, or a channel */
                version: string;
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
                        /** @description A semantic version */
                        version: string;
                        /** @description SHA-256 of the archive, 64 hex digits */
                        digest: string;
                        /** @description Bytes of the archive */
                        size: number;
                        /** @description What a runner must offer: node, python, ... */
                        runtime: string;
                        publishedAt: string;
                        publishedById: string;
                        publishedBy: string;
                        yankedAt: string | null;
                        yankedReason: string | null;
                        /** @description The package's name */
                        package: string;
                        /** @description As it was checked when it was pushed */
                        manifest: {
                            [key: string]: unknown;
                        };
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
    listFunctions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                packageName: string;
                /** @description A version's number, or a channel */
                version: string;
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
                            name: string;
                            description: string;
                            /** @description JSON Schema */
                            input: unknown;
                            /** @description JSON Schema */
                            output: unknown;
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
    promotePackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                packageName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A version's number, or a channel */
                    version: string;
                    channel: string;
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
                        /** @description For people; a push takes the manifest's */
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
                        /** @description latest is the highest version that is not yanked */
                        channels: {
                            name: string;
                            /** @description A semantic version */
                            version: string;
                            promotedAt: string;
                        }[];
                        /** @description Of this record, not of the code */
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
    yankPackageVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                packageName: string;
                /** @description A version's number, or a channel */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
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
                        /** @description A semantic version */
                        version: string;
                        /** @description SHA-256 of the archive, 64 hex digits */
                        digest: string;
                        /** @description Bytes of the archive */
                        size: number;
                        /** @description What a runner must offer: node, python, ... */
                        runtime: string;
                        publishedAt: string;
                        publishedById: string;
                        publishedBy: string;
                        yankedAt: string | null;
                        yankedReason: string | null;
                        /** @description The package's name */
                        package: string;
                        /** @description As it was checked when it was pushed */
                        manifest: {
                            [key: string]: unknown;
                        };
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
    listRunners: {
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
                            /** @description Id of the runner */
                            id: string;
                            name: string;
                            /** @description `offline` after 35 seconds without a sign of it */
                            state: "online" | "offline" | "draining" | "blocked";
                            tags: string[];
                            /** @description The release of its program */
                            version: string;
                            /** @description The versions of the wire that it speaks */
                            protocols: number[];
                            /** @description Grows with every start of it */
                            incarnation: number;
                            platform: {
                                os: string;
                                arch: string;
                                hostname: string;
                            };
                            runtimes: {
                                name: string;
                                version: string;
                            }[];
                            /** @description How it keeps jobs apart */
                            sandbox: string;
                            /** @description Jobs it works on at once */
                            slots: number;
                            /** @description Jobs in work */
                            busy: number;
                            /** @description Why it takes no jobs at present; empty where it does */
                            refusing: string;
                            /** @description `grpc` or `websocket`; empty before it first came */
                            transport: string;
                            enrolledAt: string;
                            /** @description When it last connected */
                            connectedAt: string | null;
                            /** @description The last sign of it */
                            lastSeenAt: string | null;
                            /** @description When its certificate ends */
                            certificateUntil: string | null;
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
    getRunner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the runner */
                runner: string;
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
                        /** @description Id of the runner */
                        id: string;
                        name: string;
                        /** @description `offline` after 35 seconds without a sign of it */
                        state: "online" | "offline" | "draining" | "blocked";
                        tags: string[];
                        /** @description The release of its program */
                        version: string;
                        /** @description The versions of the wire that it speaks */
                        protocols: number[];
                        /** @description Grows with every start of it */
                        incarnation: number;
                        platform: {
                            os: string;
                            arch: string;
                            hostname: string;
                        };
                        runtimes: {
                            name: string;
                            version: string;
                        }[];
                        /** @description How it keeps jobs apart */
                        sandbox: string;
                        /** @description Jobs it works on at once */
                        slots: number;
                        /** @description Jobs in work */
                        busy: number;
                        /** @description Why it takes no jobs at present; empty where it does */
                        refusing: string;
                        /** @description `grpc` or `websocket`; empty before it first came */
                        transport: string;
                        enrolledAt: string;
                        /** @description When it last connected */
                        connectedAt: string | null;
                        /** @description The last sign of it */
                        lastSeenAt: string | null;
                        /** @description When its certificate ends */
                        certificateUntil: string | null;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
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
    deleteRunner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the runner */
                runner: string;
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
    updateRunner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the runner */
                runner: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What jobs ask for: `onprem`, `gpu` */
                    tags?: string[];
                    acl?: {
                        /** @description A user or a role */
                        principalId: string;
                        /** @description For people; never used in a decision */
                        name?: string;
                        rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                        /** @default allow */
                        effect?: "allow" | "deny";
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
                        /** @description Id of the runner */
                        id: string;
                        name: string;
                        /** @description `offline` after 35 seconds without a sign of it */
                        state: "online" | "offline" | "draining" | "blocked";
                        tags: string[];
                        /** @description The release of its program */
                        version: string;
                        /** @description The versions of the wire that it speaks */
                        protocols: number[];
                        /** @description Grows with every start of it */
                        incarnation: number;
                        platform: {
                            os: string;
                            arch: string;
                            hostname: string;
                        };
                        runtimes: {
                            name: string;
                            version: string;
                        }[];
                        /** @description How it keeps jobs apart */
                        sandbox: string;
                        /** @description Jobs it works on at once */
                        slots: number;
                        /** @description Jobs in work */
                        busy: number;
                        /** @description Why it takes no jobs at present; empty where it does */
                        refusing: string;
                        /** @description `grpc` or `websocket`; empty before it first came */
                        transport: string;
                        enrolledAt: string;
                        /** @description When it last connected */
                        connectedAt: string | null;
                        /** @description The last sign of it */
                        lastSeenAt: string | null;
                        /** @description When its certificate ends */
                        certificateUntil: string | null;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
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
    blockRunner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the runner */
                runner: string;
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
                        /** @description Id of the runner */
                        id: string;
                        name: string;
                        /** @description `offline` after 35 seconds without a sign of it */
                        state: "online" | "offline" | "draining" | "blocked";
                        tags: string[];
                        /** @description The release of its program */
                        version: string;
                        /** @description The versions of the wire that it speaks */
                        protocols: number[];
                        /** @description Grows with every start of it */
                        incarnation: number;
                        platform: {
                            os: string;
                            arch: string;
                            hostname: string;
                        };
                        runtimes: {
                            name: string;
                            version: string;
                        }[];
                        /** @description How it keeps jobs apart */
                        sandbox: string;
                        /** @description Jobs it works on at once */
                        slots: number;
                        /** @description Jobs in work */
                        busy: number;
                        /** @description Why it takes no jobs at present; empty where it does */
                        refusing: string;
                        /** @description `grpc` or `websocket`; empty before it first came */
                        transport: string;
                        enrolledAt: string;
                        /** @description When it last connected */
                        connectedAt: string | null;
                        /** @description The last sign of it */
                        lastSeenAt: string | null;
                        /** @description When its certificate ends */
                        certificateUntil: string | null;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
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
    unblockRunner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the runner */
                runner: string;
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
                        /** @description Id of the runner */
                        id: string;
                        name: string;
                        /** @description `offline` after 35 seconds without a sign of it */
                        state: "online" | "offline" | "draining" | "blocked";
                        tags: string[];
                        /** @description The release of its program */
                        version: string;
                        /** @description The versions of the wire that it speaks */
                        protocols: number[];
                        /** @description Grows with every start of it */
                        incarnation: number;
                        platform: {
                            os: string;
                            arch: string;
                            hostname: string;
                        };
                        runtimes: {
                            name: string;
                            version: string;
                        }[];
                        /** @description How it keeps jobs apart */
                        sandbox: string;
                        /** @description Jobs it works on at once */
                        slots: number;
                        /** @description Jobs in work */
                        busy: number;
                        /** @description Why it takes no jobs at present; empty where it does */
                        refusing: string;
                        /** @description `grpc` or `websocket`; empty before it first came */
                        transport: string;
                        enrolledAt: string;
                        /** @description When it last connected */
                        connectedAt: string | null;
                        /** @description The last sign of it */
                        lastSeenAt: string | null;
                        /** @description When its certificate ends */
                        certificateUntil: string | null;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
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
    drainRunner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the runner */
                runner: string;
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
                        /** @description Id of the runner */
                        id: string;
                        name: string;
                        /** @description `offline` after 35 seconds without a sign of it */
                        state: "online" | "offline" | "draining" | "blocked";
                        tags: string[];
                        /** @description The release of its program */
                        version: string;
                        /** @description The versions of the wire that it speaks */
                        protocols: number[];
                        /** @description Grows with every start of it */
                        incarnation: number;
                        platform: {
                            os: string;
                            arch: string;
                            hostname: string;
                        };
                        runtimes: {
                            name: string;
                            version: string;
                        }[];
                        /** @description How it keeps jobs apart */
                        sandbox: string;
                        /** @description Jobs it works on at once */
                        slots: number;
                        /** @description Jobs in work */
                        busy: number;
                        /** @description Why it takes no jobs at present; empty where it does */
                        refusing: string;
                        /** @description `grpc` or `websocket`; empty before it first came */
                        transport: string;
                        enrolledAt: string;
                        /** @description When it last connected */
                        connectedAt: string | null;
                        /** @description The last sign of it */
                        lastSeenAt: string | null;
                        /** @description When its certificate ends */
                        certificateUntil: string | null;
                        acl: {
                            /** @description A user or a role */
                            principalId: string;
                            /** @description For people; never used in a decision */
                            name?: string;
                            rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                            /** @default allow */
                            effect?: "allow" | "deny";
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
    listEnrolmentTokens: {
        parameters: {
            query?: never;
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
                            /** @description Id of the enrolment token */
                            id: string;
                            name: string;
                            tags: string[];
                            /** @description The runner that it enrols again */
                            runnerId: string | null;
                            createdAt: string;
                            createdByName: string;
                            expiresAt: string;
                            /** @description When it was used */
                            usedAt: string | null;
                            /** @description The runner that used it */
                            usedRunnerId: string | null;
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
    createEnrolmentToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What the runner will be called */
                    name?: string;
                    /** @description What jobs ask for: `onprem`, `gpu` */
                    tags?: string[];
                    /** @description Enrols this runner again, with its name and tags */
                    runnerId?: string;
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
                        /** @description Id of the enrolment token */
                        id: string;
                        name: string;
                        tags: string[];
                        /** @description The runner that it enrols again */
                        runnerId: string | null;
                        createdAt: string;
                        createdByName: string;
                        expiresAt: string;
                        /** @description When it was used */
                        usedAt: string | null;
                        /** @description The runner that used it */
                        usedRunnerId: string | null;
                        /** @description Shown this once */
                        token: string;
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
    deleteEnrolmentToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the enrolment token */
                token: string;
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
    enrolRunner: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description An enrolment token */
                    token: string;
                    /** @description A RFC 2986 request, PEM, on a P-256 key; the names in it are not read */
                    csr: string;
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
                        tenantId: string;
                        /** @description Id of the runner */
                        runnerId: string;
                        name: string;
                        tags: string[];
                        /** @description PEM */
                        certificate: string;
                        /** @description PEM; trust these on the runner port */
                        authorities: string[];
                        /** @description How long the certificate is good from now on */
                        leftMs: number;
                        /** @description For how long it was issued */
                        lifeMs: number;
                        /** @description host:port of the runner port; null where only the WebSocket is served */
                        address: string | null;
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
    listRunnerAuthorities: {
        parameters: {
            query?: never;
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
                            /** @description Id of the authority */
                            id: string;
                            state: "next" | "active" | "retiring";
                            /** @description SHA-256 of its certificate */
                            fingerprint: string;
                            createdAt: string;
                            /** @description Since when it signs */
                            activatedAt: string | null;
                            expiresAt: string;
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
    prepareRunnerAuthority: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Id of the authority */
                        id: string;
                        state: "next" | "active" | "retiring";
                        /** @description SHA-256 of its certificate */
                        fingerprint: string;
                        createdAt: string;
                        /** @description Since when it signs */
                        activatedAt: string | null;
                        expiresAt: string;
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
    activateRunnerAuthority: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Also before the next authority has been known for a day */
                    force?: boolean;
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
                        /** @description Id of the authority */
                        id: string;
                        state: "next" | "active" | "retiring";
                        /** @description SHA-256 of its certificate */
                        fingerprint: string;
                        createdAt: string;
                        /** @description Since when it signs */
                        activatedAt: string | null;
                        expiresAt: string;
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
    listRunnerDenials: {
        parameters: {
            query?: never;
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
                            /** @description Id of the denial */
                            id: string;
                            kind: "runner" | "certificate" | "issued_before";
                            value: string;
                            /** @description Certificates that were issued before are denied */
                            issuedBefore: string | null;
                            reason: string;
                            createdAt: string;
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
    createRunnerDenial: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: "runner" | "certificate" | "issued_before";
                    /** @description A runner's id or a certificate's SHA-256; none for issued_before, which means before now */
                    value?: string;
                    reason?: string;
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
                        /** @description Id of the denial */
                        id: string;
                        kind: "runner" | "certificate" | "issued_before";
                        value: string;
                        /** @description Certificates that were issued before are denied */
                        issuedBefore: string | null;
                        reason: string;
                        createdAt: string;
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
    deleteRunnerDenial: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the denial */
                denial: string;
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
    listJobs: {
        parameters: {
            query?: {
                state?: ("waiting" | "assigned" | "running" | "successful" | "failed" | "cancelled") | ("waiting" | "assigned" | "running" | "successful" | "failed" | "cancelled")[];
                /** @description Name or id */
                package?: string;
                function?: string;
                createdFrom?: string;
                createdUntil?: string;
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
                            package: string;
                            packageVersion: string;
                            function: string | null;
                            state: "waiting" | "assigned" | "running" | "successful" | "failed" | "cancelled";
                            /** @description Why it has not started, in words */
                            waitingFor?: string;
                            tags: string[];
                            runtime: string;
                            priority: number;
                            /** @description How often the work was tried and ended */
                            attempts: number;
                            attemptsMax: number;
                            /** @description How often it was handed out */
                            acquired: number;
                            leaseNumber: number;
                            leaseUntil: string | null;
                            runnerId: string | null;
                            runner: string | null;
                            timeoutMs: number;
                            input: unknown;
                            /** @description What it answered; {file: {id, name}} where that was too large */
                            output: unknown;
                            error: {
                                /** @description business_error, application_error, timed_out, crashed, ... */
                                outcome: string;
                                code?: string;
                                message: string;
                            } | null;
                            progress: {
                                share?: number;
                                message?: string;
                            } | null;
                            usage: {
                                [key: string]: number;
                            } | null;
                            logLines: number;
                            dueAt: string | null;
                            cancelRequestedAt: string | null;
                            fromJobId: string | null;
                            createdAt: string;
                            createdById: string;
                            createdBy: string;
                            assignedAt: string | null;
                            startedAt: string | null;
                            endedAt: string | null;
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
    submitJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name or id of the package */
                    package: string;
                    /** @description A version's number or a channel; latest if not given */
                    version?: string;
                    /** @description Which of the package's functions */
                    function?: string;
                    /** @description What the function gets */
                    input?: {
                        [key: string]: unknown;
                    };
                    /** @description Tags that a runner must have */
                    tags?: string[];
                    /** @description Higher goes first */
                    priority?: number;
                    /** @description Of one attempt; else what the package says */
                    timeoutMs?: number;
                    /** @description Attempts in all, the first one included */
                    attemptsMax?: number;
                    /** @description How long a runner may be silent before another gets the job */
                    leaseMs?: number;
                    /** @description A second submit under it answers the first one's job */
                    idempotencyKey?: string;
                    files?: string[];
                    /** @description Kept encrypted until the job has ended, given to its runner alone */
                    secrets?: {
                        [key: string]: string;
                    };
                    /** @description Variables for the job's process */
                    environment?: {
                        [key: string]: string;
                    };
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
                        state: "waiting";
                        /** @description The idempotency key was used before: this is the job of that time */
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
    waitForJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                job: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description How long to wait at most */
                    waitMs?: number;
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
                        package: string;
                        packageVersion: string;
                        function: string | null;
                        state: "waiting" | "assigned" | "running" | "successful" | "failed" | "cancelled";
                        /** @description Why it has not started, in words */
                        waitingFor?: string;
                        tags: string[];
                        runtime: string;
                        priority: number;
                        /** @description How often the work was tried and ended */
                        attempts: number;
                        attemptsMax: number;
                        /** @description How often it was handed out */
                        acquired: number;
                        leaseNumber: number;
                        leaseUntil: string | null;
                        runnerId: string | null;
                        runner: string | null;
                        timeoutMs: number;
                        input: unknown;
                        /** @description What it answered; {file: {id, name}} where that was too large */
                        output: unknown;
                        error: {
                            /** @description business_error, application_error, timed_out, crashed, ... */
                            outcome: string;
                            code?: string;
                            message: string;
                        } | null;
                        progress: {
                            share?: number;
                            message?: string;
                        } | null;
                        usage: {
                            [key: string]: number;
                        } | null;
                        logLines: number;
                        dueAt: string | null;
                        cancelRequestedAt: string | null;
                        fromJobId: string | null;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
                        assignedAt: string | null;
                        startedAt: string | null;
                        endedAt: string | null;
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
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                job: string;
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
                        package: string;
                        packageVersion: string;
                        function: string | null;
                        state: "waiting" | "assigned" | "running" | "successful" | "failed" | "cancelled";
                        /** @description Why it has not started, in words */
                        waitingFor?: string;
                        tags: string[];
                        runtime: string;
                        priority: number;
                        /** @description How often the work was tried and ended */
                        attempts: number;
                        attemptsMax: number;
                        /** @description How often it was handed out */
                        acquired: number;
                        leaseNumber: number;
                        leaseUntil: string | null;
                        runnerId: string | null;
                        runner: string | null;
                        timeoutMs: number;
                        input: unknown;
                        /** @description What it answered; {file: {id, name}} where that was too large */
                        output: unknown;
                        error: {
                            /** @description business_error, application_error, timed_out, crashed, ... */
                            outcome: string;
                            code?: string;
                            message: string;
                        } | null;
                        progress: {
                            share?: number;
                            message?: string;
                        } | null;
                        usage: {
                            [key: string]: number;
                        } | null;
                        logLines: number;
                        dueAt: string | null;
                        cancelRequestedAt: string | null;
                        fromJobId: string | null;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
                        assignedAt: string | null;
                        startedAt: string | null;
                        endedAt: string | null;
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
    jobHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                job: string;
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
    lateResults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                job: string;
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
                            leaseNumber: number;
                            runnerId: string;
                            /** @description As the runner sent it */
                            result: unknown;
                            at: string;
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
    jobLogs: {
        parameters: {
            query?: {
                /** @description The number of the first line */
                after?: number;
                limit?: number;
                /** @description How long to wait at most */
                waitMs?: number;
            };
            header?: never;
            path: {
                /** @description Id */
                job: string;
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
                            /** @description The first one is 0 */
                            line: number;
                            /** @description Milliseconds since 1970, by the runner's clock */
                            at: number;
                            stream: "stdout" | "stderr" | "log";
                            text: string;
                        }[];
                        /** @description Ask after this for what follows */
                        next: number;
                        /** @description The job has ended and these were its last lines */
                        ended: boolean;
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
    followLog: {
        parameters: {
            query?: {
                /** @description The number of the first line */
                after?: number;
            };
            header?: never;
            path: {
                /** @description Id */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description text/event-stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
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
    listJobFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                job: string;
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
                            /** @description A label for people, at most 255 bytes of UTF-8 */
                            name: string;
                            /** @description As the uploader said; never trusted */
                            contentType: string;
                            size: number;
                            /** @description SHA-256 of the bytes, 64 hex digits */
                            sha256: string;
                            /** @description Any JSON object of at most 16 KiB */
                            metadata: {
                                [key: string]: unknown;
                            };
                            acl: {
                                /** @description A user or a role */
                                principalId: string;
                                /** @description For people; never used in a decision */
                                name?: string;
                                rights: ("create" | "read" | "update" | "delete" | "invoke")[];
                                /** @default allow */
                                effect?: "allow" | "deny";
                            }[];
                            /** @description Removed after 24 hours unless it is attached to something */
                            temporary: boolean;
                            version: number;
                            createdAt: string;
                            createdById: string;
                            createdBy: string;
                            modifiedAt: string;
                            modifiedById: string;
                            modifiedBy: string;
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
    downloadJobFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job: string;
                file: string;
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
                    "application/octet-stream": string;
                };
            };
            /** @description The answer */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
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
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                job: string;
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
                        package: string;
                        packageVersion: string;
                        function: string | null;
                        state: "waiting" | "assigned" | "running" | "successful" | "failed" | "cancelled";
                        /** @description Why it has not started, in words */
                        waitingFor?: string;
                        tags: string[];
                        runtime: string;
                        priority: number;
                        /** @description How often the work was tried and ended */
                        attempts: number;
                        attemptsMax: number;
                        /** @description How often it was handed out */
                        acquired: number;
                        leaseNumber: number;
                        leaseUntil: string | null;
                        runnerId: string | null;
                        runner: string | null;
                        timeoutMs: number;
                        input: unknown;
                        /** @description What it answered; {file: {id, name}} where that was too large */
                        output: unknown;
                        error: {
                            /** @description business_error, application_error, timed_out, crashed, ... */
                            outcome: string;
                            code?: string;
                            message: string;
                        } | null;
                        progress: {
                            share?: number;
                            message?: string;
                        } | null;
                        usage: {
                            [key: string]: number;
                        } | null;
                        logLines: number;
                        dueAt: string | null;
                        cancelRequestedAt: string | null;
                        fromJobId: string | null;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
                        assignedAt: string | null;
                        startedAt: string | null;
                        endedAt: string | null;
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
    retryJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
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
                        state: "waiting";
                        /** @description The idempotency key was used before: this is the job of that time */
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
    listWorkflows: {
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
                            /** @description The number of the newest version */
                            latest: number;
                            /** @description Of this record, not of the definition */
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
    storeWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A definition in the Serverless Workflow DSL 1.0, as YAML or JSON */
                    text: string;
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
                        number: number;
                        /** @description The definition's own `document.version` */
                        nameOfAuthor: string;
                        /** @description SHA-256 of the text, 64 hex digits */
                        digest: string;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
                        /** @description The workflow's name */
                        workflow: string;
                        text: string;
                        /** @description The workflow's id */
                        id: string;
                        /** @description False where the newest version has this text already */
                        isNew: boolean;
                        /** @description Warnings: it was stored all the same */
                        problems: {
                            severity: "error" | "warning";
                            code: string;
                            /** @description JSON Pointer of the part it is about */
                            pointer: string;
                            line: number;
                            column: number;
                            message: string;
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
    validateWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A definition in the Serverless Workflow DSL 1.0, as YAML or JSON */
                    text: string;
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
                        problems: {
                            severity: "error" | "warning";
                            code: string;
                            /** @description JSON Pointer of the part it is about */
                            pointer: string;
                            line: number;
                            column: number;
                            message: string;
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
    getWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                workflow: string;
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
                        /** @description The number of the newest version */
                        latest: number;
                        /** @description Of this record, not of the definition */
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
    deleteWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                workflow: string;
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
    updateWorkflow: {
        parameters: {
            query?: {
                version?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                workflow: string;
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
                        /** @description The number of the newest version */
                        latest: number;
                        /** @description Of this record, not of the definition */
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
    listWorkflowVersions: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                workflow: string;
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
                            number: number;
                            /** @description The definition's own `document.version` */
                            nameOfAuthor: string;
                            /** @description SHA-256 of the text, 64 hex digits */
                            digest: string;
                            createdAt: string;
                            createdById: string;
                            createdBy: string;
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
    getWorkflowVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                workflow: string;
                /** @description A version's number, or latest */
                version: string;
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
                        number: number;
                        /** @description The definition's own `document.version` */
                        nameOfAuthor: string;
                        /** @description SHA-256 of the text, 64 hex digits */
                        digest: string;
                        createdAt: string;
                        createdById: string;
                        createdBy: string;
                        /** @description The workflow's name */
                        workflow: string;
                        text: string;
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
    getWorkflowGraph: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                workflow: string;
                /** @description A version's number, or latest */
                version: string;
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
                        nodes: {
                            id: string;
                            kind: string;
                            name: string;
                            container: string | null;
                            part: string | null;
                            isContainer: boolean;
                        }[];
                        edges: {
                            from: string;
                            to: string;
                            kind: string;
                            label?: string;
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
    startRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What the workflow begins with; {} if not given */
                    input?: unknown;
                    /** @description A version's number; the latest if not given */
                    version?: number;
                    /** @description A second start under it answers the first one's run */
                    idempotencyKey?: string;
                    /** @description A text of yours to find it by */
                    correlation?: string;
                    /** @description Wait so long for its end; 0 if not given */
                    waitMs?: number;
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
                        workflow: string;
                        workflowId: string;
                        version: number;
                        state: "running" | "suspended" | "completed" | "faulted" | "cancelled";
                        /** @description What it waits for, in words */
                        waitingFor?: string;
                        input: unknown;
                        output?: unknown;
                        error?: unknown;
                        correlation: string | null;
                        startedBy: {
                            kind: string;
                            id: string;
                            name: string;
                        };
                        runAsId: string;
                        runAs: string;
                        parentId: string | null;
                        fromRunId: string | null;
                        createdAt: string;
                        endedAt: string | null;
                        /** @description The idempotency key was used before: this is the run of that time */
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
    rerunRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                run: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The JSON Pointer of a task of the workflow's own list, to begin there */
                    from?: string;
                    /** @description In place of the run's input, or of what the task was given */
                    input?: unknown;
                    /** @description A version's number; the latest if not given */
                    version?: number;
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
                        workflow: string;
                        workflowId: string;
                        version: number;
                        state: "running" | "suspended" | "completed" | "faulted" | "cancelled";
                        /** @description What it waits for, in words */
                        waitingFor?: string;
                        input: unknown;
                        output?: unknown;
                        error?: unknown;
                        correlation: string | null;
                        startedBy: {
                            kind: string;
                            id: string;
                            name: string;
                        };
                        runAsId: string;
                        runAs: string;
                        parentId: string | null;
                        fromRunId: string | null;
                        createdAt: string;
                        endedAt: string | null;
                        /** @description The idempotency key was used before: this is the run of that time */
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
    listRuns: {
        parameters: {
            query?: {
                /** @description Name or id */
                workflow?: string;
                state?: ("running" | "suspended" | "completed" | "faulted" | "cancelled") | ("running" | "suspended" | "completed" | "faulted" | "cancelled")[];
                correlation?: string;
                createdFrom?: string;
                createdUntil?: string;
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
                            workflow: string;
                            workflowId: string;
                            version: number;
                            state: "running" | "suspended" | "completed" | "faulted" | "cancelled";
                            error?: unknown;
                            correlation: string | null;
                            startedBy: {
                                kind: string;
                                id: string;
                                name: string;
                            };
                            runAsId: string;
                            runAs: string;
                            parentId: string | null;
                            fromRunId: string | null;
                            createdAt: string;
                            endedAt: string | null;
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
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                run: string;
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
                        workflow: string;
                        workflowId: string;
                        version: number;
                        state: "running" | "suspended" | "completed" | "faulted" | "cancelled";
                        /** @description What it waits for, in words */
                        waitingFor?: string;
                        input: unknown;
                        output?: unknown;
                        error?: unknown;
                        correlation: string | null;
                        startedBy: {
                            kind: string;
                            id: string;
                            name: string;
                        };
                        runAsId: string;
                        runAs: string;
                        parentId: string | null;
                        fromRunId: string | null;
                        createdAt: string;
                        endedAt: string | null;
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
    waitForRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                run: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description How long to wait at most */
                    waitMs?: number;
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
                        workflow: string;
                        workflowId: string;
                        version: number;
                        state: "running" | "suspended" | "completed" | "faulted" | "cancelled";
                        /** @description What it waits for, in words */
                        waitingFor?: string;
                        input: unknown;
                        output?: unknown;
                        error?: unknown;
                        correlation: string | null;
                        startedBy: {
                            kind: string;
                            id: string;
                            name: string;
                        };
                        runAsId: string;
                        runAs: string;
                        parentId: string | null;
                        fromRunId: string | null;
                        createdAt: string;
                        endedAt: string | null;
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
    listTasks: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id */
                run: string;
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
                            /** @description Counts the going-through of tasks within the run */
                            instance: number;
                            /** @description The instance of the task around it */
                            parent: number;
                            /** @description The JSON Pointer of the task */
                            task: string;
                            name: string;
                            kind: string;
                            state: "running" | "skipped" | "completed" | "faulted" | "cancelled";
                            attempts: number;
                            startedAt: string;
                            endedAt: string | null;
                            input?: unknown;
                            output?: unknown;
                            error?: unknown;
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
    runHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                run: string;
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
    cancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                run: string;
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
                        workflow: string;
                        workflowId: string;
                        version: number;
                        state: "running" | "suspended" | "completed" | "faulted" | "cancelled";
                        /** @description What it waits for, in words */
                        waitingFor?: string;
                        input: unknown;
                        output?: unknown;
                        error?: unknown;
                        correlation: string | null;
                        startedBy: {
                            kind: string;
                            id: string;
                            name: string;
                        };
                        runAsId: string;
                        runAs: string;
                        parentId: string | null;
                        fromRunId: string | null;
                        createdAt: string;
                        endedAt: string | null;
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
    suspendRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                run: string;
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
                        workflow: string;
                        workflowId: string;
                        version: number;
                        state: "running" | "suspended" | "completed" | "faulted" | "cancelled";
                        /** @description What it waits for, in words */
                        waitingFor?: string;
                        input: unknown;
                        output?: unknown;
                        error?: unknown;
                        correlation: string | null;
                        startedBy: {
                            kind: string;
                            id: string;
                            name: string;
                        };
                        runAsId: string;
                        runAs: string;
                        parentId: string | null;
                        fromRunId: string | null;
                        createdAt: string;
                        endedAt: string | null;
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
    resumeRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id */
                run: string;
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
                        workflow: string;
                        workflowId: string;
                        version: number;
                        state: "running" | "suspended" | "completed" | "faulted" | "cancelled";
                        /** @description What it waits for, in words */
                        waitingFor?: string;
                        input: unknown;
                        output?: unknown;
                        error?: unknown;
                        correlation: string | null;
                        startedBy: {
                            kind: string;
                            id: string;
                            name: string;
                        };
                        runAsId: string;
                        runAs: string;
                        parentId: string | null;
                        fromRunId: string | null;
                        createdAt: string;
                        endedAt: string | null;
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
    listTriggers: {
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
                            kind: "schedule" | "webhook" | "event" | "document" | "message" | "form";
                            schedule?: {
                                /** @description Five fields, or six with seconds first */
                                cron?: string;
                                /** @description The time zone of cron, Europe/Berlin; UTC if not given */
                                zone?: string;
                                /** @description In place of cron, an ISO 8601 duration: PT15M */
                                every?: string;
                                /** @description Of ticks that nobody was there for: none, the last one (if not given), or each */
                                missed?: "skip" | "once" | "all";
                                /** @description At most so many of all; 100 if not given */
                                missedMax?: number;
                            };
                            webhook?: {
                                /** @description Its address is /hooks/{tenant}/{path} */
                                path: string;
                                /** @description Any if not given */
                                methods?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
                                /** @description Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, time.body is what is signed); header also for token */
                                signature?: {
                                    by: "github" | "gitlab" | "stripe" | "slack" | "hmac" | "token";
                                    /** @description The secret that holds the key as text; whoever made the trigger must have the right to use it */
                                    secret: string;
                                    /** @description A header's name */
                                    header?: string;
                                    algorithm?: "sha256" | "sha1" | "sha512";
                                    encoding?: "hex" | "base64";
                                    /** @description Of hmac: what stands before it, sha256= */
                                    prefix?: string;
                                    /** @description A header's name */
                                    timestampHeader?: string;
                                    toleranceSeconds?: number;
                                };
                                /** @description now (if not given): with the run's id once it is started. end: with its output */
                                respond?: "now" | "end";
                                /** @description How long `respond: end` waits for it; 10,000 if not given */
                                waitMs?: number;
                                /** @description A header that names the call: one that comes again under it starts nothing */
                                onceHeader?: string;
                                /** @description Hand on the body as base64 too, whatever it is */
                                raw?: boolean;
                                /** @description Calls a minute that each node takes; 600 if not given, 120000 if signed */
                                perMinute?: number;
                            };
                            event?: {
                                /** @description What the events are about: work_items, files, runs, signals (what runs emit), ... */
                                topic: "identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers";
                                /** @description work_item.failed, run.completed, ...; of signals their own types. Any if not given */
                                types?: string[];
                                /** @description The queue of work items, the workflow of runs, the collection of documents */
                                in?: string;
                                /** @description Of signals: the source they must have */
                                source?: string;
                                /** @description A jq expression over the event as a CloudEvent; it fires where that gives true */
                                filter?: string;
                            };
                            document?: {
                                collection: string;
                                /** @description Any if not given */
                                operations?: ("inserted" | "updated" | "deleted")[];
                                /** @description A query that the document must match; one that is deleted, as it was */
                                filter?: {
                                    [key: string]: unknown;
                                };
                            };
                            message?: {
                                /** @description The message queue to consume */
                                queue: string;
                                /** @description Messages that a node has at a time; 50 if not given */
                                prefetch?: number;
                            };
                            form?: {
                                /** @description Its address is /forms/{tenant}/{path}; anybody may fill it in */
                                path: string;
                                title: string;
                                /** @description What stands above the fields */
                                text?: string;
                                /** @description What is said when it was sent */
                                thanks?: string;
                                /** @description A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice */
                                schema: {
                                    [key: string]: unknown;
                                };
                                /** @description How often a minute each node takes it; 60 if not given */
                                perMinute?: number;
                            };
                            /** @description The workflow to run, by name */
                            workflow: string;
                            /** @description A jq expression that makes the run's input of what fired; null for that as it is */
                            input: string | null;
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
                            paused: boolean;
                            /** @description Of a schedule that is not paused */
                            nextTickAt: string | null;
                            /** @description With whose rights it starts runs: who made it or changed it last */
                            runAsId: string;
                            /** @description What the token is limited to that it was made or changed with; null for nothing */
                            runAsScopes: string[] | null;
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
    createTrigger: {
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
                    /** @description The workflow to run, by name */
                    workflow: string;
                    schedule?: {
                        /** @description Five fields, or six with seconds first */
                        cron?: string;
                        /** @description The time zone of cron, Europe/Berlin; UTC if not given */
                        zone?: string;
                        /** @description In place of cron, an ISO 8601 duration: PT15M */
                        every?: string;
                        /** @description Of ticks that nobody was there for: none, the last one (if not given), or each */
                        missed?: "skip" | "once" | "all";
                        /** @description At most so many of all; 100 if not given */
                        missedMax?: number;
                    };
                    webhook?: {
                        /** @description Its address is /hooks/{tenant}/{path} */
                        path: string;
                        /** @description Any if not given */
                        methods?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
                        /** @description Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, time.body is what is signed); header also for token */
                        signature?: {
                            by: "github" | "gitlab" | "stripe" | "slack" | "hmac" | "token";
                            /** @description The secret that holds the key as text; whoever made the trigger must have the right to use it */
                            secret: string;
                            /** @description A header's name */
                            header?: string;
                            algorithm?: "sha256" | "sha1" | "sha512";
                            encoding?: "hex" | "base64";
                            /** @description Of hmac: what stands before it, sha256= */
                            prefix?: string;
                            /** @description A header's name */
                            timestampHeader?: string;
                            toleranceSeconds?: number;
                        };
                        /** @description now (if not given): with the run's id once it is started. end: with its output */
                        respond?: "now" | "end";
                        /** @description How long `respond: end` waits for it; 10,000 if not given */
                        waitMs?: number;
                        /** @description A header that names the call: one that comes again under it starts nothing */
                        onceHeader?: string;
                        /** @description Hand on the body as base64 too, whatever it is */
                        raw?: boolean;
                        /** @description Calls a minute that each node takes; 600 if not given, 120000 if signed */
                        perMinute?: number;
                    };
                    event?: {
                        /** @description What the events are about: work_items, files, runs, signals (what runs emit), ... */
                        topic: "identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers";
                        /** @description work_item.failed, run.completed, ...; of signals their own types. Any if not given */
                        types?: string[];
                        /** @description The queue of work items, the workflow of runs, the collection of documents */
                        in?: string;
                        /** @description Of signals: the source they must have */
                        source?: string;
                        /** @description A jq expression over the event as a CloudEvent; it fires where that gives true */
                        filter?: string;
                    };
                    document?: {
                        collection: string;
                        /** @description Any if not given */
                        operations?: ("inserted" | "updated" | "deleted")[];
                        /** @description A query that the document must match; one that is deleted, as it was */
                        filter?: {
                            [key: string]: unknown;
                        };
                    };
                    message?: {
                        /** @description The message queue to consume */
                        queue: string;
                        /** @description Messages that a node has at a time; 50 if not given */
                        prefetch?: number;
                    };
                    form?: {
                        /** @description Its address is /forms/{tenant}/{path}; anybody may fill it in */
                        path: string;
                        title: string;
                        /** @description What stands above the fields */
                        text?: string;
                        /** @description What is said when it was sent */
                        thanks?: string;
                        /** @description A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice */
                        schema: {
                            [key: string]: unknown;
                        };
                        /** @description How often a minute each node takes it; 60 if not given */
                        perMinute?: number;
                    };
                    /** @description A jq expression that makes the run's input of what fired; null for that as it is */
                    input?: string | null;
                    paused?: boolean;
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
                        kind: "schedule" | "webhook" | "event" | "document" | "message" | "form";
                        schedule?: {
                            /** @description Five fields, or six with seconds first */
                            cron?: string;
                            /** @description The time zone of cron, Europe/Berlin; UTC if not given */
                            zone?: string;
                            /** @description In place of cron, an ISO 8601 duration: PT15M */
                            every?: string;
                            /** @description Of ticks that nobody was there for: none, the last one (if not given), or each */
                            missed?: "skip" | "once" | "all";
                            /** @description At most so many of all; 100 if not given */
                            missedMax?: number;
                        };
                        webhook?: {
                            /** @description Its address is /hooks/{tenant}/{path} */
                            path: string;
                            /** @description Any if not given */
                            methods?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
                            /** @description Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, time.body is what is signed); header also for token */
                            signature?: {
                                by: "github" | "gitlab" | "stripe" | "slack" | "hmac" | "token";
                                /** @description The secret that holds the key as text; whoever made the trigger must have the right to use it */
                                secret: string;
                                /** @description A header's name */
                                header?: string;
                                algorithm?: "sha256" | "sha1" | "sha512";
                                encoding?: "hex" | "base64";
                                /** @description Of hmac: what stands before it, sha256= */
                                prefix?: string;
                                /** @description A header's name */
                                timestampHeader?: string;
                                toleranceSeconds?: number;
                            };
                            /** @description now (if not given): with the run's id once it is started. end: with its output */
                            respond?: "now" | "end";
                            /** @description How long `respond: end` waits for it; 10,000 if not given */
                            waitMs?: number;
                            /** @description A header that names the call: one that comes again under it starts nothing */
                            onceHeader?: string;
                            /** @description Hand on the body as base64 too, whatever it is */
                            raw?: boolean;
                            /** @description Calls a minute that each node takes; 600 if not given, 120000 if signed */
                            perMinute?: number;
                        };
                        event?: {
                            /** @description What the events are about: work_items, files, runs, signals (what runs emit), ... */
                            topic: "identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers";
                            /** @description work_item.failed, run.completed, ...; of signals their own types. Any if not given */
                            types?: string[];
                            /** @description The queue of work items, the workflow of runs, the collection of documents */
                            in?: string;
                            /** @description Of signals: the source they must have */
                            source?: string;
                            /** @description A jq expression over the event as a CloudEvent; it fires where that gives true */
                            filter?: string;
                        };
                        document?: {
                            collection: string;
                            /** @description Any if not given */
                            operations?: ("inserted" | "updated" | "deleted")[];
                            /** @description A query that the document must match; one that is deleted, as it was */
                            filter?: {
                                [key: string]: unknown;
                            };
                        };
                        message?: {
                            /** @description The message queue to consume */
                            queue: string;
                            /** @description Messages that a node has at a time; 50 if not given */
                            prefetch?: number;
                        };
                        form?: {
                            /** @description Its address is /forms/{tenant}/{path}; anybody may fill it in */
                            path: string;
                            title: string;
                            /** @description What stands above the fields */
                            text?: string;
                            /** @description What is said when it was sent */
                            thanks?: string;
                            /** @description A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice */
                            schema: {
                                [key: string]: unknown;
                            };
                            /** @description How often a minute each node takes it; 60 if not given */
                            perMinute?: number;
                        };
                        /** @description The workflow to run, by name */
                        workflow: string;
                        /** @description A jq expression that makes the run's input of what fired; null for that as it is */
                        input: string | null;
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
                        paused: boolean;
                        /** @description Of a schedule that is not paused */
                        nextTickAt: string | null;
                        /** @description With whose rights it starts runs: who made it or changed it last */
                        runAsId: string;
                        /** @description What the token is limited to that it was made or changed with; null for nothing */
                        runAsScopes: string[] | null;
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
    getTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                trigger: string;
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
                        kind: "schedule" | "webhook" | "event" | "document" | "message" | "form";
                        schedule?: {
                            /** @description Five fields, or six with seconds first */
                            cron?: string;
                            /** @description The time zone of cron, Europe/Berlin; UTC if not given */
                            zone?: string;
                            /** @description In place of cron, an ISO 8601 duration: PT15M */
                            every?: string;
                            /** @description Of ticks that nobody was there for: none, the last one (if not given), or each */
                            missed?: "skip" | "once" | "all";
                            /** @description At most so many of all; 100 if not given */
                            missedMax?: number;
                        };
                        webhook?: {
                            /** @description Its address is /hooks/{tenant}/{path} */
                            path: string;
                            /** @description Any if not given */
                            methods?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
                            /** @description Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, time.body is what is signed); header also for token */
                            signature?: {
                                by: "github" | "gitlab" | "stripe" | "slack" | "hmac" | "token";
                                /** @description The secret that holds the key as text; whoever made the trigger must have the right to use it */
                                secret: string;
                                /** @description A header's name */
                                header?: string;
                                algorithm?: "sha256" | "sha1" | "sha512";
                                encoding?: "hex" | "base64";
                                /** @description Of hmac: what stands before it, sha256= */
                                prefix?: string;
                                /** @description A header's name */
                                timestampHeader?: string;
                                toleranceSeconds?: number;
                            };
                            /** @description now (if not given): with the run's id once it is started. end: with its output */
                            respond?: "now" | "end";
                            /** @description How long `respond: end` waits for it; 10,000 if not given */
                            waitMs?: number;
                            /** @description A header that names the call: one that comes again under it starts nothing */
                            onceHeader?: string;
                            /** @description Hand on the body as base64 too, whatever it is */
                            raw?: boolean;
                            /** @description Calls a minute that each node takes; 600 if not given, 120000 if signed */
                            perMinute?: number;
                        };
                        event?: {
                            /** @description What the events are about: work_items, files, runs, signals (what runs emit), ... */
                            topic: "identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers";
                            /** @description work_item.failed, run.completed, ...; of signals their own types. Any if not given */
                            types?: string[];
                            /** @description The queue of work items, the workflow of runs, the collection of documents */
                            in?: string;
                            /** @description Of signals: the source they must have */
                            source?: string;
                            /** @description A jq expression over the event as a CloudEvent; it fires where that gives true */
                            filter?: string;
                        };
                        document?: {
                            collection: string;
                            /** @description Any if not given */
                            operations?: ("inserted" | "updated" | "deleted")[];
                            /** @description A query that the document must match; one that is deleted, as it was */
                            filter?: {
                                [key: string]: unknown;
                            };
                        };
                        message?: {
                            /** @description The message queue to consume */
                            queue: string;
                            /** @description Messages that a node has at a time; 50 if not given */
                            prefetch?: number;
                        };
                        form?: {
                            /** @description Its address is /forms/{tenant}/{path}; anybody may fill it in */
                            path: string;
                            title: string;
                            /** @description What stands above the fields */
                            text?: string;
                            /** @description What is said when it was sent */
                            thanks?: string;
                            /** @description A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice */
                            schema: {
                                [key: string]: unknown;
                            };
                            /** @description How often a minute each node takes it; 60 if not given */
                            perMinute?: number;
                        };
                        /** @description The workflow to run, by name */
                        workflow: string;
                        /** @description A jq expression that makes the run's input of what fired; null for that as it is */
                        input: string | null;
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
                        paused: boolean;
                        /** @description Of a schedule that is not paused */
                        nextTickAt: string | null;
                        /** @description With whose rights it starts runs: who made it or changed it last */
                        runAsId: string;
                        /** @description What the token is limited to that it was made or changed with; null for nothing */
                        runAsScopes: string[] | null;
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
    deleteTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                trigger: string;
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
    updateTrigger: {
        parameters: {
            query?: {
                version?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                trigger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The workflow to run, by name */
                    workflow?: string;
                    schedule?: {
                        /** @description Five fields, or six with seconds first */
                        cron?: string;
                        /** @description The time zone of cron, Europe/Berlin; UTC if not given */
                        zone?: string;
                        /** @description In place of cron, an ISO 8601 duration: PT15M */
                        every?: string;
                        /** @description Of ticks that nobody was there for: none, the last one (if not given), or each */
                        missed?: "skip" | "once" | "all";
                        /** @description At most so many of all; 100 if not given */
                        missedMax?: number;
                    };
                    webhook?: {
                        /** @description Its address is /hooks/{tenant}/{path} */
                        path: string;
                        /** @description Any if not given */
                        methods?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
                        /** @description Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, time.body is what is signed); header also for token */
                        signature?: {
                            by: "github" | "gitlab" | "stripe" | "slack" | "hmac" | "token";
                            /** @description The secret that holds the key as text; whoever made the trigger must have the right to use it */
                            secret: string;
                            /** @description A header's name */
                            header?: string;
                            algorithm?: "sha256" | "sha1" | "sha512";
                            encoding?: "hex" | "base64";
                            /** @description Of hmac: what stands before it, sha256= */
                            prefix?: string;
                            /** @description A header's name */
                            timestampHeader?: string;
                            toleranceSeconds?: number;
                        };
                        /** @description now (if not given): with the run's id once it is started. end: with its output */
                        respond?: "now" | "end";
                        /** @description How long `respond: end` waits for it; 10,000 if not given */
                        waitMs?: number;
                        /** @description A header that names the call: one that comes again under it starts nothing */
                        onceHeader?: string;
                        /** @description Hand on the body as base64 too, whatever it is */
                        raw?: boolean;
                        /** @description Calls a minute that each node takes; 600 if not given, 120000 if signed */
                        perMinute?: number;
                    };
                    event?: {
                        /** @description What the events are about: work_items, files, runs, signals (what runs emit), ... */
                        topic: "identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers";
                        /** @description work_item.failed, run.completed, ...; of signals their own types. Any if not given */
                        types?: string[];
                        /** @description The queue of work items, the workflow of runs, the collection of documents */
                        in?: string;
                        /** @description Of signals: the source they must have */
                        source?: string;
                        /** @description A jq expression over the event as a CloudEvent; it fires where that gives true */
                        filter?: string;
                    };
                    document?: {
                        collection: string;
                        /** @description Any if not given */
                        operations?: ("inserted" | "updated" | "deleted")[];
                        /** @description A query that the document must match; one that is deleted, as it was */
                        filter?: {
                            [key: string]: unknown;
                        };
                    };
                    message?: {
                        /** @description The message queue to consume */
                        queue: string;
                        /** @description Messages that a node has at a time; 50 if not given */
                        prefetch?: number;
                    };
                    form?: {
                        /** @description Its address is /forms/{tenant}/{path}; anybody may fill it in */
                        path: string;
                        title: string;
                        /** @description What stands above the fields */
                        text?: string;
                        /** @description What is said when it was sent */
                        thanks?: string;
                        /** @description A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice */
                        schema: {
                            [key: string]: unknown;
                        };
                        /** @description How often a minute each node takes it; 60 if not given */
                        perMinute?: number;
                    };
                    /** @description A jq expression that makes the run's input of what fired; null for that as it is */
                    input?: string | null;
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
                        kind: "schedule" | "webhook" | "event" | "document" | "message" | "form";
                        schedule?: {
                            /** @description Five fields, or six with seconds first */
                            cron?: string;
                            /** @description The time zone of cron, Europe/Berlin; UTC if not given */
                            zone?: string;
                            /** @description In place of cron, an ISO 8601 duration: PT15M */
                            every?: string;
                            /** @description Of ticks that nobody was there for: none, the last one (if not given), or each */
                            missed?: "skip" | "once" | "all";
                            /** @description At most so many of all; 100 if not given */
                            missedMax?: number;
                        };
                        webhook?: {
                            /** @description Its address is /hooks/{tenant}/{path} */
                            path: string;
                            /** @description Any if not given */
                            methods?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
                            /** @description Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, time.body is what is signed); header also for token */
                            signature?: {
                                by: "github" | "gitlab" | "stripe" | "slack" | "hmac" | "token";
                                /** @description The secret that holds the key as text; whoever made the trigger must have the right to use it */
                                secret: string;
                                /** @description A header's name */
                                header?: string;
                                algorithm?: "sha256" | "sha1" | "sha512";
                                encoding?: "hex" | "base64";
                                /** @description Of hmac: what stands before it, sha256= */
                                prefix?: string;
                                /** @description A header's name */
                                timestampHeader?: string;
                                toleranceSeconds?: number;
                            };
                            /** @description now (if not given): with the run's id once it is started. end: with its output */
                            respond?: "now" | "end";
                            /** @description How long `respond: end` waits for it; 10,000 if not given */
                            waitMs?: number;
                            /** @description A header that names the call: one that comes again under it starts nothing */
                            onceHeader?: string;
                            /** @description Hand on the body as base64 too, whatever it is */
                            raw?: boolean;
                            /** @description Calls a minute that each node takes; 600 if not given, 120000 if signed */
                            perMinute?: number;
                        };
                        event?: {
                            /** @description What the events are about: work_items, files, runs, signals (what runs emit), ... */
                            topic: "identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers";
                            /** @description work_item.failed, run.completed, ...; of signals their own types. Any if not given */
                            types?: string[];
                            /** @description The queue of work items, the workflow of runs, the collection of documents */
                            in?: string;
                            /** @description Of signals: the source they must have */
                            source?: string;
                            /** @description A jq expression over the event as a CloudEvent; it fires where that gives true */
                            filter?: string;
                        };
                        document?: {
                            collection: string;
                            /** @description Any if not given */
                            operations?: ("inserted" | "updated" | "deleted")[];
                            /** @description A query that the document must match; one that is deleted, as it was */
                            filter?: {
                                [key: string]: unknown;
                            };
                        };
                        message?: {
                            /** @description The message queue to consume */
                            queue: string;
                            /** @description Messages that a node has at a time; 50 if not given */
                            prefetch?: number;
                        };
                        form?: {
                            /** @description Its address is /forms/{tenant}/{path}; anybody may fill it in */
                            path: string;
                            title: string;
                            /** @description What stands above the fields */
                            text?: string;
                            /** @description What is said when it was sent */
                            thanks?: string;
                            /** @description A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice */
                            schema: {
                                [key: string]: unknown;
                            };
                            /** @description How often a minute each node takes it; 60 if not given */
                            perMinute?: number;
                        };
                        /** @description The workflow to run, by name */
                        workflow: string;
                        /** @description A jq expression that makes the run's input of what fired; null for that as it is */
                        input: string | null;
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
                        paused: boolean;
                        /** @description Of a schedule that is not paused */
                        nextTickAt: string | null;
                        /** @description With whose rights it starts runs: who made it or changed it last */
                        runAsId: string;
                        /** @description What the token is limited to that it was made or changed with; null for nothing */
                        runAsScopes: string[] | null;
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
    listFirings: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Name or id */
                trigger: string;
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
                            at: string;
                            /** @description The tick, the event, the call, or `by hand` */
                            cause: string;
                            outcome: "started" | "skipped" | "failed";
                            /** @description Why nothing was started; else empty */
                            reason: string;
                            runId: string | null;
                            /** @description What fired, as far as it is small */
                            facts?: unknown;
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
    pauseTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                trigger: string;
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
                        kind: "schedule" | "webhook" | "event" | "document" | "message" | "form";
                        schedule?: {
                            /** @description Five fields, or six with seconds first */
                            cron?: string;
                            /** @description The time zone of cron, Europe/Berlin; UTC if not given */
                            zone?: string;
                            /** @description In place of cron, an ISO 8601 duration: PT15M */
                            every?: string;
                            /** @description Of ticks that nobody was there for: none, the last one (if not given), or each */
                            missed?: "skip" | "once" | "all";
                            /** @description At most so many of all; 100 if not given */
                            missedMax?: number;
                        };
                        webhook?: {
                            /** @description Its address is /hooks/{tenant}/{path} */
                            path: string;
                            /** @description Any if not given */
                            methods?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
                            /** @description Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, time.body is what is signed); header also for token */
                            signature?: {
                                by: "github" | "gitlab" | "stripe" | "slack" | "hmac" | "token";
                                /** @description The secret that holds the key as text; whoever made the trigger must have the right to use it */
                                secret: string;
                                /** @description A header's name */
                                header?: string;
                                algorithm?: "sha256" | "sha1" | "sha512";
                                encoding?: "hex" | "base64";
                                /** @description Of hmac: what stands before it, sha256= */
                                prefix?: string;
                                /** @description A header's name */
                                timestampHeader?: string;
                                toleranceSeconds?: number;
                            };
                            /** @description now (if not given): with the run's id once it is started. end: with its output */
                            respond?: "now" | "end";
                            /** @description How long `respond: end` waits for it; 10,000 if not given */
                            waitMs?: number;
                            /** @description A header that names the call: one that comes again under it starts nothing */
                            onceHeader?: string;
                            /** @description Hand on the body as base64 too, whatever it is */
                            raw?: boolean;
                            /** @description Calls a minute that each node takes; 600 if not given, 120000 if signed */
                            perMinute?: number;
                        };
                        event?: {
                            /** @description What the events are about: work_items, files, runs, signals (what runs emit), ... */
                            topic: "identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers";
                            /** @description work_item.failed, run.completed, ...; of signals their own types. Any if not given */
                            types?: string[];
                            /** @description The queue of work items, the workflow of runs, the collection of documents */
                            in?: string;
                            /** @description Of signals: the source they must have */
                            source?: string;
                            /** @description A jq expression over the event as a CloudEvent; it fires where that gives true */
                            filter?: string;
                        };
                        document?: {
                            collection: string;
                            /** @description Any if not given */
                            operations?: ("inserted" | "updated" | "deleted")[];
                            /** @description A query that the document must match; one that is deleted, as it was */
                            filter?: {
                                [key: string]: unknown;
                            };
                        };
                        message?: {
                            /** @description The message queue to consume */
                            queue: string;
                            /** @description Messages that a node has at a time; 50 if not given */
                            prefetch?: number;
                        };
                        form?: {
                            /** @description Its address is /forms/{tenant}/{path}; anybody may fill it in */
                            path: string;
                            title: string;
                            /** @description What stands above the fields */
                            text?: string;
                            /** @description What is said when it was sent */
                            thanks?: string;
                            /** @description A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice */
                            schema: {
                                [key: string]: unknown;
                            };
                            /** @description How often a minute each node takes it; 60 if not given */
                            perMinute?: number;
                        };
                        /** @description The workflow to run, by name */
                        workflow: string;
                        /** @description A jq expression that makes the run's input of what fired; null for that as it is */
                        input: string | null;
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
                        paused: boolean;
                        /** @description Of a schedule that is not paused */
                        nextTickAt: string | null;
                        /** @description With whose rights it starts runs: who made it or changed it last */
                        runAsId: string;
                        /** @description What the token is limited to that it was made or changed with; null for nothing */
                        runAsScopes: string[] | null;
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
    resumeTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                trigger: string;
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
                        kind: "schedule" | "webhook" | "event" | "document" | "message" | "form";
                        schedule?: {
                            /** @description Five fields, or six with seconds first */
                            cron?: string;
                            /** @description The time zone of cron, Europe/Berlin; UTC if not given */
                            zone?: string;
                            /** @description In place of cron, an ISO 8601 duration: PT15M */
                            every?: string;
                            /** @description Of ticks that nobody was there for: none, the last one (if not given), or each */
                            missed?: "skip" | "once" | "all";
                            /** @description At most so many of all; 100 if not given */
                            missedMax?: number;
                        };
                        webhook?: {
                            /** @description Its address is /hooks/{tenant}/{path} */
                            path: string;
                            /** @description Any if not given */
                            methods?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
                            /** @description Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, time.body is what is signed); header also for token */
                            signature?: {
                                by: "github" | "gitlab" | "stripe" | "slack" | "hmac" | "token";
                                /** @description The secret that holds the key as text; whoever made the trigger must have the right to use it */
                                secret: string;
                                /** @description A header's name */
                                header?: string;
                                algorithm?: "sha256" | "sha1" | "sha512";
                                encoding?: "hex" | "base64";
                                /** @description Of hmac: what stands before it, sha256= */
                                prefix?: string;
                                /** @description A header's name */
                                timestampHeader?: string;
                                toleranceSeconds?: number;
                            };
                            /** @description now (if not given): with the run's id once it is started. end: with its output */
                            respond?: "now" | "end";
                            /** @description How long `respond: end` waits for it; 10,000 if not given */
                            waitMs?: number;
                            /** @description A header that names the call: one that comes again under it starts nothing */
                            onceHeader?: string;
                            /** @description Hand on the body as base64 too, whatever it is */
                            raw?: boolean;
                            /** @description Calls a minute that each node takes; 600 if not given, 120000 if signed */
                            perMinute?: number;
                        };
                        event?: {
                            /** @description What the events are about: work_items, files, runs, signals (what runs emit), ... */
                            topic: "identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers";
                            /** @description work_item.failed, run.completed, ...; of signals their own types. Any if not given */
                            types?: string[];
                            /** @description The queue of work items, the workflow of runs, the collection of documents */
                            in?: string;
                            /** @description Of signals: the source they must have */
                            source?: string;
                            /** @description A jq expression over the event as a CloudEvent; it fires where that gives true */
                            filter?: string;
                        };
                        document?: {
                            collection: string;
                            /** @description Any if not given */
                            operations?: ("inserted" | "updated" | "deleted")[];
                            /** @description A query that the document must match; one that is deleted, as it was */
                            filter?: {
                                [key: string]: unknown;
                            };
                        };
                        message?: {
                            /** @description The message queue to consume */
                            queue: string;
                            /** @description Messages that a node has at a time; 50 if not given */
                            prefetch?: number;
                        };
                        form?: {
                            /** @description Its address is /forms/{tenant}/{path}; anybody may fill it in */
                            path: string;
                            title: string;
                            /** @description What stands above the fields */
                            text?: string;
                            /** @description What is said when it was sent */
                            thanks?: string;
                            /** @description A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice */
                            schema: {
                                [key: string]: unknown;
                            };
                            /** @description How often a minute each node takes it; 60 if not given */
                            perMinute?: number;
                        };
                        /** @description The workflow to run, by name */
                        workflow: string;
                        /** @description A jq expression that makes the run's input of what fired; null for that as it is */
                        input: string | null;
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
                        paused: boolean;
                        /** @description Of a schedule that is not paused */
                        nextTickAt: string | null;
                        /** @description With whose rights it starts runs: who made it or changed it last */
                        runAsId: string;
                        /** @description What the token is limited to that it was made or changed with; null for nothing */
                        runAsScopes: string[] | null;
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
    fireTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                trigger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What fires it; {} if not given */
                    facts?: unknown;
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
                        outcome: "started" | "skipped" | "failed";
                        /** @description Why nothing was started; else empty */
                        reason: string;
                        runId: string | null;
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
    backfillTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name or id */
                trigger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description 2026-03-29T00:00:00Z
                     */
                    from: string;
                    /**
                     * Format: date-time
                     * @description 2026-03-29T00:00:00Z
                     */
                    to: string;
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
                        started: number;
                        failed: number;
                        skipped: number;
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
    emitSignals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description The answer */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        accepted: number;
                        duplicates: number;
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
    listEvents: {
        parameters: {
            query?: {
                topic?: ("identity" | "documents" | "files" | "secrets" | "queues" | "work_items" | "messages" | "packages" | "jobs" | "runners" | "workflows" | "runs" | "signals" | "triggers")[];
                /** @description The nextCursor of the page before */
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
                            /** @constant */
                            specversion: "1.0";
                            id: string;
                            source: string;
                            type: string;
                            subject: string;
                            time: string;
                            /** @constant */
                            datacontenttype: "application/json";
                            data: {
                                topic: string;
                                scopeId: string;
                                actorId: string;
                                actorName: string;
                                requestId: string;
                                details?: unknown;
                            };
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
}
