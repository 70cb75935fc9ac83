import { openiap as NodeClient } from "@openiap/nodeapi";
import { adminsId } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import { trustIn } from "../rest/client-address.ts";
import {
  makePerson,
  makeTenant,
  openTestDoor,
  type Person,
  type Tenant,
  type TestDoor,
} from "../rest/testing.ts";
import { knownRoles } from "./known-principals.ts";
import { OpeniapDoor, webSocketPath } from "./openiap.ts";

export type { NodeClient };

// The client would tell its makers of what it does, and take its credentials from here.
process.env["enable_analytics"] = "false";
for (const name of ["apiurl", "grpcapiurl", "wsapiurl", "jwt"]) delete process.env[name];

export interface TestOpeniap extends TestDoor {
  openiap: OpeniapDoor;
  tenant: Tenant;
  /** `ws://...`, as clients are given it. */
  webSocketUrl: string;
  grpcUrl: string;
  pipeUrl: string;
}

/** The OpenIAP door beside the REST door, on a database of their own, with people in the default tenant. */
export async function openTestOpeniap({ hasGuest = false } = {}): Promise<TestOpeniap> {
  let openiap: OpeniapDoor | undefined;
  const door = await openTestDoor(async ({ app, house, gate, metrics, log }) => {
    const publicUrl = () => app.listeningOrigin;
    const made = new OpeniapDoor({
      house,
      gate,
      trust: trustIn([]),
      publicUrl,
      version: "0.0.0",
      hasGuest,
      metrics,
      log,
    });
    app.server.on("upgrade", (request, socket, head) => made.upgrade(request, socket, head));
    app.addHook("preClose", () => made.close());
    await made.serveHttp(app);
    openiap = made;
  });
  const grpcPort = await openiap!.listenGrpc("127.0.0.1", 0);
  const pipeName = `millrace-test-${newId()}`;
  await openiap!.listenPipe(pipeName);
  const webSocketUrl = `${door.address.replace("http:", "ws:")}${webSocketPath}`;
  const tenant = await makeTenant(door.house, "default");
  await door.house.identity.ensureGuestAndRoles(knownRoles);
  const urls = {
    webSocketUrl,
    grpcUrl: `grpc://127.0.0.1:${grpcPort}`,
    pipeUrl: `pipe://localhost/${pipeName}`,
  };
  return { ...door, ...urls, openiap: openiap!, tenant };
}

/** Somebody of the default tenant with a name of his own, a password and a token. */
export async function makeMember(
  { house, tenant }: TestOpeniap,
  { isAdmin = false } = {},
): Promise<Person & { name: string; password: string }> {
  const [name, password] = [`user-${newId()}`, "six blue kettles"];
  const roleIds = isAdmin ? [adminsId] : [];
  return { ...(await makePerson(house, tenant.system, { name, password, roleIds })), name, password };
}

/** The published client, signed in; it dials `url` and nobody else. */
export async function connectClient(url: string, jwt = ""): Promise<NodeClient> {
  const client = new NodeClient(url, jwt);
  try {
    await client.connect();
  } catch (error) {
    // It would try again for as long as the tests run.
    client.Close();
    throw error;
  }
  return client;
}
