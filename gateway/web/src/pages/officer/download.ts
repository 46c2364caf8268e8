// Files for whoever asked, made here: nothing is asked of the gateway again.
export function download(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(address);
}

// A line of RFC 4180, no cell of which a spreadsheet takes for a formula.
export function csvLine(cells: (string | number)[]): string {
  return cells.map((one) => (typeof one === "number" ? String(one) : one === "" ? "" : `"${one.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`)).join(",");
}

// The instant at which clocks in Amsterdam show this, on a day "2026-11-27" and at a time "8.05".
export function atHere(day: string, clock: string): string {
  const [hours = "0", minutes = "0"] = clock.split(/[.:]/);
  const asIfUtc = Date.parse(`${day}T${hours.padStart(2, "0")}:${minutes}:00Z`);
  const shown = (instant: number) => {
    const parts = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Amsterdam" }).format(instant);
    return Date.parse(parts.replace(" ", "T") + ":00Z");
  };
  const first = asIfUtc - (shown(asIfUtc) - asIfUtc);
  return new Date(first - (shown(first) - asIfUtc)).toISOString().replace(".000Z", "Z");
}
