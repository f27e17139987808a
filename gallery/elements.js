// Made from elements.json by xtask/elements.mjs.

export default {
  "attributes": {
    "jetapi-connect": {
      "channels": {
        "type": "string",
        "default": "all four",
        "about": "which of `whatsapp`, `telegram`, `max` and `telegram-bot`, in which order, separated by blanks"
      },
      "country": {
        "type": "string",
        "default": "the browser's region",
        "about": "where the phone field begins, by ISO 3166 code"
      },
      "base": {
        "type": "string",
        "default": "`/jetapi`",
        "about": "path of the proxy; always of this origin"
      },
      "lang": {
        "type": "string",
        "default": "that of the nearest ancestor with one, else the browser's",
        "about": "`en` or `ru`, with or without a region; English for others",
        "live": true
      },
      "theme": {
        "type": [
          "auto",
          "light",
          "dark"
        ],
        "default": "`auto`",
        "about": "`light`, `dark` or `auto`, which follows the system",
        "live": true
      },
      "customer-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code"
      }
    },
    "jetapi-whatsapp": {
      "pause-after-codes": {
        "type": "number",
        "default": 8,
        "about": "pause after so many codes that nobody scanned; 0 for never"
      },
      "base": {
        "type": "string",
        "default": "`/jetapi`",
        "about": "path of the proxy; always of this origin"
      },
      "lang": {
        "type": "string",
        "default": "that of the nearest ancestor with one, else the browser's",
        "about": "`en` or `ru`, with or without a region; English for others",
        "live": true
      },
      "theme": {
        "type": [
          "auto",
          "light",
          "dark"
        ],
        "default": "`auto`",
        "about": "`light`, `dark` or `auto`, which follows the system",
        "live": true
      },
      "customer-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code"
      }
    },
    "jetapi-telegram": {
      "country": {
        "type": "string",
        "default": "the browser's region",
        "about": "where the phone field begins, by ISO 3166 code"
      },
      "base": {
        "type": "string",
        "default": "`/jetapi`",
        "about": "path of the proxy; always of this origin"
      },
      "lang": {
        "type": "string",
        "default": "that of the nearest ancestor with one, else the browser's",
        "about": "`en` or `ru`, with or without a region; English for others",
        "live": true
      },
      "theme": {
        "type": [
          "auto",
          "light",
          "dark"
        ],
        "default": "`auto`",
        "about": "`light`, `dark` or `auto`, which follows the system",
        "live": true
      },
      "customer-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code"
      }
    },
    "jetapi-max": {
      "country": {
        "type": "string",
        "default": "the browser's region",
        "about": "where the phone field begins, by ISO 3166 code"
      },
      "base": {
        "type": "string",
        "default": "`/jetapi`",
        "about": "path of the proxy; always of this origin"
      },
      "lang": {
        "type": "string",
        "default": "that of the nearest ancestor with one, else the browser's",
        "about": "`en` or `ru`, with or without a region; English for others",
        "live": true
      },
      "theme": {
        "type": [
          "auto",
          "light",
          "dark"
        ],
        "default": "`auto`",
        "about": "`light`, `dark` or `auto`, which follows the system",
        "live": true
      },
      "customer-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code"
      }
    },
    "jetapi-telegram-bot": {
      "instance-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the `id` of the customer's instance, if the page knows it"
      },
      "base": {
        "type": "string",
        "default": "`/jetapi`",
        "about": "path of the proxy; always of this origin"
      },
      "lang": {
        "type": "string",
        "default": "that of the nearest ancestor with one, else the browser's",
        "about": "`en` or `ru`, with or without a region; English for others",
        "live": true
      },
      "theme": {
        "type": [
          "auto",
          "light",
          "dark"
        ],
        "default": "`auto`",
        "about": "`light`, `dark` or `auto`, which follows the system",
        "live": true
      },
      "customer-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code"
      }
    },
    "jetapi-chat": {
      "link": {
        "type": "string",
        "default": "one that needs no password, asked of the API",
        "about": "the link to the chat, https, on one of `hosts`",
        "live": true
      },
      "family": {
        "type": [
          "client",
          "instance"
        ],
        "default": "`client`",
        "about": "`instance` for the chats of a corporate developer's instance"
      },
      "phone": {
        "type": "string",
        "default": "the list of chats",
        "about": "whose dialog: a number in any formatting",
        "live": true
      },
      "dispatch-routing": {
        "type": [
          "whatsapp",
          "tdlib"
        ],
        "default": "the vendor decides",
        "about": "`whatsapp` or `tdlib`: by which messenger",
        "live": true
      },
      "sender-id": {
        "type": "string",
        "default": "the list of chats",
        "about": "whose dialog: a Telegram user, with `dispatch-routing=\"tdlib\"`",
        "live": true
      },
      "username": {
        "type": "string",
        "default": "the list of chats",
        "about": "the same, by name",
        "live": true
      },
      "chat-only": {
        "type": "boolean",
        "default": false,
        "about": "the dialog alone",
        "live": true
      },
      "desktop": {
        "type": "boolean",
        "default": false,
        "about": "the wide layout",
        "live": true
      },
      "hosts": {
        "type": "string",
        "default": "`api.jetapi.io`",
        "about": "where chats come from, separated by blanks"
      },
      "microphone": {
        "type": "boolean",
        "default": false,
        "about": "leave to ask for the microphone"
      },
      "base": {
        "type": "string",
        "default": "`/jetapi`",
        "about": "path of the proxy; always of this origin"
      },
      "lang": {
        "type": "string",
        "default": "that of the nearest ancestor with one, else the browser's",
        "about": "`en` or `ru`, with or without a region; English for others",
        "live": true
      },
      "theme": {
        "type": [
          "auto",
          "light",
          "dark"
        ],
        "default": "`auto`",
        "about": "`light`, `dark` or `auto`, which follows the system",
        "live": true
      },
      "customer-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code"
      }
    },
    "jetapi-chat-access": {
      "family": {
        "type": [
          "client",
          "instance"
        ],
        "default": "`client`",
        "about": "`instance` for the chats of a corporate developer's instance"
      },
      "base": {
        "type": "string",
        "default": "`/jetapi`",
        "about": "path of the proxy; always of this origin"
      },
      "lang": {
        "type": "string",
        "default": "that of the nearest ancestor with one, else the browser's",
        "about": "`en` or `ru`, with or without a region; English for others",
        "live": true
      },
      "theme": {
        "type": [
          "auto",
          "light",
          "dark"
        ],
        "default": "`auto`",
        "about": "`light`, `dark` or `auto`, which follows the system",
        "live": true
      },
      "customer-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code"
      }
    },
    "jetapi-notes": {
      "phone": {
        "type": "string",
        "default": "",
        "about": "whose notes"
      },
      "username": {
        "type": "string",
        "default": "",
        "about": "whose notes"
      },
      "user-id": {
        "type": "string",
        "default": "",
        "about": "whose notes"
      },
      "notes": {
        "type": "{ title: string; body: string }[]",
        "default": "not known",
        "about": "the notes that the page knows: an array of `{ title, body }`, as JSON in the attribute",
        "live": true
      },
      "readonly": {
        "type": "boolean",
        "default": false,
        "about": "the notes are only shown"
      },
      "base": {
        "type": "string",
        "default": "`/jetapi`",
        "about": "path of the proxy; always of this origin"
      },
      "lang": {
        "type": "string",
        "default": "that of the nearest ancestor with one, else the browser's",
        "about": "`en` or `ru`, with or without a region; English for others",
        "live": true
      },
      "theme": {
        "type": [
          "auto",
          "light",
          "dark"
        ],
        "default": "`auto`",
        "about": "`light`, `dark` or `auto`, which follows the system",
        "live": true
      },
      "customer-id": {
        "type": "string",
        "default": "asked of the API",
        "about": "the customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code"
      }
    }
  },
  "parts": {
    "root": "all of an element",
    "button": "a button",
    "input": "a field",
    "code": "the QR code",
    "frame": "the chat's frame"
  },
  "properties": {
    "--jetapi-accent": {
      "about": "what is to be pressed, links, focus",
      "default": "light-dark(#0b6e4f, #4cc38a)"
    },
    "--jetapi-on-accent": {
      "about": "text on it",
      "default": "light-dark(#fff, #06150e)"
    },
    "--jetapi-surface": {
      "about": "the card",
      "default": "light-dark(#fff, #1b1d21)"
    },
    "--jetapi-text": {
      "about": "text",
      "default": "light-dark(#1c2024, #eceef0)"
    },
    "--jetapi-quiet": {
      "about": "lesser text",
      "default": "light-dark(#5a636c, #a4adb5)"
    },
    "--jetapi-line": {
      "about": "borders",
      "default": "light-dark(#dfe3e6, #34383d)"
    },
    "--jetapi-radius": {
      "about": "corners of the card; those of buttons and fields follow",
      "default": "12px"
    },
    "--jetapi-font": {
      "about": "the font family",
      "default": "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", sans-serif"
    }
  }
};
