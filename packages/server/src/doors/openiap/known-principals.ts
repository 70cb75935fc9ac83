import type { GivenRole } from "../../modules/identity/model.ts";

/**
 * Roles whose ids are compiled into clients and pages: these put them into ACLs without looking them up. `root`,
 * `guest`, `admins` and `users` have the ids that clients know in every tenant; those of customers and resellers are
 * left out, since there are none here.
 */
export const knownRoles: readonly GivenRole[] = [
  role("5ac0850ca538fee1ebdb996c", "robots", "Programs that act for people"),
  role("5a23f18a2e8987292ddbe061", "nodered users", "May use Node-RED"),
  role("5a23f18a2e8987292ddbe062", "personal nodered users", "May run a Node-RED of their own"),
  role("5a17f157c4815318c8536c20", "nodered admins", "May change Node-RED"),
  role("5a17f157c4815318c8536c22", "nodered api users", "May call what Node-RED offers"),
  role("5b6ab63c8d4a64b7c47f4a8f", "filestore users", "May use shared files"),
  role("5b6ab63c8d4a64b7c47f4a8e", "filestore admins", "May change shared files"),
  role("5aef0142f3683977b0aa3dd3", "robot users", "May use robots"),
  role("5aef0142f3683977b0aa3dd2", "robot admins", "May change robots"),
  role("5f33c29d8fe78504bd259a04", "robot agent users", "May use robot agents"),
  role("625440c4231309af5f2052cd", "work item queue admins", "May change queues"),
  role("62544134231309e2cd2052ce", "work item queue users", "May use queues"),
];

function role(id: string, name: string, description: string): GivenRole {
  return { id, name, description };
}
