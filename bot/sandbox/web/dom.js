// The only way this page makes elements: by nodes, so no text of anybody can become markup.
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const drawings = {
  send: "M3 11.5 20.5 3.5 15 20.5l-3.5-6.5z M11.5 14 20 4",
  attach: "M19 11.5l-7.5 7.5a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.1-2.1l7-7",
  more: "M12 6v.01M12 12v.01M12 18v.01",
  menu: "M5 7h14M5 12h14M5 17h9",
  file: "M7 3h7l4 4v14H7z M14 3v4h4",
  lock: "M7 11V8a5 5 0 0 1 10 0v3 M5.5 11h13v9h-13z",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", drawings[name]);
  svg.append(path);
  return svg;
}

const tones = 7;
export const toneOf = (id) => `tone-${Math.abs(id) % tones}`;
const isTitle = (word) => word.endsWith(".") || word.endsWith(".,");

export function initialsOf(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const names = words.filter((word) => !isTitle(word));
  return (names.length ? names : words).slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
}

export const avatar = (person) =>
  el("span", { class: `avatar ${toneOf(person.id)}`, "aria-hidden": "true" }, initialsOf(person.name));
