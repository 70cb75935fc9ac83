import type { ReactNode } from "react";
import { useEffect } from "react";
import { Link } from "react-router";
import { useTexts } from "../texts/use-texts.ts";

export interface Crumb {
  to: string;
  label: string;
}

interface PageProps {
  title: string;
  /** Where this page lies, from the outside in. */
  path?: Crumb[];
  /** Beside the title: a state, a count. */
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: its place, its title, what can be done here, and what it shows. */
export function Page({ title, path = [], note, actions, children }: PageProps) {
  const texts = useTexts();
  useEffect(() => {
    document.title = `${title} · ${texts.app.name}`;
  }, [title, texts]);
  return (
    <div className="page">
      {path.length > 0 && (
        <nav className="crumbs" aria-label={texts.app.pages}>
          {path.map(({ to, label }) => (
            <Link key={to} to={to}>
              {label}
            </Link>
          ))}
        </nav>
      )}
      <header className="page-head">
        <h1>{title}</h1>
        {note}
        <div className="page-actions">{actions}</div>
      </header>
      {children}
    </div>
  );
}

/** A part of a page with a title of its own. */
export function Panel({ title, more, children }: { title: string; more?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel" aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        {more}
      </header>
      {children}
    </section>
  );
}
