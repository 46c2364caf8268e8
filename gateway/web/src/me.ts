// Who is logged in.
import { createContext } from "preact";
import type { SessionAnswer } from "../generated/interface";

export const Me = createContext<SessionAnswer>({});
