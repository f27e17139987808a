use super::{Messages, Plural, WhatsApp, Words};

pub(super) const MESSAGES: Messages = Messages {
    offline: "You are offline. This goes on as soon as the network is back.",
    reconnecting: "The connection was lost. Reconnecting…",
    try_again: "Try again",
    bad_option: Words { title: "This widget is not set up correctly", body: "" },
    bad_base: "The attribute “base” must be a path on this site, such as /jetapi.",
    bad_customer_id: "The attribute “customer-id” must be made of digits only.",
    whatsapp: WhatsApp {
        idle: Words { title: "Connect WhatsApp", body: "" },
        connecting: Words { title: "Connecting…", body: "Asking for a code…" },
        preparing: Words {
            title: "Preparing the code…", body: "WhatsApp is starting. Just a few seconds…"
        },
        preparing_slow: Words {
            title: "This takes longer than usual",
            body: "WhatsApp has not started yet. The code may still come, or you can start over.",
        },
        scan: Words { title: "Scan to connect WhatsApp", body: "" },
        steps: [
            "Open WhatsApp on the phone.",
            "Go to Linked devices: under ⋮ on Android, in Settings on iPhone.",
            "Tap “Link a device” and point the phone at this code.",
        ],
        code_label: "QR code to scan with WhatsApp",
        countdown: Plural {
            one: "New code in about {n} second",
            few: "New code in about {n} seconds",
            many: "New code in about {n} seconds",
            other: "New code in about {n} seconds",
        },
        any_moment: "New code any moment",
        renewing: "Getting a new code…",
        connected: Words { title: "WhatsApp is connected", body: "Messages can be sent and received." },
        connected_since: "Connected since {at}",
        connected_before: "Already connected, checked {at}",
        paused_unscanned: Words {
            title: "Pairing is paused",
            body: "Several codes went by without a scan. Show a new one when the phone is at hand.",
        },
        paused_hidden: Words {
            title: "Pairing is paused",
            body: "This page was in the background. Pairing goes on when you are back.",
        },
        show_code: "Show a new code",
        disconnected: Words {
            title: "WhatsApp was disconnected",
            body: "The phone was logged out ({at}). Messages wait until it is connected again.",
        },
        connect_again: "Connect again",
        unauthorized: Words {
            title: "This site’s access was refused",
            body: "The messaging service does not accept this site’s credentials. Please tell the people who run it.",
        },
        forbidden: Words {
            title: "This page may not connect WhatsApp",
            body: "The site’s own server refused the request. Please tell the people who run it.",
        },
        no_proxy: Words {
            title: "The messaging service was not found",
            body: "This site does not answer where the widget expects it. Please tell the people who run it.",
        },
        rejected: Words {
            title: "The messaging service reports an error",
            body: "It did not accept the request. Try again, or tell the people who run this site.",
        },
        join_refused: Words {
            title: "This customer can’t be connected",
            body: "The messaging service refused access to this customer. Please tell the people who run this site.",
        },
        link_refused: Words {
            title: "The connection is refused",
            body: "The messaging service does not let us in. We keep trying, less often.",
        },
        no_answer: Words {
            title: "The messaging service does not answer",
            body: "It accepted the connection but sends nothing. We keep trying.",
        },
        bad_code: Words {
            title: "The code can’t be shown",
            body: "The messaging service sent something that is not a WhatsApp code. A good one is shown at once.",
        },
        help: "Scanned, but nothing happens?",
        help_items: [
            "Look at the phone: it may ask for a passkey, a fingerprint or a PIN.",
            "The phone needs internet access until the link is made.",
            "WhatsApp links four devices at most. Remove one under Linked devices.",
            "Update WhatsApp: old versions can’t link a device.",
        ],
        same_phone: "This code can’t be scanned by the phone that shows it. Open this page on another screen.",
        share: "Share this page",
        copied: "Address copied",
        said_ready: "The QR code is ready to scan.",
        said_renewed: "The QR code was renewed.",
    },
};
