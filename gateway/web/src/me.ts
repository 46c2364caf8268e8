// Who is logged in.
import { createContext } from "preact";
import type { SessionAnswer } from "../generated/interface";

export const Me = createContext<SessionAnswer>({});

export function works(session: SessionAnswer): boolean {
  return (session.roles ?? []).some((role) => role === "worker" || role === "team-lead");
}
