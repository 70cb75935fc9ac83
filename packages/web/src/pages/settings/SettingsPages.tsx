import type { ReactNode } from "react";
import { NavLink, Route, Routes } from "react-router";
import { useWhoAmIQuery } from "../../api/session-api.ts";
import { Page } from "../../parts/Page.tsx";
import { NotFound } from "../../parts/PageGuard.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { AccountPanel } from "./AccountPanel.tsx";
import { RolePanel, RolesPanel } from "./RolesPanel.tsx";
import { TokensPanel } from "./TokensPanel.tsx";
import { UsersPanel } from "./UsersPanel.tsx";

/** One's own account and tokens; for admins, users and roles as well. */
export function SettingsPages() {
  const { data: who } = useWhoAmIQuery();
  const isAdmin = who?.roles.some(({ name }) => name === "admins") === true;
  return (
    <Routes>
      <Route index element={<Tabbed isAdmin={isAdmin}>{who && <AccountPanel who={who} />}</Tabbed>} />
      <Route
        path="tokens"
        element={
          <Tabbed isAdmin={isAdmin}>
            <TokensPanel />
          </Tabbed>
        }
      />
      {isAdmin && (
        <>
          <Route
            path="users"
            element={
              <Tabbed isAdmin>
                <UsersPanel />
              </Tabbed>
            }
          />
          <Route
            path="roles"
            element={
              <Tabbed isAdmin>
                <RolesPanel />
              </Tabbed>
            }
          />
          <Route
            path="roles/:role"
            element={
              <Tabbed isAdmin>
                <RolePanel />
              </Tabbed>
            }
          />
        </>
      )}
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}

function Tabbed({ isAdmin, children }: { isAdmin: boolean; children: ReactNode }) {
  const { settings: texts } = useTexts();
  const tab = (to: string, label: string) => (
    <NavLink to={to} end={to === "/settings"} className="tab">
      {label}
    </NavLink>
  );
  return (
    <Page title={texts.title}>
      <nav className="tabs" aria-label={texts.title}>
        {tab("/settings", texts.account)}
        {tab("/settings/tokens", texts.tokens)}
        {isAdmin && tab("/settings/users", texts.users)}
        {isAdmin && tab("/settings/roles", texts.roles)}
      </nav>
      {children}
    </Page>
  );
}
