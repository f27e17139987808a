//! Editing the notes on one contact.
//!
//! The editor knows what the API holds from the page that embeds it, or from the reply to the last save; where it knows
//! nothing, a save replaces what nobody here has seen, and the view says so. What is typed is handed out as a
//! [`Draft`] with each change, so that it survives whatever happens to the page.

use std::collections::VecDeque;

use super::{Contact, Conversation, Field, Note, NoteProblem, Saved, notes_json, replace};
use crate::endpoint::{Call, Response};
use crate::error::ApiError;
use crate::json::{Value, write_string};
use crate::pairing::{Failure, Request};

/// What was typed and is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The notes as they were typed.
    pub notes: Vec<Note>,
    /// What the API held when they were, if that was known.
    pub known: Option<Vec<Note>>,
}

impl Draft {
    /// The draft as text, to be kept where the browser keeps things.
    pub fn to_json(&self) -> String {
        let mut text = String::from("{");
        write_string("notes", &mut text);
        text.push(':');
        text.push_str(&notes_json(&self.notes));
        if let Some(known) = &self.known {
            text.push_str(",\"known\":");
            text.push_str(&notes_json(known));
        }
        text.push('}');
        text
    }

    /// Reads what [`Draft::to_json`] wrote. What else lies there is no draft.
    pub fn from_json(text: &str) -> Option<Self> {
        let value = Value::read(text).ok()?;
        let list = |name: &str| value.get(name).and_then(Note::read_list);
        Some(Self { notes: list("notes")?, known: list("known") })
    }
}

/// The notes that a reply showed, for as long as the page is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The notes.
    pub notes: Vec<Note>,
    /// What the page had handed in at that time: the same again is older than the reply.
    pub given: Option<Vec<Note>>,
}

/// What happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// A text was changed.
    Write {
        /// Of which note.
        id: u32,
        /// Which text.
        field: Field,
        /// What it is now.
        text: String,
    },
    /// One more note, at the end.
    Add,
    /// A note is taken out.
    Remove(u32),
    /// The note that was taken out last comes back.
    Undo,
    /// A note goes to another place in the list, counted from 0.
    Move {
        /// Which.
        id: u32,
        /// Where it is then.
        to: usize,
    },
    /// Save what is there.
    Save,
    /// Remove all notes, once that is confirmed.
    DeleteAll,
    /// Forget what was typed, once that is confirmed.
    Discard,
    /// Yes to the question.
    Confirm,
    /// Take what another window saved, in place of what was typed here.
    TakeTheirs,
    /// No to the question.
    Dismiss,
    /// The answer to [`Effect::Request`].
    Answer {
        /// The number of the effect it answers.
        attempt: u32,
        /// What came back.
        result: Result<Response<'a>, ApiError>,
    },
    /// Another window saved these for the same contact.
    SavedElsewhere(Vec<Note>),
    /// The page hands in other notes than before.
    Given(Option<Vec<Note>>),
    /// The browser has a network.
    Online,
    /// The browser has none.
    Offline,
}

/// What the owner is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make a call of the API, once.
    Request {
        /// Comes back with the answer.
        attempt: u32,
        /// What is asked.
        request: Request,
    },
    /// Keep this draft in place of the one before, or none.
    Keep(Option<Draft>),
    /// The API holds these now: remember them, tell the page and its other windows.
    Saved {
        /// What there is to remember.
        seen: Seen,
        /// Where the notes are.
        conversations: Vec<Conversation>,
    },
}

/// What is asked before something is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether all notes are to be removed.
    DeleteAll,
    /// Whether what was typed is to be forgotten.
    Discard,
    /// Whether what another window saved meanwhile is to be replaced.
    Overwrite,
}

/// Why a save did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// There is no network, and nothing was sent.
    NotSent,
    /// It was sent, and whether it arrived is not known. To save again does no harm.
    Unanswered,
    /// The API does not work at the moment.
    Unavailable,
    /// The API or the proxy refuses.
    Failed(Failure),
    /// The API refuses the notes, in its own words.
    Words(Vec<String>),
}

/// A note in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Tells it from the others, whatever is done to the list.
    pub id: u32,
    /// Its texts.
    pub note: Note,
    /// The rules that it breaks, once it was to be saved.
    pub problems: Vec<NoteProblem>,
    /// What the API says of it.
    pub words: Vec<String>,
}

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// The notes are being saved.
    Saving,
    /// All notes are being removed.
    Deleting,
}

