// An organisation with its first people, and what they do more than once.
import { Person, usedNow } from "./browser.mjs";

export class House {
  static async at(browser, gateway, name, faults, screens) {
    const house = new House();
    Object.assign(house, { browser, gateway, name, faults, screens });
    house.administrator = await Person.at(browser, gateway, name + "-beheerder", faults, screens);
    await house.administrator.comeIn("beheerder", gateway.invitation);
    return house;
  }
  // The invitation on paper.
  async invite(login, person) {
    const { administrator } = this;
    await administrator.page.getByRole("link", { name: "Gebruikers" }).click();
    await administrator.field("Naam").fill(person);
    await administrator.field("Gebruikersnaam").fill(login);
    await administrator.button("Nodig iemand uit").click();
    await administrator.page.getByText("Uitnodiging voor " + login).waitFor();
    return administrator.page.locator("output.code").textContent();
  }
  // Somebody new, from the invitation to their work list.
  async worker(login, person) {
    const { administrator, gateway } = this;
    const invitation = await this.invite(login, person);
    await administrator.look("gebruikers");
    await administrator.page.getByRole("link", { name: "Organisaties" }).click();
    await administrator.page.getByText("uw organisatie").waitFor();
    await administrator.look("organisaties-beheerder");
    const made = await Person.at(this.browser, gateway, this.name + "-" + login, this.faults, this.screens);
    await made.comeIn(login, invitation);
    await made.heading("Werkvoorraad").waitFor();
    return made;
  }
}

// The child and the mother say yes.
export async function consent(person, born = "14 maart 2013", page = person.page) {
  const today = new Date().toLocaleDateString("nl-NL", { timeZone: "Europe/Amsterdam" });
  await page.getByLabel("Geboortedatum van het kind", { exact: true }).fill(born);
  await page.getByRole("group", { name: "Wie heeft het gezag?" }).getByLabel("eenhoofdig gezag").check();
  for (const [at, who] of [[1, "kind"], [2, "ouder"]]) {
    const row = page.getByRole("group", { name: "Persoon " + at });
    await row.getByRole("group", { name: "Antwoord" }).getByLabel("stemt in", { exact: true }).check();
    await row.getByLabel("Datum").fill(today);
    await row.getByRole("group", { name: "Manier" }).getByLabel("mondeling, genoteerd").check();
    if (who === "ouder") await row.getByLabel("Wie", { exact: true }).fill("moeder");
  }
  await page.getByRole("group", { name: "Kind gehoord" }).getByLabel("Ja").check();
}

// Somebody of the demo's organisations, whose work is there already.
export class Demo {
  constructor(known, faults, screens) {
    Object.assign(this, { known, faults, screens });
  }
  async logged(browser, org, login) {
    const gateway = { origin: `https://${org}.localhost:${this.known.ports[org]}` };
    const person = await Person.at(browser, gateway, "demo-" + org, this.faults, this.screens);
    person.secret = this.known.people.find((one) => one[0] === org && one[1] === login)[2];
    usedNow(person.secret);
    person.password = "een zin om te proberen";
    await person.go("/");
    await person.logIn(login);
    return person;
  }
}
