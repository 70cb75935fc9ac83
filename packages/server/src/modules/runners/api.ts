import { Type } from "@sinclair/typebox";
import { type AccessRule, route, type Route } from "../../kit/route.ts";
import { authorityRoutes } from "./authority-routes.ts";
import * as schemas from "./schemas.ts";
import type { Runners } from "./service.ts";

const tag = "runners";
const admin: AccessRule = { kind: "admin" };

/** The REST face of runners. `addressFor` says where the runner port is to who asked by this host. */
export function runnerRoutes(runners: Runners, addressFor: (host: string) => string | null): Route[] {
  return [
    ...inventoryRoutes(runners),
    ...stateRoutes(runners),
    ...enrolmentRoutes(runners, addressFor),
    ...authorityRoutes(runners),
  ];
}

function inventoryRoutes(runners: Runners): Route[] {
  return [
    route({
      method: "GET",
      path: "/runners",
      operation: "listRunners",
      summary: "List the runners you may see, by name",
      tag,
      access: { kind: "signed_in" },
      scope: "runners:read",
      schemas: { query: schemas.PageQuery },
      replies: { 200: schemas.RunnersPage },
      run: (call, { query }) => runners.listRunners(call, query),
    }),
    route({
      method: "GET",
      path: "/runners/:runner",
      operation: "getRunner",
      summary: "Show a runner",
      tag,
      access: { kind: "object", of: "runner", right: "read" },
      scope: "runners:read",
      schemas: { params: schemas.RunnerParams },
      replies: { 200: schemas.RunnerDetailsSchema },
      run: (call, { params }) => runners.getRunner(call, params.runner),
    }),
    route({
      method: "PATCH",
      path: "/runners/:runner",
      operation: "updateRunner",
      summary: "Change who may do what with a runner, or, for admins, its tags",
      tag,
      access: { kind: "object", of: "runner", right: "update" },
      scope: "runners:write",
      schemas: { params: schemas.RunnerParams, body: schemas.RunnerChangeSchema },
      replies: { 200: schemas.RunnerDetailsSchema },
      run: (call, { params, body }) => runners.updateRunner(call, params.runner, body),
    }),
    route({
      method: "DELETE",
      path: "/runners/:runner",
      operation: "deleteRunner",
      summary: "Remove a runner for good; its id and certificates are denied from then on",
      tag,
      access: { kind: "object", of: "runner", right: "delete" },
      scope: "runners:write",
      schemas: { params: schemas.RunnerParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => runners.deleteRunner(call, params.runner),
    }),
  ];
}

function stateRoutes(runners: Runners): Route[] {
  const declare = (
    verb: "block" | "unblock" | "drain",
    summary: string,
    run: (...args: Parameters<Runners["blockRunner"]>) => Promise<unknown>,
  ) =>
    route({
      method: "POST",
      path: `/runners/:runner/${verb}`,
      operation: `${verb}Runner`,
      summary,
      tag,
      access: { kind: "object", of: "runner", right: "update" },
      scope: "runners:write",
      schemas: { params: schemas.RunnerParams },
      replies: { 200: schemas.RunnerDetailsSchema },
      run: (call, { params }) => run(call, params.runner),
    });
  return [
    declare("block", "Keep a runner out and cut its connection, until it is unblocked", (call, id) =>
      runners.blockRunner(call, id),
    ),
    declare("unblock", "Let a blocked runner in again", (call, id) => runners.unblockRunner(call, id)),
    declare(
      "drain",
      "Let a runner finish what it has and give it nothing more, until its next start",
      (call, id) => runners.drainRunner(call, id),
    ),
  ];
}

function enrolmentRoutes(runners: Runners, addressFor: (host: string) => string | null): Route[] {
  const { enrolment } = runners;
  return [
    route({
      method: "POST",
      path: "/runner-tokens",
      operation: "createEnrolmentToken",
      summary: "Make a token that enrols one runner within ten minutes",
      tag,
      access: admin,
      scope: "runners:write",
      schemas: { body: schemas.NewEnrolmentTokenSchema },
      replies: { 201: schemas.MadeEnrolmentTokenSchema },
      run: (call, { body }) => enrolment.createToken(call, body),
    }),
    route({
      method: "GET",
      path: "/runner-tokens",
      operation: "listEnrolmentTokens",
      summary: "List the enrolment tokens of the last day, the newest first",
      tag,
      access: admin,
      scope: "runners:read",
      schemas: {},
      replies: { 200: schemas.EnrolmentTokens },
      run: async (call) => ({ items: await enrolment.listTokens(call) }),
    }),
    route({
      method: "DELETE",
      path: "/runner-tokens/:token",
      operation: "deleteEnrolmentToken",
      summary: "Take an enrolment token back",
      tag,
      access: admin,
      scope: "runners:write",
      schemas: { params: schemas.EnrolmentTokenParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => enrolment.deleteToken(call, params.token),
    }),
    route({
      method: "POST",
      path: "/runners/enrol",
      operation: "enrolRunner",
      summary: "Become a runner: show an enrolment token and have a key certified",
      tag,
      access: { kind: "public", why: "the enrolment token is the credential" },
      scope: "runners:write",
      schemas: { body: schemas.EnrolSchema },
      replies: { 201: schemas.EnrolledSchema },
      run: async (call, { body, request }) => ({
        ...(await enrolment.enrol(call, body)),
        address: addressFor(request.host),
      }),
    }),
  ];
}
