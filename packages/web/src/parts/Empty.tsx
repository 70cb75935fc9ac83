import type { ReactNode } from "react";

/** What a list is, while nothing is in it, and the one thing that makes the first. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <svg viewBox="0 0 64 28" width="64" height="28" aria-hidden="true" className="empty-mark">
        <path d="M2 9c7-6 13-6 20 0s13 6 20 0 13-6 20 0" />
        <path d="M2 20c7-6 13-6 20 0s13 6 20 0 13-6 20 0" />
      </svg>
      <p>{children}</p>
      {action}
    </div>
  );
}
