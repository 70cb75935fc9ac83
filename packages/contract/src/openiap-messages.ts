/** Generated from proto/openiap.proto by `npm run contract`. Change that, not this file. */
export interface Any {
  type_url: string;
  value: Uint8Array;
}

export interface Timestamp {
  seconds: number;
  nanos: number;
}

export interface Envelope {
  command: string;
  priority: number;
  seq: number;
  id: string;
  rid: string;
  data: Any | null;
  jwt: string;
  traceid: string;
  spanid: string;
}

export interface PingRequest {}

export interface PingResponse {}

export interface Noop {}

export interface ErrorResponse {
  message: string;
  code: number;
  stack: string;
}

export interface GetElementRequest {
  xpath: string;
}

export interface GetElementResponse {
  xpath: string;
}

export interface DownloadRequest {
  id: string;
  filename: string;
  collectionname: string;
}

export interface DownloadResponse {
  id: string;
  filename: string;
  mimetype: string;
}

export interface UploadRequest {
  filename: string;
  mimetype: string;
  metadata: string;
  collectionname: string;
}

export interface UploadResponse {
  id: string;
  filename: string;
  bytes: number;
  chunks: number;
  mb: number;
  elapsedTime: number;
  mbps: number;
}

export interface BeginStream {
  checksum: string;
  stat: Stat | null;
}

export interface Stream {
  data: Uint8Array;
}

export interface EndStream {}

export interface Stat {
  birthtimeMs: number;
  blksize: number;
  blocks: number;
  ctime: Timestamp | null;
  ctimeMs: number;
  dev: number;
  gid: number;
  ino: number;
  mode: number;
  mtime: Timestamp | null;
  mtimeMs: number;
  nlink: number;
  rdev: number;
  size: number;
  uid: number;
}

export interface CustomCommandRequest {
  command: string;
  id: string;
  name: string;
  data: string;
}

export interface CustomCommandResponse {
  result: string;
}

export interface SigninRequest {
  username: string;
  password: string;
  jwt: string;
  ping: boolean;
  validateonly: boolean;
  agent: string;
  version: string;
  longtoken: boolean;
}

export interface SigninResponse {
  jwt: string;
  user: User | null;
  config: string;
}

export interface RefreshToken {
  username: string;
  jwt: string;
  user: User | null;
}

export interface Role {
  _id: string;
  name: string;
}

export interface User {
  _id: string;
  name: string;
  username: string;
  email: string;
  roles: Role[];
}

export interface Customer {
  _id: string;
  _type: string;
  stripeid: string;
  userid: string;
  name: string;
  country: string;
  email: string;
  address: string;
  vattype: string;
  vatnumber: string;
  taxrate: string;
  tax: number;
  coupon: string;
  hascard: boolean;
  memory: string;
  openflowuserplan: string;
  supportplan: string;
  supporthourplan: string;
  subscriptionid: string;
  admins: string;
  users: string;
  customattr1: string;
  customattr2: string;
  customattr3: string;
  customattr4: string;
  customattr5: string;
  domains: string[];
  dbusage: number;
  dblocked: boolean;
}

export interface EnsureCustomerRequest {
  customer: Customer | null;
  stripe: StripeCustomer | null;
  ensureas: string;
}

export interface EnsureCustomerResponse {
  customer: Customer | null;
  stripe: StripeCustomer | null;
}

export interface CreateIndexRequest {
  collectionname: string;
  index: string;
  options: string;
  name: string;
}

export interface CreateIndexResponse {
  result: string;
}

export interface GetIndexesRequest {
  collectionname: string;
}

export interface GetIndexesResponse {
  results: string;
}

export interface DropIndexRequest {
  collectionname: string;
  name: string;
}

export interface DropIndexResponse {}

export interface DeletePackageRequest {
  packageid: string;
}

export interface DeletePackageResponse {}

export interface ListCollectionsRequest {
  includehist: boolean;
}

export interface ListCollectionsResponse {
  results: string;
}

export interface DropCollectionRequest {
  collectionname: string;
}

export interface DropCollectionResponse {}

export interface col_timeseries {
  timeField: string;
  metaField: string;
  granularity: string;
}

export interface col_collation {
  locale: string;
  caseLevel: boolean;
  caseFirst: string;
  strength: number;
  numericOrdering: boolean;
  alternate: string;
  maxVariable: string;
  backwards: boolean;
}

export interface CreateCollectionRequest {
  collectionname: string;
  collation: col_collation | null;
  timeseries: col_timeseries | null;
  expireAfterSeconds: number;
  changeStreamPreAndPostImages: boolean;
  capped: boolean;
  max: number;
  size: number;
}

export interface CreateCollectionResponse {}

export interface QueryRequest {
  query: string;
  collectionname: string;
  projection: string;
  top: number;
  skip: number;
  orderby: string;
  queryas: string;
  explain: boolean;
}

export interface QueryResponse {
  results: string;
}

export interface GetDocumentVersionRequest {
  collectionname: string;
  id: string;
  version: number;
  decrypt: boolean;
}

export interface GetDocumentVersionResponse {
  result: string;
}

export interface AggregateRequest {
  collectionname: string;
  aggregates: string;
  queryas: string;
  hint: string;
  explain: boolean;
}

export interface AggregateResponse {
  results: string;
}

export interface CountRequest {
  collectionname: string;
  query: string;
  queryas: string;
  explain: boolean;
}

export interface CountResponse {
  result: number;
}

export interface DistinctRequest {
  collectionname: string;
  field: string;
  query: string;
  queryas: string;
  options: string;
  explain: boolean;
}

export interface DistinctResponse {
  results: string[];
}

export interface InsertOneRequest {
  collectionname: string;
  item: string;
  w: number;
  j: boolean;
}

export interface InsertOneResponse {
  result: string;
}

export interface InsertManyRequest {
  collectionname: string;
  items: string;
  w: number;
  j: boolean;
  skipresults: boolean;
}

export interface InsertManyResponse {
  results: string;
}

export interface UpdateOneRequest {
  collectionname: string;
  item: string;
  w: number;
  j: boolean;
}

export interface UpdateOneResponse {
  result: string;
}

export interface UpdateDocumentRequest {
  collectionname: string;
  query: string;
  document: string;
  w: number;
  j: boolean;
}

export interface UpdateResult {
  acknowledged: boolean;
  matchedCount: number;
  modifiedCount: number;
  upsertedCount: number;
  upsertedId: string;
}

export interface UpdateDocumentResponse {
  opresult: UpdateResult | null;
}

export interface InsertOrUpdateOneRequest {
  collectionname: string;
  uniqeness: string;
  item: string;
  w: number;
  j: boolean;
}

export interface InsertOrUpdateOneResponse {
  result: string;
}

export interface InsertOrUpdateManyRequest {
  collectionname: string;
  uniqeness: string;
  items: string;
  w: number;
  j: boolean;
  skipresults: boolean;
}

export interface InsertOrUpdateManyResponse {
  results: string;
}

export interface DeleteOneRequest {
  collectionname: string;
  id: string;
  recursive: boolean;
}

export interface DeleteOneResponse {
  affectedrows: number;
}

export interface DeleteManyRequest {
  collectionname: string;
  query: string;
  recursive: boolean;
  ids: string[];
}

export interface DeleteManyResponse {
  affectedrows: number;
}

export interface RegisterQueueRequest {
  queuename: string;
}

export interface RegisterQueueResponse {
  queuename: string;
}

export interface RegisterExchangeRequest {
  exchangename: string;
  algorithm: string;
  routingkey: string;
  addqueue: boolean;
}

export interface RegisterExchangeResponse {
  queuename: string;
}

export interface QueueMessageRequest {
  queuename: string;
  correlationId: string;
  replyto: string;
  routingkey: string;
  exchangename: string;
  data: string;
  striptoken: boolean;
  expiration: number;
}

export interface QueueMessageResponse {
  queuename: string;
  correlationId: string;
  replyto: string;
  routingkey: string;
  exchangename: string;
  data: string;
}

