//! The editors of notes that are open on this page, and what the browser keeps for them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use jetapi::notes::editor::{Draft, Editor, Effect, Input, Seen, View};
use jetapi::notes::{Contact, Conversation, Note, notes_json};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent, Storage};

use super::http;
use super::page::{self, PageEvent, PageListeners};

/// An editor that is open. Those who open the same contact's share it; a save that is under way keeps it until the
/// answer.
#[derive(Clone)]
pub(crate) struct Desk {
    driver: Rc<RefCell<Driver>>,
    key: Rc<str>,
    view: ArcReadSignal<View>,
    saved: ArcReadSignal<Option<Saved>>,
}

/// An editor that somebody has open, found by its contact.
struct Open {
    key: Rc<str>,
    driver: Weak<RefCell<Driver>>,
    view: ArcReadSignal<View>,
    saved: ArcReadSignal<Option<Saved>>,
}

/// What the API holds since the last save.
#[derive(Clone, PartialEq)]
pub(crate) struct Saved {
    /// The notes.
    pub(crate) notes: Vec<Note>,
    /// Where they are.
    pub(crate) conversations: Vec<Conversation>,
    /// Tells one save from the next.
    number: u32,
}

struct Driver {
    base: String,
    key: Rc<str>,
    editor: Editor,
    view: ArcRwSignal<View>,
    saved: ArcRwSignal<Option<Saved>>,
    _listeners: PageListeners,
}

/// What this page remembers of a contact.
#[derive(Default)]
struct Memory {
    key: String,
    seen: Option<Seen>,
    /// What the page handed in last.
    given: Option<Vec<Note>>,
    /// Where the browser keeps nothing, it is kept here.
    draft: Option<Draft>,
}

/// For all editors of the page: the window that saves may be on another contact than this one is now.
struct Windows {
    channel: BroadcastChannel,
    _heard: Closure<dyn FnMut(MessageEvent)>,
}

type Listener = Closure<dyn FnMut(web_sys::Event)>;

