const mark = "millrace.reloaded";

/** A part that comes later may be gone because the server was updated: then the page is loaded again, once. */
export function reloadOnNewBuild(): void {
  window.addEventListener("vite:preloadError", (event) => {
    if (sessionStorage.getItem(mark) === location.href) return;
    sessionStorage.setItem(mark, location.href);
    event.preventDefault();
    location.reload();
  });
}