export interface QueueEvent {
  queuename: string;
  correlationId: string;
  replyto: string;
  routingkey: string;
  exchangename: string;
  data: string;
}

export interface UnRegisterQueueRequest {
  queuename: string;
}

export interface UnRegisterQueueResponse {}

export interface CreateWorkflowInstanceRequest {
  targetid: string;
  workflowid: string;
  name: string;
  resultqueue: string;
  data: string;
  initialrun: boolean;
}

export interface CreateWorkflowInstanceResponse {
  instanceid: string;
}

export interface InvokeOpenRPARequest {
  robotid: string;
  workflowid: string;
  rpc: boolean;
  payload: string;
}

export interface InvokeOpenRPAResponse {
  payload: string;
}

export interface WatchRequest {
  collectionname: string;
  paths: string[];
}

export interface WatchResponse {
  id: string;
}

export interface WatchEvent {
  id: string;
  operation: string;
  document: string;
}

export interface UnWatchRequest {
  id: string;
}

export interface UnWatchResponse {}

export interface Workitem {
  _id: string;
  name: string;
  payload: string;
  priority: number;
  nextrun: Timestamp | null;
  lastrun: Timestamp | null;
  files: WorkitemFile[];
  state: string;
  wiq: string;
  wiqid: string;
  retries: number;
  username: string;
  success_wiqid: string;
  failed_wiqid: string;
  success_wiq: string;
  failed_wiq: string;
  errormessage: string;
  errorsource: string;
  errortype: string;
  _workspaceid: string;
}

export interface WorkitemFile {
  filename: string;
  _id: string;
  compressed: boolean;
  file: Uint8Array;
}

export interface PushWorkitemRequest {
  wiq: string;
  wiqid: string;
  name: string;
  payload: string;
  nextrun: Timestamp | null;
  success_wiqid: string;
  failed_wiqid: string;
  success_wiq: string;
  failed_wiq: string;
  priority: number;
  files: WorkitemFile[];
}

export interface PushWorkitemResponse {
  workitem: Workitem | null;
}

export interface PushWorkitemsRequest {
  wiq: string;
  wiqid: string;
  nextrun: Timestamp | null;
  success_wiqid: string;
  failed_wiqid: string;
  success_wiq: string;
  failed_wiq: string;
  priority: number;
  items: Workitem[];
}

export interface PushWorkitemsResponse {
  workitems: Workitem[];
}

export interface UpdateWorkitemRequest {
  workitem: Workitem | null;
  ignoremaxretries: boolean;
  files: WorkitemFile[];
}

export interface UpdateWorkitemResponse {
  workitem: Workitem | null;
}

export interface PopWorkitemRequest {
  wiq: string;
  wiqid: string;
  includefiles: boolean;
  compressed: boolean;
}

export interface PopWorkitemResponse {
  workitem: Workitem | null;
}

export interface DeleteWorkitemRequest {
  _id: string;
}

export interface DeleteWorkitemResponse {}

export interface WorkItemQueue {
  workflowid: string;
  robotqueue: string;
  amqpqueue: string;
  projectid: string;
  usersrole: string;
  maxretries: number;
  retrydelay: number;
  initialdelay: number;
  success_wiqid: string;
  failed_wiqid: string;
  success_wiq: string;
  failed_wiq: string;
  _id: string;
  _acl: Ace[];
  name: string;
  _createdbyid: string;
  _createdby: string;
  _created: Timestamp | null;
  _modifiedbyid: string;
  _modifiedby: string;
  _modified: Timestamp | null;
  _version: number;
  packageid: string;
  _workspaceid: string;
}

export interface AddWorkItemQueueRequest {
  workitemqueue: WorkItemQueue | null;
  skiprole: boolean;
}

export interface AddWorkItemQueueResponse {
  workitemqueue: WorkItemQueue | null;
}

export interface UpdateWorkItemQueueRequest {
  workitemqueue: WorkItemQueue | null;
  skiprole: boolean;
  purge: boolean;
}

export interface UpdateWorkItemQueueResponse {
  workitemqueue: WorkItemQueue | null;
}

export interface DeleteWorkItemQueueRequest {
  wiq: string;
  wiqid: string;
  purge: boolean;
}

export interface DeleteWorkItemQueueResponse {}

export interface StartAgentRequest {
  agentid: string;
}

export interface StartAgentResponse {}

export interface StopAgentRequest {
  agentid: string;
}

export interface StopAgentResponse {}

export interface GetAgentLogRequest {
  agentid: string;
  podname: string;
}

export interface GetAgentLogResponse {
  result: string;
}

export interface GetAgentPodsRequest {
  agentid: string;
  stats: boolean;
}

export interface GetAgentPodsResponse {
  results: string;
}

export interface DeleteAgentPodRequest {
  agentid: string;
  podname: string;
}

export interface DeleteAgentPodResponse {}

export interface DeleteAgentRequest {
  agentid: string;
}

export interface DeleteAgentResponse {}

export interface Ace {
  _id: string;
  deny: boolean;
  rights: number;
}

export interface StripeCoupon {
  duration: string;
  duration_in_months: number;
  name: string;
}

export interface StripeCustomerDiscount {
  subscription: string;
  start: number;
  customer: string;
  coupon: StripeCoupon | null;
}

export interface StripeCustomerAddress {
  line1: string;
  line2: string;
  postal_code: string;
  city: string;
  state: string;
  country: string;
}

export interface StripeTaxVerification {
  status: string;
  verified_address: string;
  verified_name: string;
}

export interface StripeTaxId {
  country: string;
  customer: string;
  type: string;
  value: string;
  verification: StripeTaxVerification | null;
}

export interface StripeRecurring {
  interval: string;
  interval_count: number;
  trial_period_days: number;
  usage_type: string;
}

export interface StripePrice {
  nickname: string;
  product: string;
  active: boolean;
  billing_scheme: string;
  currency: string;
  recurring: StripeRecurring | null;
}

export interface StripePlan {
  status: boolean;
  nickname: string;
  product: string;
  amount: number;
  usage_type: string;
}

export interface StripeSubscriptionItem {
  id: string;
  quantity: string;
  subscription: string;
  plan: StripePlan | null;
  price: StripePrice | null;
}

export interface StripeSubscription {
  address: string;
  balance: number;
  currency: string;
  subscriptions: StripeSubscription[];
  tax_ids: StripeTaxId[];
  items: StripeSubscriptionItem[];
  default_tax_rates: string[];
}

export interface StripeCustomer {
  address: StripeCustomerAddress | null;
  description: string;
  name: string;
  email: string;
  tax_ids: StripeTaxId[];
  subscriptions: StripeSubscription[];
  discount: StripeCustomerDiscount | null;
}

