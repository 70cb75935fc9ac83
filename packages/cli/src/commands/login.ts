import type { Command } from "commander";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { loadSdk } from "../packages.ts";
import { ask, askSecret } from "../prompts.ts";
import type { Profile } from "../profiles.ts";
import { signIn } from "../sign-in.ts";

/** Adds `login`, `logout` and `whoami`. */
export function addLogin(program: Command, context: Context): void {
  program
    .command("login")
    .description("sign in and keep a profile: by name and password, or with --token by an API token")
    .option("--user <name>", "name or e-mail address; asked for if not given")
    .addHelpText("after", "\nThe password is asked for, or read as one line of the standard input.")
    .action(async (options: { user?: string }) => {
      const { url } = context;
      const profile = await profileFor(context, url, options.user);
      const name = context.profileToSave;
      context.profiles.save(name, profile);
      const who = `Signed in to ${url} as ${profile.userName}`;
      context.out.done(`${who}; profile ${name} in ${context.profiles.path}`, {
        profile: name,
        url,
        user: profile.userName,
      });
    });
  program
    .command("logout")
    .description("revoke the profile's token and forget it")
    .action(async () => {
      const name = context.profileName;
      const profile = context.profiles.find(name);
      if (profile === undefined)
        throw new CommandError(`There is no profile ${name}.`, exitCodes.notSignedIn);
      const revoked = await revoke(profile);
      context.profiles.remove(name);
      const rest = revoked ? "" : " Its token could not be revoked; it ends by itself.";
      context.out.done(`Signed out of ${profile.url}.${rest}`, { profile: name, revoked });
    });
  program
    .command("whoami")
    .description("show who you are, and where")
    .action(async () => {
      const client = await context.client();
      const { user, roles, scopes } = await client.whoAmI();
      if (context.out.json) return context.out.value({ url: context.url, user, roles, scopes });
      context.out.record({
        url: context.url,
        user: user.name,
        id: user.id,
        roles: roles.map((role) => role.name).join(", "),
        scopes: scopes?.join(", ") ?? "everything",
      });
    });
}

async function profileFor(context: Context, url: string, userName: string | undefined): Promise<Profile> {
  const token = context.givenToken;
  if (token !== undefined) return { url, token, userName: await nameOf(url, token) };
  const name = userName ?? (await ask(`User at ${url}: `));
  return signIn({ url, userName: name, password: await askSecret("Password: ") });
}

/** Proves the token on the way. */
async function nameOf(url: string, token: string): Promise<string> {
  const { createClient } = await loadSdk();
  const client = createClient({ url, token });
  try {
    return (await client.whoAmI()).user.name;
  } finally {
    await client.close();
  }
}

/** A token that was given by hand is left alone: others may use it. */
async function revoke({ url, token, tokenId }: Profile): Promise<boolean> {
  if (tokenId === undefined) return false;
  const { createClient } = await loadSdk();
  const client = createClient({ url, token, retriesMax: 0, timeoutMs: 5_000 });
  try {
    await client.revokeToken(tokenId);
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}