/// All that a person sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The notes.
    pub entries: Vec<Entry>,
    /// What the API holds, where that is known. Where not, a save replaces what nobody here has seen.
    pub known: Option<Vec<Note>>,
    /// Whether there is something to save.
    pub is_changed: bool,
    /// What is under way.
    pub busy: Option<Busy>,
    /// What is asked.
    pub question: Option<Question>,
    /// How many notes were taken out and can come back.
    pub removed: usize,
    /// What went wrong with the last save.
    pub problem: Option<Problem>,
    /// What the API says of the contact's identifiers, by their names in the API.
    pub contact: Vec<(String, String)>,
    /// Another window saved other notes meanwhile.
    pub is_changed_elsewhere: bool,
    /// Where the notes are, as the last reply says.
    pub conversations: Vec<Conversation>,
    /// There is no network.
    pub is_offline: bool,
}

struct Sending {
    attempt: u32,
    call: Call<Saved>,
    ids: Vec<u32>,
    notes: Vec<Note>,
    busy: Busy,
}

/// The machine.
pub struct Editor {
    contact: Contact,
    entries: Vec<Entry>,
    given: Option<Vec<Note>>,
    known: Option<Vec<Note>>,
    /// A save went unanswered: what is known may be what was before it.
    is_unsure: bool,
    /// What is known to be there now, and was not when the draft was begun.
    theirs: Option<Vec<Note>>,
    removed: Vec<(usize, Entry)>,
    sending: Option<Sending>,
    question: Option<Question>,
    problem: Option<Problem>,
    blamed: Vec<(String, String)>,
    conversations: Vec<Conversation>,
    is_offline: bool,
    last_id: u32,
    last_attempt: u32,
    kept: Option<Draft>,
    effects: VecDeque<Effect>,
}

impl Editor {
    /// An editor for a contact: with the notes that the page hands in, what the last reply showed, and what was typed
    /// and not saved, as far as there are any.
    pub fn new(contact: Contact, given: Option<Vec<Note>>, seen: Option<Seen>, draft: Option<Draft>) -> Self {
        let known = match seen {
            // The page that hands in the same as before the save has not heard of it.
            Some(seen) if given.is_none() || given == seen.given => Some(seen.notes),
            _ => given.clone(),
        };
        let mut editor = Self {
            contact,
            entries: Vec::new(),
            given,
            known,
            is_unsure: false,
            theirs: None,
            removed: Vec::new(),
            sending: None,
            question: None,
            problem: None,
            blamed: Vec::new(),
            conversations: Vec::new(),
            is_offline: false,
            last_id: 0,
            last_attempt: 0,
            kept: draft.clone(),
            effects: VecDeque::new(),
        };
        match draft {
            Some(Draft { notes, known }) => {
                match (&editor.known, known) {
                    (None, known) => editor.known = known,
                    // Unless it was saved after all.
                    (Some(now), Some(then)) if *now != then && *now != notes => {
                        editor.theirs = editor.known.replace(then);
                    }
                    _ => {}
                }
                editor.put(notes);
            }
            None => editor.put(editor.known.clone().unwrap_or_default()),
        }
        editor.keep();
        editor
    }

    /// What a person sees now.
    pub fn view(&self) -> View {
        View {
            entries: self.entries.clone(),
            known: self.known.clone(),
            is_changed: self.is_changed(),
            busy: self.sending.as_ref().map(|sending| sending.busy),
            question: self.question,
            removed: self.removed.len(),
            problem: self.problem.clone(),
            contact: self.blamed.clone(),
            is_changed_elsewhere: self.theirs.is_some(),
            conversations: self.conversations.clone(),
            is_offline: self.is_offline,
        }
    }

