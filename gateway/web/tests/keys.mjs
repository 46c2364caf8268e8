// Everything by keyboard: what a script clicks, checks, fills and chooses is reached with Tab and done with a key. What has
// the focus shows it, and nothing covers it.
const kMostTabs = 400;
export const pressed = { keys: 0 };

async function press(page, key) {
  ++pressed.keys;
  await page.keyboard.press(key);
}

// What takes the focus for this: a text in a summary is the summary's.
const focusable = (element) => element.closest("a, button, summary, input, select, textarea") ?? element;

async function reach(locator, faults) {
  await locator.waitFor();
  const page = locator.page();
  const wanted = await locator.evaluateHandle(focusable);
  const there = () => wanted.evaluate((one) => {
    const active = document.activeElement;
    return active === one || (one.type === "radio" && active?.type === "radio" && active.name === one.name);
  });
  for (let tabs = 0; !(await there()); ++tabs) {
    if (tabs === kMostTabs) throw new Error(`no Tab reaches ${await wanted.evaluate((one) => one.outerHTML.slice(0, 200))}`);
    await press(page, "Tab");
  }
  const seen = await page.evaluate(() => {
    const active = document.activeElement;
    const label = active.closest("label");
    const at = active.getBoundingClientRect();
    const top = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
    const marked = [active, label].some((one) => one && getComputedStyle(one).outlineStyle !== "none");
    return [marked, top === null ? "" : active.contains(top) || top.contains(active) ? "" : top.outerHTML.slice(0, 120), active.outerHTML.slice(0, 120)];
  });
  if (!seen[0]) faults.add("the focus does not show on " + seen[2]);
  if (seen[1]) faults.add(`${seen[1]} covers ${seen[2]}`);
  return wanted;
}

// From here on this page's scripts have no mouse.
export function byKeysAlone(page, faults) {
  const locators = Object.getPrototypeOf(page.locator("body"));
  if (locators.byKeys) return;
  locators.byKeys = true;
  const keys = (locator) => (key) => press(locator.page(), key);
  locators.click = async function () {
    await reach(this, faults);
    await keys(this)("Enter");
  };
  locators.dblclick = locators.click;
  locators.fill = async function (text) {
    await reach(this, faults);
    await keys(this)("Control+A");
    await this.page().keyboard.insertText(text);
  };
  locators.selectOption = async function (option) {
    await reach(this, faults);
    await this.page().keyboard.type(option.label ?? option);
  };
  locators.check = async function () {
    const wanted = await reach(this, faults);
    const state = () => wanted.evaluate((one) => [one.checked, one === document.activeElement, one.type]);
    for (let moved = 0; !(await state())[0]; ++moved) {
      if (moved === kMostTabs) throw new Error("no key checks it");
      const [, active, type] = await state();
      await keys(this)(active ? "Space" : type === "radio" ? "ArrowDown" : "Tab");
    }
  };
}
