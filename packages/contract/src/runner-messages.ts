/** Generated from proto/millrace/runner/v1/runner.proto by `npm run contract`. Change that, not this file. */
export const LogStream = {
  LOG_STREAM_UNSPECIFIED: 0,
  LOG_STREAM_STDOUT: 1,
  LOG_STREAM_STDERR: 2,
  LOG_STREAM_LOG: 3,
} as const;

export const JobOutcome = {
  JOB_OUTCOME_UNSPECIFIED: 0,
  JOB_OUTCOME_SUCCESSFUL: 1,
  JOB_OUTCOME_BUSINESS_ERROR: 2,
  JOB_OUTCOME_APPLICATION_ERROR: 3,
  JOB_OUTCOME_CANCELLED: 4,
  JOB_OUTCOME_TIMED_OUT: 5,
  JOB_OUTCOME_CRASHED: 6,
} as const;

export const RefusalReason = {
  REFUSAL_REASON_UNSPECIFIED: 0,
  REFUSAL_REASON_CREDENTIAL: 1,
  REFUSAL_REASON_FENCED: 2,
  REFUSAL_REASON_PROTOCOL: 3,
  REFUSAL_REASON_FORBIDDEN: 4,
  REFUSAL_REASON_GAP: 5,
  REFUSAL_REASON_UNAVAILABLE: 6,
  REFUSAL_REASON_BLOCKED: 7,
} as const;

export interface Envelope {
  tenantId: string;
  runnerId: string;
  seq: number;
  after: number;
  ack: number;
  incarnation: number;
  sentAtMs: number;
}

export interface ConnectRequest {
  envelope?: Envelope | null;
  hello?: Hello | null;
  heartbeat?: Heartbeat | null;
  accepted?: JobAccepted | null;
  rejected?: JobRejected | null;
  progress?: JobProgress | null;
  log?: JobLog | null;
  result?: JobResult | null;
  renewal?: LeaseRenewal | null;
  drained?: Drained | null;
  certificateRequest?: CertificateRequest | null;
  fileRequest?: FileRequest | null;
}

export interface ConnectResponse {
  envelope?: Envelope | null;
  welcome?: Welcome | null;
  job?: Job | null;
  cancel?: CancelJob | null;
  renewed?: LeaseRenewed | null;
  lost?: LeaseLost | null;
  drain?: Drain | null;
  rotate?: RotateCredential | null;
  credential?: CredentialIssued | null;
  packages?: PackageAssignment | null;
  refused?: Refused | null;
  filePart?: FilePart | null;
}

export interface HeldJob {
  jobId: string;
  leaseNumber: number;
}

export interface Platform {
  os: string;
  arch: string;
  hostname: string;
}

export interface LanguageRuntime {
  name: string;
  version: string;
}

export interface Hello {
  version: string;
  protocols: number[];
  platform?: Platform | null;
  tags: string[];
  runtimes: LanguageRuntime[];
  sandbox: string;
  slots: number;
  running: HeldJob[];
  spoolId: string;
  outboxId: string;
  received: number;
}

export interface Welcome {
  protocol: number;
  verdicts: Verdict[];
  received: number;
  outboxId: string;
  outboxAfter: number;
  heartbeatMs: number;
  credentialLeftMs: number;
  credentialLifeMs: number;
  authorities: string[];
  tags: string[];
  name: string;
}

export interface Verdict {
  job?: HeldJob | null;
  continues: boolean;
}

export interface Heartbeat {
  busy: number;
  slots: number;
  refusing: string;
  spoolBytes: number;
  spoolRecords: number;
}

export interface JobAccepted {
  job?: HeldJob | null;
}

export interface JobRejected {
  job?: HeldJob | null;
  reason: string;
}

export interface JobProgress {
  job?: HeldJob | null;
  share?: number | null;
  message?: string | null;
}

export interface LogLine {
  atMs: number;
  stream: number;
  text: string;
}

