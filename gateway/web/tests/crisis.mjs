// A crisis, from the telephone to the second professional, while the recipient is closed.
export async function where(person, secret, municipality = "Leiden", who = /JGT Leiden/) {
  await person.field("In welke gemeente stond het kind ingeschreven, vlak voor de opvang?").fill(municipality);
  await person.button("Zoek wie kan helpen").click();
  await person.page.getByLabel(who).check();
  await person.page.getByRole("group", { name: "Is het adres van het gezin geheim?" }).getByLabel(secret).check();
}

// A danger now: whom to call first, one page, a second professional.
export async function crisis(noor, bram) {
  await noor.page.getByRole("link", { name: "Nieuwe verwijzing" }).click();
  await noor.button("Het is crisis").click();
  await noor.heading("Bel eerst").waitFor();
  await where(noor, "Ja");
  await noor.page.getByText("071-5123456").waitFor();
  await noor.button("Ga verder").click();
  await noor.page.getByText("Deze organisatie is nu dicht. Bel eerst, en schrijf op wie u belde en wanneer.").waitFor();
  await noor.look("bel-eerst");
  // Nor by another way: the last button asks for the call too.
  await noor.page.getByRole("link", { name: "Kijk alles na" }).click();
  await noor.button("Verstuur verwijzing").click();
  await noor.page.getByText("Deze organisatie is nu dicht. Bel eerst, en schrijf op wie u belde en wanneer.").waitFor();
  await noor.page.getByRole("link", { name: "Bel eerst" }).click();
  await noor.field("Wie is gebeld").fill("Veilig Thuis");
  await noor.field("Wanneer").fill("vanavond om 22.30 uur");
  await noor.button("Ga verder").click();
  await noor.heading("Wat moet iemand nu weten?").waitFor();
  await noor.field("Geboortedatum van het kind").fill("1 juni 2014");
  await noor.page.getByRole("group", { name: "Op welke grond?" }).getByLabel("vitaal belang").check();
  await noor.page.getByRole("group", { name: "Uitzondering" }).getByLabel("Waarom").fill("Er is nu gevaar; vragen kan niet.");
  await noor.field("Tweede professional").selectOption("Bram");
  await noor.page.getByRole("group", { name: "Kind gehoord" }).getByLabel("Ja").check();
  await noor.field("Conclusie").fill("Het kind is nu veilig bij ons.");
  await noor.page.getByText("Dit mag.").waitFor();
  await noor.look("crisis");
  await noor.button("Ga verder").click();
  await noor.heading("Kijk alles na").waitFor();
  await noor.button("Verstuur verwijzing").click();
  await noor.page.getByText(/Reken op uw telefoongesprek, niet op dit bericht/).waitFor();
  await noor.look("crisis-verstuurd");
  await bram.page.getByRole("link", { name: "Bevestig een uitzondering" }).waitFor({ timeout: 30_000 });
  await bram.look("werkvoorraad");
  await bram.page.getByRole("link", { name: "Bevestig een uitzondering" }).click();
  await bram.button("Bevestig deze uitzondering").click();
  await bram.page.getByText("De uitzondering is bevestigd.").waitFor();
  await bram.look("bevestigd");
}