    /// The next thing to do.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Tells the editor what happened. What does not concern it, it ignores.
    pub fn handle(&mut self, input: Input<'_>) {
        match input {
            Input::Write { id, field, text } => self.write(id, field, &text),
            Input::Add => {
                let note = self.entry(Note::default());
                self.entries.push(note);
            }
            Input::Remove(id) => {
                if let Some(index) = self.entries.iter().position(|entry| entry.id == id) {
                    self.removed.push((index, self.entries.remove(index)));
                }
            }
            Input::Undo => {
                if let Some((index, entry)) = self.removed.pop() {
                    self.entries.insert(index.min(self.entries.len()), entry);
                }
            }
            Input::Move { id, to } => {
                if let Some(index) = self.entries.iter().position(|entry| entry.id == id) {
                    let entry = self.entries.remove(index);
                    self.entries.insert(to.min(self.entries.len()), entry);
                }
            }
            Input::Save => self.save(),
            Input::DeleteAll if self.sending.is_none() => self.question = Some(Question::DeleteAll),
            Input::Discard if self.is_changed() => self.question = Some(Question::Discard),
            Input::Confirm => match self.question.take() {
                Some(Question::DeleteAll) => self.send(Busy::Deleting),
                Some(Question::Discard) => self.put(self.known.clone().unwrap_or_default()),
                Some(Question::Overwrite) => {
                    let theirs = self.theirs.take();
                    self.save();
                    if self.sending.is_none() {
                        self.theirs = theirs;
                    }
                }
                None => {}
            },
            Input::TakeTheirs => {
                if let Some(theirs) = self.theirs.take() {
                    self.question = None;
                    self.is_unsure = false;
                    self.known = Some(theirs.clone());
                    self.put(theirs);
                }
            }
            Input::Dismiss => self.question = None,
            Input::Answer { attempt, result } => self.answered(attempt, result),
            Input::SavedElsewhere(notes) => self.learn(notes),
            Input::Given(given) => {
                if self.given != given {
                    self.given.clone_from(&given);
                    if let Some(given) = given {
                        self.learn(given);
                    }
                }
            }
            Input::Online => self.is_offline = false,
            Input::Offline => self.is_offline = true,
            Input::DeleteAll | Input::Discard => {}
        }
        self.keep();
    }

    fn entry(&mut self, note: Note) -> Entry {
        self.last_id = self.last_id.wrapping_add(1);
        Entry { id: self.last_id, note, problems: Vec::new(), words: Vec::new() }
    }

    /// Shows these notes. Those that are the same at their place are left alone.
    fn put(&mut self, notes: Vec<Note>) {
        let mut before = std::mem::take(&mut self.entries).into_iter();
        for note in notes {
            let entry = match before.next() {
                Some(entry) => Entry { note, problems: Vec::new(), words: Vec::new(), ..entry },
                None => self.entry(note),
            };
            self.entries.push(entry);
        }
        self.removed.clear();
        self.blamed.clear();
        self.problem = None;
    }

    fn notes(&self) -> Vec<Note> {
        self.entries.iter().map(|entry| entry.note.clone()).collect()
    }

    fn is_changed(&self) -> bool {
        let known = self.known.as_deref().unwrap_or_default();
        self.is_unsure
            || known.len() != self.entries.len()
            || known.iter().zip(&self.entries).any(|(known, entry)| *known != entry.note)
    }

    /// Hands out the draft, if it is another one.
    fn keep(&mut self) {
        let draft = self.is_changed().then(|| Draft { notes: self.notes(), known: self.known.clone() });
        if draft != self.kept {
            self.kept.clone_from(&draft);
            self.effects.push_back(Effect::Keep(draft));
        }
    }

    fn write(&mut self, id: u32, field: Field, text: &str) {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else { return };
        let note = match field {
            Field::Title => Note::new(text, &entry.note.body),
            Field::Body => Note::new(&entry.note.title, text),
        };
        if note != entry.note {
            entry.note = note;
            entry.words.clear();
            // What is still wrong stays said; what is newly wrong is said by the counter, and when it is to be saved.
            let wrong = entry.note.check();
            entry.problems.retain(|problem| wrong.contains(problem));
        }
    }

    /// These are there now, whoever saved them.
    fn learn(&mut self, notes: Vec<Note>) {
        if self.known.as_ref() == Some(&notes) {
            self.theirs = None;
        } else if self.notes() == notes || (!self.is_changed() && self.sending.is_none()) {
            self.theirs = None;
            self.is_unsure = false;
            self.known = Some(notes.clone());
            self.put(notes);
        } else {
            self.theirs = Some(notes);
        }
    }

