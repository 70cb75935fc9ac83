import { MenuOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Drawer, Tooltip } from "antd";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Route, Routes, useLocation } from "react-router";
import type { WhoAmI } from "../api/session-api.ts";
import { useLive } from "../live/use-live.ts";
import { Loading } from "../parts/Loading.tsx";
import { Logo } from "../parts/Logo.tsx";
import { NotFound, PageGuard } from "../parts/PageGuard.tsx";
import { useTexts } from "../texts/use-texts.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { Navigation } from "./Navigation.tsx";
import { sections } from "./sections.tsx";
import { useAppSelector } from "./store.ts";
import { useKeys } from "./use-keys.ts";

const Palette = lazy(() => import("./Palette.tsx").then(({ Palette }) => ({ default: Palette })));
const KeysHelp = lazy(() => import("./KeysHelp.tsx").then(({ KeysHelp }) => ({ default: KeysHelp })));

/** The frame around every page: the menu, the search, who one is, and whether what is shown is live. */
export function Shell({ who }: { who: WhoAmI }) {
  useLive();
  const texts = useTexts();
  const { pathname } = useLocation();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const { open, setOpen } = useKeys();
  const main = useMainFocus(pathname);
  useEffect(() => setMenuOpen(false), [pathname]);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {texts.app.skip}
      </a>
      <header className="top">
        <Button
          className="only-narrow"
          type="text"
          icon={<MenuOutlined />}
          aria-label={texts.app.menu}
          onClick={() => setMenuOpen(true)}
        />
        <Logo name={texts.app.name} />
        <button type="button" className="search" onClick={() => setOpen("palette")}>
          <SearchOutlined />
          <span>{texts.app.search}</span>
          <kbd>/</kbd>
        </button>
        <LiveMark />
        <AccountMenu who={who} onKeys={() => setOpen("keys")} />
      </header>
      <aside className="side">
        <Navigation />
      </aside>
      <Drawer
        placement="left"
        size={264}
        open={isMenuOpen}
        title={texts.app.name}
        onClose={() => setMenuOpen(false)}
      >
        <Navigation />
      </Drawer>
      <main id="main" tabIndex={-1} ref={main}>
        <Suspense fallback={<Loading />}>
          <PageGuard key={pathname.split("/")[1]}>
            <Pages />
          </PageGuard>
        </Suspense>
      </main>
      <Suspense fallback={null}>
        {open === "palette" && <Palette onClose={() => setOpen(undefined)} />}
        {open === "keys" && <KeysHelp onClose={() => setOpen(undefined)} />}
      </Suspense>
    </div>
  );
}

function Pages() {
  return (
    <Routes>
      {sections.map(({ path, page: SectionPage }) => (
        <Route key={path} path={path === "/" ? path : `${path}/*`} element={<SectionPage />} />
      ))}
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}

function LiveMark() {
  const { app } = useTexts();
  const connected = useAppSelector((state) => state.live.connected);
  return (
    <Tooltip title={connected ? app.liveHint : app.notLiveHint}>
      <span className={connected ? "live live-on" : "live"} role="status">
        <span className="live-dot" aria-hidden="true" />
        <span className="live-word">{connected ? app.live : app.notLive}</span>
      </span>
    </Tooltip>
  );
}

/** Whoever goes to another page by keyboard or screen reader begins at its top, and not where the last one ended. */
function useMainFocus(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    window.scrollTo(0, 0);
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
