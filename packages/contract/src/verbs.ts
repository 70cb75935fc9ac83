/** Generated from the route table by `npm run contract`. Change that, not this file. */
import type { BodyOf, ClientTypes, Operation, Pages, QueryOf, ReplyOf } from "./shapes.ts";

/** Every operation as a function: path parameters first, then what it takes, then the query. */
export interface Verbs<Types extends ClientTypes> {
  /** Sign in by name or e-mail address and password; the session comes as a cookie. */
  signIn(body: BodyOf<"signIn">, options?: Types["options"]): Promise<ReplyOf<"signIn">>;
  /** Sign in by a one-time link. */
  signInByLink(body: BodyOf<"signInByLink">, options?: Types["options"]): Promise<ReplyOf<"signInByLink">>;
  /** Open a one-time link in a browser: signs in and goes on to the start page. */
  openSignInLink(query: QueryOf<"openSignInLink">, options?: Types["options"]): Promise<ReplyOf<"openSignInLink">>;
  /** Set a password by a reset link; ends every session. */
  usePasswordReset(body: BodyOf<"usePasswordReset">, options?: Types["options"]): Promise<void>;
  /** Show who you are, your roles, and the session's CSRF token. */
  whoAmI(options?: Types["options"]): Promise<ReplyOf<"whoAmI">>;
  /** End the session you came with. */
  signOut(options?: Types["options"]): Promise<void>;
  /** List your sessions, the newest first. */
  listSessions(options?: Types["options"]): Promise<ReplyOf<"listSessions">["items"]>;
  /** End one of your sessions. */
  endSession(session: string, options?: Types["options"]): Promise<void>;
  /** Make a user. */
  createUser(body: BodyOf<"createUser">, options?: Types["options"]): Promise<ReplyOf<"createUser">>;
  /** List users by name: ids and names, for admins all there is. */
  listUsers(query?: QueryOf<"listUsers">, options?: Types["options"]): Pages<ReplyOf<"listUsers">>;
  /** Show yourself, or, for admins, any user. */
  getUser(user: string, options?: Types["options"]): Promise<ReplyOf<"getUser">>;
  /** Change a user: admins anything, everybody his own language. */
  updateUser(user: string, body: BodyOf<"updateUser">, options?: Types["options"]): Promise<ReplyOf<"updateUser">>;
  /** Delete a user with his tokens and sessions. */
  deleteUser(user: string, options?: Types["options"]): Promise<void>;
  /** Set your password, or, for admins, anybody else's; ends the user's sessions. */
  setPassword(user: string, body: BodyOf<"setPassword">, options?: Types["options"]): Promise<void>;
  /** Make a one-time link by which a user sets another password. */
  resetPassword(user: string, options?: Types["options"]): Promise<ReplyOf<"resetPassword">>;
  /** Make a role. */
  createRole(body: BodyOf<"createRole">, options?: Types["options"]): Promise<ReplyOf<"createRole">>;
  /** List roles by name. */
  listRoles(query?: QueryOf<"listRoles">, options?: Types["options"]): Pages<ReplyOf<"listRoles">>;
  /** Show a role. */
  getRole(role: string, options?: Types["options"]): Promise<ReplyOf<"getRole">>;
  /** Change a role's name or description. */
  updateRole(role: string, body: BodyOf<"updateRole">, options?: Types["options"]): Promise<ReplyOf<"updateRole">>;
  /** Delete a role: its members lose what it was granted. */
  deleteRole(role: string, options?: Types["options"]): Promise<void>;
  /** List a role's direct members. */
  listRoleMembers(role: string, query?: QueryOf<"listRoleMembers">, options?: Types["options"]): Pages<ReplyOf<"listRoleMembers">>;
  /** Put a user or a role into a role; circles are refused. */
  addRoleMember(role: string, body: BodyOf<"addRoleMember">, options?: Types["options"]): Promise<void>;
  /** Take a user or a role out of a role. */
  removeRoleMember(role: string, principal: string, options?: Types["options"]): Promise<void>;
  /** Make an API token; its text is shown this once. */
  createToken(body: BodyOf<"createToken">, options?: Types["options"]): Promise<ReplyOf<"createToken">>;
  /** List your tokens, or, for admins, another user's; the newest first. */
  listTokens(query?: QueryOf<"listTokens">, options?: Types["options"]): Pages<ReplyOf<"listTokens">>;
  /** Show a token, without its text. */
  getToken(token: string, options?: Types["options"]): Promise<ReplyOf<"getToken">>;
  /** Revoke a token; holds at the next request. */
  revokeToken(token: string, options?: Types["options"]): Promise<void>;
  /** Make a queue. */
  createQueue(body: BodyOf<"createQueue">, options?: Types["options"]): Promise<ReplyOf<"createQueue">>;
  /** List the queues you may read. */
  listQueues(query?: QueryOf<"listQueues">, options?: Types["options"]): Pages<ReplyOf<"listQueues">>;
  /** Show a queue. */
  getQueue(queue: string, options?: Types["options"]): Promise<ReplyOf<"getQueue">>;
  /** Change some of a queue's settings. */
  updateQueue(queue: string, body: BodyOf<"updateQueue">, query?: QueryOf<"updateQueue">, options?: Types["options"]): Promise<ReplyOf<"updateQueue">>;
  /** Stop handing out items; pushing goes on. */
  pauseQueue(queue: string, options?: Types["options"]): Promise<ReplyOf<"pauseQueue">>;
  /** Hand out items again. */
  resumeQueue(queue: string, options?: Types["options"]): Promise<ReplyOf<"resumeQueue">>;
  /** List the versions of a queue's definition, the newest first: who changed what, and when. */
  listQueueVersions(queue: string, query?: QueryOf<"listQueueVersions">, options?: Types["options"]): Pages<ReplyOf<"listQueueVersions">>;
  /** Show a queue's definition as it was. */
  getQueueVersion(queue: string, version: string, options?: Types["options"]): Promise<ReplyOf<"getQueueVersion">>;
  /** Show what changed between two versions of a queue's definition. */
  diffQueueVersions(queue: string, query: QueryOf<"diffQueueVersions">, options?: Types["options"]): Promise<ReplyOf<"diffQueueVersions">["items"]>;
  /** Make the settings of an older version the newest again; rights and pause stay as they are. */
  restoreQueueVersion(queue: string, body: BodyOf<"restoreQueueVersion">, options?: Types["options"]): Promise<ReplyOf<"restoreQueueVersion">>;
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
  /** Show a work item. */
  getItem(item: string, options?: Types["options"]): Promise<ReplyOf<"getItem">>;
  /** Every transition of an item: who, when, why. */
  itemHistory(item: string, options?: Types["options"]): Promise<ReplyOf<"itemHistory">["items"]>;
  /** Counts by state and the age of the oldest waiting item. */
  queueStats(queue: string, options?: Types["options"]): Promise<ReplyOf<"queueStats">>;
  /** The same of every queue that you may read, by name. */
  listQueueStats(query?: QueryOf<"listQueueStats">, options?: Types["options"]): Pages<ReplyOf<"listQueueStats">>;
  /** List the files that are attached to an item; their bytes have rights of their own. */
  listItemFiles(item: string, options?: Types["options"]): Promise<ReplyOf<"listItemFiles">["items"]>;
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
  /** Make a message queue, unless it is there. */
  declareMessageQueue(body: BodyOf<"declareMessageQueue">, options?: Types["options"]): Promise<ReplyOf<"declareMessageQueue">>;
  /** List the message queues you may read. */
  listMessageQueues(query?: QueryOf<"listMessageQueues">, options?: Types["options"]): Pages<ReplyOf<"listMessageQueues">>;
  /** Show a message queue. */
  getMessageQueue(messageQueue: string, options?: Types["options"]): Promise<ReplyOf<"getMessageQueue">>;
  /** Change some of a message queue's settings. */
  updateMessageQueue(messageQueue: string, body: BodyOf<"updateMessageQueue">, options?: Types["options"]): Promise<ReplyOf<"updateMessageQueue">>;
  /** Delete a message queue with all that lies in it. */
  deleteMessageQueue(messageQueue: string, options?: Types["options"]): Promise<void>;
  /** Make an exchange, unless it is there. */
  declareExchange(body: BodyOf<"declareExchange">, options?: Types["options"]): Promise<ReplyOf<"declareExchange">>;
  /** List the exchanges you may read, with their bindings. */
  listExchanges(options?: Types["options"]): Promise<ReplyOf<"listExchanges">["items"]>;
  /** Show an exchange with its bindings. */
  getExchange(exchange: string, options?: Types["options"]): Promise<ReplyOf<"getExchange">>;
  /** Delete an exchange with its bindings. */
  deleteExchange(exchange: string, options?: Types["options"]): Promise<void>;
  /** Lead messages of the exchange to a message queue, too. */
  bindMessageQueue(exchange: string, body: BodyOf<"bindMessageQueue">, options?: Types["options"]): Promise<void>;
  /** Take a binding back, said with the same rule. */
  unbindMessageQueue(exchange: string, body: BodyOf<"unbindMessageQueue">, options?: Types["options"]): Promise<void>;
  /** Send a message to a message queue. */
  publish(messageQueue: string, body?: BodyOf<"publish">, options?: Types["options"]): Promise<ReplyOf<"publish">>;
  /** Send several messages to a message queue, in their order. */
  publishMany(messageQueue: string, items: BodyOf<"publishMany">["items"], options?: Types["options"]): Promise<ReplyOf<"publishMany">["items"]>;
  /** Send a message and wait for the reply to it. */
  request(messageQueue: string, body: BodyOf<"request">, options?: Types["options"]): Promise<ReplyOf<"request">>;
  /** Send a message through an exchange. */
  publishToExchange(exchange: string, body?: BodyOf<"publishToExchange">, options?: Types["options"]): Promise<ReplyOf<"publishToExchange">>;
  /** Take messages for a time; may wait for the first one. */
  receive(messageQueue: string, body?: BodyOf<"receive">, options?: Types["options"]): Promise<ReplyOf<"receive">["items"]>;
  /** End what was received: acknowledge, reject or requeue it. */
  endReceived(messageQueue: string, body: BodyOf<"endReceived">, options?: Types["options"]): Promise<void>;
  /** List the collections you may read. */
  listCollections(query?: QueryOf<"listCollections">, options?: Types["options"]): Pages<ReplyOf<"listCollections">>;
  /** Make a collection before its first document. */
  createCollection(body: BodyOf<"createCollection">, options?: Types["options"]): Promise<ReplyOf<"createCollection">>;
  /** Show a collection. */
  getCollection(collection: string, options?: Types["options"]): Promise<ReplyOf<"getCollection">>;
  /** Change who may use a collection, and which fields it encrypts from now on. */
  updateCollection(collection: string, body: BodyOf<"updateCollection">, options?: Types["options"]): Promise<ReplyOf<"updateCollection">>;
  /** Remove an empty collection; admins may purge a full one, history included. */
  dropCollection(collection: string, query?: QueryOf<"dropCollection">, options?: Types["options"]): Promise<void>;
  /** List a collection's indexes. */
  listIndexes(collection: string, options?: Types["options"]): Promise<ReplyOf<"listIndexes">["items"]>;
  /** Make an index: plain, compound, unique, text, expiring; answers when it is built. */
  createIndex(collection: string, body: BodyOf<"createIndex">, options?: Types["options"]): Promise<ReplyOf<"createIndex">>;
  /** Remove an index. */
  dropIndex(collection: string, index: string, options?: Types["options"]): Promise<void>;
  /** Read a document. */
  getDocument(collection: string, id: string, options?: Types["options"]): Promise<ReplyOf<"getDocument">>;
  /** Replace a document's contents; `_version` or If-Match keeps it from undoing others' changes. */
  replaceDocument(collection: string, id: string, body: BodyOf<"replaceDocument">, options?: Types["options"]): Promise<ReplyOf<"replaceDocument">>;
  /** Change a document by operators: $set, $unset, $inc, $push, $pull, $rename and others. */
  updateDocument(collection: string, id: string, body: BodyOf<"updateDocument">, options?: Types["options"]): Promise<ReplyOf<"updateDocument">>;
  /** Delete a document; it can be brought back. */
  deleteDocument(collection: string, id: string, options?: Types["options"]): Promise<void>;
  /** Insert a document; the first one makes the collection. */
  insertDocument(collection: string, body: BodyOf<"insertDocument">, options?: Types["options"]): Promise<ReplyOf<"insertDocument">>;
  /** Insert a document, or replace the one with the same values in its unique fields. */
  insertOrUpdateDocument(collection: string, body: BodyOf<"insertOrUpdateDocument">, options?: Types["options"]): Promise<ReplyOf<"insertOrUpdateDocument">>;
  /** Insert several documents, all or none. */
  insertDocuments(collection: string, items: BodyOf<"insertDocuments">["items"], options?: Types["options"]): Promise<ReplyOf<"insertDocuments">["items"]>;
  /** Insert NDJSON of any length, 1,000 lines a commit; an error names the line and what is stored. */
  importDocuments(collection: string, content: Types["content"], options?: Types["options"]): Promise<ReplyOf<"importDocuments">>;
  /** Change every matching document that you may update, all or none. */
  updateDocuments(collection: string, body: BodyOf<"updateDocuments">, options?: Types["options"]): Promise<ReplyOf<"updateDocuments">>;
  /** Delete every matching document that you may delete, all or none. */
  deleteDocuments(collection: string, body: BodyOf<"deleteDocuments">, options?: Types["options"]): Promise<ReplyOf<"deleteDocuments">>;
  /** List the documents you may read. */
  listDocuments(collection: string, query?: QueryOf<"listDocuments">, options?: Types["options"]): Pages<ReplyOf<"listDocuments">>;
  /** Ask for documents by a filter, sorted and projected, page by page. */
  queryDocuments(collection: string, body?: BodyOf<"queryDocuments">, options?: Types["options"]): Pages<ReplyOf<"queryDocuments">>;
  /** Count the documents that match. */
  countDocuments(collection: string, body?: BodyOf<"countDocuments">, options?: Types["options"]): Promise<ReplyOf<"countDocuments">>;
  /** List the values that a field takes. */
  distinctValues(collection: string, body: BodyOf<"distinctValues">, options?: Types["options"]): Promise<ReplyOf<"distinctValues">>;
  /** Run an aggregation pipeline. */
  aggregateDocuments(collection: string, body: BodyOf<"aggregateDocuments">, options?: Types["options"]): Promise<ReplyOf<"aggregateDocuments">["items"]>;
  /** Show which way a query takes and which indexes it uses. */
  explainQuery(collection: string, body?: BodyOf<"explainQuery">, options?: Types["options"]): Promise<ReplyOf<"explainQuery">>;
  /** List a document's versions, the newest first. */
  listVersions(collection: string, id: string, query?: QueryOf<"listVersions">, options?: Types["options"]): Pages<ReplyOf<"listVersions">>;
  /** Read a document as it was. */
  getVersion(collection: string, id: string, version: string, options?: Types["options"]): Promise<ReplyOf<"getVersion">>;
  /** Show what changed between two versions. */
  diffVersions(collection: string, id: string, query: QueryOf<"diffVersions">, options?: Types["options"]): Promise<ReplyOf<"diffVersions">["items"]>;
  /** Make an older version the newest again. */
  restoreVersion(collection: string, id: string, body: BodyOf<"restoreVersion">, options?: Types["options"]): Promise<ReplyOf<"restoreVersion">>;
  /** Bring a deleted document back. */
  undeleteDocument(collection: string, id: string, options?: Types["options"]): Promise<ReplyOf<"undeleteDocument">>;
  /** List deleted documents that you could read. */
  listDeletedDocuments(collection: string, query?: QueryOf<"listDeletedDocuments">, options?: Types["options"]): Pages<ReplyOf<"listDeletedDocuments">>;
  /** Follow the changes you may read, as server-sent events; each event's id is a position to resume from. */
  watchCollection(collection: string, query?: QueryOf<"watchCollection">, options?: Types["options"]): Promise<Types["download"]>;
  /** Upload a file: its bytes as the body, or a form with one file as its last part. */
  uploadFile(content: Types["content"], query?: QueryOf<"uploadFile">, options?: Types["options"]): Promise<ReplyOf<"uploadFile">>;
  /** Download a file's bytes, or a range of them. */
  downloadFile(file: string, options?: Types["options"]): Promise<Types["download"]>;
  /** List the files you may read, the newest first. */
  listFiles(query?: QueryOf<"listFiles">, options?: Types["options"]): Pages<ReplyOf<"listFiles">>;
  /** Show what is known of a file. */
  getFile(file: string, options?: Types["options"]): Promise<ReplyOf<"getFile">>;
  /** Rename a file, or change its metadata or rights. */
  updateFile(file: string, body: BodyOf<"updateFile">, query?: QueryOf<"updateFile">, options?: Types["options"]): Promise<ReplyOf<"updateFile">>;
  /** Delete a file that nothing is attached to. */
  deleteFile(file: string, query?: QueryOf<"deleteFile">, options?: Types["options"]): Promise<void>;
  /** List the secrets you may read, without their values. */
  listSecrets(query?: QueryOf<"listSecrets">, options?: Types["options"]): Pages<ReplyOf<"listSecrets">>;
  /** Show what is known of a secret, without its value. */
  getSecret(secret: string, options?: Types["options"]): Promise<ReplyOf<"getSecret">>;
  /** Keep a secret. */
  createSecret(body: BodyOf<"createSecret">, options?: Types["options"]): Promise<ReplyOf<"createSecret">>;
  /** Change a secret's description or rights. */
  updateSecret(secret: string, body: BodyOf<"updateSecret">, query?: QueryOf<"updateSecret">, options?: Types["options"]): Promise<ReplyOf<"updateSecret">>;
  /** Put another value in the place of a secret's present one. */
  setSecretValue(secret: string, body: BodyOf<"setSecretValue">, query?: QueryOf<"setSecretValue">, options?: Types["options"]): Promise<ReplyOf<"setSecretValue">>;
  /** Delete a secret for good. */
  deleteSecret(secret: string, query?: QueryOf<"deleteSecret">, options?: Types["options"]): Promise<void>;
  /** Publish a version: a tar.gz with a millrace.yaml as the body; the first one makes the package. */
  pushPackage(content: Types["content"], query?: QueryOf<"pushPackage">, options?: Types["options"]): Promise<ReplyOf<"pushPackage">>;
  /** Download a version's archive, or a range of it. */
  downloadPackage(packageName: string, version: string, options?: Types["options"]): Promise<Types["download"]>;
  /** List the packages you may read. */
  listPackages(query?: QueryOf<"listPackages">, options?: Types["options"]): Pages<ReplyOf<"listPackages">>;
  /** Show a package and its channels. */
  getPackage(packageName: string, options?: Types["options"]): Promise<ReplyOf<"getPackage">>;
  /** List a package's versions, those published last first. */
  listPackageVersions(packageName: string, query?: QueryOf<"listPackageVersions">, options?: Types["options"]): Pages<ReplyOf<"listPackageVersions">>;
  /** Show a version with its manifest. */
  getPackageVersion(packageName: string, version: string, options?: Types["options"]): Promise<ReplyOf<"getPackageVersion">>;
  /** List the functions that a version offers, with the schemas of what they take and answer. */
  listFunctions(packageName: string, version: string, options?: Types["options"]): Promise<ReplyOf<"listFunctions">["items"]>;
  /** Change a package's description or rights. */
  updatePackage(packageName: string, body: BodyOf<"updatePackage">, query?: QueryOf<"updatePackage">, options?: Types["options"]): Promise<ReplyOf<"updatePackage">>;
  /** Make a channel name a version. */
  promotePackage(packageName: string, body: BodyOf<"promotePackage">, options?: Types["options"]): Promise<ReplyOf<"promotePackage">>;
  /** Take a version back: no new job gets it. */
  yankPackageVersion(packageName: string, version: string, body: BodyOf<"yankPackageVersion">, options?: Types["options"]): Promise<ReplyOf<"yankPackageVersion">>;
  /** List the runners you may see, by name. */
  listRunners(query?: QueryOf<"listRunners">, options?: Types["options"]): Pages<ReplyOf<"listRunners">>;
  /** Show a runner. */
  getRunner(runner: string, options?: Types["options"]): Promise<ReplyOf<"getRunner">>;
  /** Change who may do what with a runner, or, for admins, its tags. */
  updateRunner(runner: string, body: BodyOf<"updateRunner">, options?: Types["options"]): Promise<ReplyOf<"updateRunner">>;
  /** Remove a runner for good; its id and certificates are denied from then on. */
  deleteRunner(runner: string, options?: Types["options"]): Promise<void>;
  /** Keep a runner out and cut its connection, until it is unblocked. */
  blockRunner(runner: string, options?: Types["options"]): Promise<ReplyOf<"blockRunner">>;
  /** Let a blocked runner in again. */
  unblockRunner(runner: string, options?: Types["options"]): Promise<ReplyOf<"unblockRunner">>;
  /** Let a runner finish what it has and give it nothing more, until its next start. */
  drainRunner(runner: string, options?: Types["options"]): Promise<ReplyOf<"drainRunner">>;
  /** Make a token that enrols one runner within ten minutes. */
  createEnrolmentToken(body?: BodyOf<"createEnrolmentToken">, options?: Types["options"]): Promise<ReplyOf<"createEnrolmentToken">>;
  /** List the enrolment tokens of the last day, the newest first. */
  listEnrolmentTokens(options?: Types["options"]): Promise<ReplyOf<"listEnrolmentTokens">["items"]>;
  /** Take an enrolment token back. */
  deleteEnrolmentToken(token: string, options?: Types["options"]): Promise<void>;
  /** Become a runner: show an enrolment token and have a key certified. */
  enrolRunner(body: BodyOf<"enrolRunner">, options?: Types["options"]): Promise<ReplyOf<"enrolRunner">>;
  /** List the authorities that sign for runners, and those that are trusted yet or already. */
  listRunnerAuthorities(options?: Types["options"]): Promise<ReplyOf<"listRunnerAuthorities">["items"]>;
  /** Make the next authority and make it known; nothing is signed with it yet. */
  prepareRunnerAuthority(options?: Types["options"]): Promise<ReplyOf<"prepareRunnerAuthority">>;
  /** Sign with the next authority from here on; the last one stays trusted until its certificates ended. */
  activateRunnerAuthority(body?: BodyOf<"activateRunnerAuthority">, options?: Types["options"]): Promise<ReplyOf<"activateRunnerAuthority">>;
  /** Deny a runner, a certificate, or all certificates issued before now; connections are cut within 5 s. */
  createRunnerDenial(body: BodyOf<"createRunnerDenial">, options?: Types["options"]): Promise<ReplyOf<"createRunnerDenial">>;
  /** List what is denied, the newest first. */
  listRunnerDenials(options?: Types["options"]): Promise<ReplyOf<"listRunnerDenials">["items"]>;
  /** Take a denial back. */
  deleteRunnerDenial(denial: string, options?: Types["options"]): Promise<void>;
  /** Have a runner run a package's code. */
  submitJob(body: BodyOf<"submitJob">, options?: Types["options"]): Promise<ReplyOf<"submitJob">>;
  /** Show a job once it has ended, or as it is after a time. */
  waitForJob(job: string, body?: BodyOf<"waitForJob">, options?: Types["options"]): Promise<ReplyOf<"waitForJob">>;
  /** List the jobs of the packages you may read, and your own, the newest first. */
  listJobs(query?: QueryOf<"listJobs">, options?: Types["options"]): Pages<ReplyOf<"listJobs">>;
  /** Show a job, and why it waits if it does. */
  getJob(job: string, options?: Types["options"]): Promise<ReplyOf<"getJob">>;
  /** Every transition of a job: who, when, why. */
  jobHistory(job: string, options?: Types["options"]): Promise<ReplyOf<"jobHistory">["items"]>;
  /** Results that came under a lease that was lost: evidence, which changed nothing. */
  lateResults(job: string, options?: Types["options"]): Promise<ReplyOf<"lateResults">["items"]>;
  /** Read a job's log from a line on; may wait for more. */
  jobLogs(job: string, query?: QueryOf<"jobLogs">, options?: Types["options"]): Promise<ReplyOf<"jobLogs">>;
  /** Follow a job's log as server-sent events; an event's id is the line to go on after. */
  followLog(job: string, query?: QueryOf<"followLog">, options?: Types["options"]): Promise<Types["download"]>;
  /** List the files that a job was given and those it has made. */
  listJobFiles(job: string, options?: Types["options"]): Promise<ReplyOf<"listJobFiles">["items"]>;
  /** Download a file of a job, or a range of it. */
  downloadJobFile(job: string, file: string, options?: Types["options"]): Promise<Types["download"]>;
  /** End a job that is not wanted any more. */
  cancelJob(job: string, options?: Types["options"]): Promise<ReplyOf<"cancelJob">>;
  /** Submit an ended job anew, as it was. */
  retryJob(job: string, options?: Types["options"]): Promise<ReplyOf<"retryJob">>;
  /** Delete a package of which no job waits or runs. */
  deletePackage(packageName: string, options?: Types["options"]): Promise<void>;
  /** Store a definition under its own name: the first makes the workflow, another its next version. */
  storeWorkflow(body: BodyOf<"storeWorkflow">, options?: Types["options"]): Promise<ReplyOf<"storeWorkflow">>;
  /** Say everything that is wrong with a definition, with lines and columns. */
  validateWorkflow(body: BodyOf<"validateWorkflow">, options?: Types["options"]): Promise<ReplyOf<"validateWorkflow">>;
  /** Change a workflow's description or rights. */
  updateWorkflow(workflow: string, body: BodyOf<"updateWorkflow">, query?: QueryOf<"updateWorkflow">, options?: Types["options"]): Promise<ReplyOf<"updateWorkflow">>;
  /** List the workflows you may read. */
  listWorkflows(query?: QueryOf<"listWorkflows">, options?: Types["options"]): Pages<ReplyOf<"listWorkflows">>;
  /** Show a workflow. */
  getWorkflow(workflow: string, options?: Types["options"]): Promise<ReplyOf<"getWorkflow">>;
  /** List a workflow's versions, the newest first. */
  listWorkflowVersions(workflow: string, query?: QueryOf<"listWorkflowVersions">, options?: Types["options"]): Pages<ReplyOf<"listWorkflowVersions">>;
  /** Show a version with its text. */
  getWorkflowVersion(workflow: string, version: string, options?: Types["options"]): Promise<ReplyOf<"getWorkflowVersion">>;
  /** Show a version as nodes and edges. */
  getWorkflowGraph(workflow: string, version: string, options?: Types["options"]): Promise<ReplyOf<"getWorkflowGraph">>;
  /** Begin a run of a workflow; may wait for its end. */
  startRun(workflow: string, body?: BodyOf<"startRun">, options?: Types["options"]): Promise<ReplyOf<"startRun">>;
  /** Delete a workflow of which no run is under way, with all its versions. */
  deleteWorkflow(workflow: string, options?: Types["options"]): Promise<void>;
  /** Run it again, from its beginning or from a task, with its own input or another one. */
  rerunRun(run: string, body?: BodyOf<"rerunRun">, options?: Types["options"]): Promise<ReplyOf<"rerunRun">>;
  /** List the runs of the workflows you may read, and those that act for you, the newest first. */
  listRuns(query?: QueryOf<"listRuns">, options?: Types["options"]): Pages<ReplyOf<"listRuns">>;
  /** Show a run, and what it waits for if it does. */
  getRun(run: string, options?: Types["options"]): Promise<ReplyOf<"getRun">>;
  /** Show a run once it has ended, or as it is after a time. */
  waitForRun(run: string, body?: BodyOf<"waitForRun">, options?: Types["options"]): Promise<ReplyOf<"waitForRun">>;
  /** What a run went through, task by task: inputs, outputs, attempts, times, errors. */
  listTasks(run: string, query?: QueryOf<"listTasks">, options?: Types["options"]): Pages<ReplyOf<"listTasks">>;
  /** Every fact about a run: who, when, why. */
  runHistory(run: string, options?: Types["options"]): Promise<ReplyOf<"runHistory">["items"]>;
  /** End a run that is not wanted any more. */
  cancelRun(run: string, options?: Types["options"]): Promise<ReplyOf<"cancelRun">>;
  /** Have a run ask for nothing new until it is resumed. */
  suspendRun(run: string, options?: Types["options"]): Promise<ReplyOf<"suspendRun">>;
  /** Let a suspended run go on. */
  resumeRun(run: string, options?: Types["options"]): Promise<ReplyOf<"resumeRun">>;
  /** List the triggers you may read. */
  listTriggers(query?: QueryOf<"listTriggers">, options?: Types["options"]): Pages<ReplyOf<"listTriggers">>;
  /** Show a trigger. */
  getTrigger(trigger: string, options?: Types["options"]): Promise<ReplyOf<"getTrigger">>;
  /** List a trigger's last firings and what came of them, the latest first. */
  listFirings(trigger: string, query?: QueryOf<"listFirings">, options?: Types["options"]): Pages<ReplyOf<"listFirings">>;
  /** Make a trigger, which acts with your rights. */
  createTrigger(body: BodyOf<"createTrigger">, options?: Types["options"]): Promise<ReplyOf<"createTrigger">>;
  /** Change some of a trigger, which from then on acts with your rights. */
  updateTrigger(trigger: string, body: BodyOf<"updateTrigger">, query?: QueryOf<"updateTrigger">, options?: Types["options"]): Promise<ReplyOf<"updateTrigger">>;
  /** Have nothing fire a trigger but a hand. */
  pauseTrigger(trigger: string, options?: Types["options"]): Promise<ReplyOf<"pauseTrigger">>;
  /** Let a trigger fire again; what happened meanwhile is not made up for. */
  resumeTrigger(trigger: string, options?: Types["options"]): Promise<ReplyOf<"resumeTrigger">>;
  /** Delete a trigger; the runs that it started stay. */
  deleteTrigger(trigger: string, options?: Types["options"]): Promise<void>;
  /** Fire a trigger by hand, with the facts that you give. */
  fireTrigger(trigger: string, body?: BodyOf<"fireTrigger">, options?: Types["options"]): Promise<ReplyOf<"fireTrigger">>;
  /** Start the runs of a schedule's ticks in a range, those that there were not yet. */
  backfillTrigger(trigger: string, body: BodyOf<"backfillTrigger">, options?: Types["options"]): Promise<ReplyOf<"backfillTrigger">>;
  /** Tell the tenant's runs and triggers of CloudEvents: structured, a batch, or binary. */
  emitSignals(content: Types["content"], options?: Types["options"]): Promise<ReplyOf<"emitSignals">>;
  /** What happened, the newest first: the audit of everything, for admins. */
  listEvents(query?: QueryOf<"listEvents">, options?: Types["options"]): Pages<ReplyOf<"listEvents">>;
}

