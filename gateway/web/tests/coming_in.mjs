// Coming in: with a passkey, with codes, anew; and who is let in no more: node coming_in.mjs CONFIG SCREENS
import { readFileSync } from "node:fs";
import { Faults, inBrowser, kPassword, Person } from "./browser.mjs";
import { House } from "./house.mjs";

const [, , config, screens] = process.argv;
const { shelter } = JSON.parse(readFileSync(config, "utf8"));
const faults = new Faults();

async function invitationOf(administrator, button) {
  await administrator.go("/gebruikers");
  await administrator.button(button).click();
  await administrator.page.getByText(/^Uitnodiging voor/).waitFor();
  return administrator.page.locator("output.code").textContent();
}

async function password(person, login) {
  await person.field("Gebruikersnaam").fill(login);
  await person.field("Wachtwoord").fill(kPassword);
  await person.button("Ga verder").click();
}

await inBrowser(faults, screens, async (browser) => {
  const house = await House.at(browser, shelter, "toegang", faults, screens);
  const { administrator } = house;
  const invitation = await house.invite("noor", "Noor");

  // The first time, with a passkey; no code is ever typed.
  const noor = await Person.at(browser, shelter, "toegang-noor", faults, screens);
  await noor.withDevice();
  await noor.go("/eerste-keer");
  await noor.field("Gebruikersnaam").fill("noor");
  await noor.field("Uitnodiging").fill(invitation);
  await noor.field("Kies een wachtwoord").fill(kPassword);
  await noor.button("Ga verder").click();
  await noor.button("Maak een toegangssleutel").click();
  await noor.button("Aanmelden").click();
  await password(noor, "noor");
  await noor.look("toegangssleutel");
  await noor.button("Gebruik uw toegangssleutel").click();
  await noor.heading("Werkvoorraad").waitFor();
  await noor.page.getByRole("link", { name: "Mijn toegang" }).click();
  await noor.page.getByRole("heading", { name: "zonder naam" }).waitFor();
  await noor.look("mijn-toegang");
  await noor.field("Wachtwoord").fill(kPassword);
  await noor.button("Haal weg: zonder naam").click();
  await noor.page.getByText(/de enige tweede factor/).waitFor();

  // Locked: the password alone opens the same screen; the page that was there is back.
  await noor.page.evaluate(async () => {
    const { csrf } = await (await fetch("/api/v1/session")).json();
    await fetch("/api/v1/session/lock", { method: "POST", headers: { "Veerpont-CSRF": csrf } });
  });
  await noor.page.reload();
  await noor.heading("Het scherm is op slot").waitFor();
  await noor.look("op-slot");
  await noor.field("Wachtwoord").fill(kPassword);
  await noor.button("Ga verder").click();
  await noor.heading("Mijn toegang").waitFor();

  // Her telephone is lost: a new beginning, and with it the old way in is gone.
  const anew = await invitationOf(administrator, "Nieuw begin Noor");
  await administrator.look("nieuw-begin");
  // Her page hears of it, and is out.
  await noor.heading("Aanmelden").waitFor();
  await noor.comeIn("noor", anew);
  await noor.heading("Werkvoorraad").waitFor();
  // A program of the house.
  await administrator.page.getByRole("link", { name: "Koppelingen" }).click();
  await administrator.field("Naam van het programma").fill("Dossiersysteem");
  await administrator.page.getByLabel("concepten maken en versturen").check();
  await administrator.button("Maak een koppeling").click();
  await administrator.page.getByText(/^veerpont_/).waitFor();
  await administrator.page.reload();
  await administrator.button("Trek in: Dossiersysteem").waitFor();
  faults.equal(await administrator.page.getByText(/veerpont_/).count(), 0, "a key is shown once");
  await administrator.look("koppelingen");
  await administrator.button("Trek in: Dossiersysteem").click();
  await administrator.page.getByText("Er is nog geen koppeling.").waitFor();
  await administrator.page.getByRole("link", { name: "Meldingen" }).click();
  await administrator.field("Mailserver").fill("http://mail.example");
  await administrator.field("Afzender").fill("veerpont@binnenvest.example");
  await administrator.button("Opslaan").click();
  await administrator.page.getByText(/smtp:\/\/HOST:PORT/).waitFor();
  await administrator.field("Mailserver").fill("smtp://mail.example:587");
  await administrator.button("Opslaan").click();
  await administrator.page.getByText("Bewaard.", { exact: true }).waitFor();
  await administrator.look("meldingen");
  await administrator.page.getByRole("link", { name: "Gebruikers" }).click();
  // Away, and back.
  await administrator.button("Blokkeer Noor").click();
  await administrator.button("Laat weer toe Noor").waitFor();
  await noor.page.reload();
  await noor.heading("Aanmelden").waitFor();
  await password(noor, "noor");
  await noor.page.getByText("De gebruikersnaam, het wachtwoord of de code klopt niet.", { exact: false }).waitFor();
  await administrator.button("Laat weer toe Noor").click();
  await administrator.button("Blokkeer Noor").waitFor();
  await noor.go("/");
  await noor.logIn("noor");
});
