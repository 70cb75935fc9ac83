/** Who asks, in which tenant, through which connection, until when: the first argument of every verb. */
export interface Call {
  readonly tenantId: string;
  readonly userId: string;
  readonly userName: string;
  /** The user's own id, then every role he is in, through any depth. */
  readonly principalIds: readonly string[];
  /** Members of `admins` pass every access check. */
  readonly isAdmin: boolean;
  /** The tenant's epoch that identity read for this request: what was cached under it is fresh. */
  readonly epoch?: number;
  /** What the token may be used for (`queues:read`, ...); undefined for everything its user may do. */
  readonly scopes?: readonly string[];
  /** The token or session the caller came with; watches end when it does. */
  readonly credentialId?: string;
  readonly requestId: string;
  readonly address?: string;
  /** Aborted when the caller is gone or out of time. */
  readonly signal?: AbortSignal;
}

export const rootId = "59f1f6e6f0a22200126638d8";
export const adminsId = "5a1702fa245d9013697656fb";
export const usersId = "5a17f157c4815318c8536c21";
export const defaultTenant = "default";

/** The platform itself as the caller: loops, start-up and the terminal of the machine. */
export function systemCall(requestId: string, tenantId = defaultTenant): Call {
  return {
    tenantId,
    userId: rootId,
    userName: "root",
    principalIds: [rootId, adminsId],
    isAdmin: true,
    requestId,
  };
}
