// A crisis on one page, after the call: why, who, and what somebody must know today.
import type { Page } from "./page";
import { What } from "./what";
import { OfChild } from "./why";

const kGrounds = ["consent", "vital-interest"];

export function Crisis(page: Page) {
  return (
    <>
      <OfChild page={page} at={0} grounds={kGrounds} />
      <What {...page} />
    </>
  );
}
