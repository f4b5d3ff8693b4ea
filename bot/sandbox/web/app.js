// Puts the people side by side and hands each the events that are theirs.
import { bot, follow } from "./api.js";
import { avatar, el } from "./dom.js";
import { Phone } from "./phone.js";
import { texts } from "./texts.js";

const alone = new URLSearchParams(location.search).get("person");
const byId = (id) => document.getElementById(id);
const phones = new Map();
const chips = new Map();
let username = "";

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const phone = [...phones.values()].find(({ node }) => node === target);
      phone.visible = isIntersecting;
      if (isIntersecting) phone.seen();
      chips.get(phone.person.id)?.classList.toggle("in-view", isIntersecting);
    }
  },
  { threshold: 0.6 },
);

function addPhone(person) {
  const phone = new Phone(person, { onLink, alone: Boolean(alone) });
  phones.set(person.id, phone);
  byId("phones").append(phone.node);
  if (!alone) addChip(phone);
  watcher.observe(phone.node);
  return phone;
}

function addChip(phone) {
  const { person } = phone;
  const badge = el("span", { class: "badge", hidden: true });
  const onclick = () => {
    phone.node.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
    phone.composer.input.focus({ preventScroll: true });
  };
  const chip = el("button", { type: "button", class: "chip", onclick }, avatar(person), el("span", {}, person.role || person.name), badge);
  phone.onUnread = () => {
    if (phone.visible && document.visibilityState === "visible") phone.unread = 0;
    badge.hidden = phone.unread === 0;
    badge.textContent = String(phone.unread);
    badge.setAttribute("aria-label", texts.unread(phone.unread));
  };
  chips.set(person.id, chip);
  byId("people").append(chip);
}

function showSites(address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = texts.sites;
  byId("about").append(" ", link);
}

// A deep link to the bot opens inside this page, as the person of the reader's choice; other links open as usual.
function onLink(url, phone) {
  const isDeepLink = url.hostname === "t.me" && url.pathname === `/${username}` && url.searchParams.has("start");
  if (!isDeepLink) return false;
  const payload = url.searchParams.get("start");
  if (alone) phone.open(payload);
  else choosePerson(payload);
  return true;
}

function choosePerson(payload) {
  const dialog = byId("chooser");
  const choices = [...phones.values()].map((phone) => {
    const onclick = () => {
      dialog.close();
      phone.node.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
      phone.open(payload);
    };
    const name = el("span", { class: "who" }, el("b", {}, phone.person.name), el("span", { class: "hint" }, phone.person.role));
    return el("button", { type: "button", class: "menu-item choice", onclick }, avatar(phone.person), name);
  });
  const cancel = el("button", { type: "button", class: "key", onclick: () => dialog.close() }, texts.cancel);
  dialog.replaceChildren(el("h2", {}, texts.openAs), el("div", { class: "choices" }, choices), cancel);
  dialog.showModal();
}

function takeEvents(events, isHistory) {
  for (const event of events) {
    const phone = phones.get(event.person_id) ?? (event.kind === "person" ? addPhone(event.person) : null);
    phone?.take(event, isHistory);
  }
  byId("phones").classList.toggle("empty", phones.size === 0);
}

function showConnection(isOpen) {
  const status = byId("connection");
  status.textContent = isOpen ? texts.connected : texts.disconnected;
  status.classList.toggle("lost", !isOpen);
}

async function main() {
  byId("title").textContent = texts.title;
  byId("about").textContent = alone ? texts.aboutOne : texts.about;
  document.body.classList.toggle("alone", Boolean(alone));
  byId("phones").dataset.nobody = texts.nobody;
  byId("phones").classList.add("empty");
  const about = await bot();
  username = about.username;
  if (about.sites) showSites(about.sites);
  let isFirst = true;
  follow(
    alone,
    about.run,
    (events) => {
      takeEvents(events, isFirst);
      isFirst = false;
    },
    showConnection,
  );
}

main();
