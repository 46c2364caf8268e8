// The browser's own passkeys (Web Authentication), as the gateway wants to hear of them. No CBOR leaves this page.
import type { NewPasskey, PasskeyChallenge, PasskeyRequest } from "../../generated/interface";
import { Problem } from "../api";

function toText(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
function toBytes(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0)).buffer;
}

const kTime = 120_000;
const kAlgorithms = [-7, -257]; // ES256, RS256
export const hasPasskeys = typeof PublicKeyCredential !== "undefined";

function known(challenge: PasskeyChallenge): PublicKeyCredentialDescriptor[] {
  return (challenge.credentials ?? []).map((id) => ({ type: "public-key", id: toBytes(id) }));
}
// Whoever says no in the browser's own window is told what else they can do.
const stopped = () => new Problem(0, "passkey-stopped", "", "");

export async function makePasskey(challenge: PasskeyChallenge, login: string, name: string): Promise<NewPasskey> {
  const made = await navigator.credentials
    .create({
      publicKey: {
        challenge: toBytes(challenge.challenge ?? ""),
        rp: { id: challenge.rpId ?? "", name: "Veerpont" },
        user: { id: crypto.getRandomValues(new Uint8Array(32)), name: login, displayName: login },
        pubKeyCredParams: kAlgorithms.map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: known(challenge),
        authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
        attestation: "none",
        timeout: kTime,
      },
    })
    .catch(() => null);
  if (!(made instanceof PublicKeyCredential)) throw stopped();
  const answer = made.response as AuthenticatorAttestationResponse;
  return { clientData: toText(answer.clientDataJSON), authenticatorData: toText(answer.getAuthenticatorData()), ...(name ? { name } : {}) };
}

export async function usePasskeyFor(challenge: PasskeyChallenge): Promise<PasskeyRequest> {
  const used = await navigator.credentials
    .get({ publicKey: { challenge: toBytes(challenge.challenge ?? ""), rpId: challenge.rpId ?? "", allowCredentials: known(challenge), userVerification: "required", timeout: kTime } })
    .catch(() => null);
  if (!(used instanceof PublicKeyCredential)) throw stopped();
  const answer = used.response as AuthenticatorAssertionResponse;
  return {
    credential: toText(used.rawId),
    clientData: toText(answer.clientDataJSON),
    authenticatorData: toText(answer.authenticatorData),
    signature: toText(answer.signature),
  };
}
