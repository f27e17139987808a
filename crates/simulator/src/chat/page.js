"use strict";

const OPTIONS = {
  phone: "Phone",
  dispatch_routing: "Messenger",
  sender_id: "Sender ID",
  username: "Username",
  chat_only: "Dialog alone",
  desktop: "Desktop layout",
};
const LINK = ["customer_id", "hash"];
const MESSENGERS = { whatsapp: "WhatsApp", tdlib: "Telegram" };
const FLOOD = 5000;
const AGAIN_MS = 50;

const { screen: shown, mischief } = document.body.dataset;

if (shown === "chat") {
  showDialog(new URLSearchParams(location.search));
}

// A vendor's page talks of things that are nobody's business but its own.
const parentOrigin = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
let heard = 0;
addEventListener("message", (event) => {
  if (event.source === parent) {
    document.body.dataset.messagesFromParent = ++heard;
  }
});
if (parent !== window) {
  tell({ type: "ready" });
  tell({ type: "unread", count: 3 });
  tell("chat:loaded");
  tell(null);
}

function tell(message, window = parent) {
  window.postMessage(message, parentOrigin && parentOrigin !== "null" ? parentOrigin : "*");
}

function isOn(value) {
  return ["1", "true", "yes"].includes(value);
}

function showDialog(query) {
  const messenger = query.get("dispatch_routing") ?? "whatsapp";
  const peer = query.get("phone") ?? query.get("username") ?? query.get("sender_id");
  Object.assign(document.body.dataset, {
    page: location.pathname.slice(1),
    messenger,
    layout: isOn(query.get("desktop")) ? "desktop" : "regular",
    chatOnly: isOn(query.get("chat_only")),
  });
  document.querySelector("#all-chats").hidden = isOn(query.get("chat_only"));
  document.querySelector("#dialog").textContent =
    peer === null ? "All chats" : `${MESSENGERS[messenger] ?? messenger} dialog with ${peer}`;
  const entries = [...query].filter(([name]) => !LINK.includes(name));
  document.querySelector("#options").append(
    ...entries.flatMap(([name, value]) => {
      const [term, description] = ["dt", "dd"].map((tag) => document.createElement(tag));
      term.textContent = OPTIONS[name] ?? `${name} (unknown)`;
      description.textContent = value;
      Object.assign(description.dataset, { option: name, value, known: name in OPTIONS });
      return [term, description];
    }),
  );
}

const MISCHIEFS = {
  navigate_top() {
    top.location.href = new URL("/hijacked", location.href).href;
  },
  popups() {
    const opened = [1, 2, 3].filter((n) => open(`/hijacked?${n}`, `popup${n}`, "width=300,height=200"));
    document.body.dataset.popups = opened.length;
  },
  steal_focus() {
    const input = document.querySelector(shown === "chat" ? "#message" : "#login input");
    again(() => {
      window.focus();
      input.focus();
    });
  },
  scroll() {
    let n = 0;
    again(() => {
      document.body.scrollIntoView({ block: ++n % 2 ? "start" : "end" });
      location.hash = "dialog";
    });
  },
  flood() {
    for (let n = 0; n < FLOOD; n++) {
      tell({ type: "noise", n, filler: "x".repeat(1000) });
    }
  },
  // What a page would say that takes its parent for a widget that listens: from its own window, and with the same
  // origin from a window that is not the frame's.
  imitate() {
    const names = ["ready", "loaded", "load", "error", "retry", "close", "resize", "navigate", "open", "deleted"];
    for (const name of names) {
      for (const type of [name, `jetapi-${name}`, `jetapi:${name}`]) {
        tell({ type, source: "jetapi-widget", detail: { message: "imitated", href: "/hijacked" }, height: 99999 });
        tell(type);
        tell(JSON.stringify({ type }));
      }
    }
    const nested = document.createElement("iframe");
    nested.src = "/chat-page/nested";
    nested.title = "Nested";
    document.body.append(nested);
  },
  alert() {
    alert("Your session has expired");
    confirm("Log in again?");
    prompt("Password?");
    print();
  },
};

function again(act) {
  act();
  setInterval(act, AGAIN_MS);
}

let outcome = "none";
if (mischief in MISCHIEFS) {
  outcome = "done";
  try {
    MISCHIEFS[mischief]();
  } catch (error) {
    outcome = error.name;
  }
}
document.body.dataset.outcome = outcome;
