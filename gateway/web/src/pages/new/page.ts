// What each step of a new referral is given.
import type { Change } from "./use_draft";
import type { Child, Written } from "./written";

export interface Page {
  id: string;
  written: Written;
  put: (change: Change) => void;
  putChild: (at: number, change: Partial<Child>) => void;
}
