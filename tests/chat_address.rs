//! The address of a chat's frame, read by the browser that will open it.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::panic, clippy::indexing_slicing, reason = "a test fails by stopping")]

use jetapi::chat::{Address, ChatOptions, Routing, address};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r#"
    export function random() { return Math.random(); }
    /** What the browser reads; nothing where it reads no address. */
    export function read(address) { return URL.parse(address) ?? undefined; }
    /** The query's names and values, one after the other. */
    export function pairs(url) { return [...url.searchParams].flat(); }
"#)]
extern "C" {
    fn random() -> f64;
    fn read(address: &str) -> Option<Read>;
    fn pairs(url: &Read) -> Vec<String>;

    type Read;
    #[wasm_bindgen(method, getter)]
    fn origin(this: &Read) -> String;
    #[wasm_bindgen(method, getter)]
    fn pathname(this: &Read) -> String;
    #[wasm_bindgen(method, getter)]
    fn hash(this: &Read) -> String;
    #[wasm_bindgen(method, getter)]
    fn username(this: &Read) -> String;
    #[wasm_bindgen(method, getter)]
    fn password(this: &Read) -> String;
}

const CASES: usize = 3000;
const HOSTS: [&str; 3] = ["api.jetapi.io", "chat.example:8443", "chat.example:443"];
const OWN: [&str; 6] = ["phone", "dispatch_routing", "sender_id", "username", "chat_only", "desktop"];

/// What an address could be broken with, and some that could not.
const PIECES: [&str; 40] = [
    "&",
    "#",
    "?",
    "=",
    "+",
    "%26",
    "%23",
    "%3D",
    "%",
    "%2",
    "%00",
    "/",
    "//",
    "\\",
    "@",
    ":",
    ";",
    "..",
    " ",
    "\t",
    "\r\n",
    "\u{0}",
    "\u{a0}",
    "\u{202e}",
    "\u{feff}",
    "ё",
    "日本",
    "😀",
    "\"",
    "'",
    "<",
    "[",
    "phone=1",
    "&phone=",
    "ph%6Fne",
    "chat_only",
    "javascript:",
    "http://evil.example",
    "a",
    "7",
];

fn one<'a, T: ?Sized>(of: &[&'a T]) -> &'a T {
    of[(random() * of.len() as f64) as usize]
}

fn is_so() -> bool {
    random() < 0.5
}

fn text(most: usize) -> String {
    (0..(random() * most as f64) as usize).map(|_| one(&PIECES)).collect()
}

fn options() -> ChatOptions {
    ChatOptions {
        phone: is_so().then(|| text(6)),
        routing: is_so().then(|| if is_so() { Routing::WhatsApp } else { Routing::Telegram }),
        sender_id: is_so().then(|| text(6)),
        username: is_so().then(|| text(6)),
        is_chat_only: is_so(),
        is_desktop: is_so(),
    }
}

/// The names and values that the options are to be read as.
fn meant(options: &ChatOptions) -> Vec<(&'static str, String)> {
    let routing = options.routing.map(|routing| match routing {
        Routing::WhatsApp => "whatsapp".to_owned(),
        Routing::Telegram => "tdlib".to_owned(),
    });
    let values = [
        options.phone.clone(),
        routing,
        options.sender_id.clone(),
        options.username.clone(),
        options.is_chat_only.then(|| "true".to_owned()),
        options.is_desktop.then(|| "1".to_owned()),
    ];
    OWN.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect()
}

fn query(url: &Read) -> Vec<(String, String)> {
    pairs(url).chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

/// Says for one link what came of it, where it is taken at all.
fn check(link: &str, is_local: bool) -> bool {
    let options = options();
    let Ok(Address { url, origin }) = address(link, &options, &HOSTS, is_local) else { return false };
    let said = format!("{link:?} with {options:?} is {url}");
    let made = read(&url).unwrap_or_else(|| panic!("no address: {said}"));
    let own = meant(&options);

    // It is what the link was, at the same place,
    let before = read(link.trim()).unwrap_or_else(|| panic!("no address before: {said}"));
    assert_eq!(made.origin(), before.origin(), "{said}");
    assert_eq!(made.pathname(), before.pathname(), "{said}");
    assert_eq!(made.hash(), before.hash(), "{said}");
    assert_eq!((&*made.username(), &*made.password()), ("", ""), "{said}");
    // at a place where chats are, by the name that the browser gives it in messages,
    assert_eq!(made.origin(), origin, "{said}");
    let is_known =
        ["https://api.jetapi.io", "https://chat.example:8443", "https://chat.example"].contains(&&*origin);
    let host = origin.trim_start_matches("https://").trim_start_matches("http://");
    let is_loopback = ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|name| host.strip_prefix(name).is_some_and(|port| port.is_empty() || port.starts_with(':')));
    assert!(is_known || is_local && is_loopback, "{said}");
    // with what the link had, and then the options, exactly.
    let kept = query(&before).into_iter().filter(|(name, _)| !own.iter().any(|(own, _)| name == own));
    let want: Vec<_> =
        kept.chain(own.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))).collect();
    assert_eq!(query(&made), want, "{said}");
    true
}

#[wasm_bindgen_test]
fn a_browser_reads_the_options_that_were_meant() {
    for _ in 0..CASES {
        let query: String = (0..3).map(|_| format!("{}={}&", text(3), text(3))).collect();
        // Else the link is refused, which is for the next test.
        let query: String = query.chars().filter(|it| it.is_ascii_graphic() && *it != '\\').collect();
        assert!(check(&format!("https://api.jetapi.io/chatter?{query}"), false));
    }
}

#[wasm_bindgen_test]
fn no_link_leads_elsewhere() {
    let mut taken = 0;
    for _ in 0..CASES {
        let scheme =
            one(&["https://", "https://", "HTTPS://", "http://", "https:", "https:/", "//", "javascript://"]);
        let user = one(&["", "", "", "user@", "user:word@", "api.jetapi.io@"]);
        let host = one(&[
            "api.jetapi.io",
            "API.Jetapi.io",
            "chat.example",
            "evil.example",
            "api.jetapi.io.evil.example",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "",
        ]);
        let port = one(&["", "", ":443", ":8443", ":80", ":", ":0443", ":4010", ":04010", ":99999", ":4o"]);
        let link =
            [scheme, user, host, port, one(&["", "/", "/chatter"]), one(&["", "?", "#"]), &text(4)].concat();
        taken += usize::from(check(&link, is_so()));
    }
    assert!(taken > CASES / 100, "only {taken} were links at all");
}

#[wasm_bindgen_test]
fn whatever_is_taken_for_a_link_is_one() {
    for _ in 0..CASES {
        check(&text(8), true);
        check(&format!("https://api.jetapi.io{}", text(4)), false);
        check(&format!("http://localhost:4010{}", text(4)), true);
    }
}
