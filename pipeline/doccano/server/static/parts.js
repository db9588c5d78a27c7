// Small parts of the page: elements, and questions to our endpoints.

/** Make an element with properties and children. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Ask one of our endpoints; throws when the server does not answer as it should. */
export async function ask(endpoint, order) {
  const csrf = /csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const reply = await fetch(`/tawsim/${endpoint}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(order),
  });
  if (!reply.ok) throw new Error(`${endpoint}: ${reply.status} ${await reply.text()}`);
  return reply.json();
}
