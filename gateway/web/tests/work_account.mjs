// Coming in with a work account, at a real OpenID provider: node work_account.mjs CONFIG SCREENS
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import Provider from "oidc-provider";
import { Faults, inBrowser, Person } from "./browser.mjs";
import { House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();
const folder = mkdtempSync(tmpdir() + "/veerpont-openid-");
execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], { stdio: "ignore" });
const authority = readFileSync(folder + "/cert.pem", "utf8");
const key = readFileSync(folder + "/key.pem");
rmSync(folder, { recursive: true });

const server = createServer({ key, cert: authority }, (request, response) => provider.callback()(request, response));
await new Promise((listening) => server.listen(0, "localhost", listening));
const issuer = "https://localhost:" + server.address().port;
const provider = new Provider(issuer, {
  clients: [{ client_id: "veerpont", client_secret: "een geheim: met tekens/+", redirect_uris: [shelter.origin + "/werkaccount"] }],
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id.replace("nieuwe-", "") }) }),
});

async function by(person, login) {
  await person.go("/aanmelden");
  await person.button("Log in met uw werkaccount").click();
  await person.page.waitForURL(issuer + "/**");
  await person.page.locator('input[name="login"]').fill(login);
  await person.page.locator('input[name="password"]').fill("x");
  await person.page.locator('button[type="submit"]').click();
  await person.page.getByRole("button", { name: "Continue" }).click();
}

await inBrowser(faults, screens, async (browser) => {
  const house = await House.at(browser, shelter, "werkaccount", faults, screens);
  const { administrator } = house;
  await house.invite("noor", "Noor");
  await administrator.page.getByRole("link", { name: "Werkaccount" }).click();
  await administrator.field("Adres van de aanbieder").fill(issuer);
  await administrator.field("Naam van Veerpont bij de aanbieder").fill("veerpont");
  await administrator.field("Geheim bij de aanbieder").fill("een geheim: met tekens/+");
  await administrator.field("Certificaat van de uitgever (PEM), als die van uzelf is").fill(authority);
  await administrator.button("Opslaan").click();
  await administrator.page.getByText("Bewaard.", { exact: true }).waitFor();
  await administrator.look("instellen");

  const noor = await Person.at(browser, shelter, "werkaccount-noor", faults, screens, issuer);
  await by(noor, "noor");
  await noor.heading("Werkvoorraad").waitFor();
  faults.equal(new URL(noor.page.url()).search, "", "nothing of the provider stays in the address");
  await noor.page.goBack().catch(() => undefined);
  faults.equal(/code=/.test(noor.page.url()), false, "nor on the way back");

  // Her screen locks while she writes; she has no password here, and loses nothing.
  await noor.go("/");
  await noor.page.getByRole("link", { name: "Nieuwe verwijzing" }).click();
  await noor.button("Eén kind verwijzen").click();
  await noor.heading("Waar hoort de hulp?").waitFor();
  await noor.page.evaluate(async () => {
    const { csrf } = await (await fetch("/api/v1/session")).json();
    await fetch("/api/v1/session/lock", { method: "POST", headers: { "Veerpont-CSRF": csrf } });
  });
  await noor.field("Uw eigen nummer").fill("DB-2026-0209");
  await noor.heading("Het scherm is op slot").waitFor();
  const [window] = await Promise.all([noor.context.waitForEvent("page"), noor.button("Log in met uw werkaccount").click()]);
  await window.getByRole("heading", { name: "Werkvoorraad", level: 1 }).waitFor();
  await noor.heading("Waar hoort de hulp?").waitFor();
  faults.equal(await noor.field("Uw eigen nummer").inputValue(), "DB-2026-0209", "what she wrote is there");
  await noor.page.getByText(/^Bewaard om/).waitFor();
  await window.close();

  // Somebody whom nobody invited, and somebody else who was given her name at the provider.
  const stranger = await Person.at(browser, shelter, "werkaccount-vreemd", faults, screens, issuer);
  await by(stranger, "niemand");
  await stranger.page.getByText("Uw werkaccount liet u niet binnen.", { exact: false }).waitFor();
  await stranger.look("niet-binnen");

  const twin = await Person.at(browser, shelter, "werkaccount-naamgenoot", faults, screens, issuer);
  await by(twin, "nieuwe-noor");
  await twin.page.getByText("Uw werkaccount liet u niet binnen.", { exact: false }).waitFor();
  // Somebody who comes in with a password is nobody's by a name at the provider.
  const taker = await Person.at(browser, shelter, "werkaccount-beheerder2", faults, screens, issuer);
  await by(taker, "beheerder");
  await taker.page.getByText("Uw werkaccount liet u niet binnen.", { exact: false }).waitFor();
  // An answer that this browser did not ask for.
  const forged = await twin.page.evaluate(async () => (await fetch("/api/v1/session/openid/finish", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code: "a", state: "b" }) })).status);
  faults.equal(forged, 401, "a code from elsewhere");
});
server.close();
server.closeAllConnections();