    fn save(&mut self) {
        if self.sending.is_some() || !self.is_changed() {
            return;
        }
        let mut is_good = true;
        for entry in &mut self.entries {
            entry.problems = entry.note.check();
            is_good &= entry.problems.is_empty();
        }
        if !is_good {
            self.problem = None;
        } else if self.theirs.is_some() {
            self.question = Some(Question::Overwrite);
        } else {
            self.send(Busy::Saving);
        }
    }

    fn send(&mut self, busy: Busy) {
        if self.sending.is_some() {
            return;
        }
        self.blamed.clear();
        for entry in &mut self.entries {
            entry.words.clear();
        }
        self.problem = None;
        if self.is_offline {
            self.problem = Some(Problem::NotSent);
            return;
        }
        // Whoever sends now has been asked.
        self.theirs = None;
        let notes = self.notes();
        let mut call = replace(&self.contact, if busy == Busy::Deleting { &[] } else { &notes });
        self.last_attempt = self.last_attempt.wrapping_add(1);
        let request = Request { method: call.method, target: call.path.clone(), body: call.body.take() };
        self.effects.push_back(Effect::Request { attempt: self.last_attempt, request });
        let ids = self.entries.iter().map(|entry| entry.id).collect();
        self.sending = Some(Sending { attempt: self.last_attempt, call, ids, notes, busy });
    }

    fn answered(&mut self, attempt: u32, result: Result<Response<'_>, ApiError>) {
        let Some(sent) = self.sending.take_if(|sending| sending.attempt == attempt) else { return };
        match result.and_then(|response| sent.call.decode(&response)) {
            Ok(saved) => self.saved(&sent, saved),
            Err(ApiError::Invalid { fields, .. }) => self.blame(&sent, fields),
            Err(error) => {
                let problem = Problem::of(&error);
                self.is_unsure |= problem == Problem::Unanswered;
                self.problem = Some(problem);
            }
        }
    }

    fn saved(&mut self, sent: &Sending, saved: Saved) {
        let wanted = if sent.busy == Busy::Deleting { Vec::new() } else { sent.notes.clone() };
        // The API may write them in its own way. A contact of which it has no conversation yet comes back without.
        let mut told = saved.conversations.iter().map(|conversation| &conversation.notes);
        let now = match told.clone().any(|notes| *notes == wanted) {
            true => wanted,
            false => told.next().cloned().unwrap_or(wanted),
        };
        let is_untouched = self.notes() == sent.notes;
        self.known = Some(now.clone());
        self.is_unsure = false;
        if is_untouched {
            self.put(now.clone());
        }
        self.question = None;
        self.conversations.clone_from(&saved.conversations);
        let seen = Seen { notes: now, given: self.given.clone() };
        self.effects.push_back(Effect::Saved { seen, conversations: saved.conversations });
    }

    /// Puts the API's words beside what they are about.
    fn blame(&mut self, sent: &Sending, fields: Vec<(String, Vec<String>)>) {
        let mut rest = Vec::new();
        for (field, words) in fields {
            if matches!(&*field, "phone" | "tdlib_username" | "tdlib_user_id") {
                self.blamed.push((field, words.join(" ")));
                continue;
            }
            let id = field.strip_prefix("notes").and_then(first_number).and_then(|index| sent.ids.get(index));
            match id.and_then(|id| self.entries.iter_mut().find(|entry| entry.id == *id)) {
                Some(entry) => entry.words.extend(words),
                None => rest.extend(words),
            }
        }
        let is_placed = !self.blamed.is_empty() || self.entries.iter().any(|entry| !entry.words.is_empty());
        if !rest.is_empty() {
            self.problem = Some(Problem::Words(rest));
        } else if !is_placed {
            self.problem = Some(Problem::Failed(Failure::Rejected));
        }
    }
}

impl Problem {
    fn of(error: &ApiError) -> Self {
        match error {
            // The request may have arrived; only its answer is missing, here or between the proxy and the API.
            ApiError::Network
            | ApiError::Timeout
            | ApiError::Status { status: 502 | 504, .. }
            | ApiError::Unreadable { status: 502 | 504 } => Self::Unanswered,
            ApiError::BadRequest { message: Some(message) } => Self::Words(vec![message.clone()]),
            error if error.is_passing() => Self::Unavailable,
            error => Self::Failed(Failure::of(error)),
        }
    }
}

/// The number in `[1].title`, `.1.body` or `_1`.
fn first_number(text: &str) -> Option<usize> {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}
