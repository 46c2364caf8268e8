// The privacy officer's pages: who does not have that role never loads them.
import { BreachPage } from "./officer/breach";
import { ConsentsPage } from "./officer/consents";
import { DoubtPage } from "./officer/doubt";
import { FlowsPage } from "./officer/flows";
import { Logbook } from "./officer/logbook";
import { OfficerOverview } from "./officer/overview";
import { RegisterPage } from "./officer/register";
import { Report } from "./officer/report";
import { SamplePage } from "./officer/sample";
import { OneRequest, RequestsPage } from "./officer/requests";

export function Officer({ page, number, org, other }: { page: string; number: string; org: string; other: preact.JSX.Element }) {
  switch (page) {
    case "":
      return <OfficerOverview />;
    case "gegevensstromen":
      return <FlowsPage />;
    case "logboek":
      return <Logbook />;
    case "toestemming":
      return <ConsentsPage org={org} />;
    case "twijfel":
      return <DoubtPage />;
    case "datalek":
      return <BreachPage />;
    case "rapport":
      return <Report />;
    case "register":
      return <RegisterPage />;
    case "steekproef":
      return <SamplePage />;
    case "verzoeken":
      return number ? <OneRequest key={number} number={Number(number)} /> : <RequestsPage />;
    default:
      return other;
  }
}
