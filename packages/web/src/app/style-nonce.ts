/** What the server named in this answer's policy, for the styles that the application makes while it runs. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? "";

/**
 * Gives every style that a script of ours makes the nonce of the policy: not all components let it be handed to them.
 * What comes in as HTML is not made this way and stays refused.
 */
export function nameStyles(): void {
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: object) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
}