thread_local! {
    static OPEN: RefCell<Vec<Open>> = const { RefCell::new(Vec::new()) };
    static MEMORY: RefCell<Vec<Memory>> = const { RefCell::new(Vec::new()) };
    static WINDOWS: RefCell<Option<Windows>> = const { RefCell::new(None) };
    static LEAVING: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// Opens the editor for a contact, or joins the one that is open on this page.
pub(crate) fn open(base: &str, contact: Contact, given: Option<Vec<Note>>) -> Desk {
    listen();
    let base = base.trim_end_matches('/').to_owned();
    let key: Rc<str> = [&*base, ":", &contact.key()].concat().into();
    let desk = find(&key).unwrap_or_else(|| {
        let (seen, draft) = remember(&key, |memory| (memory.seen.clone(), memory.draft.clone()));
        let draft = draft.or_else(|| Draft::from_json(&storage()?.get_item(&stored(&key)).ok()??));
        let editor = Editor::new(contact, given.clone(), seen, draft);
        let view = ArcRwSignal::new(editor.view());
        let saved = ArcRwSignal::new(None);
        let driver = Rc::new_cyclic(|this: &Weak<RefCell<Driver>>| {
            let this = this.clone();
            let listeners = PageListeners::new(move |event| {
                if let Some(driver) = this.upgrade() {
                    match event {
                        PageEvent::Online => tell(&driver, Input::Online),
                        PageEvent::Offline => tell(&driver, Input::Offline),
                        _ => {}
                    }
                }
            });
            RefCell::new(Driver {
                base,
                key: key.clone(),
                editor,
                view: view.clone(),
                saved: saved.clone(),
                _listeners: listeners,
            })
        });
        let (view, saved) = (view.read_only(), saved.read_only());
        OPEN.with_borrow_mut(|open| {
            open.push(Open {
                key: key.clone(),
                driver: Rc::downgrade(&driver),
                view: view.clone(),
                saved: saved.clone(),
            });
        });
        if !page::is_online() {
            tell(&driver, Input::Offline);
        }
        Desk { driver, key, view, saved }
    });
    desk.hand_in(given);
    desk
}

fn find(key: &str) -> Option<Desk> {
    OPEN.with_borrow_mut(|open| {
        open.retain(|it| it.driver.strong_count() > 0);
        let it = open.iter().find(|it| &*it.key == key)?;
        let driver = it.driver.upgrade()?;
        Some(Desk { driver, key: it.key.clone(), view: it.view.clone(), saved: it.saved.clone() })
    })
}

impl Desk {
    /// What a person sees.
    pub(crate) fn view(&self) -> ArcReadSignal<View> {
        self.view.clone()
    }

    /// The last save that went through before our eyes.
    pub(crate) fn saved(&self) -> ArcReadSignal<Option<Saved>> {
        self.saved.clone()
    }

    /// The user does something.
    pub(crate) fn act(&self, input: Input<'_>) {
        tell(&self.driver, input);
    }

    /// The page hands in the notes that it knows.
    pub(crate) fn hand_in(&self, given: Option<Vec<Note>>) {
        remember(&self.key, |memory| memory.given.clone_from(&given));
        tell(&self.driver, Input::Given(given));
    }
}

/// Tells the editor something, then carries out all that follows from it.
fn tell(driver: &Rc<RefCell<Driver>>, input: Input<'_>) {
    // Nothing that is called under this borrow calls back before it returns.
    let Ok(mut it) = driver.try_borrow_mut() else { return };
    it.editor.handle(input);
    let mut effects: VecDeque<Effect> = std::iter::from_fn(|| it.editor.poll_effect()).collect();
    let (view, signal, saved, key) = (it.editor.view(), it.view.clone(), it.saved.clone(), it.key.clone());
    let base = it.base.clone();
    drop(it);
    while let Some(effect) = effects.pop_front() {
        match effect {
            Effect::Request { attempt, request } => {
                let url = [&*base, &*request.target].concat();
                // Strong: what was sent is waited for, whoever has left the page meanwhile.
                let driver = driver.clone();
                leptos::task::spawn_local(async move {
                    let answer = http::fetch(request.method, &url, request.body, None).await;
                    let result = match &answer {
                        Ok(answer) => Ok(answer.as_response()),
                        Err(error) => Err(error.clone()),
                    };
                    tell(&driver, Input::Answer { attempt, result });
                });
            }
            Effect::Keep(draft) => keep(&key, draft),
            Effect::Saved { seen, conversations } => {
                let notes = seen.notes.clone();
                announce(&key, &notes);
                remember(&key, |memory| memory.seen = Some(seen));
                let number =
                    saved.with_untracked(|last| last.as_ref().map_or(0, |last: &Saved| last.number)) + 1;
                saved.set(Some(Saved { notes, conversations, number }));
            }
        }
    }
    if signal.with_untracked(|shown| *shown != view) {
        signal.set(view);
    }
}

fn remember<T>(key: &str, with: impl FnOnce(&mut Memory) -> T) -> T {
    MEMORY.with_borrow_mut(|all| match all.iter_mut().find(|memory| memory.key == key) {
        Some(memory) => with(memory),
        None => {
            let mut memory = Memory { key: key.to_owned(), ..Memory::default() };
            let result = with(&mut memory);
            all.push(memory);
            result
        }
    })
}

fn stored(key: &str) -> String {
    ["jetapi-notes:", key].concat()
}

/// Where the browser keeps something for this window, unless that is forbidden.
fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn keep(key: &str, draft: Option<Draft>) {
    let name = stored(key);
    let is_kept = match (storage(), &draft) {
        (Some(storage), Some(draft)) => storage.set_item(&name, &draft.to_json()).is_ok(),
        (Some(storage), None) => storage.remove_item(&name).is_ok(),
        (None, draft) => draft.is_none(),
    };
    remember(key, |memory| memory.draft = if is_kept { None } else { draft });
    let is_unkept = MEMORY.with_borrow(|all| all.iter().any(|memory| memory.draft.is_some()));
    ask_before_leaving(is_unkept);
}

/// What only this page remembers is gone with it.
fn ask_before_leaving(is_on: bool) {
    let Some(window) = web_sys::window() else { return };
    LEAVING.with_borrow_mut(|asking| match (is_on, &*asking) {
        (true, None) => {
            let ask = Closure::new(|event: web_sys::Event| event.prevent_default());
            let _ = window.add_event_listener_with_callback("beforeunload", ask.as_ref().unchecked_ref());
            *asking = Some(ask);
        }
        (false, Some(ask)) => {
            let _ = window.remove_event_listener_with_callback("beforeunload", ask.as_ref().unchecked_ref());
            *asking = None;
        }
        _ => {}
    });
}

const CHANNEL: &str = "jetapi-notes";

/// Hears what other windows of this site save, from the first editor on.
fn listen() {
    WINDOWS.with_borrow_mut(|windows| {
        if windows.is_some() {
            return;
        }
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(|message: MessageEvent| {
            let Some(text) = message.data().as_string() else { return };
            let Some((key, notes)) = text.split_once('\n') else { return };
            let Some(notes) = Note::read_all(notes) else { return };
            remember(key, |memory| {
                memory.seen = Some(Seen { notes: notes.clone(), given: memory.given.clone() });
            });
            if let Some(desk) = find(key) {
                desk.act(Input::SavedElsewhere(notes));
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        *windows = Some(Windows { channel, _heard: heard });
    });
}

fn announce(key: &str, notes: &[Note]) {
    WINDOWS.with_borrow(|windows| {
        if let Some(windows) = windows {
            let _ = windows.channel.post_message(&[key, "\n", &notes_json(notes)].concat().into());
        }
    });
}