/** Every message by its name. */
export interface Messages {
  Envelope: Envelope;
  PingRequest: PingRequest;
  PingResponse: PingResponse;
  Noop: Noop;
  ErrorResponse: ErrorResponse;
  GetElementRequest: GetElementRequest;
  GetElementResponse: GetElementResponse;
  DownloadRequest: DownloadRequest;
  DownloadResponse: DownloadResponse;
  UploadRequest: UploadRequest;
  UploadResponse: UploadResponse;
  BeginStream: BeginStream;
  Stream: Stream;
  EndStream: EndStream;
  Stat: Stat;
  CustomCommandRequest: CustomCommandRequest;
  CustomCommandResponse: CustomCommandResponse;
  SigninRequest: SigninRequest;
  SigninResponse: SigninResponse;
  RefreshToken: RefreshToken;
  Role: Role;
  User: User;
  Customer: Customer;
  EnsureCustomerRequest: EnsureCustomerRequest;
  EnsureCustomerResponse: EnsureCustomerResponse;
  CreateIndexRequest: CreateIndexRequest;
  CreateIndexResponse: CreateIndexResponse;
  GetIndexesRequest: GetIndexesRequest;
  GetIndexesResponse: GetIndexesResponse;
  DropIndexRequest: DropIndexRequest;
  DropIndexResponse: DropIndexResponse;
  DeletePackageRequest: DeletePackageRequest;
  DeletePackageResponse: DeletePackageResponse;
  ListCollectionsRequest: ListCollectionsRequest;
  ListCollectionsResponse: ListCollectionsResponse;
  DropCollectionRequest: DropCollectionRequest;
  DropCollectionResponse: DropCollectionResponse;
  col_timeseries: col_timeseries;
  col_collation: col_collation;
  CreateCollectionRequest: CreateCollectionRequest;
  CreateCollectionResponse: CreateCollectionResponse;
  QueryRequest: QueryRequest;
  QueryResponse: QueryResponse;
  GetDocumentVersionRequest: GetDocumentVersionRequest;
  GetDocumentVersionResponse: GetDocumentVersionResponse;
  AggregateRequest: AggregateRequest;
  AggregateResponse: AggregateResponse;
  CountRequest: CountRequest;
  CountResponse: CountResponse;
  DistinctRequest: DistinctRequest;
  DistinctResponse: DistinctResponse;
  InsertOneRequest: InsertOneRequest;
  InsertOneResponse: InsertOneResponse;
  InsertManyRequest: InsertManyRequest;
  InsertManyResponse: InsertManyResponse;
  UpdateOneRequest: UpdateOneRequest;
  UpdateOneResponse: UpdateOneResponse;
  UpdateDocumentRequest: UpdateDocumentRequest;
  UpdateResult: UpdateResult;
  UpdateDocumentResponse: UpdateDocumentResponse;
  InsertOrUpdateOneRequest: InsertOrUpdateOneRequest;
  InsertOrUpdateOneResponse: InsertOrUpdateOneResponse;
  InsertOrUpdateManyRequest: InsertOrUpdateManyRequest;
  InsertOrUpdateManyResponse: InsertOrUpdateManyResponse;
  DeleteOneRequest: DeleteOneRequest;
  DeleteOneResponse: DeleteOneResponse;
  DeleteManyRequest: DeleteManyRequest;
  DeleteManyResponse: DeleteManyResponse;
  RegisterQueueRequest: RegisterQueueRequest;
  RegisterQueueResponse: RegisterQueueResponse;
  RegisterExchangeRequest: RegisterExchangeRequest;
  RegisterExchangeResponse: RegisterExchangeResponse;
  QueueMessageRequest: QueueMessageRequest;
  QueueMessageResponse: QueueMessageResponse;
  QueueEvent: QueueEvent;
  UnRegisterQueueRequest: UnRegisterQueueRequest;
  UnRegisterQueueResponse: UnRegisterQueueResponse;
  CreateWorkflowInstanceRequest: CreateWorkflowInstanceRequest;
  CreateWorkflowInstanceResponse: CreateWorkflowInstanceResponse;
  InvokeOpenRPARequest: InvokeOpenRPARequest;
  InvokeOpenRPAResponse: InvokeOpenRPAResponse;
  WatchRequest: WatchRequest;
  WatchResponse: WatchResponse;
  WatchEvent: WatchEvent;
  UnWatchRequest: UnWatchRequest;
  UnWatchResponse: UnWatchResponse;
  Workitem: Workitem;
  WorkitemFile: WorkitemFile;
  PushWorkitemRequest: PushWorkitemRequest;
  PushWorkitemResponse: PushWorkitemResponse;
  PushWorkitemsRequest: PushWorkitemsRequest;
  PushWorkitemsResponse: PushWorkitemsResponse;
  UpdateWorkitemRequest: UpdateWorkitemRequest;
  UpdateWorkitemResponse: UpdateWorkitemResponse;
  PopWorkitemRequest: PopWorkitemRequest;
  PopWorkitemResponse: PopWorkitemResponse;
  DeleteWorkitemRequest: DeleteWorkitemRequest;
  DeleteWorkitemResponse: DeleteWorkitemResponse;
  WorkItemQueue: WorkItemQueue;
  AddWorkItemQueueRequest: AddWorkItemQueueRequest;
  AddWorkItemQueueResponse: AddWorkItemQueueResponse;
  UpdateWorkItemQueueRequest: UpdateWorkItemQueueRequest;
  UpdateWorkItemQueueResponse: UpdateWorkItemQueueResponse;
  DeleteWorkItemQueueRequest: DeleteWorkItemQueueRequest;
  DeleteWorkItemQueueResponse: DeleteWorkItemQueueResponse;
  StartAgentRequest: StartAgentRequest;
  StartAgentResponse: StartAgentResponse;
  StopAgentRequest: StopAgentRequest;
  StopAgentResponse: StopAgentResponse;
  GetAgentLogRequest: GetAgentLogRequest;
  GetAgentLogResponse: GetAgentLogResponse;
  GetAgentPodsRequest: GetAgentPodsRequest;
  GetAgentPodsResponse: GetAgentPodsResponse;
  DeleteAgentPodRequest: DeleteAgentPodRequest;
  DeleteAgentPodResponse: DeleteAgentPodResponse;
  DeleteAgentRequest: DeleteAgentRequest;
  DeleteAgentResponse: DeleteAgentResponse;
  Ace: Ace;
  StripeCoupon: StripeCoupon;
  StripeCustomerDiscount: StripeCustomerDiscount;
  StripeCustomerAddress: StripeCustomerAddress;
  StripeTaxVerification: StripeTaxVerification;
  StripeTaxId: StripeTaxId;
  StripeRecurring: StripeRecurring;
  StripePrice: StripePrice;
  StripePlan: StripePlan;
  StripeSubscriptionItem: StripeSubscriptionItem;
  StripeSubscription: StripeSubscription;
  StripeCustomer: StripeCustomer;
}

/** The methods of FlowService that answer one message to one. */
export const unaryMethods = [
  "Signin",
  "Download",
  "Upload",
  "CustomCommand",
  "ListCollections",
  "DropCollection",
  "CreateCollection",
  "Query",
  "GetDocumentVersion",
  "Aggregate",
  "Count",
  "InsertOne",
  "InsertMany",
  "UpdateOne",
  "UpdateDocument",
  "InsertOrUpdateOne",
  "InsertOrUpdateMany",
  "DeleteOne",
  "DeleteMany",
  "RegisterQueue",
  "RegisterExchange",
  "QueueMessage",
  "UnRegisterQueue",
  "Watch",
  "UnWatch",
  "PushWorkitem",
  "PushWorkitems",
  "UpdateWorkitem",
  "PopWorkitem",
  "DeleteWorkitem",
  "AddWorkItemQueue",
  "UpdateWorkItemQueue",
  "DeleteWorkItemQueue",
  "EnsureCustomer",
  "InvokeOpenRPA",
  "StartAgent",
  "StopAgent",
  "GetAgentLog",
  "GetAgentPods",
  "DeleteAgentPod",
  "DeleteAgent",
  "CreateIndex",
  "GetIndexes",
  "DropIndex",
  "DeletePackage"
] as const;

