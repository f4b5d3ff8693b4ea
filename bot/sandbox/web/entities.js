// Text with Telegram's entities to nodes. Offsets are UTF-16 code units, which is how JavaScript counts too.
import { el } from "./dom.js";
import { texts } from "./texts.js";

const plainTags = { bold: "b", italic: "i", underline: "u", strikethrough: "s", blockquote: "blockquote" };
const blocks = new Set(["blockquote", "expandable_blockquote", "pre"]); // these bring their own line breaks
const address = /(?:https?:\/\/|t\.me\/)[^\s<>"]+[^\s<>".,;:!?)\]]/g;

export function formatted(text, entities, onLink) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, 0, text.length, ordered, onLink);
}

function between(text, start, end, entities, onLink) {
  const nodes = [];
  let at = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < at) continue;
    const stop = Math.min(entity.offset + entity.length, end);
    const inner = entities.slice(index + 1).filter((other) => other.offset < stop);
    const isBlock = blocks.has(entity.type);
    const before = text.slice(at, entity.offset);
    nodes.push(...plain(isBlock ? before.replace(/\n$/, "") : before, onLink));
    nodes.push(styled(entity, text, stop, inner, onLink));
    at = isBlock && text[stop] === "\n" ? stop + 1 : stop;
  }
  nodes.push(...plain(text.slice(at, end), onLink));
  return nodes;
}

function styled(entity, text, stop, inner, onLink) {
  const raw = text.slice(entity.offset, stop);
  if (entity.type === "text_link") return link(entity.url, [raw], onLink);
  if (entity.type === "pre") return codeBlock(raw);
  if (entity.type === "code") return inlineCode(raw);
  if (entity.type === "bot_command") return el("span", { class: "command" }, raw);
  const children = between(text, entity.offset, stop, inner, onLink);
  if (entity.type === "spoiler") return spoiler(children);
  if (entity.type === "expandable_blockquote") return el("blockquote", {}, children);
  return el(plainTags[entity.type] ?? "span", {}, children);
}

function plain(text, onLink) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(address)) {
    nodes.push(text.slice(at, match.index));
    const url = match[0].startsWith("http") ? match[0] : `https://${match[0]}`;
    nodes.push(link(url, [match[0]], onLink));
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}

function link(url, children, onLink) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    return el("span", {}, children);
  }
  if (!["http:", "https:"].includes(parsed.protocol)) return el("span", {}, children);
  const onclick = (event) => {
    if (onLink(parsed)) event.preventDefault();
  };
  return el("a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer", onclick }, children);
}

function inlineCode(text) {
  const node = el("code", { title: texts.copyCode, tabindex: "0", role: "button" }, text);
  const copy = () => navigator.clipboard?.writeText(text).then(() => flash(node), () => {});
  node.addEventListener("click", copy);
  node.addEventListener("keydown", (event) => event.key === "Enter" && copy());
  return node;
}

function codeBlock(text) {
  return el("pre", {}, el("code", {}, text));
}

function flash(node) {
  node.classList.add("copied");
  setTimeout(() => node.classList.remove("copied"), 900);
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", tabindex: "0", role: "button", "aria-label": texts.spoiler }, children);
  const reveal = () => {
    node.classList.add("shown");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return node;
}
