// One person's phone: header, chat, toast, composer; fed by the sandbox's events.
import { actionsOf } from "./api.js";
import { Composer } from "./composer.js";
import { avatar, el, icon } from "./dom.js";
import { messageNode } from "./message.js";
import { dayOf, refusalText, texts } from "./texts.js";

const actionTexts = { upload_document: texts.sendingDocument, upload_photo: texts.sendingPhoto };
const toastMs = 4500;
const actionMs = 5000;

export class Phone {
  constructor(person, { onLink, alone }) {
    this.person = person;
    this.actions = actionsOf(person.id);
    this.messages = new Map();
    this.spinning = new Map();
    this.onLink = (url) => onLink(url, this);
    this.unread = 0;
    this.onUnread = () => {};
    this.status = el("span", { class: "status" });
    this.chat = el("div", { class: "chat", role: "log", "aria-live": "polite", "aria-label": texts.chatWith(person.name), tabindex: "0" });
    this.toast = el("div", { class: "toast", role: "alert" });
    this.alert = el("dialog", { class: "dialog alert" });
    this.more = el("div", { class: "menu more-menu", hidden: true });
    this.composer = new Composer(this);
    this.node = el(
      "section",
      { class: "phone", id: `person-${person.id}`, "aria-label": person.name },
      this.header(alone),
      el("div", { class: "screen" }, this.chat, this.toast),
      this.composer.node,
      this.alert,
    );
    this.showStatus();
  }

  header(alone) {
    const onclick = () => {
      this.more.hidden = !this.more.hidden;
      this.fillMore(alone);
    };
    const button = el("button", { type: "button", class: "round", "aria-label": texts.more, title: texts.more, onclick }, icon("more"));
    const block = el("div", { class: "more" }, button, this.more);
    block.addEventListener("focusout", (event) => {
      if (!block.contains(event.relatedTarget)) this.more.hidden = true;
    });
    const name = el("div", { class: "who" }, el("h2", {}, this.person.name), this.status);
    return el("header", { class: "phone-head" }, avatar(this.person), name, block);
  }

  fillMore(alone) {
    const { id, blocked } = this.person;
    const block = () => {
      this.more.hidden = true;
      return this.attempt(() => this.actions.block(!blocked));
    };
    this.more.replaceChildren(
      el("a", { class: "menu-item", href: alone ? "/" : `/?person=${id}` }, alone ? texts.showAll : texts.openAlone),
      el("button", { type: "button", class: "menu-item", onclick: block }, blocked ? texts.unblockBot : texts.blockBot),
    );
  }

  showStatus(text = "") {
    this.status.textContent = text || [this.person.role, this.person.phone].filter(Boolean).join(" · ");
    this.status.classList.toggle("busy", Boolean(text));
  }

  take(event, isHistory) {
    const handlers = {
      person: () => this.takePerson(event.person),
      commands: () => this.takeCommands(event.commands),
      message: () => this.takeMessage(event.message, isHistory),
      edited: () => this.replace(event.message, isHistory),
      reaction: () => this.replace(event.message, isHistory),
      deleted: () => this.remove(event.message),
      pressed: () => this.takeQuery(event.query, isHistory),
      answered: () => this.takeQuery(event.query, isHistory),
      action: () => isHistory || this.takeAction(event.action),
    };
    handlers[event.kind]?.();
  }

  takePerson(person) {
    this.person = person;
    this.showStatus();
    this.composer.refresh();
  }

  takeCommands(commands) {
    this.composer.commands = commands;
    this.composer.refresh();
  }

  takeMessage(message, isHistory) {
    const last = [...this.messages.values()].at(-1);
    if (!last || dayOf(last.date) !== dayOf(message.date)) {
      this.chat.append(el("div", { class: "day" }, el("span", {}, dayOf(message.date))));
    }
    this.messages.set(message.id, message);
    const atEnd = this.isAtEnd();
    this.chat.append(this.draw(message, isHistory));
    this.composer.takeMarkup(message.from_bot ? message.versions.at(-1).markup : null);
    if (message.from_bot) this.showStatus();
    if (atEnd || !message.from_bot || isHistory) this.scrollToEnd();
    if (message.from_bot && !isHistory) this.countUnread();
  }

  draw(message, isHistory) {
    const node = messageNode(message, this);
    if (!isHistory) node.classList.add("fresh");
    return node;
  }

  replace(message, isHistory) {
    const wasAtEnd = this.isAtEnd();
    this.messages.set(message.id, message);
    this.nodeOf(message.id)?.replaceWith(this.draw(message, isHistory));
    if (wasAtEnd) this.scrollToEnd();
  }

  remove(message) {
    this.messages.set(message.id, message);
    this.nodeOf(message.id)?.remove();
  }

  nodeOf(id) {
    return this.chat.querySelector(`[data-id="${Number(id)}"]`);
  }

  takeQuery(query, isHistory) {
    const name = `${query.message_id} ${query.data}`;
    if (query.answered_ms === null) this.spinning.set(name, query.id);
    else this.spinning.delete(name);
    const message = this.messages.get(query.message_id);
    if (message && message.deleted_ms === null) {
      const wasAtEnd = this.isAtEnd();
      this.nodeOf(message.id)?.replaceWith(this.draw(message, true));
      if (wasAtEnd) this.scrollToEnd();
    }
    if (query.answered_ms !== null && query.text && !isHistory) {
      if (query.show_alert) this.showAlert(query.text);
      else this.showToast(query.text);
    }
  }

  takeAction(action) {
    this.showStatus(actionTexts[action] ?? texts.typing);
    clearTimeout(this.actionTimer);
    this.actionTimer = setTimeout(() => this.showStatus(), actionMs);
  }

  isSpinning(messageId, data) {
    return this.spinning.has(`${messageId} ${data}`);
  }

  press(messageId, data) {
    return this.attempt(() => this.actions.press(messageId, data));
  }

  say(text) {
    let link = null;
    if (/^(https?:\/\/)?t\.me\/\S+$/.test(text)) link = new URL(text.startsWith("http") ? text : `https://${text}`);
    if (link && link.searchParams.has("start")) return this.open(link.searchParams.get("start"));
    return this.attempt(() => this.actions.text(text));
  }

  open(payload) {
    return this.attempt(() => this.actions.start(payload));
  }

  async copy(text) {
    await navigator.clipboard?.writeText(text).catch(() => {});
    this.showToast(texts.copied);
  }

  async attempt(act) {
    try {
      await act();
    } catch (error) {
      this.showToast(refusalText(error.message));
    }
  }

  showToast(text) {
    this.toast.textContent = text;
    this.toast.classList.add("shown");
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => this.toast.classList.remove("shown"), toastMs);
  }

  showAlert(text) {
    const close = el("button", { type: "button", class: "key key-primary", onclick: () => this.alert.close() }, texts.ok);
    this.alert.replaceChildren(el("p", {}, text), close);
    if (!this.alert.open) this.alert.show();
    close.focus();
  }

  isAtEnd() {
    return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 160;
  }

  scrollToEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  countUnread() {
    this.unread += 1;
    this.onUnread();
  }

  seen() {
    this.unread = 0;
    this.onUnread();
  }
}
