// What a person does, told to the sandbox. Every call resolves to its answer or throws an Error with the refusal.
async function post(path, body) {
  const isForm = body instanceof FormData;
  const response = await fetch(path, {
    method: "POST",
    headers: isForm ? {} : { "Content-Type": "application/json" },
    body: isForm ? body : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.description);
  return answer;
}

export function actionsOf(id) {
  const act = (name, body) => post(`/sandbox/people/${id}/${name}`, body);
  const upload = (name, files) => {
    const form = new FormData();
    for (const file of files) form.append("file", file, file.name);
    return act(name, form);
  };
  return {
    text: (text) => act("text", { text }),
    start: (payload = "") => act("start", { payload }),
    press: (messageId, data) => act("press", { message_id: messageId, data }),
    contact: () => act("contact", {}),
    block: (blocked) => act("block", { blocked }),
    documents: (files) => upload("documents", files),
    photos: (files) => upload("photos", files),
  };
}

export async function bot() {
  return (await fetch("/sandbox/bot")).json();
}

// Another sandbox at the same address knows nothing of what this page shows.
async function reloadIfAnother(run) {
  if ((await bot()).run !== run) location.reload();
}

// Follows the sandbox's events, from the first one on, and reconnects by itself where it left off.
export function follow(person, run, onEvents, onState) {
  let after = 0;
  const connect = () => {
    const query = new URLSearchParams({ after });
    if (person) query.set("person", person);
    const socket = new WebSocket(`ws://${location.host}/sandbox/live?${query}`);
    socket.addEventListener("open", () => {
      onState(true);
      reloadIfAnother(run);
    });
    socket.addEventListener("message", ({ data }) => {
      const events = JSON.parse(data);
      after = events.at(-1).seq;
      onEvents(events);
    });
    socket.addEventListener("close", () => {
      onState(false);
      setTimeout(connect, 1000);
    });
  };
  connect();
}