export interface JobLog {
  job?: HeldJob | null;
  lines: LogLine[];
  droppedLines: number;
}

export interface FileReference {
  id: string;
  name: string;
  sha256: string;
}

export interface Usage {
  wallMs: number;
  cpuMs?: number | null;
  memoryBytesMax?: number | null;
}

export interface JobResult {
  job?: HeldJob | null;
  outcome: number;
  code?: string | null;
  message?: string | null;
  outputJson?: string | null;
  files: FileReference[];
  usage?: Usage | null;
}

export interface LeaseRenewal {
  jobs: HeldJob[];
  request: number;
}

export interface Drained {}

export interface CertificateRequest {
  csr: string;
}

export interface Job {
  job?: HeldJob | null;
  packageDigest: string;
  packageFileId: string;
  packageName: string;
  packageVersion: string;
  function?: string | null;
  inputJson: string;
  files: FileReference[];
  secrets: Record<string, string>;
  environment: Record<string, string>;
  leaseMs: number;
  timeoutMs: number;
  idempotencyKey: string;
  traceparent?: string | null;
}

export interface CancelJob {
  job?: HeldJob | null;
}

export interface LeaseRenewed {
  jobs: HeldJob[];
  request: number;
}

export interface LeaseLost {
  job?: HeldJob | null;
}

export interface Drain {}

export interface RotateCredential {}

export interface CredentialIssued {
  certificate: string;
  authorities: string[];
  leftMs: number;
  lifeMs: number;
  token: string;
}

export interface FileRequest {
  fileId: string;
  offset: number;
  request: number;
}

export interface FilePart {
  request: number;
  bytes: Uint8Array;
  isLast: boolean;
  error: string;
}

export interface AssignedPackage {
  digest: string;
  fileId: string;
  name: string;
  version: string;
}

export interface PackageAssignment {
  packages: AssignedPackage[];
}

export interface Refused {
  reason: number;
  message: string;
  retryAfterMs: number;
}

export interface WebSocketChallenge {
  nonce: Uint8Array;
  certificate: Uint8Array;
  signature: Uint8Array;
}

export interface WebSocketProof {
  certificate: Uint8Array;
  signature: Uint8Array;
  token: string;
}

/** Every message by its name. */
export interface Messages {
  Envelope: Envelope;
  ConnectRequest: ConnectRequest;
  ConnectResponse: ConnectResponse;
  HeldJob: HeldJob;
  Platform: Platform;
  LanguageRuntime: LanguageRuntime;
  Hello: Hello;
  Welcome: Welcome;
  Verdict: Verdict;
  Heartbeat: Heartbeat;
  JobAccepted: JobAccepted;
  JobRejected: JobRejected;
  JobProgress: JobProgress;
  LogLine: LogLine;
  JobLog: JobLog;
  FileReference: FileReference;
  Usage: Usage;
  JobResult: JobResult;
  LeaseRenewal: LeaseRenewal;
  Drained: Drained;
  CertificateRequest: CertificateRequest;
  Job: Job;
  CancelJob: CancelJob;
  LeaseRenewed: LeaseRenewed;
  LeaseLost: LeaseLost;
  Drain: Drain;
  RotateCredential: RotateCredential;
  CredentialIssued: CredentialIssued;
  FileRequest: FileRequest;
  FilePart: FilePart;
  AssignedPackage: AssignedPackage;
  PackageAssignment: PackageAssignment;
  Refused: Refused;
  WebSocketChallenge: WebSocketChallenge;
  WebSocketProof: WebSocketProof;
}

