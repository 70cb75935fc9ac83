import { App as AntApp, ConfigProvider } from "antd";
import { useEffect } from "react";
import { useWhoAmIQuery } from "../api/session-api.ts";
import { Loading } from "../parts/Loading.tsx";
import { asProblem, ProblemNote } from "../parts/ProblemNote.tsx";
import { NewPasswordPage, SignInPage } from "../pages/sign-in/SignInPage.tsx";
import { useLocation } from "react-router";
import { Shell } from "./Shell.tsx";
import { useAppSelector } from "./store.ts";
import { localeOf } from "./locale.ts";
import { themeOf } from "./theme.ts";
import { useDark } from "./use-dark.ts";

/** As it was when the page was loaded: the components would begin anew if it changed. */
const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

export function App() {
  const isDark = useDark();
  const language = useAppSelector((state) => state.preferences.language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <ConfigProvider theme={themeOf(isDark, isStill)} locale={localeOf(language)}>
      <AntApp component={false} message={{ maxCount: 2, top: 64 }}>
        <Door />
      </AntApp>
    </ConfigProvider>
  );
}

/** Whoever has signed in comes in; anybody else is asked who he is, and then goes where he wanted to go. */
function Door() {
  const { pathname } = useLocation();
  const { data, error, isLoading, refetch } = useWhoAmIQuery();
  if (pathname === "/set-password") return <NewPasswordPage />;
  if (isLoading) return <Loading whole />;
  if (error !== undefined && asProblem(error).status === 401) return <SignInPage />;
  if (data === undefined) {
    return (
      <main className="lone">{error && <ProblemNote problem={error} onRetry={() => void refetch()} />}</main>
    );
  }
  return <Shell who={data} />;
}