export const verbs: Readonly<Record<keyof Verbs<ClientTypes>, Operation>> = {
  signIn: {"method":"POST","path":"/api/v1/session","body":"json","query":false,"reply":"json","waits":false},
  signInByLink: {"method":"POST","path":"/api/v1/session/link","body":"json","query":false,"reply":"json","waits":false},
  openSignInLink: {"method":"GET","path":"/api/v1/session/link","body":"none","query":true,"reply":"json","waits":false},
  usePasswordReset: {"method":"POST","path":"/api/v1/password-resets","body":"json","query":false,"reply":"none","waits":false},
  whoAmI: {"method":"GET","path":"/api/v1/session","body":"none","query":false,"reply":"json","waits":false},
  signOut: {"method":"DELETE","path":"/api/v1/session","body":"none","query":false,"reply":"none","waits":false},
  listSessions: {"method":"GET","path":"/api/v1/sessions","body":"none","query":false,"reply":"items","waits":false},
  endSession: {"method":"DELETE","path":"/api/v1/sessions/{session}","body":"none","query":false,"reply":"none","waits":false},
  createUser: {"method":"POST","path":"/api/v1/users","body":"json","query":false,"reply":"json","waits":false},
  listUsers: {"method":"GET","path":"/api/v1/users","body":"none","query":true,"reply":"page","waits":false},
  getUser: {"method":"GET","path":"/api/v1/users/{user}","body":"none","query":false,"reply":"json","waits":false},
  updateUser: {"method":"PATCH","path":"/api/v1/users/{user}","body":"json","query":false,"reply":"json","waits":false},
  deleteUser: {"method":"DELETE","path":"/api/v1/users/{user}","body":"none","query":false,"reply":"none","waits":false},
  setPassword: {"method":"POST","path":"/api/v1/users/{user}/password","body":"json","query":false,"reply":"none","waits":false},
  resetPassword: {"method":"POST","path":"/api/v1/users/{user}/password-reset","body":"none","query":false,"reply":"json","waits":false},
  createRole: {"method":"POST","path":"/api/v1/roles","body":"json","query":false,"reply":"json","waits":false},
  listRoles: {"method":"GET","path":"/api/v1/roles","body":"none","query":true,"reply":"page","waits":false},
  getRole: {"method":"GET","path":"/api/v1/roles/{role}","body":"none","query":false,"reply":"json","waits":false},
  updateRole: {"method":"PATCH","path":"/api/v1/roles/{role}","body":"json","query":false,"reply":"json","waits":false},
  deleteRole: {"method":"DELETE","path":"/api/v1/roles/{role}","body":"none","query":false,"reply":"none","waits":false},
  listRoleMembers: {"method":"GET","path":"/api/v1/roles/{role}/members","body":"none","query":true,"reply":"page","waits":false},
  addRoleMember: {"method":"POST","path":"/api/v1/roles/{role}/members","body":"json","query":false,"reply":"none","waits":false},
  removeRoleMember: {"method":"DELETE","path":"/api/v1/roles/{role}/members/{principal}","body":"none","query":false,"reply":"none","waits":false},
  createToken: {"method":"POST","path":"/api/v1/tokens","body":"json","query":false,"reply":"json","waits":false},
  listTokens: {"method":"GET","path":"/api/v1/tokens","body":"none","query":true,"reply":"page","waits":false},
  getToken: {"method":"GET","path":"/api/v1/tokens/{token}","body":"none","query":false,"reply":"json","waits":false},
  revokeToken: {"method":"DELETE","path":"/api/v1/tokens/{token}","body":"none","query":false,"reply":"none","waits":false},
  createQueue: {"method":"POST","path":"/api/v1/queues","body":"json","query":false,"reply":"json","waits":false},
  listQueues: {"method":"GET","path":"/api/v1/queues","body":"none","query":true,"reply":"page","waits":false},
  getQueue: {"method":"GET","path":"/api/v1/queues/{queue}","body":"none","query":false,"reply":"json","waits":false},
  updateQueue: {"method":"PATCH","path":"/api/v1/queues/{queue}","body":"json","query":true,"reply":"json","waits":false},
  pauseQueue: {"method":"POST","path":"/api/v1/queues/{queue}/pause","body":"none","query":false,"reply":"json","waits":false},
  resumeQueue: {"method":"POST","path":"/api/v1/queues/{queue}/resume","body":"none","query":false,"reply":"json","waits":false},
  listQueueVersions: {"method":"GET","path":"/api/v1/queues/{queue}/history","body":"none","query":true,"reply":"page","waits":false},
  getQueueVersion: {"method":"GET","path":"/api/v1/queues/{queue}/history/{version}","body":"none","query":false,"reply":"json","waits":false},
  diffQueueVersions: {"method":"GET","path":"/api/v1/queues/{queue}/diff","body":"none","query":true,"reply":"items","waits":false},
  restoreQueueVersion: {"method":"POST","path":"/api/v1/queues/{queue}/restore","body":"json","query":false,"reply":"json","waits":false},
  pushItem: {"method":"POST","path":"/api/v1/queues/{queue}/items","body":"json","query":false,"reply":"json","waits":false},
  pushItems: {"method":"POST","path":"/api/v1/queues/{queue}/items/batch","body":"items","query":false,"reply":"items","waits":false},
  claimItems: {"method":"POST","path":"/api/v1/queues/{queue}/claims","body":"json","query":false,"reply":"items","waits":true},
  finishItem: {"method":"POST","path":"/api/v1/items/{item}/finish","body":"json","query":false,"reply":"json","waits":false},
  finishItems: {"method":"POST","path":"/api/v1/items/finish","body":"items","query":false,"reply":"items","waits":false},
  extendLease: {"method":"POST","path":"/api/v1/items/{item}/extend","body":"json","query":false,"reply":"json","waits":false},
  releaseItem: {"method":"POST","path":"/api/v1/items/{item}/release","body":"json","query":false,"reply":"none","waits":false},
  listItems: {"method":"GET","path":"/api/v1/queues/{queue}/items","body":"none","query":true,"reply":"page","waits":false},
  getItem: {"method":"GET","path":"/api/v1/items/{item}","body":"none","query":false,"reply":"json","waits":false},
  itemHistory: {"method":"GET","path":"/api/v1/items/{item}/history","body":"none","query":false,"reply":"items","waits":false},
  queueStats: {"method":"GET","path":"/api/v1/queues/{queue}/stats","body":"none","query":false,"reply":"json","waits":false},
  listQueueStats: {"method":"GET","path":"/api/v1/queue-stats","body":"none","query":true,"reply":"page","waits":false},
  listItemFiles: {"method":"GET","path":"/api/v1/items/{item}/files","body":"none","query":false,"reply":"items","waits":false},
  requeueItem: {"method":"POST","path":"/api/v1/items/{item}/requeue","body":"none","query":false,"reply":"none","waits":false},
  deleteItem: {"method":"DELETE","path":"/api/v1/items/{item}","body":"none","query":false,"reply":"none","waits":false},
  requeueItems: {"method":"POST","path":"/api/v1/queues/{queue}/requeue","body":"json","query":false,"reply":"json","waits":false},
  purgeQueue: {"method":"POST","path":"/api/v1/queues/{queue}/purge","body":"json","query":false,"reply":"json","waits":false},
  deleteQueue: {"method":"DELETE","path":"/api/v1/queues/{queue}","body":"none","query":true,"reply":"none","waits":false},
  declareMessageQueue: {"method":"POST","path":"/api/v1/message-queues","body":"json","query":false,"reply":"json","waits":false},
  listMessageQueues: {"method":"GET","path":"/api/v1/message-queues","body":"none","query":true,"reply":"page","waits":false},
  getMessageQueue: {"method":"GET","path":"/api/v1/message-queues/{messageQueue}","body":"none","query":false,"reply":"json","waits":false},
  updateMessageQueue: {"method":"PATCH","path":"/api/v1/message-queues/{messageQueue}","body":"json","query":false,"reply":"json","waits":false},
  deleteMessageQueue: {"method":"DELETE","path":"/api/v1/message-queues/{messageQueue}","body":"none","query":false,"reply":"none","waits":false},
  declareExchange: {"method":"POST","path":"/api/v1/exchanges","body":"json","query":false,"reply":"json","waits":false},
  listExchanges: {"method":"GET","path":"/api/v1/exchanges","body":"none","query":false,"reply":"items","waits":false},
  getExchange: {"method":"GET","path":"/api/v1/exchanges/{exchange}","body":"none","query":false,"reply":"json","waits":false},
  deleteExchange: {"method":"DELETE","path":"/api/v1/exchanges/{exchange}","body":"none","query":false,"reply":"none","waits":false},
  bindMessageQueue: {"method":"POST","path":"/api/v1/exchanges/{exchange}/bind","body":"json","query":false,"reply":"none","waits":false},
  unbindMessageQueue: {"method":"POST","path":"/api/v1/exchanges/{exchange}/unbind","body":"json","query":false,"reply":"none","waits":false},
  publish: {"method":"POST","path":"/api/v1/message-queues/{messageQueue}/messages","body":"json","query":false,"reply":"json","waits":false},
  publishMany: {"method":"POST","path":"/api/v1/message-queues/{messageQueue}/messages/batch","body":"items","query":false,"reply":"items","waits":false},
  request: {"method":"POST","path":"/api/v1/message-queues/{messageQueue}/requests","body":"json","query":false,"reply":"json","waits":true},
  publishToExchange: {"method":"POST","path":"/api/v1/exchanges/{exchange}/messages","body":"json","query":false,"reply":"json","waits":false},
  receive: {"method":"POST","path":"/api/v1/message-queues/{messageQueue}/receive","body":"json","query":false,"reply":"items","waits":true},
  endReceived: {"method":"POST","path":"/api/v1/message-queues/{messageQueue}/end","body":"json","query":false,"reply":"none","waits":false},
  listCollections: {"method":"GET","path":"/api/v1/collections","body":"none","query":true,"reply":"page","waits":false},
  createCollection: {"method":"POST","path":"/api/v1/collections","body":"json","query":false,"reply":"json","waits":false},
  getCollection: {"method":"GET","path":"/api/v1/collections/{collection}","body":"none","query":false,"reply":"json","waits":false},
  updateCollection: {"method":"PUT","path":"/api/v1/collections/{collection}","body":"json","query":false,"reply":"json","waits":false},
  dropCollection: {"method":"DELETE","path":"/api/v1/collections/{collection}","body":"none","query":true,"reply":"none","waits":false},
  listIndexes: {"method":"GET","path":"/api/v1/collections/{collection}/indexes","body":"none","query":false,"reply":"items","waits":false},
  createIndex: {"method":"POST","path":"/api/v1/collections/{collection}/indexes","body":"json","query":false,"reply":"json","waits":false},
  dropIndex: {"method":"DELETE","path":"/api/v1/collections/{collection}/indexes/{index}","body":"none","query":false,"reply":"none","waits":false},
  getDocument: {"method":"GET","path":"/api/v1/collections/{collection}/documents/{id}","body":"none","query":false,"reply":"json","waits":false},
  replaceDocument: {"method":"PUT","path":"/api/v1/collections/{collection}/documents/{id}","body":"json","query":false,"reply":"json","waits":false},
  updateDocument: {"method":"PATCH","path":"/api/v1/collections/{collection}/documents/{id}","body":"json","query":false,"reply":"json","waits":false},
  deleteDocument: {"method":"DELETE","path":"/api/v1/collections/{collection}/documents/{id}","body":"none","query":false,"reply":"none","waits":false},
  insertDocument: {"method":"POST","path":"/api/v1/collections/{collection}/documents","body":"json","query":false,"reply":"json","waits":false},
  insertOrUpdateDocument: {"method":"POST","path":"/api/v1/collections/{collection}/insert-or-update","body":"json","query":false,"reply":"json","waits":false},
  insertDocuments: {"method":"POST","path":"/api/v1/collections/{collection}/insert-many","body":"items","query":false,"reply":"items","waits":false},
  importDocuments: {"method":"POST","path":"/api/v1/collections/{collection}/import","body":"stream","query":false,"reply":"json","waits":false},
  updateDocuments: {"method":"POST","path":"/api/v1/collections/{collection}/update-many","body":"json","query":false,"reply":"json","waits":false},
  deleteDocuments: {"method":"POST","path":"/api/v1/collections/{collection}/delete-many","body":"json","query":false,"reply":"json","waits":false},
  listDocuments: {"method":"GET","path":"/api/v1/collections/{collection}/documents","body":"none","query":true,"reply":"page","waits":false},
  queryDocuments: {"method":"POST","path":"/api/v1/collections/{collection}/query","body":"json","query":false,"reply":"page","waits":false},
  countDocuments: {"method":"POST","path":"/api/v1/collections/{collection}/count","body":"json","query":false,"reply":"json","waits":false},
  distinctValues: {"method":"POST","path":"/api/v1/collections/{collection}/distinct","body":"json","query":false,"reply":"json","waits":false},
  aggregateDocuments: {"method":"POST","path":"/api/v1/collections/{collection}/aggregate","body":"json","query":false,"reply":"items","waits":false},
  explainQuery: {"method":"POST","path":"/api/v1/collections/{collection}/explain","body":"json","query":false,"reply":"json","waits":false},
  listVersions: {"method":"GET","path":"/api/v1/collections/{collection}/documents/{id}/versions","body":"none","query":true,"reply":"page","waits":false},
  getVersion: {"method":"GET","path":"/api/v1/collections/{collection}/documents/{id}/versions/{version}","body":"none","query":false,"reply":"json","waits":false},
  diffVersions: {"method":"GET","path":"/api/v1/collections/{collection}/documents/{id}/diff","body":"none","query":true,"reply":"items","waits":false},
  restoreVersion: {"method":"POST","path":"/api/v1/collections/{collection}/documents/{id}/restore","body":"json","query":false,"reply":"json","waits":false},
  undeleteDocument: {"method":"POST","path":"/api/v1/collections/{collection}/documents/{id}/undelete","body":"none","query":false,"reply":"json","waits":false},
  listDeletedDocuments: {"method":"GET","path":"/api/v1/collections/{collection}/deleted","body":"none","query":true,"reply":"page","waits":false},
  watchCollection: {"method":"GET","path":"/api/v1/collections/{collection}/watch","body":"none","query":true,"reply":"stream","waits":true},
  uploadFile: {"method":"POST","path":"/api/v1/files","body":"stream","query":true,"reply":"json","waits":false},
  downloadFile: {"method":"GET","path":"/api/v1/files/{file}/content","body":"none","query":false,"reply":"stream","waits":false},
  listFiles: {"method":"GET","path":"/api/v1/files","body":"none","query":true,"reply":"page","waits":false},
  getFile: {"method":"GET","path":"/api/v1/files/{file}","body":"none","query":false,"reply":"json","waits":false},
  updateFile: {"method":"PATCH","path":"/api/v1/files/{file}","body":"json","query":true,"reply":"json","waits":false},
  deleteFile: {"method":"DELETE","path":"/api/v1/files/{file}","body":"none","query":true,"reply":"none","waits":false},
  listSecrets: {"method":"GET","path":"/api/v1/secrets","body":"none","query":true,"reply":"page","waits":false},
  getSecret: {"method":"GET","path":"/api/v1/secrets/{secret}","body":"none","query":false,"reply":"json","waits":false},
  createSecret: {"method":"POST","path":"/api/v1/secrets","body":"json","query":false,"reply":"json","waits":false},
  updateSecret: {"method":"PATCH","path":"/api/v1/secrets/{secret}","body":"json","query":true,"reply":"json","waits":false},
  setSecretValue: {"method":"PUT","path":"/api/v1/secrets/{secret}/value","body":"json","query":true,"reply":"json","waits":false},
  deleteSecret: {"method":"DELETE","path":"/api/v1/secrets/{secret}","body":"none","query":true,"reply":"none","waits":false},
  pushPackage: {"method":"POST","path":"/api/v1/packages","body":"stream","query":true,"reply":"json","waits":false},
  downloadPackage: {"method":"GET","path":"/api/v1/packages/{packageName}/versions/{version}/content","body":"none","query":false,"reply":"stream","waits":false},
  listPackages: {"method":"GET","path":"/api/v1/packages","body":"none","query":true,"reply":"page","waits":false},
  getPackage: {"method":"GET","path":"/api/v1/packages/{packageName}","body":"none","query":false,"reply":"json","waits":false},
  listPackageVersions: {"method":"GET","path":"/api/v1/packages/{packageName}/versions","body":"none","query":true,"reply":"page","waits":false},
  getPackageVersion: {"method":"GET","path":"/api/v1/packages/{packageName}/versions/{version}","body":"none","query":false,"reply":"json","waits":false},
  listFunctions: {"method":"GET","path":"/api/v1/packages/{packageName}/versions/{version}/functions","body":"none","query":false,"reply":"items","waits":false},
  updatePackage: {"method":"PATCH","path":"/api/v1/packages/{packageName}","body":"json","query":true,"reply":"json","waits":false},
  promotePackage: {"method":"POST","path":"/api/v1/packages/{packageName}/promote","body":"json","query":false,"reply":"json","waits":false},
  yankPackageVersion: {"method":"POST","path":"/api/v1/packages/{packageName}/versions/{version}/yank","body":"json","query":false,"reply":"json","waits":false},
  listRunners: {"method":"GET","path":"/api/v1/runners","body":"none","query":true,"reply":"page","waits":false},
  getRunner: {"method":"GET","path":"/api/v1/runners/{runner}","body":"none","query":false,"reply":"json","waits":false},
  updateRunner: {"method":"PATCH","path":"/api/v1/runners/{runner}","body":"json","query":false,"reply":"json","waits":false},
  deleteRunner: {"method":"DELETE","path":"/api/v1/runners/{runner}","body":"none","query":false,"reply":"none","waits":false},
  blockRunner: {"method":"POST","path":"/api/v1/runners/{runner}/block","body":"none","query":false,"reply":"json","waits":false},
  unblockRunner: {"method":"POST","path":"/api/v1/runners/{runner}/unblock","body":"none","query":false,"reply":"json","waits":false},
  drainRunner: {"method":"POST","path":"/api/v1/runners/{runner}/drain","body":"none","query":false,"reply":"json","waits":false},
  createEnrolmentToken: {"method":"POST","path":"/api/v1/runner-tokens","body":"json","query":false,"reply":"json","waits":false},
  listEnrolmentTokens: {"method":"GET","path":"/api/v1/runner-tokens","body":"none","query":false,"reply":"items","waits":false},
  deleteEnrolmentToken: {"method":"DELETE","path":"/api/v1/runner-tokens/{token}","body":"none","query":false,"reply":"none","waits":false},
  enrolRunner: {"method":"POST","path":"/api/v1/runners/enrol","body":"json","query":false,"reply":"json","waits":false},
  listRunnerAuthorities: {"method":"GET","path":"/api/v1/runner-authorities","body":"none","query":false,"reply":"items","waits":false},
  prepareRunnerAuthority: {"method":"POST","path":"/api/v1/runner-authorities","body":"none","query":false,"reply":"json","waits":false},
  activateRunnerAuthority: {"method":"POST","path":"/api/v1/runner-authorities/activate","body":"json","query":false,"reply":"json","waits":false},
  createRunnerDenial: {"method":"POST","path":"/api/v1/runner-denials","body":"json","query":false,"reply":"json","waits":false},
  listRunnerDenials: {"method":"GET","path":"/api/v1/runner-denials","body":"none","query":false,"reply":"items","waits":false},
  deleteRunnerDenial: {"method":"DELETE","path":"/api/v1/runner-denials/{denial}","body":"none","query":false,"reply":"none","waits":false},
  submitJob: {"method":"POST","path":"/api/v1/jobs","body":"json","query":false,"reply":"json","waits":false},
  waitForJob: {"method":"POST","path":"/api/v1/jobs/{job}/wait","body":"json","query":false,"reply":"json","waits":true},
  listJobs: {"method":"GET","path":"/api/v1/jobs","body":"none","query":true,"reply":"page","waits":false},
  getJob: {"method":"GET","path":"/api/v1/jobs/{job}","body":"none","query":false,"reply":"json","waits":false},
  jobHistory: {"method":"GET","path":"/api/v1/jobs/{job}/history","body":"none","query":false,"reply":"items","waits":false},
  lateResults: {"method":"GET","path":"/api/v1/jobs/{job}/late-results","body":"none","query":false,"reply":"items","waits":false},
  jobLogs: {"method":"GET","path":"/api/v1/jobs/{job}/logs","body":"none","query":true,"reply":"json","waits":true},
  followLog: {"method":"GET","path":"/api/v1/jobs/{job}/logs/follow","body":"none","query":true,"reply":"stream","waits":true},
  listJobFiles: {"method":"GET","path":"/api/v1/jobs/{job}/files","body":"none","query":false,"reply":"items","waits":false},
  downloadJobFile: {"method":"GET","path":"/api/v1/jobs/{job}/files/{file}/content","body":"none","query":false,"reply":"stream","waits":false},
  cancelJob: {"method":"POST","path":"/api/v1/jobs/{job}/cancel","body":"none","query":false,"reply":"json","waits":false},
  retryJob: {"method":"POST","path":"/api/v1/jobs/{job}/retry","body":"none","query":false,"reply":"json","waits":false},
  deletePackage: {"method":"DELETE","path":"/api/v1/packages/{packageName}","body":"none","query":false,"reply":"none","waits":false},
  storeWorkflow: {"method":"POST","path":"/api/v1/workflows","body":"json","query":false,"reply":"json","waits":false},
  validateWorkflow: {"method":"POST","path":"/api/v1/workflows/validate","body":"json","query":false,"reply":"json","waits":false},
  updateWorkflow: {"method":"PATCH","path":"/api/v1/workflows/{workflow}","body":"json","query":true,"reply":"json","waits":false},
  listWorkflows: {"method":"GET","path":"/api/v1/workflows","body":"none","query":true,"reply":"page","waits":false},
  getWorkflow: {"method":"GET","path":"/api/v1/workflows/{workflow}","body":"none","query":false,"reply":"json","waits":false},
  listWorkflowVersions: {"method":"GET","path":"/api/v1/workflows/{workflow}/versions","body":"none","query":true,"reply":"page","waits":false},
  getWorkflowVersion: {"method":"GET","path":"/api/v1/workflows/{workflow}/versions/{version}","body":"none","query":false,"reply":"json","waits":false},
  getWorkflowGraph: {"method":"GET","path":"/api/v1/workflows/{workflow}/versions/{version}/graph","body":"none","query":false,"reply":"json","waits":false},
  startRun: {"method":"POST","path":"/api/v1/workflows/{workflow}/runs","body":"json","query":false,"reply":"json","waits":true},
  deleteWorkflow: {"method":"DELETE","path":"/api/v1/workflows/{workflow}","body":"none","query":false,"reply":"none","waits":false},
  rerunRun: {"method":"POST","path":"/api/v1/runs/{run}/rerun","body":"json","query":false,"reply":"json","waits":false},
  listRuns: {"method":"GET","path":"/api/v1/runs","body":"none","query":true,"reply":"page","waits":false},
  getRun: {"method":"GET","path":"/api/v1/runs/{run}","body":"none","query":false,"reply":"json","waits":false},
  waitForRun: {"method":"POST","path":"/api/v1/runs/{run}/wait","body":"json","query":false,"reply":"json","waits":true},
  listTasks: {"method":"GET","path":"/api/v1/runs/{run}/tasks","body":"none","query":true,"reply":"page","waits":false},
  runHistory: {"method":"GET","path":"/api/v1/runs/{run}/history","body":"none","query":false,"reply":"items","waits":false},
  cancelRun: {"method":"POST","path":"/api/v1/runs/{run}/cancel","body":"none","query":false,"reply":"json","waits":false},
  suspendRun: {"method":"POST","path":"/api/v1/runs/{run}/suspend","body":"none","query":false,"reply":"json","waits":false},
  resumeRun: {"method":"POST","path":"/api/v1/runs/{run}/resume","body":"none","query":false,"reply":"json","waits":false},
  listTriggers: {"method":"GET","path":"/api/v1/triggers","body":"none","query":true,"reply":"page","waits":false},
  getTrigger: {"method":"GET","path":"/api/v1/triggers/{trigger}","body":"none","query":false,"reply":"json","waits":false},
  listFirings: {"method":"GET","path":"/api/v1/triggers/{trigger}/firings","body":"none","query":true,"reply":"page","waits":false},
  createTrigger: {"method":"POST","path":"/api/v1/triggers","body":"json","query":false,"reply":"json","waits":false},
  updateTrigger: {"method":"PATCH","path":"/api/v1/triggers/{trigger}","body":"json","query":true,"reply":"json","waits":false},
  pauseTrigger: {"method":"POST","path":"/api/v1/triggers/{trigger}/pause","body":"none","query":false,"reply":"json","waits":false},
  resumeTrigger: {"method":"POST","path":"/api/v1/triggers/{trigger}/resume","body":"none","query":false,"reply":"json","waits":false},
  deleteTrigger: {"method":"DELETE","path":"/api/v1/triggers/{trigger}","body":"none","query":false,"reply":"none","waits":false},
  fireTrigger: {"method":"POST","path":"/api/v1/triggers/{trigger}/fire","body":"json","query":false,"reply":"json","waits":false},
  backfillTrigger: {"method":"POST","path":"/api/v1/triggers/{trigger}/backfill","body":"json","query":false,"reply":"json","waits":false},
  emitSignals: {"method":"POST","path":"/api/v1/signals","body":"stream","query":false,"reply":"json","waits":false},
  listEvents: {"method":"GET","path":"/api/v1/events","body":"none","query":true,"reply":"page","waits":false},
};
