// One message: bubble, file, time, inline keyboard.
import { el, icon } from "./dom.js";
import { formatted } from "./entities.js";
import { sizeText, texts, timeOf } from "./texts.js";

export function messageNode(message, phone) {
  const version = message.versions.at(-1);
  const side = message.from_bot ? "theirs" : "own";
  const bubble = el(
    "div",
    { class: `bubble ${message.protected ? "protected" : ""}` },
    replyQuote(message, phone),
    fileNode(version.file),
    contactNode(version.contact),
    version.text
      ? el("div", { class: "text" }, formatted(version.text, version.entities, phone.onLink), meta(message))
      : meta(message),
  );
  const rows = version.markup?.inline_keyboard ?? [];
  return el(
    "article",
    { class: `message ${side}`, "data-id": String(message.id) },
    bubble,
    message.reaction ? el("span", { class: "reaction" }, message.reaction) : null,
    rows.length ? keyboard(rows, message, phone) : null,
  );
}

function meta(message) {
  return el(
    "span",
    { class: "meta" },
    message.protected ? el("span", { title: texts.protected, class: "lock" }, icon("lock")) : null,
    message.edited ? `${texts.edited} ` : null,
    el("time", {}, timeOf(message.date)),
  );
}

function replyQuote(message, phone) {
  const replied = message.reply_to && phone.messages.get(message.reply_to);
  if (!replied) return null;
  const text = replied.versions.at(-1).text || replied.versions.at(-1).file?.name || "";
  return el("div", { class: "quote" }, text.slice(0, 80));
}

function fileNode(file) {
  if (!file) return null;
  const href = `/sandbox/files/${file.id}`;
  const opened = { href, target: "_blank", rel: "noopener" };
  if (file.is_photo) {
    const picture = { src: href, alt: file.name, loading: "lazy", width: String(file.width), height: String(file.height) };
    return el("a", { ...opened, class: "photo" }, el("img", picture));
  }
  return el(
    "a",
    { ...opened, class: "file" },
    el("span", { class: "file-icon" }, icon("file")),
    el(
      "span",
      { class: "file-text" },
      el("span", { class: "file-name" }, file.name),
      el("span", { class: "file-size" }, `${kindOf(file)} · ${sizeText(file.size)}`),
    ),
  );
}

const kindOf = (file) => (file.name.includes(".") ? file.name.split(".").at(-1).toUpperCase() : file.mime);

function contactNode(contact) {
  if (!contact) return null;
  return el(
    "div",
    { class: "contact" },
    el("b", {}, contact.first_name),
    el("span", {}, `+${contact.phone_number}`),
  );
}

function keyboard(rows, message, phone) {
  const list = rows.map((row) => el("div", { class: "keys" }, row.map((button) => key(button, message, phone))));
  return el("div", { class: "keyboard" }, list);
}

function key(button, message, phone) {
  const style = `key ${button.style ? `key-${button.style}` : ""}`;
  if (button.url) return linkKey(button, style, phone);
  const node = el("button", { type: "button", class: style }, button.text);
  if (button.callback_data) {
    const spinning = phone.isSpinning(message.id, button.callback_data);
    node.classList.toggle("spinning", spinning);
    node.setAttribute("aria-busy", String(spinning));
    node.addEventListener("click", () => phone.press(message.id, button.callback_data));
  } else if (button.copy_text) {
    node.addEventListener("click", () => phone.copy(button.copy_text.text));
  }
  return node;
}

function linkKey(button, style, phone) {
  const onclick = (event) => {
    if (phone.onLink(new URL(button.url))) event.preventDefault();
  };
  return el("a", { class: `${style} key-link`, href: button.url, target: "_blank", rel: "noopener noreferrer", onclick }, button.text);
}