/** What a protobuf library loads. */
export const descriptor = {
 "nested": {
  "millrace": {
   "nested": {
    "runner": {
     "nested": {
      "v1": {
       "nested": {
        "RunnerService": {
         "methods": {
          "Connect": {
           "requestType": "ConnectRequest",
           "requestStream": true,
           "responseType": "ConnectResponse",
           "responseStream": true
          }
         }
        },
        "Envelope": {
         "fields": {
          "tenantId": {
           "type": "string",
           "id": 1,
           "protoName": "tenant_id"
          },
          "runnerId": {
           "type": "string",
           "id": 2,
           "protoName": "runner_id"
          },
          "seq": {
           "type": "uint64",
           "id": 3
          },
          "after": {
           "type": "uint64",
           "id": 4
          },
          "ack": {
           "type": "uint64",
           "id": 5
          },
          "incarnation": {
           "type": "uint64",
           "id": 6
          },
          "sentAtMs": {
           "type": "int64",
           "id": 7,
           "protoName": "sent_at_ms"
          }
         }
        },
        "ConnectRequest": {
         "oneofs": {
          "body": {
           "oneof": [
            "hello",
            "heartbeat",
            "accepted",
            "rejected",
            "progress",
            "log",
            "result",
            "renewal",
            "drained",
            "certificateRequest",
            "fileRequest"
           ]
          }
         },
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "hello": {
           "type": "Hello",
           "id": 10
          },
          "heartbeat": {
           "type": "Heartbeat",
           "id": 11
          },
          "accepted": {
           "type": "JobAccepted",
           "id": 12
          },
          "rejected": {
           "type": "JobRejected",
           "id": 13
          },
          "progress": {
           "type": "JobProgress",
           "id": 14
          },
          "log": {
           "type": "JobLog",
           "id": 15
          },
          "result": {
           "type": "JobResult",
           "id": 16
          },
          "renewal": {
           "type": "LeaseRenewal",
           "id": 17
          },
          "drained": {
           "type": "Drained",
           "id": 18
          },
          "certificateRequest": {
           "type": "CertificateRequest",
           "id": 19,
           "protoName": "certificate_request"
          },
          "fileRequest": {
           "type": "FileRequest",
           "id": 20,
           "protoName": "file_request"
          }
         }
        },
        "ConnectResponse": {
         "oneofs": {
          "body": {
           "oneof": [
            "welcome",
            "job",
            "cancel",
            "renewed",
            "lost",
            "drain",
            "rotate",
            "credential",
            "packages",
            "refused",
            "filePart"
           ]
          }
         },
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "welcome": {
           "type": "Welcome",
           "id": 10
          },
          "job": {
           "type": "Job",
           "id": 11
          },
          "cancel": {
           "type": "CancelJob",
           "id": 12
          },
          "renewed": {
           "type": "LeaseRenewed",
           "id": 13
          },
          "lost": {
           "type": "LeaseLost",
           "id": 14
          },
          "drain": {
           "type": "Drain",
           "id": 15
          },
          "rotate": {
           "type": "RotateCredential",
           "id": 16
          },
          "credential": {
           "type": "CredentialIssued",
           "id": 17
          },
          "packages": {
           "type": "PackageAssignment",
           "id": 18
          },
          "refused": {
           "type": "Refused",
           "id": 19
          },
          "filePart": {
           "type": "FilePart",
           "id": 20,
           "protoName": "file_part"
          }
         }
        },
        "HeldJob": {
         "fields": {
          "jobId": {
           "type": "string",
           "id": 1,
           "protoName": "job_id"
          },
          "leaseNumber": {
           "type": "uint64",
           "id": 2,
           "protoName": "lease_number"
          }
         }
        },
        "Platform": {
         "fields": {
          "os": {
           "type": "string",
           "id": 1
          },
          "arch": {
           "type": "string",
           "id": 2
          },
          "hostname": {
           "type": "string",
           "id": 3
          }
         }
        },
        "LanguageRuntime": {
         "fields": {
          "name": {
           "type": "string",
           "id": 1
          },
          "version": {
           "type": "string",
           "id": 2
          }
         }
        },
        "Hello": {
         "fields": {
          "version": {
           "type": "string",
           "id": 1
          },
          "protocols": {
           "rule": "repeated",
           "type": "uint32",
           "id": 2
          },
          "platform": {
           "type": "Platform",
           "id": 3
          },
          "tags": {
           "rule": "repeated",
           "type": "string",
           "id": 4
          },
          "runtimes": {
           "rule": "repeated",
           "type": "LanguageRuntime",
           "id": 5
          },
          "sandbox": {
           "type": "string",
           "id": 6
          },
          "slots": {
           "type": "uint32",
           "id": 7
          },
          "running": {
           "rule": "repeated",
           "type": "HeldJob",
           "id": 8
          },
          "spoolId": {
           "type": "string",
           "id": 9,
           "protoName": "spool_id"
          },
          "outboxId": {
           "type": "string",
           "id": 10,
           "protoName": "outbox_id"
          },
          "received": {
           "type": "uint64",
           "id": 11
          }
         }
        },
        "Welcome": {
         "fields": {
          "protocol": {
           "type": "uint32",
           "id": 1
          },
          "verdicts": {
           "rule": "repeated",
           "type": "Verdict",
           "id": 2
          },
          "received": {
           "type": "uint64",
           "id": 3
          },
          "outboxId": {
           "type": "string",
           "id": 4,
           "protoName": "outbox_id"
          },
          "outboxAfter": {
           "type": "uint64",
           "id": 5,
           "protoName": "outbox_after"
          },
          "heartbeatMs": {
           "type": "uint32",
           "id": 6,
           "protoName": "heartbeat_ms"
          },
          "credentialLeftMs": {
           "type": "int64",
           "id": 7,
           "protoName": "credential_left_ms"
          },
          "credentialLifeMs": {
           "type": "int64",
           "id": 8,
           "protoName": "credential_life_ms"
          },
          "authorities": {
           "rule": "repeated",
           "type": "string",
           "id": 9
          },
          "tags": {
           "rule": "repeated",
           "type": "string",
           "id": 10
          },
          "name": {
           "type": "string",
           "id": 11
          }
         }
        },
        "Verdict": {
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          },
          "continues": {
           "type": "bool",
           "id": 2
          }
         }
        },
        "Heartbeat": {
         "fields": {
          "busy": {
           "type": "uint32",
           "id": 1
          },
          "slots": {
           "type": "uint32",
           "id": 2
          },
          "refusing": {
           "type": "string",
           "id": 3
          },
          "spoolBytes": {
           "type": "uint64",
           "id": 4,
           "protoName": "spool_bytes"
          },
          "spoolRecords": {
           "type": "uint64",
           "id": 5,
           "protoName": "spool_records"
          }
         }
        },
        "JobAccepted": {
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          }
         }
        },
        "JobRejected": {
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          },
          "reason": {
           "type": "string",
           "id": 2
          }
         }
        },
        "JobProgress": {
         "oneofs": {
          "_share": {
           "oneof": [
            "share"
           ]
          },
          "_message": {
           "oneof": [
            "message"
           ]
          }
         },
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          },
          "share": {
           "type": "double",
           "id": 2,
           "options": {
            "proto3_optional": true
           }
          },
          "message": {
           "type": "string",
           "id": 3,
           "options": {
            "proto3_optional": true
           }
          }
         }
        },
        "LogStream": {
         "values": {
          "LOG_STREAM_UNSPECIFIED": 0,
          "LOG_STREAM_STDOUT": 1,
          "LOG_STREAM_STDERR": 2,
          "LOG_STREAM_LOG": 3
         }
        },
        "LogLine": {
         "fields": {
          "atMs": {
           "type": "int64",
           "id": 1,
           "protoName": "at_ms"
          },
          "stream": {
           "type": "LogStream",
           "id": 2
          },
          "text": {
           "type": "string",
           "id": 3
          }
         }
        },
        "JobLog": {
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          },
          "lines": {
           "rule": "repeated",
           "type": "LogLine",
           "id": 2
          },
          "droppedLines": {
           "type": "uint64",
           "id": 3,
           "protoName": "dropped_lines"
          }
         }
        },
        "JobOutcome": {
         "values": {
          "JOB_OUTCOME_UNSPECIFIED": 0,
          "JOB_OUTCOME_SUCCESSFUL": 1,
          "JOB_OUTCOME_BUSINESS_ERROR": 2,
          "JOB_OUTCOME_APPLICATION_ERROR": 3,
          "JOB_OUTCOME_CANCELLED": 4,
          "JOB_OUTCOME_TIMED_OUT": 5,
          "JOB_OUTCOME_CRASHED": 6
         }
        },
        "FileReference": {
         "fields": {
          "id": {
           "type": "string",
           "id": 1
          },
          "name": {
           "type": "string",
           "id": 2
          },
          "sha256": {
           "type": "string",
           "id": 3
          }
         }
        },
        "Usage": {
         "oneofs": {
          "_cpuMs": {
           "oneof": [
            "cpuMs"
           ]
          },
          "_memoryBytesMax": {
           "oneof": [
            "memoryBytesMax"
           ]
          }
         },
         "fields": {
          "wallMs": {
           "type": "int64",
           "id": 1,
           "protoName": "wall_ms"
          },
          "cpuMs": {
           "type": "int64",
           "id": 2,
           "protoName": "cpu_ms",
           "options": {
            "proto3_optional": true
           }
          },
          "memoryBytesMax": {
           "type": "int64",
           "id": 3,
           "protoName": "memory_bytes_max",
           "options": {
            "proto3_optional": true
           }
          }
         }
        },
        "JobResult": {
         "oneofs": {
          "_code": {
           "oneof": [
            "code"
           ]
          },
          "_message": {
           "oneof": [
            "message"
           ]
          },
          "_outputJson": {
           "oneof": [
            "outputJson"
           ]
          }
         },
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          },
          "outcome": {
           "type": "JobOutcome",
           "id": 2
          },
          "code": {
           "type": "string",
           "id": 3,
           "options": {
            "proto3_optional": true
           }
          },
          "message": {
           "type": "string",
           "id": 4,
           "options": {
            "proto3_optional": true
           }
          },
          "outputJson": {
           "type": "string",
           "id": 5,
           "protoName": "output_json",
           "options": {
            "proto3_optional": true
           }
          },
          "files": {
           "rule": "repeated",
           "type": "FileReference",
           "id": 6
          },
          "usage": {
           "type": "Usage",
           "id": 7
          }
         }
        },
        "LeaseRenewal": {
         "fields": {
          "jobs": {
           "rule": "repeated",
           "type": "HeldJob",
           "id": 1
          },
          "request": {
           "type": "uint64",
           "id": 2
          }
         }
        },
        "Drained": {
         "fields": {}
        },
        "CertificateRequest": {
         "fields": {
          "csr": {
           "type": "string",
           "id": 1
          }
         }
        },
        "Job": {
         "oneofs": {
          "_function": {
           "oneof": [
            "function"
           ]
          },
          "_traceparent": {
           "oneof": [
            "traceparent"
           ]
          }
         },
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          },
          "packageDigest": {
           "type": "string",
           "id": 2,
           "protoName": "package_digest"
          },
          "packageFileId": {
           "type": "string",
           "id": 3,
           "protoName": "package_file_id"
          },
          "packageName": {
           "type": "string",
           "id": 4,
           "protoName": "package_name"
          },
          "packageVersion": {
           "type": "string",
           "id": 5,
           "protoName": "package_version"
          },
          "function": {
           "type": "string",
           "id": 6,
           "options": {
            "proto3_optional": true
           }
          },
          "inputJson": {
           "type": "string",
           "id": 7,
           "protoName": "input_json"
          },
          "files": {
           "rule": "repeated",
           "type": "FileReference",
           "id": 8
          },
          "secrets": {
           "keyType": "string",
           "type": "string",
           "id": 9
          },
          "environment": {
           "keyType": "string",
           "type": "string",
           "id": 10
          },
          "leaseMs": {
           "type": "int64",
           "id": 11,
           "protoName": "lease_ms"
          },
          "timeoutMs": {
           "type": "int64",
           "id": 12,
           "protoName": "timeout_ms"
          },
          "idempotencyKey": {
           "type": "string",
           "id": 13,
           "protoName": "idempotency_key"
          },
          "traceparent": {
           "type": "string",
           "id": 14,
           "options": {
            "proto3_optional": true
           }
          }
         }
        },
        "CancelJob": {
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          }
         }
        },
        "LeaseRenewed": {
         "fields": {
          "jobs": {
           "rule": "repeated",
           "type": "HeldJob",
           "id": 1
          },
          "request": {
           "type": "uint64",
           "id": 2
          }
         }
        },
        "LeaseLost": {
         "fields": {
          "job": {
           "type": "HeldJob",
           "id": 1
          }
         }
        },
        "Drain": {
         "fields": {}
        },
        "RotateCredential": {
         "fields": {}
        },
        "CredentialIssued": {
         "fields": {
          "certificate": {
           "type": "string",
           "id": 1
          },
          "authorities": {
           "rule": "repeated",
           "type": "string",
           "id": 2
          },
          "leftMs": {
           "type": "int64",
           "id": 3,
           "protoName": "left_ms"
          },
          "lifeMs": {
           "type": "int64",
           "id": 4,
           "protoName": "life_ms"
          },
          "token": {
           "type": "string",
           "id": 5
          }
         }
        },
        "FileRequest": {
         "fields": {
          "fileId": {
           "type": "string",
           "id": 1,
           "protoName": "file_id"
          },
          "offset": {
           "type": "int64",
           "id": 2
          },
          "request": {
           "type": "uint64",
           "id": 3
          }
         }
        },
        "FilePart": {
         "fields": {
          "request": {
           "type": "uint64",
           "id": 1
          },
          "bytes": {
           "type": "bytes",
           "id": 2
          },
          "isLast": {
           "type": "bool",
           "id": 3,
           "protoName": "is_last"
          },
          "error": {
           "type": "string",
           "id": 4
          }
         }
        },
        "AssignedPackage": {
         "fields": {
          "digest": {
           "type": "string",
           "id": 1
          },
          "fileId": {
           "type": "string",
           "id": 2,
           "protoName": "file_id"
          },
          "name": {
           "type": "string",
           "id": 3
          },
          "version": {
           "type": "string",
           "id": 4
          }
         }
        },
        "PackageAssignment": {
         "fields": {
          "packages": {
           "rule": "repeated",
           "type": "AssignedPackage",
           "id": 1
          }
         }
        },
        "RefusalReason": {
         "values": {
          "REFUSAL_REASON_UNSPECIFIED": 0,
          "REFUSAL_REASON_CREDENTIAL": 1,
          "REFUSAL_REASON_FENCED": 2,
          "REFUSAL_REASON_PROTOCOL": 3,
          "REFUSAL_REASON_FORBIDDEN": 4,
          "REFUSAL_REASON_GAP": 5,
          "REFUSAL_REASON_UNAVAILABLE": 6,
          "REFUSAL_REASON_BLOCKED": 7
         }
        },
        "Refused": {
         "fields": {
          "reason": {
           "type": "RefusalReason",
           "id": 1
          },
          "message": {
           "type": "string",
           "id": 2
          },
          "retryAfterMs": {
           "type": "uint32",
           "id": 3,
           "protoName": "retry_after_ms"
          }
         }
        },
        "WebSocketChallenge": {
         "fields": {
          "nonce": {
           "type": "bytes",
           "id": 1
          },
          "certificate": {
           "type": "bytes",
           "id": 2
          },
          "signature": {
           "type": "bytes",
           "id": 3
          }
         }
        },
        "WebSocketProof": {
         "fields": {
          "certificate": {
           "type": "bytes",
           "id": 1
          },
          "signature": {
           "type": "bytes",
           "id": 2
          },
          "token": {
           "type": "string",
           "id": 3
          }
         }
        }
       }
      }
     }
    }
   }
  }
 }
};
