// Everything below the chat: input field, attachments, commands, reply keyboard, and START or unblock in their place.
import { el, icon } from "./dom.js";
import { texts } from "./texts.js";

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.commands = [];
    this.replyKeyboard = null;
    this.input = el("textarea", {
      rows: "1",
      placeholder: texts.placeholder,
      "aria-label": texts.messageTo(phone.person.name),
      oninput: () => this.fit(),
      onkeydown: (event) => this.onKey(event),
    });
    this.menu = el("div", { class: "menu", hidden: true });
    this.keys = el("div", { class: "reply-keys", "aria-label": texts.keyboard, role: "group" });
    this.files = this.picker("documents", "");
    this.photos = this.picker("photos", "image/png,image/jpeg");
    this.bar = this.buildBar();
    this.gate = el("div", { class: "gate" });
    this.node = el("div", { class: "composer" }, this.menu, this.bar, this.gate, this.keys, this.files, this.photos);
    this.node.addEventListener("focusout", (event) => {
      if (!this.node.contains(event.relatedTarget)) this.closeMenu();
    });
    this.refresh();
  }

  buildBar() {
    this.commandsButton = this.round("menu", texts.commandsLabel, () => this.toggleMenu(this.commandItems()));
    const attach = this.round("attach", texts.attach, () => this.toggleMenu(this.attachItems()));
    const send = this.round("send", texts.send, () => this.send());
    send.classList.add("send");
    return el("div", { class: "input-bar" }, this.commandsButton, attach, this.input, send);
  }

  round(name, label, onclick) {
    return el("button", { type: "button", class: "round", "aria-label": label, title: label, onclick }, icon(name));
  }

  picker(act, accept) {
    const input = el("input", { type: "file", multiple: true, hidden: true, accept });
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      if (files.length) await this.phone.attempt(() => this.phone.actions[act](files));
    });
    return input;
  }

  attachItems() {
    return [
      [texts.attachFile, () => this.files.click()],
      [texts.attachPhoto, () => this.photos.click()],
      [texts.attachContact, () => this.phone.attempt(() => this.phone.actions.contact())],
    ];
  }

  commandItems() {
    return this.commands.map(({ command, description }) => [
      [el("span", { class: "command" }, `/${command}`), el("span", { class: "hint" }, description)],
      () => this.phone.say(`/${command}`),
    ]);
  }

  toggleMenu(items) {
    const same = !this.menu.hidden && this.menu.childElementCount === items.length;
    if (same) return this.closeMenu();
    const rows = items.map(([label, act]) => {
      const onclick = () => {
        this.closeMenu();
        act();
      };
      return el("button", { type: "button", class: "menu-item", onclick }, label);
    });
    this.menu.replaceChildren(...rows);
    this.menu.hidden = false;
    return undefined;
  }

  closeMenu() {
    this.menu.hidden = true;
  }

  onKey(event) {
    if (event.key === "Escape") this.closeMenu();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.fit();
    await this.phone.say(text);
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
  }

  takeMarkup(markup) {
    if (markup?.keyboard) this.replyKeyboard = markup;
    else if (markup?.remove_keyboard) this.replyKeyboard = null;
    else return;
    this.refresh();
  }

  refresh() {
    const { started, blocked } = this.phone.person;
    const open = started && !blocked;
    this.bar.hidden = !open;
    this.gate.hidden = open;
    this.commandsButton.hidden = this.commands.length === 0;
    this.gate.replaceChildren(...(open ? [] : this.gateContent(blocked)));
    this.keys.hidden = !open || !this.replyKeyboard;
    const rows = this.replyKeyboard?.keyboard ?? [];
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "keys" }, row.map((key) => this.replyKey(key)))));
    this.input.placeholder = this.replyKeyboard?.input_field_placeholder ?? texts.placeholder;
  }

  gateContent(blocked) {
    const hint = el("p", { class: "hint" }, blocked ? texts.blocked : texts.startHint);
    const act = blocked ? () => this.phone.actions.block(false) : () => this.phone.actions.start();
    const label = blocked ? texts.unblock : texts.start;
    return [hint, el("button", { type: "button", class: "start", onclick: () => this.phone.attempt(act) }, label)];
  }

  replyKey(key) {
    const style = `key reply-key ${key.style ? `key-${key.style}` : ""}`;
    const onclick = async () => {
      const once = this.replyKeyboard?.one_time_keyboard;
      const act = key.request_contact ? () => this.phone.actions.contact() : () => this.phone.actions.text(key.text);
      await this.phone.attempt(act);
      if (once) {
        this.replyKeyboard = null;
        this.refresh();
      }
    };
    return el("button", { type: "button", class: style, onclick }, key.text);
  }
}
