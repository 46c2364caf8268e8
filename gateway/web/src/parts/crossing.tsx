// The crossing: two banks, water between, and the ferry where the referral is. Whoever does not see
// it reads the same in its label.
import type { ReferralRow } from "../../generated/interface";

type Place = "ours" | "water" | "theirs" | "moored";

export function placeOf(row: ReferralRow, org: string): Place {
  const closed = ["declined", "redirected", "withdrawn", "not-started", "completed", "expired"];
  if (closed.includes(row.state ?? "")) return "moored";
  if (row.state === "sent") return "water";
  if (!row.nextActor) return "water";
  return row.nextActor === org ? "ours" : "theirs";
}

export function Crossing({ row, org, us, them, label, small }: { row: ReferralRow; org: string; us: string; them: string; label?: string; small?: boolean }) {
  const place = placeOf(row, org);
  const at = { ours: 96, water: 280, theirs: 464, moored: 464 }[place];
  const stopped = (row.sharingStopped ?? []).length > 0;
  return (
    <svg class={small ? "crossing small" : "crossing"} viewBox="0 0 560 96" {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })} preserveAspectRatio="xMidYMid meet">
      <path class="bank" d="M0 52h72v44H0zM488 52h72v44h-72z" />
      <path class={"water" + (stopped ? " stopped" : "")} d="M72 72q26-14 52 0t52 0 52 0 52 0 52 0 52 0 52 0 52 0" />
      <g class={"ferry " + place} transform={`translate(${at} 58)`}>
        <path d="M-26 0h52l-8 14h-36z" />
        <path d="M-10 0v-14h20V0z" />
        {place === "moored" && <path class="tick" d="M-7-24l5 5 10-10" />}
      </g>
      {!small && (
        <>
          <text x="0" y="30">
            {us}
          </text>
          <text x="560" y="30" text-anchor="end">
            {them}
          </text>
        </>
      )}
    </svg>
  );
}
