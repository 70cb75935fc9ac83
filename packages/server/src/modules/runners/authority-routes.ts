import { Type } from "@sinclair/typebox";
import { type AccessRule, route, type Route } from "../../kit/route.ts";
import * as schemas from "./schemas.ts";
import type { Runners } from "./service.ts";

const tag = "runners";
const admin: AccessRule = { kind: "admin" };

/** What is trusted and what is denied; for admins. */
export function authorityRoutes(runners: Runners): Route[] {
  return [...rotationRoutes(runners), ...denialRoutes(runners)];
}

function rotationRoutes({ authorities }: Runners): Route[] {
  return [
    route({
      method: "GET",
      path: "/runner-authorities",
      operation: "listRunnerAuthorities",
      summary: "List the authorities that sign for runners, and those that are trusted yet or already",
      tag,
      access: admin,
      scope: "runners:read",
      schemas: {},
      replies: { 200: schemas.Authorities },
      run: async (call) => ({ items: await authorities.listAuthorities(call) }),
    }),
    route({
      method: "POST",
      path: "/runner-authorities",
      operation: "prepareRunnerAuthority",
      summary: "Make the next authority and make it known; nothing is signed with it yet",
      tag,
      access: admin,
      scope: "runners:write",
      schemas: {},
      replies: { 201: schemas.AuthoritySchema },
      run: (call) => authorities.prepareAuthority(call),
    }),
    route({
      method: "POST",
      path: "/runner-authorities/activate",
      operation: "activateRunnerAuthority",
      summary:
        "Sign with the next authority from here on; the last one stays trusted until its certificates ended",
      tag,
      access: admin,
      scope: "runners:write",
      schemas: { body: schemas.ActivationSchema },
      replies: { 200: schemas.AuthoritySchema },
      run: (call, { body }) => authorities.activateAuthority(call, body),
    }),
  ];
}

function denialRoutes(runners: Runners): Route[] {
  return [
    route({
      method: "POST",
      path: "/runner-denials",
      operation: "createRunnerDenial",
      summary:
        "Deny a runner, a certificate, or all certificates issued before now; connections are cut within 5 s",
      tag,
      access: admin,
      scope: "runners:write",
      schemas: { body: schemas.NewDenialSchema },
      replies: { 201: schemas.DenialSchema },
      run: (call, { body }) => runners.createDenial(call, body as Parameters<Runners["createDenial"]>[1]),
    }),
    route({
      method: "GET",
      path: "/runner-denials",
      operation: "listRunnerDenials",
      summary: "List what is denied, the newest first",
      tag,
      access: admin,
      scope: "runners:read",
      schemas: {},
      replies: { 200: schemas.Denials },
      run: async (call) => ({ items: await runners.listDenials(call) }),
    }),
    route({
      method: "DELETE",
      path: "/runner-denials/:denial",
      operation: "deleteRunnerDenial",
      summary: "Take a denial back",
      tag,
      access: admin,
      scope: "runners:write",
      schemas: { params: schemas.DenialParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => runners.deleteDenial(call, params.denial),
    }),
  ];
}
