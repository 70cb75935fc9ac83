import { Type } from "@sinclair/typebox";
import { AclSchema } from "../access/model.ts";
import { runnerNamePattern, tagPattern, tagsMax } from "./model.ts";

const strict = { additionalProperties: false } as const;
const id = (description: string) => Type.String({ pattern: "^[0-9a-f]{24}$", description });
const nullable = (description: string) =>
  Type.Unsafe<string | null>({ type: ["string", "null"], description });
const tags = Type.Array(Type.String({ pattern: tagPattern }), {
  maxItems: tagsMax,
  description: "What jobs ask for: `onprem`, `gpu`",
});

export const RunnerParams = Type.Object({ runner: id("Id of the runner") });
export const EnrolmentTokenParams = Type.Object({ token: id("Id of the enrolment token") });
export const DenialParams = Type.Object({ denial: id("Id of the denial") });
export const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  strict,
);

const runner = {
  id: id("Id of the runner"),
  name: Type.String(),
  state: Type.Union(
    ["online", "offline", "draining", "blocked"].map((state) => Type.Literal(state)),
    { description: "`offline` after 35 seconds without a sign of it" },
  ),
  tags: Type.Array(Type.String()),
  version: Type.String({ description: "The release of its program" }),
  protocols: Type.Array(Type.Integer(), { description: "The versions of the wire that it speaks" }),
  incarnation: Type.Integer({ description: "Grows with every start of it" }),
  platform: Type.Object({ os: Type.String(), arch: Type.String(), hostname: Type.String() }),
  runtimes: Type.Array(Type.Object({ name: Type.String(), version: Type.String() })),
  sandbox: Type.String({ description: "How it keeps jobs apart" }),
  slots: Type.Integer({ description: "Jobs it works on at once" }),
  busy: Type.Integer({ description: "Jobs in work" }),
  refusing: Type.String({ description: "Why it takes no jobs at present; empty where it does" }),
  transport: Type.String({ description: "`grpc` or `websocket`; empty before it first came" }),
  enrolledAt: Type.String(),
  connectedAt: nullable("When it last connected"),
  lastSeenAt: nullable("The last sign of it"),
  certificateUntil: nullable("When its certificate ends"),
};

export const RunnerSchema = Type.Object(runner);
export const RunnerDetailsSchema = Type.Object({ ...runner, acl: AclSchema });
export const RunnersPage = Type.Object({
  items: Type.Array(RunnerSchema),
  nextCursor: Type.Optional(Type.String()),
});
export const RunnerChangeSchema = Type.Object(
  { tags: Type.Optional(tags), acl: Type.Optional(AclSchema) },
  strict,
);

export const NewEnrolmentTokenSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({ pattern: runnerNamePattern, description: "What the runner will be called" }),
    ),
    tags: Type.Optional(tags),
    runnerId: Type.Optional(id("Enrols this runner again, with its name and tags")),
  },
  strict,
);
const enrolmentToken = {
  id: id("Id of the enrolment token"),
  name: Type.String(),
  tags: Type.Array(Type.String()),
  runnerId: nullable("The runner that it enrols again"),
  createdAt: Type.String(),
  createdByName: Type.String(),
  expiresAt: Type.String(),
  usedAt: nullable("When it was used"),
  usedRunnerId: nullable("The runner that used it"),
};
export const EnrolmentTokenSchema = Type.Object(enrolmentToken);
export const MadeEnrolmentTokenSchema = Type.Object({
  ...enrolmentToken,
  token: Type.String({ description: "Shown this once" }),
});
export const EnrolmentTokens = Type.Object({ items: Type.Array(EnrolmentTokenSchema) });

export const EnrolSchema = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 200, description: "An enrolment token" }),
    csr: Type.String({
      minLength: 1,
      maxLength: 8_192,
      description: "A RFC 2986 request, PEM, on a P-256 key; the names in it are not read",
    }),
  },
  strict,
);
export const EnrolledSchema = Type.Object({
  tenantId: Type.String(),
  runnerId: id("Id of the runner"),
  name: Type.String(),
  tags: Type.Array(Type.String()),
  certificate: Type.String({ description: "PEM" }),
  authorities: Type.Array(Type.String(), { description: "PEM; trust these on the runner port" }),
  leftMs: Type.Integer({ description: "How long the certificate is good from now on" }),
  lifeMs: Type.Integer({ description: "For how long it was issued" }),
  address: nullable("host:port of the runner port; null where only the WebSocket is served"),
});

export const AuthoritySchema = Type.Object({
  id: id("Id of the authority"),
  state: Type.Union(["next", "active", "retiring"].map((state) => Type.Literal(state))),
  fingerprint: Type.String({ description: "SHA-256 of its certificate" }),
  createdAt: Type.String(),
  activatedAt: nullable("Since when it signs"),
  expiresAt: Type.String(),
});
export const Authorities = Type.Object({ items: Type.Array(AuthoritySchema) });
export const ActivationSchema = Type.Object(
  {
    force: Type.Optional(
      Type.Boolean({ description: "Also before the next authority has been known for a day" }),
    ),
  },
  strict,
);

const denialKind = Type.Union(["runner", "certificate", "issued_before"].map((kind) => Type.Literal(kind)));
export const NewDenialSchema = Type.Object(
  {
    kind: denialKind,
    value: Type.Optional(
      Type.String({
        pattern: "^[0-9A-Fa-f:]{24,95}$",
        description:
          "A runner's id or a certificate's SHA-256; none for issued_before, which means before now",
      }),
    ),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
);
export const DenialSchema = Type.Object({
  id: id("Id of the denial"),
  kind: denialKind,
  value: Type.String(),
  issuedBefore: nullable("Certificates that were issued before are denied"),
  reason: Type.String(),
  createdAt: Type.String(),
});
export const Denials = Type.Object({ items: Type.Array(DenialSchema) });
