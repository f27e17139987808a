//! Two screens of a CRM: the company's messenger accounts, and the card of a customer with the chat and the notes.

use jetapi_widget::{AccountEvent, Chat, ChatSettings, Connect, Locale, Note, NotesEditor, STYLE};
use leptos::prelude::*;

const CUSTOMERS: [(&str, &str); 2] = [("Anna Weber", "+49 1512 3456789"), ("Пётр Ильин", "+7 912 345-67-89")];

#[derive(Clone, Copy, PartialEq)]
enum Page {
    Accounts,
    Customer(&'static str),
}

fn main() {
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let page = RwSignal::new(Page::Accounts);
    let locale = RwSignal::new(Locale::En);
    let tab = move |name: &'static str, to: Page| {
        view! {
            <button
                type="button"
                aria-pressed=move || (page.get() == to).to_string()
                on:click=move |_| page.set(to)
            >
                {name}
            </button>
        }
    };
    view! {
        // Where a content security policy blocks this, put `STYLE` into a constructed style sheet.
        <style>{STYLE}</style>
        <header>
            <h1>"A small CRM"</h1>
            {tab("Accounts", Page::Accounts)}
            {CUSTOMERS.map(|(name, phone)| tab(name, Page::Customer(phone))).into_iter().collect_view()}
            <select
                aria-label="Language"
                on:change=move |event| locale.set(Locale::from_tag(&event_target_value(&event)))
            >
                <option value="en">"English"</option>
                <option value="ru">"Русский"</option>
            </select>
        </header>
        <main>
            {move || match page.get() {
                Page::Accounts => view! { <Accounts locale=locale /> }.into_any(),
                Page::Customer(phone) => view! { <Customer phone=phone locale=locale /> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Accounts(locale: RwSignal<Locale>) -> impl IntoView {
    let connected = RwSignal::new(String::new());
    let on_event = move |event| {
        if let AccountEvent::Connected { channel, account, .. } = event {
            connected.set([channel, ": ", account.as_deref().unwrap_or("connected")].concat());
        }
    };
    view! {
        <Connect locale=locale on_event=on_event />
        <p>{connected}</p>
    }
}

#[component]
fn Customer(phone: &'static str, locale: RwSignal<Locale>) -> impl IntoView {
    // The API can't be asked for notes: what was saved is the CRM's to keep.
    let notes = RwSignal::new(None::<Vec<Note>>);
    let on_event = move |event| {
        if let AccountEvent::Saved { notes: saved, .. } = event {
            notes.set(Some(saved));
        }
    };
    let settings = ChatSettings { phone: Some(phone.into()), chat_only: true, ..ChatSettings::default() };
    view! {
        <div class="customer">
            <Chat settings=Signal::stored(settings) locale=locale />
            <NotesEditor phone=phone.to_owned() notes=notes locale=locale on_event=on_event />
        </div>
    }
}
