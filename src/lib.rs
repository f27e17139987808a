//! Messenger account screens for CRM pages, as Leptos components.
//!
//! Use the components in a Leptos application, or the custom elements around them on any page. They talk to the
//! Jetapi messaging API through a same-origin proxy only, so no credential ever reaches the browser.
//!
//! ```no_run
//! use jetapi_widget::{Locale, WhatsAppPairing};
//! use leptos::prelude::*;
//!
//! leptos::mount::mount_to_body(|| view! { <WhatsAppPairing base="/jetapi" locale=Locale::En /> });
//! ```
//!
//! Architecture invariant: the arrows run `embed → components → ui` and `components → net → jetapi`, never back.

mod components;
mod embed;
mod i18n;
mod net;
mod ui;

pub use components::chat::{Chat, ChatProps, ChatSettings};
pub use components::chat_access::{ChatAccess, ChatAccessProps};
pub use components::connect::{Channel, Connect, ConnectProps};
pub use components::event::{AccountEvent, NotesPlace};
pub use components::max::{MaxLogin, MaxLoginProps};
pub use components::notes::{NotesEditor, NotesEditorProps};
pub use components::telegram::{TelegramLogin, TelegramLoginProps};
pub use components::telegram_bot::{TelegramBot, TelegramBotProps};
pub use components::whatsapp::{WhatsAppPairing, WhatsAppPairingProps};
pub use i18n::Locale;
pub use jetapi::notes::Note;
pub use ui::STYLE;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
