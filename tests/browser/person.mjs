// Somebody at a screen. Every page they look at is checked for barriers and kept as a picture.

import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 640 };
const SHOTS = fileURLToPath(new URL("./shots", import.meta.url));

export class Person {
  /**
   * A fresh browser of their own: no cookies, Indonesian, `javaScript: false` for one without scripts, `url` for one
   * that reaches the office on another way.
   */
  static async enter(browser, office, { javaScript = true, url = office.url } = {}) {
    const context = await browser.newContext({
      baseURL: url,
      viewport: WIDE,
      locale: "id-ID",
      timezoneId: "Asia/Jakarta",
      javaScriptEnabled: javaScript,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    return new Person(context, page, office, javaScript);
  }

  constructor(context, page, office, javaScript) {
    this.context = context;
    this.page = page;
    this.office = office;
    this.javaScript = javaScript;
    this.faults = [];
    page.on("pageerror", (error) => this.faults.push(`script: ${error.message}`));
    page.on("console", (line) => this.hear(line));
    page.on("response", (answer) => answer.status() >= 500 && this.faults.push(`${answer.status()} ${answer.url()}`));
  }

  /** A refused request is the page's own business; every other complaint of the browser is a fault. */
  hear(line) {
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) {
      this.faults.push(`console: ${line.text()}`);
    }
  }

  /** Opens a path and looks at it. */
  async visit(path, name) {
    const answer = await this.page.goto(path, { waitUntil: "load" });
    if (answer.status() >= 400) throw new Error(`${path} answers ${answer.status()}`);
    await this.look(name ?? path);
  }

  /** Signs in on the page for it. */
  async signIn(username) {
    await this.page.goto("/masuk");
    await this.page.fill("[name=username]", username);
    await this.page.fill("[name=password]", this.office.password);
    await Promise.all([this.page.waitForURL((url) => url.pathname !== "/masuk"), this.page.click("main button[type=submit]")]);
  }

  /** Presses what a person would call by this name: a button, else a link. */
  async press(name) {
    const main = this.page.locator("main");
    const button = main.getByRole("button", { name }).first();
    const target = (await button.count()) ? button : main.getByRole("link", { name }).first();
    await target.click();
    await this.page.waitForLoadState("load");
  }

  /** Fills fields by name attribute: text, number, date, choice, tick. */
  async fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.page.locator(`main [name="${name}"]`).first();
      const kind = await field.evaluate((element) => (element.tagName === "SELECT" ? "select" : element.type));
      if (kind === "select") await field.selectOption(value);
      else if (kind === "checkbox") await field.setChecked(value);
      else if (kind === "radio") await this.page.locator(`main [name="${name}"][value="${value}"]`).check();
      else if (kind === "file") await field.setInputFiles(value);
      else await field.fill(value);
    }
  }

  /** Insists that a text can be read. */
  async reads(text) {
    const body = await this.page.locator("body").innerText();
    const found = text instanceof RegExp ? text.test(body) : body.toLowerCase().includes(text.toLowerCase());
    if (!found) throw new Error(`${this.page.url()}: "${text}" is not to be read in:\n${body.slice(0, 1500)}`);
  }

  /** Checks the page as it stands, wide and narrow, and keeps two pictures. */
  async look(name) {
    mkdirSync(SHOTS, { recursive: true });
    const file = name.replace(/^\//, "").replace(/[^a-z0-9]+/gi, "-") || "home";
    await this.readsNoKey();
    for (const size of [NARROW, WIDE]) {
      await this.page.setViewportSize(size);
      await this.isNotCutOff(size.width);
      if (this.javaScript) await this.meetsNoBarrier(size.width);
      await this.page.screenshot({ path: join(SHOTS, `${file}-${size.width}.png`), fullPage: true });
    }
    if (this.faults.length) throw new Error(`${this.page.url()}: ${this.faults.join("; ")}`);
  }

  async readsNoKey() {
    const body = await this.page.locator("body").innerText();
    if (body.includes("⟦")) throw new Error(`${this.page.url()} shows a key: ${body.match(/⟦[^⟧]*⟧/)[0]}`);
  }

  async isNotCutOff(width) {
    if (!this.javaScript) return;
    const content = await this.page.evaluate(() => document.documentElement.scrollWidth);
    if (content <= width) return;
    const wide = await this.page.evaluate((edge) => {
      const beyond = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > edge + 1);
      const words = (one) => `${one.tagName} "${(one.textContent ?? "").trim().slice(0, 40)}"`;
      return beyond.slice(-3).map(words).join(", ");
    }, width);
    throw new Error(`${this.page.url()} scrolls sideways at ${width} px: ${content} px, with ${wide}`);
  }

  async meetsNoBarrier(width) {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate((rules) => window.axe.run({ runOnly: { type: "tag", values: rules } }), RULES);
    const words = found.violations.flatMap((v) => v.nodes.map((n) => `${v.id} at ${n.target}: ${n.failureSummary}`));
    if (words.length) throw new Error(`${this.page.url()} at ${width} px has barriers:\n  ${words.join("\n  ")}`);
  }

  async leave() {
    await this.context.close();
  }
}