/** What a protobuf library loads. */
export const descriptor = {
 "nested": {
  "openiap": {
   "nested": {
    "FlowService": {
     "methods": {
      "SetupStream": {
       "requestType": "Envelope",
       "requestStream": true,
       "responseType": "Envelope",
       "responseStream": true
      },
      "Signin": {
       "requestType": "SigninRequest",
       "responseType": "SigninResponse"
      },
      "Download": {
       "requestType": "DownloadRequest",
       "responseType": "DownloadResponse"
      },
      "Upload": {
       "requestType": "UploadRequest",
       "responseType": "UploadResponse"
      },
      "CustomCommand": {
       "requestType": "CustomCommandRequest",
       "responseType": "CustomCommandResponse"
      },
      "ListCollections": {
       "requestType": "ListCollectionsRequest",
       "responseType": "ListCollectionsResponse"
      },
      "DropCollection": {
       "requestType": "DropCollectionRequest",
       "responseType": "DropCollectionResponse"
      },
      "CreateCollection": {
       "requestType": "CreateCollectionRequest",
       "responseType": "CreateCollectionResponse"
      },
      "Query": {
       "requestType": "QueryRequest",
       "responseType": "QueryResponse"
      },
      "GetDocumentVersion": {
       "requestType": "GetDocumentVersionRequest",
       "responseType": "GetDocumentVersionResponse"
      },
      "Aggregate": {
       "requestType": "AggregateRequest",
       "responseType": "AggregateResponse"
      },
      "Count": {
       "requestType": "CountRequest",
       "responseType": "CountResponse"
      },
      "InsertOne": {
       "requestType": "InsertOneRequest",
       "responseType": "InsertOneResponse"
      },
      "InsertMany": {
       "requestType": "InsertManyRequest",
       "responseType": "InsertManyResponse"
      },
      "UpdateOne": {
       "requestType": "UpdateOneRequest",
       "responseType": "UpdateOneResponse"
      },
      "UpdateDocument": {
       "requestType": "UpdateDocumentRequest",
       "responseType": "UpdateDocumentResponse"
      },
      "InsertOrUpdateOne": {
       "requestType": "InsertOrUpdateOneRequest",
       "responseType": "InsertOrUpdateOneResponse"
      },
      "InsertOrUpdateMany": {
       "requestType": "InsertOrUpdateManyRequest",
       "responseType": "InsertOrUpdateManyResponse"
      },
      "DeleteOne": {
       "requestType": "DeleteOneRequest",
       "responseType": "DeleteOneResponse"
      },
      "DeleteMany": {
       "requestType": "DeleteManyRequest",
       "responseType": "DeleteManyResponse"
      },
      "RegisterQueue": {
       "requestType": "RegisterQueueRequest",
       "responseType": "RegisterQueueResponse"
      },
      "RegisterExchange": {
       "requestType": "RegisterExchangeRequest",
       "responseType": "RegisterExchangeResponse"
      },
      "QueueMessage": {
       "requestType": "QueueMessageRequest",
       "responseType": "QueueMessageResponse"
      },
      "UnRegisterQueue": {
       "requestType": "UnRegisterQueueRequest",
       "responseType": "UnRegisterQueueResponse"
      },
      "Watch": {
       "requestType": "WatchRequest",
       "responseType": "WatchResponse"
      },
      "UnWatch": {
       "requestType": "UnWatchRequest",
       "responseType": "UnWatchResponse"
      },
      "PushWorkitem": {
       "requestType": "PushWorkitemRequest",
       "responseType": "PushWorkitemResponse"
      },
      "PushWorkitems": {
       "requestType": "PushWorkitemsRequest",
       "responseType": "PushWorkitemsResponse"
      },
      "UpdateWorkitem": {
       "requestType": "UpdateWorkitemRequest",
       "responseType": "UpdateWorkitemResponse"
      },
      "PopWorkitem": {
       "requestType": "PopWorkitemRequest",
       "responseType": "PopWorkitemResponse"
      },
      "DeleteWorkitem": {
       "requestType": "DeleteWorkitemRequest",
       "responseType": "DeleteWorkitemResponse"
      },
      "AddWorkItemQueue": {
       "requestType": "AddWorkItemQueueRequest",
       "responseType": "AddWorkItemQueueResponse"
      },
      "UpdateWorkItemQueue": {
       "requestType": "UpdateWorkItemQueueRequest",
       "responseType": "UpdateWorkItemQueueResponse"
      },
      "DeleteWorkItemQueue": {
       "requestType": "DeleteWorkItemQueueRequest",
       "responseType": "DeleteWorkItemQueueResponse"
      },
      "EnsureCustomer": {
       "requestType": "EnsureCustomerRequest",
       "responseType": "EnsureCustomerResponse"
      },
      "InvokeOpenRPA": {
       "requestType": "InvokeOpenRPARequest",
       "responseType": "InvokeOpenRPAResponse"
      },
      "StartAgent": {
       "requestType": "StartAgentRequest",
       "responseType": "StartAgentResponse"
      },
      "StopAgent": {
       "requestType": "StopAgentRequest",
       "responseType": "StopAgentResponse"
      },
      "GetAgentLog": {
       "requestType": "GetAgentLogRequest",
       "responseType": "GetAgentLogResponse"
      },
      "GetAgentPods": {
       "requestType": "GetAgentPodsRequest",
       "responseType": "GetAgentPodsResponse"
      },
      "DeleteAgentPod": {
       "requestType": "DeleteAgentPodRequest",
       "responseType": "DeleteAgentPodResponse"
      },
      "DeleteAgent": {
       "requestType": "DeleteAgentRequest",
       "responseType": "DeleteAgentResponse"
      },
      "CreateIndex": {
       "requestType": "CreateIndexRequest",
       "responseType": "CreateIndexResponse"
      },
      "GetIndexes": {
       "requestType": "GetIndexesRequest",
       "responseType": "GetIndexesResponse"
      },
      "DropIndex": {
       "requestType": "DropIndexRequest",
       "responseType": "DropIndexResponse"
      },
      "DeletePackage": {
       "requestType": "DeletePackageRequest",
       "responseType": "DeletePackageResponse"
      }
     }
    },
    "Envelope": {
     "fields": {
      "command": {
       "type": "string",
       "id": 1
      },
      "priority": {
       "type": "int32",
       "id": 2
      },
      "seq": {
       "type": "int32",
       "id": 3
      },
      "id": {
       "type": "string",
       "id": 4
      },
      "rid": {
       "type": "string",
       "id": 5
      },
      "data": {
       "type": "google.protobuf.Any",
       "id": 6
      },
      "jwt": {
       "type": "string",
       "id": 7
      },
      "traceid": {
       "type": "string",
       "id": 8
      },
      "spanid": {
       "type": "string",
       "id": 9
      }
     }
    },
    "PingRequest": {
     "fields": {}
    },
    "PingResponse": {
     "fields": {}
    },
    "Noop": {
     "fields": {}
    },
    "ErrorResponse": {
     "fields": {
      "message": {
       "type": "string",
       "id": 1
      },
      "code": {
       "type": "int32",
       "id": 2
      },
      "stack": {
       "type": "string",
       "id": 3
      }
     }
    },
    "GetElementRequest": {
     "fields": {
      "xpath": {
       "type": "string",
       "id": 1
      }
     }
    },
    "GetElementResponse": {
     "fields": {
      "xpath": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DownloadRequest": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "filename": {
       "type": "string",
       "id": 2
      },
      "collectionname": {
       "type": "string",
       "id": 3
      }
     }
    },
    "DownloadResponse": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "filename": {
       "type": "string",
       "id": 2
      },
      "mimetype": {
       "type": "string",
       "id": 3
      }
     }
    },
    "UploadRequest": {
     "fields": {
      "filename": {
       "type": "string",
       "id": 1
      },
      "mimetype": {
       "type": "string",
       "id": 2
      },
      "metadata": {
       "type": "string",
       "id": 3
      },
      "collectionname": {
       "type": "string",
       "id": 4
      }
     }
    },
    "UploadResponse": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "filename": {
       "type": "string",
       "id": 2
      },
      "bytes": {
       "type": "int32",
       "id": 3
      },
      "chunks": {
       "type": "int32",
       "id": 4
      },
      "mb": {
       "type": "float",
       "id": 5
      },
      "elapsedTime": {
       "type": "int32",
       "id": 6
      },
      "mbps": {
       "type": "float",
       "id": 7
      }
     }
    },
    "BeginStream": {
     "fields": {
      "checksum": {
       "type": "string",
       "id": 1
      },
      "stat": {
       "type": "Stat",
       "id": 2
      }
     }
    },
    "Stream": {
     "fields": {
      "data": {
       "type": "bytes",
       "id": 1
      }
     }
    },
    "EndStream": {
     "fields": {}
    },
    "Stat": {
     "fields": {
      "birthtimeMs": {
       "type": "float",
       "id": 1
      },
      "blksize": {
       "type": "int32",
       "id": 2
      },
      "blocks": {
       "type": "int32",
       "id": 3
      },
      "ctime": {
       "type": "google.protobuf.Timestamp",
       "id": 4
      },
      "ctimeMs": {
       "type": "float",
       "id": 5
      },
      "dev": {
       "type": "int32",
       "id": 6
      },
      "gid": {
       "type": "int32",
       "id": 7
      },
      "ino": {
       "type": "int32",
       "id": 8
      },
      "mode": {
       "type": "int32",
       "id": 9
      },
      "mtime": {
       "type": "google.protobuf.Timestamp",
       "id": 10
      },
      "mtimeMs": {
       "type": "float",
       "id": 11
      },
      "nlink": {
       "type": "int32",
       "id": 12
      },
      "rdev": {
       "type": "int32",
       "id": 13
      },
      "size": {
       "type": "int32",
       "id": 14
      },
      "uid": {
       "type": "int32",
       "id": 15
      }
     }
    },
    "CustomCommandRequest": {
     "fields": {
      "command": {
       "type": "string",
       "id": 1
      },
      "id": {
       "type": "string",
       "id": 2
      },
      "name": {
       "type": "string",
       "id": 3
      },
      "data": {
       "type": "string",
       "id": 4
      }
     }
    },
    "CustomCommandResponse": {
     "fields": {
      "result": {
       "type": "string",
       "id": 1
      }
     }
    },
    "SigninRequest": {
     "fields": {
      "username": {
       "type": "string",
       "id": 1
      },
      "password": {
       "type": "string",
       "id": 2
      },
      "jwt": {
       "type": "string",
       "id": 3
      },
      "ping": {
       "type": "bool",
       "id": 4
      },
      "validateonly": {
       "type": "bool",
       "id": 5
      },
      "agent": {
       "type": "string",
       "id": 6
      },
      "version": {
       "type": "string",
       "id": 7
      },
      "longtoken": {
       "type": "bool",
       "id": 8
      }
     }
    },
    "SigninResponse": {
     "fields": {
      "jwt": {
       "type": "string",
       "id": 1
      },
      "user": {
       "type": "User",
       "id": 2
      },
      "config": {
       "type": "string",
       "id": 3
      }
     }
    },
    "RefreshToken": {
     "fields": {
      "username": {
       "type": "string",
       "id": 1
      },
      "jwt": {
       "type": "string",
       "id": 2
      },
      "user": {
       "type": "User",
       "id": 3
      }
     }
    },
    "Role": {
     "fields": {
      "_id": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 2
      }
     }
    },
    "User": {
     "fields": {
      "_id": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 2
      },
      "username": {
       "type": "string",
       "id": 3
      },
      "email": {
       "type": "string",
       "id": 4
      },
      "roles": {
       "rule": "repeated",
       "type": "Role",
       "id": 5
      }
     }
    },
    "Customer": {
     "fields": {
      "_id": {
       "type": "string",
       "id": 1
      },
      "_type": {
       "type": "string",
       "id": 2
      },
      "stripeid": {
       "type": "string",
       "id": 3
      },
      "userid": {
       "type": "string",
       "id": 4
      },
      "name": {
       "type": "string",
       "id": 5
      },
      "country": {
       "type": "string",
       "id": 6
      },
      "email": {
       "type": "string",
       "id": 7
      },
      "address": {
       "type": "string",
       "id": 8
      },
      "vattype": {
       "type": "string",
       "id": 9
      },
      "vatnumber": {
       "type": "string",
       "id": 10
      },
      "taxrate": {
       "type": "string",
       "id": 11
      },
      "tax": {
       "type": "int32",
       "id": 12
      },
      "coupon": {
       "type": "string",
       "id": 13
      },
      "hascard": {
       "type": "bool",
       "id": 14
      },
      "memory": {
       "type": "string",
       "id": 15
      },
      "openflowuserplan": {
       "type": "string",
       "id": 16
      },
      "supportplan": {
       "type": "string",
       "id": 17
      },
      "supporthourplan": {
       "type": "string",
       "id": 18
      },
      "subscriptionid": {
       "type": "string",
       "id": 19
      },
      "admins": {
       "type": "string",
       "id": 20
      },
      "users": {
       "type": "string",
       "id": 21
      },
      "customattr1": {
       "type": "string",
       "id": 22
      },
      "customattr2": {
       "type": "string",
       "id": 23
      },
      "customattr3": {
       "type": "string",
       "id": 24
      },
      "customattr4": {
       "type": "string",
       "id": 25
      },
      "customattr5": {
       "type": "string",
       "id": 26
      },
      "domains": {
       "rule": "repeated",
       "type": "string",
       "id": 27
      },
      "dbusage": {
       "type": "int32",
       "id": 28
      },
      "dblocked": {
       "type": "bool",
       "id": 29
      }
     }
    },
    "EnsureCustomerRequest": {
     "fields": {
      "customer": {
       "type": "Customer",
       "id": 1
      },
      "stripe": {
       "type": "StripeCustomer",
       "id": 2
      },
      "ensureas": {
       "type": "string",
       "id": 3
      }
     }
    },
    "EnsureCustomerResponse": {
     "fields": {
      "customer": {
       "type": "Customer",
       "id": 1
      },
      "stripe": {
       "type": "StripeCustomer",
       "id": 2
      }
     }
    },
    "CreateIndexRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "index": {
       "type": "string",
       "id": 2
      },
      "options": {
       "type": "string",
       "id": 3
      },
      "name": {
       "type": "string",
       "id": 4
      }
     }
    },
    "CreateIndexResponse": {
     "fields": {
      "result": {
       "type": "string",
       "id": 1
      }
     }
    },
    "GetIndexesRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      }
     }
    },
    "GetIndexesResponse": {
     "fields": {
      "results": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DropIndexRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 2
      }
     }
    },
    "DropIndexResponse": {
     "fields": {}
    },
    "DeletePackageRequest": {
     "fields": {
      "packageid": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DeletePackageResponse": {
     "fields": {}
    },
    "ListCollectionsRequest": {
     "fields": {
      "includehist": {
       "type": "bool",
       "id": 1
      }
     }
    },
    "ListCollectionsResponse": {
     "fields": {
      "results": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DropCollectionRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DropCollectionResponse": {
     "fields": {}
    },
    "col_timeseries": {
     "fields": {
      "timeField": {
       "type": "string",
       "id": 1
      },
      "metaField": {
       "type": "string",
       "id": 2
      },
      "granularity": {
       "type": "string",
       "id": 3
      }
     }
    },
    "col_collation": {
     "fields": {
      "locale": {
       "type": "string",
       "id": 1
      },
      "caseLevel": {
       "type": "bool",
       "id": 2
      },
      "caseFirst": {
       "type": "string",
       "id": 3
      },
      "strength": {
       "type": "int32",
       "id": 4
      },
      "numericOrdering": {
       "type": "bool",
       "id": 5
      },
      "alternate": {
       "type": "string",
       "id": 6
      },
      "maxVariable": {
       "type": "string",
       "id": 7
      },
      "backwards": {
       "type": "bool",
       "id": 8
      }
     }
    },
    "CreateCollectionRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "collation": {
       "type": "col_collation",
       "id": 2
      },
      "timeseries": {
       "type": "col_timeseries",
       "id": 3
      },
      "expireAfterSeconds": {
       "type": "int32",
       "id": 4
      },
      "changeStreamPreAndPostImages": {
       "type": "bool",
       "id": 5
      },
      "capped": {
       "type": "bool",
       "id": 6
      },
      "max": {
       "type": "int32",
       "id": 7
      },
      "size": {
       "type": "int32",
       "id": 8
      }
     }
    },
    "CreateCollectionResponse": {
     "fields": {}
    },
    "QueryRequest": {
     "fields": {
      "query": {
       "type": "string",
       "id": 1
      },
      "collectionname": {
       "type": "string",
       "id": 2
      },
      "projection": {
       "type": "string",
       "id": 3
      },
      "top": {
       "type": "int32",
       "id": 4
      },
      "skip": {
       "type": "int32",
       "id": 5
      },
      "orderby": {
       "type": "string",
       "id": 6
      },
      "queryas": {
       "type": "string",
       "id": 7
      },
      "explain": {
       "type": "bool",
       "id": 8
      }
     }
    },
    "QueryResponse": {
     "fields": {
      "results": {
       "type": "string",
       "id": 1
      }
     }
    },
    "GetDocumentVersionRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "id": {
       "type": "string",
       "id": 2
      },
      "version": {
       "type": "int32",
       "id": 3
      },
      "decrypt": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "GetDocumentVersionResponse": {
     "fields": {
      "result": {
       "type": "string",
       "id": 1
      }
     }
    },
    "AggregateRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "aggregates": {
       "type": "string",
       "id": 2
      },
      "queryas": {
       "type": "string",
       "id": 3
      },
      "hint": {
       "type": "string",
       "id": 4
      },
      "explain": {
       "type": "bool",
       "id": 5
      }
     }
    },
    "AggregateResponse": {
     "fields": {
      "results": {
       "type": "string",
       "id": 1
      }
     }
    },
    "CountRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "query": {
       "type": "string",
       "id": 2
      },
      "queryas": {
       "type": "string",
       "id": 3
      },
      "explain": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "CountResponse": {
     "fields": {
      "result": {
       "type": "int32",
       "id": 1
      }
     }
    },
    "DistinctRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "field": {
       "type": "string",
       "id": 3
      },
      "query": {
       "type": "string",
       "id": 4
      },
      "queryas": {
       "type": "string",
       "id": 5
      },
      "options": {
       "type": "string",
       "id": 6
      },
      "explain": {
       "type": "bool",
       "id": 7
      }
     }
    },
    "DistinctResponse": {
     "fields": {
      "results": {
       "rule": "repeated",
       "type": "string",
       "id": 1
      }
     }
    },
    "InsertOneRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "item": {
       "type": "string",
       "id": 2
      },
      "w": {
       "type": "int32",
       "id": 3
      },
      "j": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "InsertOneResponse": {
     "fields": {
      "result": {
       "type": "string",
       "id": 1
      }
     }
    },
    "InsertManyRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "items": {
       "type": "string",
       "id": 2
      },
      "w": {
       "type": "int32",
       "id": 3
      },
      "j": {
       "type": "bool",
       "id": 4
      },
      "skipresults": {
       "type": "bool",
       "id": 5
      }
     }
    },
    "InsertManyResponse": {
     "fields": {
      "results": {
       "type": "string",
       "id": 1
      }
     }
    },
    "UpdateOneRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "item": {
       "type": "string",
       "id": 2
      },
      "w": {
       "type": "int32",
       "id": 3
      },
      "j": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "UpdateOneResponse": {
     "fields": {
      "result": {
       "type": "string",
       "id": 1
      }
     }
    },
    "UpdateDocumentRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "query": {
       "type": "string",
       "id": 2
      },
      "document": {
       "type": "string",
       "id": 3
      },
      "w": {
       "type": "int32",
       "id": 4
      },
      "j": {
       "type": "bool",
       "id": 5
      }
     }
    },
    "UpdateResult": {
     "fields": {
      "acknowledged": {
       "type": "bool",
       "id": 1
      },
      "matchedCount": {
       "type": "int32",
       "id": 2
      },
      "modifiedCount": {
       "type": "int32",
       "id": 3
      },
      "upsertedCount": {
       "type": "int32",
       "id": 4
      },
      "upsertedId": {
       "type": "string",
       "id": 5
      }
     }
    },
    "UpdateDocumentResponse": {
     "fields": {
      "opresult": {
       "type": "UpdateResult",
       "id": 1
      }
     }
    },
    "InsertOrUpdateOneRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "uniqeness": {
       "type": "string",
       "id": 2
      },
      "item": {
       "type": "string",
       "id": 3
      },
      "w": {
       "type": "int32",
       "id": 4
      },
      "j": {
       "type": "bool",
       "id": 5
      }
     }
    },
    "InsertOrUpdateOneResponse": {
     "fields": {
      "result": {
       "type": "string",
       "id": 1
      }
     }
    },
    "InsertOrUpdateManyRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "uniqeness": {
       "type": "string",
       "id": 2
      },
      "items": {
       "type": "string",
       "id": 3
      },
      "w": {
       "type": "int32",
       "id": 4
      },
      "j": {
       "type": "bool",
       "id": 5
      },
      "skipresults": {
       "type": "bool",
       "id": 6
      }
     }
    },
    "InsertOrUpdateManyResponse": {
     "fields": {
      "results": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DeleteOneRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "id": {
       "type": "string",
       "id": 2
      },
      "recursive": {
       "type": "bool",
       "id": 3
      }
     }
    },
    "DeleteOneResponse": {
     "fields": {
      "affectedrows": {
       "type": "int32",
       "id": 1
      }
     }
    },
    "DeleteManyRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "query": {
       "type": "string",
       "id": 2
      },
      "recursive": {
       "type": "bool",
       "id": 3
      },
      "ids": {
       "rule": "repeated",
       "type": "string",
       "id": 4
      }
     }
    },
    "DeleteManyResponse": {
     "fields": {
      "affectedrows": {
       "type": "int32",
       "id": 1
      }
     }
    },
    "RegisterQueueRequest": {
     "fields": {
      "queuename": {
       "type": "string",
       "id": 1
      }
     }
    },
    "RegisterQueueResponse": {
     "fields": {
      "queuename": {
       "type": "string",
       "id": 1
      }
     }
    },
    "RegisterExchangeRequest": {
     "fields": {
      "exchangename": {
       "type": "string",
       "id": 1
      },
      "algorithm": {
       "type": "string",
       "id": 2
      },
      "routingkey": {
       "type": "string",
       "id": 3
      },
      "addqueue": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "RegisterExchangeResponse": {
     "fields": {
      "queuename": {
       "type": "string",
       "id": 1
      }
     }
    },
    "QueueMessageRequest": {
     "fields": {
      "queuename": {
       "type": "string",
       "id": 1
      },
      "correlationId": {
       "type": "string",
       "id": 2
      },
      "replyto": {
       "type": "string",
       "id": 3
      },
      "routingkey": {
       "type": "string",
       "id": 4
      },
      "exchangename": {
       "type": "string",
       "id": 5
      },
      "data": {
       "type": "string",
       "id": 6
      },
      "striptoken": {
       "type": "bool",
       "id": 7
      },
      "expiration": {
       "type": "int32",
       "id": 8
      }
     }
    },
    "QueueMessageResponse": {
     "fields": {
      "queuename": {
       "type": "string",
       "id": 1
      },
      "correlationId": {
       "type": "string",
       "id": 2
      },
      "replyto": {
       "type": "string",
       "id": 3
      },
      "routingkey": {
       "type": "string",
       "id": 4
      },
      "exchangename": {
       "type": "string",
       "id": 5
      },
      "data": {
       "type": "string",
       "id": 6
      }
     }
    },
    "QueueEvent": {
     "fields": {
      "queuename": {
       "type": "string",
       "id": 1
      },
      "correlationId": {
       "type": "string",
       "id": 2
      },
      "replyto": {
       "type": "string",
       "id": 3
      },
      "routingkey": {
       "type": "string",
       "id": 4
      },
      "exchangename": {
       "type": "string",
       "id": 5
      },
      "data": {
       "type": "string",
       "id": 6
      }
     }
    },
    "UnRegisterQueueRequest": {
     "fields": {
      "queuename": {
       "type": "string",
       "id": 1
      }
     }
    },
    "UnRegisterQueueResponse": {
     "fields": {}
    },
    "CreateWorkflowInstanceRequest": {
     "fields": {
      "targetid": {
       "type": "string",
       "id": 1
      },
      "workflowid": {
       "type": "string",
       "id": 2
      },
      "name": {
       "type": "string",
       "id": 3
      },
      "resultqueue": {
       "type": "string",
       "id": 4
      },
      "data": {
       "type": "string",
       "id": 5
      },
      "initialrun": {
       "type": "bool",
       "id": 6
      }
     }
    },
    "CreateWorkflowInstanceResponse": {
     "fields": {
      "instanceid": {
       "type": "string",
       "id": 1
      }
     }
    },
    "InvokeOpenRPARequest": {
     "fields": {
      "robotid": {
       "type": "string",
       "id": 1
      },
      "workflowid": {
       "type": "string",
       "id": 2
      },
      "rpc": {
       "type": "bool",
       "id": 3
      },
      "payload": {
       "type": "string",
       "id": 4
      }
     }
    },
    "InvokeOpenRPAResponse": {
     "fields": {
      "payload": {
       "type": "string",
       "id": 1
      }
     }
    },
    "WatchRequest": {
     "fields": {
      "collectionname": {
       "type": "string",
       "id": 1
      },
      "paths": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      }
     }
    },
    "WatchResponse": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      }
     }
    },
    "WatchEvent": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "operation": {
       "type": "string",
       "id": 2
      },
      "document": {
       "type": "string",
       "id": 3
      }
     }
    },
    "UnWatchRequest": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      }
     }
    },
    "UnWatchResponse": {
     "fields": {}
    },
    "Workitem": {
     "fields": {
      "_id": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 2
      },
      "payload": {
       "type": "string",
       "id": 3
      },
      "priority": {
       "type": "int32",
       "id": 4
      },
      "nextrun": {
       "type": "google.protobuf.Timestamp",
       "id": 5
      },
      "lastrun": {
       "type": "google.protobuf.Timestamp",
       "id": 6
      },
      "files": {
       "rule": "repeated",
       "type": "WorkitemFile",
       "id": 7
      },
      "state": {
       "type": "string",
       "id": 8
      },
      "wiq": {
       "type": "string",
       "id": 9
      },
      "wiqid": {
       "type": "string",
       "id": 10
      },
      "retries": {
       "type": "int32",
       "id": 11
      },
      "username": {
       "type": "string",
       "id": 12
      },
      "success_wiqid": {
       "type": "string",
       "id": 13
      },
      "failed_wiqid": {
       "type": "string",
       "id": 14
      },
      "success_wiq": {
       "type": "string",
       "id": 15
      },
      "failed_wiq": {
       "type": "string",
       "id": 16
      },
      "errormessage": {
       "type": "string",
       "id": 17
      },
      "errorsource": {
       "type": "string",
       "id": 18
      },
      "errortype": {
       "type": "string",
       "id": 19
      },
      "_workspaceid": {
       "type": "string",
       "id": 20
      }
     }
    },
    "WorkitemFile": {
     "fields": {
      "filename": {
       "type": "string",
       "id": 1
      },
      "_id": {
       "type": "string",
       "id": 2
      },
      "compressed": {
       "type": "bool",
       "id": 3
      },
      "file": {
       "type": "bytes",
       "id": 4
      }
     }
    },
    "PushWorkitemRequest": {
     "fields": {
      "wiq": {
       "type": "string",
       "id": 1
      },
      "wiqid": {
       "type": "string",
       "id": 2
      },
      "name": {
       "type": "string",
       "id": 3
      },
      "payload": {
       "type": "string",
       "id": 4
      },
      "nextrun": {
       "type": "google.protobuf.Timestamp",
       "id": 5
      },
      "success_wiqid": {
       "type": "string",
       "id": 6
      },
      "failed_wiqid": {
       "type": "string",
       "id": 7
      },
      "success_wiq": {
       "type": "string",
       "id": 8
      },
      "failed_wiq": {
       "type": "string",
       "id": 9
      },
      "priority": {
       "type": "int32",
       "id": 10
      },
      "files": {
       "rule": "repeated",
       "type": "WorkitemFile",
       "id": 11
      }
     }
    },
    "PushWorkitemResponse": {
     "fields": {
      "workitem": {
       "type": "Workitem",
       "id": 1
      }
     }
    },
    "PushWorkitemsRequest": {
     "fields": {
      "wiq": {
       "type": "string",
       "id": 1
      },
      "wiqid": {
       "type": "string",
       "id": 2
      },
      "nextrun": {
       "type": "google.protobuf.Timestamp",
       "id": 3
      },
      "success_wiqid": {
       "type": "string",
       "id": 4
      },
      "failed_wiqid": {
       "type": "string",
       "id": 5
      },
      "success_wiq": {
       "type": "string",
       "id": 6
      },
      "failed_wiq": {
       "type": "string",
       "id": 7
      },
      "priority": {
       "type": "int32",
       "id": 8
      },
      "items": {
       "rule": "repeated",
       "type": "Workitem",
       "id": 9
      }
     }
    },
    "PushWorkitemsResponse": {
     "fields": {
      "workitems": {
       "rule": "repeated",
       "type": "Workitem",
       "id": 1
      }
     }
    },
    "UpdateWorkitemRequest": {
     "fields": {
      "workitem": {
       "type": "Workitem",
       "id": 1
      },
      "ignoremaxretries": {
       "type": "bool",
       "id": 2
      },
      "files": {
       "rule": "repeated",
       "type": "WorkitemFile",
       "id": 3
      }
     }
    },
    "UpdateWorkitemResponse": {
     "fields": {
      "workitem": {
       "type": "Workitem",
       "id": 1
      }
     }
    },
    "PopWorkitemRequest": {
     "fields": {
      "wiq": {
       "type": "string",
       "id": 1
      },
      "wiqid": {
       "type": "string",
       "id": 2
      },
      "includefiles": {
       "type": "bool",
       "id": 3
      },
      "compressed": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "PopWorkitemResponse": {
     "fields": {
      "workitem": {
       "type": "Workitem",
       "id": 1
      }
     }
    },
    "DeleteWorkitemRequest": {
     "fields": {
      "_id": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DeleteWorkitemResponse": {
     "fields": {}
    },
    "WorkItemQueue": {
     "fields": {
      "workflowid": {
       "type": "string",
       "id": 1
      },
      "robotqueue": {
       "type": "string",
       "id": 2
      },
      "amqpqueue": {
       "type": "string",
       "id": 3
      },
      "projectid": {
       "type": "string",
       "id": 4
      },
      "usersrole": {
       "type": "string",
       "id": 5
      },
      "maxretries": {
       "type": "int32",
       "id": 6
      },
      "retrydelay": {
       "type": "int32",
       "id": 7
      },
      "initialdelay": {
       "type": "int32",
       "id": 8
      },
      "success_wiqid": {
       "type": "string",
       "id": 9
      },
      "failed_wiqid": {
       "type": "string",
       "id": 10
      },
      "success_wiq": {
       "type": "string",
       "id": 11
      },
      "failed_wiq": {
       "type": "string",
       "id": 12
      },
      "_id": {
       "type": "string",
       "id": 13
      },
      "_acl": {
       "rule": "repeated",
       "type": "Ace",
       "id": 14
      },
      "name": {
       "type": "string",
       "id": 15
      },
      "_createdbyid": {
       "type": "string",
       "id": 16
      },
      "_createdby": {
       "type": "string",
       "id": 17
      },
      "_created": {
       "type": "google.protobuf.Timestamp",
       "id": 18
      },
      "_modifiedbyid": {
       "type": "string",
       "id": 19
      },
      "_modifiedby": {
       "type": "string",
       "id": 20
      },
      "_modified": {
       "type": "google.protobuf.Timestamp",
       "id": 21
      },
      "_version": {
       "type": "int32",
       "id": 22
      },
      "packageid": {
       "type": "string",
       "id": 23
      },
      "_workspaceid": {
       "type": "string",
       "id": 24
      }
     }
    },
    "AddWorkItemQueueRequest": {
     "fields": {
      "workitemqueue": {
       "type": "WorkItemQueue",
       "id": 1
      },
      "skiprole": {
       "type": "bool",
       "id": 2
      }
     }
    },
    "AddWorkItemQueueResponse": {
     "fields": {
      "workitemqueue": {
       "type": "WorkItemQueue",
       "id": 1
      }
     }
    },
    "UpdateWorkItemQueueRequest": {
     "fields": {
      "workitemqueue": {
       "type": "WorkItemQueue",
       "id": 1
      },
      "skiprole": {
       "type": "bool",
       "id": 2
      },
      "purge": {
       "type": "bool",
       "id": 3
      }
     }
    },
    "UpdateWorkItemQueueResponse": {
     "fields": {
      "workitemqueue": {
       "type": "WorkItemQueue",
       "id": 1
      }
     }
    },
    "DeleteWorkItemQueueRequest": {
     "fields": {
      "wiq": {
       "type": "string",
       "id": 1
      },
      "wiqid": {
       "type": "string",
       "id": 2
      },
      "purge": {
       "type": "bool",
       "id": 3
      }
     }
    },
    "DeleteWorkItemQueueResponse": {
     "fields": {}
    },
    "StartAgentRequest": {
     "fields": {
      "agentid": {
       "type": "string",
       "id": 1
      }
     }
    },
    "StartAgentResponse": {
     "fields": {}
    },
    "StopAgentRequest": {
     "fields": {
      "agentid": {
       "type": "string",
       "id": 1
      }
     }
    },
    "StopAgentResponse": {
     "fields": {}
    },
    "GetAgentLogRequest": {
     "fields": {
      "agentid": {
       "type": "string",
       "id": 1
      },
      "podname": {
       "type": "string",
       "id": 2
      }
     }
    },
    "GetAgentLogResponse": {
     "fields": {
      "result": {
       "type": "string",
       "id": 1
      }
     }
    },
    "GetAgentPodsRequest": {
     "fields": {
      "agentid": {
       "type": "string",
       "id": 1
      },
      "stats": {
       "type": "bool",
       "id": 2
      }
     }
    },
    "GetAgentPodsResponse": {
     "fields": {
      "results": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DeleteAgentPodRequest": {
     "fields": {
      "agentid": {
       "type": "string",
       "id": 1
      },
      "podname": {
       "type": "string",
       "id": 2
      }
     }
    },
    "DeleteAgentPodResponse": {
     "fields": {}
    },
    "DeleteAgentRequest": {
     "fields": {
      "agentid": {
       "type": "string",
       "id": 1
      }
     }
    },
    "DeleteAgentResponse": {
     "fields": {}
    },
    "Ace": {
     "fields": {
      "_id": {
       "type": "string",
       "id": 1
      },
      "deny": {
       "type": "bool",
       "id": 2
      },
      "rights": {
       "type": "int32",
       "id": 3
      }
     }
    },
    "StripeCoupon": {
     "fields": {
      "duration": {
       "type": "string",
       "id": 1
      },
      "duration_in_months": {
       "type": "int32",
       "id": 2
      },
      "name": {
       "type": "string",
       "id": 3
      }
     }
    },
    "StripeCustomerDiscount": {
     "fields": {
      "subscription": {
       "type": "string",
       "id": 1
      },
      "start": {
       "type": "int32",
       "id": 2
      },
      "customer": {
       "type": "string",
       "id": 3
      },
      "coupon": {
       "type": "StripeCoupon",
       "id": 4
      }
     }
    },
    "StripeCustomerAddress": {
     "fields": {
      "line1": {
       "type": "string",
       "id": 1
      },
      "line2": {
       "type": "string",
       "id": 2
      },
      "postal_code": {
       "type": "string",
       "id": 3
      },
      "city": {
       "type": "string",
       "id": 4
      },
      "state": {
       "type": "string",
       "id": 5
      },
      "country": {
       "type": "string",
       "id": 6
      }
     }
    },
    "StripeTaxVerification": {
     "fields": {
      "status": {
       "type": "string",
       "id": 1
      },
      "verified_address": {
       "type": "string",
       "id": 2
      },
      "verified_name": {
       "type": "string",
       "id": 3
      }
     }
    },
    "StripeTaxId": {
     "fields": {
      "country": {
       "type": "string",
       "id": 1
      },
      "customer": {
       "type": "string",
       "id": 2
      },
      "type": {
       "type": "string",
       "id": 3
      },
      "value": {
       "type": "string",
       "id": 4
      },
      "verification": {
       "type": "StripeTaxVerification",
       "id": 5
      }
     }
    },
    "StripeRecurring": {
     "fields": {
      "interval": {
       "type": "string",
       "id": 1
      },
      "interval_count": {
       "type": "int32",
       "id": 2
      },
      "trial_period_days": {
       "type": "int32",
       "id": 3
      },
      "usage_type": {
       "type": "string",
       "id": 4
      }
     }
    },
    "StripePrice": {
     "fields": {
      "nickname": {
       "type": "string",
       "id": 1
      },
      "product": {
       "type": "string",
       "id": 2
      },
      "active": {
       "type": "bool",
       "id": 3
      },
      "billing_scheme": {
       "type": "string",
       "id": 4
      },
      "currency": {
       "type": "string",
       "id": 5
      },
      "recurring": {
       "type": "StripeRecurring",
       "id": 6
      }
     }
    },
    "StripePlan": {
     "fields": {
      "status": {
       "type": "bool",
       "id": 1
      },
      "nickname": {
       "type": "string",
       "id": 2
      },
      "product": {
       "type": "string",
       "id": 3
      },
      "amount": {
       "type": "int32",
       "id": 4
      },
      "usage_type": {
       "type": "string",
       "id": 5
      }
     }
    },
    "StripeSubscriptionItem": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "quantity": {
       "type": "string",
       "id": 2
      },
      "subscription": {
       "type": "string",
       "id": 3
      },
      "plan": {
       "type": "StripePlan",
       "id": 4
      },
      "price": {
       "type": "StripePrice",
       "id": 5
      }
     }
    },
    "StripeSubscription": {
     "fields": {
      "address": {
       "type": "string",
       "id": 1
      },
      "balance": {
       "type": "int32",
       "id": 2
      },
      "currency": {
       "type": "string",
       "id": 3
      },
      "subscriptions": {
       "rule": "repeated",
       "type": "StripeSubscription",
       "id": 4
      },
      "tax_ids": {
       "rule": "repeated",
       "type": "StripeTaxId",
       "id": 5
      },
      "items": {
       "rule": "repeated",
       "type": "StripeSubscriptionItem",
       "id": 6
      },
      "default_tax_rates": {
       "rule": "repeated",
       "type": "string",
       "id": 7
      }
     }
    },
    "StripeCustomer": {
     "fields": {
      "address": {
       "type": "StripeCustomerAddress",
       "id": 1
      },
      "description": {
       "type": "string",
       "id": 2
      },
      "name": {
       "type": "string",
       "id": 3
      },
      "email": {
       "type": "string",
       "id": 4
      },
      "tax_ids": {
       "rule": "repeated",
       "type": "StripeTaxId",
       "id": 5
      },
      "subscriptions": {
       "rule": "repeated",
       "type": "StripeSubscription",
       "id": 6
      },
      "discount": {
       "type": "StripeCustomerDiscount",
       "id": 7
      }
     }
    }
   }
  },
  "google": {
   "nested": {
    "protobuf": {
     "nested": {
      "Any": {
       "fields": {
        "type_url": {
         "type": "string",
         "id": 1
        },
        "value": {
         "type": "bytes",
         "id": 2
        }
       }
      },
      "Timestamp": {
       "fields": {
        "seconds": {
         "type": "int64",
         "id": 1
        },
        "nanos": {
         "type": "int32",
         "id": 2
        }
       }
      }
     }
    }
   }
  }
 }
};
