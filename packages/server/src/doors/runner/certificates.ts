import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { experimental } from "@grpc/grpc-js";

type CaListener = experimental.CaCertificateUpdateListener;
type IdentityListener = experimental.IdentityCertificateUpdateListener;

/** What the runner port shows and trusts; it changes under a running server, without a break for who is connected. */
export class PortCertificates implements experimental.CertificateProvider {
  readonly #caListeners = new Set<CaListener>();
  readonly #identityListeners = new Set<IdentityListener>();
  #authorities: string[] = [];
  #pair: { certificate: string; key: string } | undefined;

  /** Trusts these from the next handshake on, and shows this. */
  update(authorities: string[], pair: { certificate: string; key: string }): void {
    this.#authorities = authorities;
    this.#pair = pair;
    for (const listener of this.#caListeners) listener(this.#ca());
    for (const listener of this.#identityListeners) listener(this.#identity());
  }

  get authorities(): string[] {
    return this.#authorities;
  }

  /** The certificate's DER, and its key, for who proves it by hand. */
  get proof(): { certificate: Uint8Array; key: KeyObject } {
    const { certificate, key } = this.#pair!;
    return { certificate: new X509Certificate(certificate).raw, key: createPrivateKey(key) };
  }

  addCaCertificateListener(listener: CaListener): void {
    this.#caListeners.add(listener);
    // Later, since whoever adds it is not ready to hear before this returns.
    setImmediate(() => listener(this.#ca()));
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.#caListeners.delete(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.add(listener);
    setImmediate(() => listener(this.#identity()));
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.delete(listener);
  }

  #ca(): experimental.CaCertificateUpdate | null {
    return this.#pair === undefined ? null : { caCertificate: Buffer.from(this.#authorities.join("\n")) };
  }

  #identity(): experimental.IdentityCertificateUpdate | null {
    if (this.#pair === undefined) return null;
    return { certificate: Buffer.from(this.#pair.certificate), privateKey: Buffer.from(this.#pair.key) };
  }
}
