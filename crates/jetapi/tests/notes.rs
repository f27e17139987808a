//! Editing the notes on a contact.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of tests may panic as tests do"
)]

use jetapi::endpoint::{Call, Method, Response};
use jetapi::error::ApiError;
use jetapi::notes::editor::{Busy, Draft, Editor, Effect, Input, Problem, Question, Seen};
use jetapi::notes::{
    Contact, ContactProblem, Field, Given, Messenger, Note, NoteProblem, notes_json, replace,
};
use jetapi::pairing::{Failure, Request};
use jetapi::secret::Secret;
use proptest::prelude::*;

fn contact() -> Contact {
    Contact::check(Given { phone: Some("+995 591 234 567"), ..Given::default() }).unwrap()
}

fn note(title: &str, body: &str) -> Note {
    Note::new(title, body)
}

#[test]
fn a_contact_has_an_identifier() {
    let check = |phone, username, user_id| Contact::check(Given { phone, username, user_id });
    for (phone, username, user_id, want) in [
        (Some("+995 591 234-567"), None, None, Ok("995591234567,,")),
        (Some("995591234567"), Some("@Ann_Lee"), Some("42"), Ok("995591234567,ann_lee,42")),
        (None, Some("ann_lee"), None, Ok(",ann_lee,")),
        (Some(" "), None, Some("-1001234567890"), Ok(",,-1001234567890")),
        (None, None, None, Err(ContactProblem::Nobody)),
        (Some(""), Some(" "), Some(""), Err(ContactProblem::Nobody)),
        (Some("12"), None, None, Err(ContactProblem::Phone)),
        (Some("ann"), Some("ann_lee"), None, Err(ContactProblem::Phone)),
        (None, Some("ann"), None, Err(ContactProblem::Username)),
        (None, Some("ann lee"), None, Err(ContactProblem::Username)),
        (None, Some("анна_ли"), None, Err(ContactProblem::Username)),
        (None, None, Some("+42"), Err(ContactProblem::UserId)),
        (None, None, Some("4.2"), Err(ContactProblem::UserId)),
        (None, None, Some("99999999999999999999"), Err(ContactProblem::UserId)),
    ] {
        let key = check(phone, username, user_id).map(|contact| contact.key());
        assert_eq!(key.as_deref(), want.as_ref().copied(), "{phone:?} {username:?} {user_id:?}");
    }
}

#[test]
fn a_note_is_counted_as_the_server_counts() {
    let title = |count| note(&"я".repeat(count), "");
    let body = |count| note("", &"😀".repeat(count));
    for (note, want) in [
        (note("", ""), vec![NoteProblem::Blank]),
        (note(" \n", "\u{a0}"), vec![NoteProblem::Blank]),
        (note("a", ""), vec![]),
        (note("", "a"), vec![]),
        (title(255), vec![]),
        (title(256), vec![NoteProblem::Long(Field::Title)]),
        (body(1000), vec![]),
        (body(1001), vec![NoteProblem::Long(Field::Body)]),
        (
            Note { title: "a".repeat(256), body: "b".repeat(1001) },
            vec![NoteProblem::Long(Field::Title), NoteProblem::Long(Field::Body)],
        ),
        (note("", &" ".repeat(1001)), vec![NoteProblem::Blank, NoteProblem::Long(Field::Body)]),
    ] {
        assert_eq!(note.check(), want, "{} {}", note.length(Field::Title), note.length(Field::Body));
    }
    assert_eq!(note("a\r\nb", "\r\r\n").text(Field::Title), "a\nb");
    // A family of four people is one picture and seven characters to the server.
    assert_eq!(note("", "👨‍👩‍👧‍👦").length(Field::Body), 7);
}

#[test]
fn a_call_says_whose_notes_and_no_empty_text() {
    let all = Contact::check(Given {
        phone: Some("995591234567"),
        username: Some("@ann_lee"),
        user_id: Some("-42"),
    })
    .unwrap();
    for (contact, notes, want) in [
        (contact(), vec![], r#"{"phone":"995591234567","notes":[]}"#),
        (
            all,
            vec![note("a\"", "b\nc"), note("", "d"), note("e", "")],
            r#"{"phone":"995591234567","tdlib_username":"ann_lee","tdlib_user_id":-42,"notes":[{"title":"a\"","body":"b\nc"},{"body":"d"},{"title":"e"}]}"#,
        ),
    ] {
        let call = replace(&contact, &notes);
        assert_eq!(call.method, Method::Put);
        assert_eq!(call.path, "/api/developer_chat/conversations/notes");
        assert_eq!(call.body.as_ref().map(Secret::expose), Some(want));
    }
}

/// As the reference prints it.
const REPLY: &str = r#"{"meta":{"code":200,"status":"success"},"conversations":[{"id":4071161,
    "updated_at":"2025-05-23T13:54:33","customer_id":2003,"client_phone":"995591234567",
    "conversation_type":"whatsapp","created_at":"2025-05-23T13:38:18",
    "notes":[{"title":"Text","body":"[Hello](https://google.com) Test_\n  Test _test_."}],
    "tdlib_user_id":null,"tdlib_username":null,"messenger_client_name":null,"crm_client_name":null}]}"#;

fn decode<R: jetapi::endpoint::Reply>(call: &Call<R>, body: &str) -> Result<R, ApiError> {
    call.decode(&Response { status: 200, body })
}

#[test]
fn the_printed_reply_is_read() {
    let saved = decode(&replace(&contact(), &[]), REPLY).unwrap();
    let [conversation] = &*saved.conversations else { panic!("{saved:?}") };
    assert_eq!(conversation.id.as_deref(), Some("4071161"));
    assert_eq!(conversation.messenger, Messenger::WhatsApp);
    assert_eq!(conversation.updated_at.as_deref(), Some("2025-05-23T13:54:33"));
    assert_eq!(conversation.notes, [note("Text", "[Hello](https://google.com) Test_\n  Test _test_.")]);
    let odd = r#"{"conversations":[{"conversation_type":"tdlib","notes":[{"title":null,"body":"b"},7]},
        {"conversation_type":"max","notes":null},{"notes":[]},null]}"#;
    let saved = decode(&replace(&contact(), &[]), odd).unwrap();
    let found: Vec<_> = saved.conversations.into_iter().map(|it| (it.messenger, it.notes)).collect();
    assert_eq!(found, [(Messenger::Telegram, vec![note("", "b")]), (Messenger::Other("max".into()), vec![])]);
    for body in ["{}", r#"{"conversations":{}}"#, "<html>"] {
        assert_eq!(decode(&replace(&contact(), &[]), body), Err(ApiError::Unreadable { status: 200 }));
    }
}

#[test]
fn what_a_page_hands_in_is_read_or_refused() {
    for (json, want) in [
        ("[]", Some(vec![])),
        (
            r#"[{"title":"a"},{"body":"b\r\nc"},{"title":null,"id":7}]"#,
            Some(vec![note("a", ""), note("", "b\nc"), note("", "")]),
        ),
        ("{}", None),
        ("", None),
        ("[7]", None),
        (r#"["a"]"#, None),
    ] {
        assert_eq!(Note::read_all(json), want, "{json}");
    }
    let notes = [note("a\"\n", "Ж😀"), note("", "b")];
    assert_eq!(Note::read_all(&notes_json(&notes)).as_deref(), Some(&notes[..]));
}

struct Desk {
    editor: Editor,
    kept: Option<Draft>,
    requests: Vec<(u32, Request)>,
    saved: Vec<Seen>,
}

impl Desk {
    fn new(given: Option<Vec<Note>>) -> Self {
        Self::with(given, None, None)
    }

    fn with(given: Option<Vec<Note>>, seen: Option<Seen>, draft: Option<Draft>) -> Self {
        let editor = Editor::new(contact(), given, seen, draft.clone());
        let mut desk = Self { editor, kept: draft, requests: Vec::new(), saved: Vec::new() };
        desk.settle();
        desk
    }

    fn settle(&mut self) {
        while let Some(effect) = self.editor.poll_effect() {
            match effect {
                Effect::Request { attempt, request } => self.requests.push((attempt, request)),
                Effect::Keep(draft) => self.kept = draft,
                Effect::Saved { seen, .. } => self.saved.push(seen),
            }
        }
    }

    fn tell(&mut self, input: Input<'_>) -> &mut Self {
        self.editor.handle(input);
        self.settle();
        self
    }

    fn id(&self, index: usize) -> u32 {
        self.editor.view().entries[index].id
    }

    fn write(&mut self, index: usize, field: Field, text: &str) -> &mut Self {
        let id = self.id(index);
        self.tell(Input::Write { id, field, text: text.into() })
    }

    fn notes(&self) -> Vec<Note> {
        self.editor.view().entries.into_iter().map(|entry| entry.note).collect()
    }

    /// The notes in the body of the last request.
    fn sent(&self) -> Vec<Note> {
        sent(&self.requests.last().unwrap().1)
    }

    fn answer(&mut self, status: u16, body: &str) -> &mut Self {
        let attempt = self.requests.last().unwrap().0;
        self.tell(Input::Answer { attempt, result: Ok(Response { status, body }) })
    }

    /// The API takes the last request, and holds what it was sent.
    fn accept(&mut self) -> &mut Self {
        let body = reply(&self.sent());
        self.answer(200, &body)
    }

    fn fail(&mut self, error: ApiError) -> &mut Self {
        let attempt = self.requests.last().unwrap().0;
        self.tell(Input::Answer { attempt, result: Err(error) })
    }
}

fn sent(request: &Request) -> Vec<Note> {
    let body = request.body.as_ref().map_or("", Secret::expose);
    let notes = body.find('[').and_then(|start| body.get(start..body.len() - 1));
    notes.and_then(Note::read_all).unwrap_or_else(|| panic!("{body}"))
}

fn reply(notes: &[Note]) -> String {
    format!(
        r#"{{"meta":{{"code":200,"status":"success"}},"conversations":[{{"conversation_type":"whatsapp","notes":{}}}]}}"#,
        notes_json(notes)
    )
}

#[test]
fn nothing_is_known_until_something_is() {
    let mut desk = Desk::new(None);
    assert!(desk.editor.view().known.is_none());
    assert!(!desk.editor.view().is_changed);
    desk.tell(Input::Save);
    assert!(desk.requests.is_empty());
    desk.tell(Input::Add).write(0, Field::Title, "a").tell(Input::Save);
    assert_eq!(desk.sent(), [note("a", "")]);
    assert_eq!(desk.editor.view().busy, Some(Busy::Saving));
    desk.accept();
    let view = desk.editor.view();
    assert!(view.known.is_some() && !view.is_changed && view.busy.is_none());
    assert_eq!(view.conversations.len(), 1);
    assert_eq!(desk.kept, None);
    assert_eq!(desk.saved, [Seen { notes: vec![note("a", "")], given: None }]);
}

#[test]
fn what_was_seen_is_newer_than_the_same_from_the_page() {
    let (old, new, newest) = (vec![note("old", "")], vec![note("new", "")], vec![note("newest", "")]);
    let seen = |given: Option<&Vec<Note>>| Some(Seen { notes: new.clone(), given: given.cloned() });
    for (given, seen, want) in [
        (None, None, vec![]),
        (Some(&old), None, old.clone()),
        (None, seen(None), new.clone()),
        (None, seen(Some(&old)), new.clone()),
        (Some(&old), seen(Some(&old)), new.clone()),
        (Some(&newest), seen(Some(&old)), newest.clone()),
        (Some(&newest), seen(None), newest.clone()),
    ] {
        let desk = Desk::with(given.cloned(), seen, None);
        assert_eq!(desk.notes(), want);
        assert!(!desk.editor.view().is_changed);
    }
}

#[test]
fn notes_are_added_moved_removed_and_brought_back() {
    let all = ["a", "b", "c"].map(|title| note(title, "")).to_vec();
    let mut desk = Desk::new(Some(all.clone()));
    let titles = |desk: &Desk| desk.notes().into_iter().map(|note| note.title).collect::<String>();
    let first = desk.id(0);
    desk.tell(Input::Move { id: first, to: 2 });
    assert_eq!(titles(&desk), "bca");
    assert_eq!(desk.id(2), first);
    desk.tell(Input::Move { id: first, to: 99 }).tell(Input::Move { id: 99, to: 0 });
    assert_eq!(titles(&desk), "bca");
    desk.tell(Input::Move { id: first, to: 0 });
    assert!(!desk.editor.view().is_changed);
    desk.tell(Input::Remove(first));
    let second = desk.id(0);
    desk.tell(Input::Remove(second));
    assert_eq!((titles(&desk).as_str(), desk.editor.view().removed), ("c", 2));
    desk.tell(Input::Undo);
    assert_eq!(titles(&desk), "bc");
    desk.tell(Input::Undo).tell(Input::Undo);
    assert_eq!(titles(&desk), "abc");
    assert_eq!(desk.id(0), first);
    assert!(!desk.editor.view().is_changed);
    desk.tell(Input::Remove(first)).tell(Input::Save).accept();
    assert_eq!(desk.editor.view().removed, 0);
    desk.tell(Input::Undo);
    assert_eq!(titles(&desk), "bc");
}

#[test]
fn what_breaks_a_rule_is_not_sent() {
    let mut desk = Desk::new(Some(vec![note("a", ""), note("b", "")]));
    desk.write(0, Field::Title, " ").write(1, Field::Title, &"b".repeat(256)).tell(Input::Save);
    assert!(desk.requests.is_empty());
    let problems =
        |desk: &Desk| desk.editor.view().entries.into_iter().map(|it| it.problems).collect::<Vec<_>>();
    assert_eq!(problems(&desk), [vec![NoteProblem::Blank], vec![NoteProblem::Long(Field::Title)]]);
    // Said until it is mended, and what is newly wrong not before it is to be saved.
    desk.write(0, Field::Body, &"c".repeat(1001)).write(1, Field::Title, &"b".repeat(257));
    assert_eq!(problems(&desk), [vec![], vec![NoteProblem::Long(Field::Title)]]);
    desk.write(0, Field::Body, "c").write(1, Field::Title, "b").tell(Input::Save);
    assert_eq!(desk.sent(), [note(" ", "c"), note("b", "")]);
}

#[test]
fn one_save_at_a_time_and_typing_goes_on() {
    let mut desk = Desk::new(Some(vec![note("a", "")]));
    desk.write(0, Field::Title, "b").tell(Input::Save).tell(Input::Save);
    desk.write(0, Field::Title, "c").tell(Input::Save).tell(Input::DeleteAll).tell(Input::Confirm);
    assert_eq!(desk.requests.len(), 1);
    desk.accept();
    let view = desk.editor.view();
    assert_eq!((desk.notes(), view.is_changed), (vec![note("c", "")], true));
    assert_eq!(desk.kept, Some(Draft { notes: vec![note("c", "")], known: Some(vec![note("b", "")]) }));
    desk.tell(Input::Save);
    assert_eq!((desk.requests.len(), desk.sent()), (2, vec![note("c", "")]));
    // An answer to what nobody waits for.
    desk.tell(Input::Answer { attempt: 99, result: Err(ApiError::Network) });
    assert_eq!(desk.editor.view().busy, Some(Busy::Saving));
    desk.accept();
    assert!(!desk.editor.view().is_changed);
}

#[test]
fn a_save_that_fails_loses_nothing() {
    let words = |text: &str| Problem::Words(vec![text.into()]);
    for (error, want) in [
        (ApiError::Network, Problem::Unanswered),
        (ApiError::Timeout, Problem::Unanswered),
        (ApiError::Unreadable { status: 502 }, Problem::Unanswered),
        (ApiError::Status { status: 504, message: None }, Problem::Unanswered),
        (ApiError::Unreadable { status: 500 }, Problem::Unavailable),
        (ApiError::Status { status: 503, message: None }, Problem::Unavailable),
        (ApiError::Status { status: 429, message: None }, Problem::Unavailable),
        (ApiError::Unauthorized, Problem::Failed(Failure::Unauthorized)),
        (ApiError::Forbidden { message: None }, Problem::Failed(Failure::Forbidden)),
        (ApiError::NotFound, Problem::Failed(Failure::NoProxy)),
        (ApiError::Duplicate, Problem::Failed(Failure::Rejected)),
        (ApiError::BadRequest { message: Some("no".into()) }, words("no")),
    ] {
        let mut desk = Desk::new(Some(vec![]));
        desk.tell(Input::Add).write(0, Field::Body, "text").tell(Input::Save).fail(error.clone());
        assert_eq!(desk.editor.view().problem.as_ref(), Some(&want), "{error}");
        assert_eq!(desk.kept.as_ref().map(|draft| &*draft.notes), Some(&[note("", "text")][..]));
        // The next try sends what is there then.
        desk.write(0, Field::Body, "newer").tell(Input::Save);
        assert_eq!(desk.sent(), [note("", "newer")]);
        assert_eq!(desk.editor.view().problem, None);
    }
}

#[test]
fn after_a_save_without_answer_the_old_text_is_worth_saving() {
    let mut desk = Desk::new(Some(vec![note("a", "")]));
    desk.write(0, Field::Title, "b").tell(Input::Save).fail(ApiError::Timeout);
    desk.write(0, Field::Title, "a");
    assert!(desk.editor.view().is_changed);
    desk.tell(Input::Save);
    assert_eq!(desk.sent(), [note("a", "")]);
    desk.accept();
    assert!(!desk.editor.view().is_changed);
}

#[test]
fn offline_nothing_is_sent() {
    let mut desk = Desk::new(Some(vec![]));
    desk.tell(Input::Add).write(0, Field::Body, "a").tell(Input::Offline).tell(Input::Save);
    assert!(desk.requests.is_empty());
    assert_eq!(desk.editor.view().problem, Some(Problem::NotSent));
    assert!(desk.editor.view().is_offline);
    desk.tell(Input::Online).tell(Input::Save);
    assert_eq!(desk.sent(), [note("", "a")]);
}

fn refusal(errors: &str) -> String {
    format!(
        r#"{{"meta":{{"code":422,"message":"Unprocessable Entity","status":"fail","errors":{errors},"status_id":null}}}}"#
    )
}

#[test]
fn the_apis_words_stand_beside_what_they_name() {
    let said = |desk: &Desk| {
        let view = desk.editor.view();
        let notes: Vec<_> = view.entries.iter().map(|entry| entry.words.join(" ")).collect();
        (view.contact, notes.join("|"), view.problem)
    };
    for (errors, want) in [
        (
            r#"{"notes":["Notes must contain a maximum of 2 parts"]}"#,
            (vec![], "|", Some(Problem::Words(vec!["Notes must contain a maximum of 2 parts".into()]))),
        ),
        (r#"{"phone":["invalid"]}"#, (vec![("phone".into(), "invalid".into())], "|", None)),
        (r#"{"tdlib_user_id":["a","b"]}"#, (vec![("tdlib_user_id".into(), "a b".into())], "|", None)),
        (r#"{"notes[1].title":["long"]}"#, (vec![], "|long", None)),
        (r#"{"notes.0.body":["bad"],"notes_1":["worse"]}"#, (vec![], "bad|worse", None)),
        (r#"{"notes[7]":["far"]}"#, (vec![], "|", Some(Problem::Words(vec!["far".into()])))),
        (r#"{"base":["no"]}"#, (vec![], "|", Some(Problem::Words(vec!["no".into()])))),
        ("{}", (vec![], "|", Some(Problem::Failed(Failure::Rejected)))),
    ] {
        let mut desk = Desk::new(Some(vec![note("a", ""), note("b", "")]));
        desk.write(0, Field::Title, "c").tell(Input::Save).answer(422, &refusal(errors));
        let (contact, notes, problem) = said(&desk);
        assert_eq!((contact, &*notes, problem), want, "{errors}");
        assert!(desk.editor.view().is_changed);
        desk.tell(Input::Save);
        assert_eq!(said(&desk), (vec![], "|".into(), None));
    }
    // Moved meanwhile, a note keeps what is said of it; changed, it does not.
    let mut desk = Desk::new(Some(vec![note("a", ""), note("b", "")]));
    desk.write(0, Field::Title, "c").tell(Input::Save);
    let first = desk.id(0);
    desk.tell(Input::Move { id: first, to: 1 }).answer(422, &refusal(r#"{"notes[0]":["bad"]}"#));
    assert_eq!(said(&desk).1, "|bad");
    desk.write(1, Field::Body, "d");
    assert_eq!(said(&desk).1, "|");
}

#[test]
fn all_are_removed_after_a_question() {
    let mut desk = Desk::new(Some(vec![note("a", ""), note("b", "")]));
    desk.tell(Input::Confirm);
    desk.tell(Input::DeleteAll).tell(Input::Dismiss).tell(Input::Confirm);
    assert!(desk.requests.is_empty());
    desk.tell(Input::DeleteAll);
    assert_eq!(desk.editor.view().question, Some(Question::DeleteAll));
    desk.tell(Input::Confirm);
    assert_eq!((desk.sent(), desk.editor.view().busy), (vec![], Some(Busy::Deleting)));
    assert_eq!(desk.notes().len(), 2, "shown until they are gone");
    desk.fail(ApiError::Unauthorized);
    assert_eq!(desk.notes().len(), 2);
    desk.tell(Input::DeleteAll).tell(Input::Confirm).accept();
    assert_eq!((desk.notes(), desk.editor.view().is_changed), (vec![], false));
    assert_eq!(desk.saved.last().unwrap().notes, []);
}

#[test]
fn what_is_typed_while_all_are_removed_is_kept() {
    let mut desk = Desk::new(Some(vec![note("a", "")]));
    desk.tell(Input::DeleteAll).tell(Input::Confirm).write(0, Field::Title, "b").accept();
    assert_eq!((desk.notes(), desk.editor.view().is_changed), (vec![note("b", "")], true));
}

#[test]
fn what_was_typed_is_forgotten_after_a_question() {
    let mut desk = Desk::new(Some(vec![note("a", "")]));
    desk.tell(Input::Discard);
    assert_eq!(desk.editor.view().question, None, "there is nothing to forget");
    desk.write(0, Field::Title, "b").tell(Input::Discard).tell(Input::Confirm);
    assert_eq!((desk.notes(), desk.kept.clone()), (vec![note("a", "")], None));
    let mut desk = Desk::new(None);
    desk.tell(Input::Add).tell(Input::Discard).tell(Input::Confirm);
    assert_eq!(desk.notes(), []);
}

#[test]
fn another_windows_save_is_taken_over_or_warned_of() {
    let theirs = vec![note("theirs", "")];
    let mut desk = Desk::new(Some(vec![note("a", "")]));
    desk.tell(Input::SavedElsewhere(theirs.clone()));
    let view = desk.editor.view();
    assert_eq!((desk.notes(), view.is_changed, view.is_changed_elsewhere), (theirs.clone(), false, false));

    let begin = || {
        let mut desk = Desk::new(Some(vec![note("a", "")]));
        desk.write(0, Field::Title, "mine").tell(Input::SavedElsewhere(theirs.clone()));
        assert!(desk.editor.view().is_changed_elsewhere);
        desk.tell(Input::Save);
        assert!(desk.requests.is_empty());
        assert_eq!(desk.editor.view().question, Some(Question::Overwrite));
        desk
    };
    let mut desk = begin();
    desk.tell(Input::Dismiss).tell(Input::Save);
    assert_eq!(desk.editor.view().question, Some(Question::Overwrite), "warned again");
    desk.write(0, Field::Title, "").tell(Input::Confirm);
    assert!(desk.requests.is_empty(), "the rules hold behind the question, too");
    assert!(desk.editor.view().is_changed_elsewhere, "and the warning stands");
    desk.write(0, Field::Title, "mine").tell(Input::Save).tell(Input::Confirm);
    assert_eq!(desk.sent(), [note("mine", "")]);
    desk.accept();
    assert!(!desk.editor.view().is_changed_elsewhere);
    let mut desk = begin();
    desk.tell(Input::TakeTheirs);
    let view = desk.editor.view();
    assert_eq!((desk.notes(), view.is_changed, view.question), (theirs.clone(), false, None));

    // The other wrote what is being typed here.
    let mut desk = Desk::new(Some(vec![note("a", "")]));
    desk.write(0, Field::Title, "theirs").tell(Input::SavedElsewhere(theirs.clone()));
    assert!(!desk.editor.view().is_changed && !desk.editor.view().is_changed_elsewhere);
    // While a save is under way, nobody knows which came first.
    desk.write(0, Field::Title, "mine").tell(Input::Save).tell(Input::SavedElsewhere(vec![])).accept();
    assert!(desk.editor.view().is_changed_elsewhere);
}

#[test]
fn a_warning_ends_with_its_reason() {
    let begin = || {
        let mut desk = Desk::new(Some(vec![note("a", "")]));
        desk.write(0, Field::Title, "mine").tell(Input::SavedElsewhere(vec![note("theirs", "")]));
        assert!(desk.editor.view().is_changed_elsewhere);
        desk
    };
    for same in ["a", "mine"] {
        let mut desk = begin();
        desk.tell(Input::SavedElsewhere(vec![note(same, "")]));
        assert!(!desk.editor.view().is_changed_elsewhere, "{same}");
    }
    let mut desk = begin();
    desk.tell(Input::DeleteAll).tell(Input::Confirm).accept();
    assert!(!desk.editor.view().is_changed_elsewhere);
    // What is there now is known, whatever became of the save before.
    for input in [Input::TakeTheirs, Input::SavedElsewhere(vec![note("mine", "")])] {
        let mut desk = Desk::new(Some(vec![note("a", "")]));
        desk.write(0, Field::Title, "mine").tell(Input::Save).fail(ApiError::Timeout);
        desk.tell(Input::SavedElsewhere(vec![note("theirs", "")])).tell(input);
        assert!(!desk.editor.view().is_changed);
    }
}

#[test]
fn what_was_said_of_a_save_ends_with_it() {
    let begin = |errors: &str| {
        let mut desk = Desk::new(Some(vec![note("a", "")]));
        desk.write(0, Field::Title, "b").tell(Input::Save).answer(422, &refusal(errors));
        desk
    };
    let said = |desk: &Desk| desk.editor.view().problem.is_some() || !desk.editor.view().contact.is_empty();
    for errors in [r#"{"base":["no"]}"#, r#"{"phone":["no"]}"#] {
        let mut desk = begin(errors);
        assert!(said(&desk));
        desk.tell(Input::Discard).tell(Input::Confirm);
        assert!(!said(&desk), "{errors}");
    }
    let mut desk = begin(r#"{"base":["no"]}"#);
    desk.write(0, Field::Title, "").tell(Input::Save);
    assert!(!said(&desk), "what is wrong now is said beside the note");
    // A question about what is saved by then has no point.
    let mut desk = Desk::new(Some(vec![note("a", "")]));
    desk.write(0, Field::Title, "b").tell(Input::Save).tell(Input::Discard).accept();
    assert_eq!(desk.editor.view().question, None);
    // An answer that was given up on.
    desk.write(0, Field::Title, "c").tell(Input::Save);
    let first = desk.requests[0].0;
    desk.tell(Input::Answer { attempt: first, result: Err(ApiError::Network) });
    assert_eq!(desk.editor.view().busy, Some(Busy::Saving));
}

#[test]
fn a_draft_is_taken_up_again() {
    let typed = vec![note("typed", "")];
    let (old, new) = (vec![note("old", "")], vec![note("new", "")]);
    let draft = |known: Option<&Vec<Note>>| Some(Draft { notes: typed.clone(), known: known.cloned() });
    // What the page hands in, what was known to the draft; whether it is known, and whether it warns.
    for (given, known, is_known, is_warned) in [
        (None, None, false, false),
        (None, Some(&old), true, false),
        (Some(&old), None, true, false),
        (Some(&old), Some(&old), true, false),
        (Some(&new), Some(&old), true, true),
    ] {
        let desk = Desk::with(given.cloned(), None, draft(known));
        let view = desk.editor.view();
        assert_eq!(desk.notes(), typed);
        assert_eq!(
            (view.known.is_some(), view.is_changed_elsewhere),
            (is_known, is_warned),
            "{given:?} {known:?}"
        );
        assert!(view.is_changed && desk.kept.is_some());
    }
    // It was saved after all.
    let desk = Desk::with(Some(typed.clone()), None, draft(Some(&old)));
    assert!(!desk.editor.view().is_changed && desk.kept.is_none());
    let draft = draft(Some(&old)).unwrap();
    assert_eq!(Draft::from_json(&draft.to_json()), Some(draft));
    for text in ["", "{}", "null", r#"{"notes":7}"#, r#"{"notes":[null]}"#] {
        assert_eq!(Draft::from_json(text), None, "{text}");
    }
}

#[test]
fn the_page_may_hand_in_others() {
    let (old, new) = (vec![note("old", "")], vec![note("new", "")]);
    let mut desk = Desk::new(Some(old.clone()));
    desk.tell(Input::Given(Some(new.clone())));
    assert_eq!((desk.notes(), desk.editor.view().is_changed), (new.clone(), false));
    desk.write(0, Field::Title, "typed").tell(Input::Given(Some(old)));
    assert_eq!(desk.notes(), [note("typed", "")]);
    assert!(desk.editor.view().is_changed_elsewhere);
    let mut desk = Desk::new(Some(new.clone()));
    desk.write(0, Field::Title, "saved").tell(Input::Save).accept().tell(Input::Given(Some(new)));
    assert_eq!(desk.notes(), [note("saved", "")], "the same as before is older than the reply");
}

#[test]
fn the_api_may_write_them_in_its_own_way() {
    let mut desk = Desk::new(None);
    desk.tell(Input::Add).write(0, Field::Title, " a ").tell(Input::Save);
    desk.answer(200, &reply(&[note("a", "")]));
    assert_eq!((desk.notes(), desk.editor.view().is_changed), (vec![note("a", "")], false));
    // A contact without a conversation.
    desk.write(0, Field::Title, "b").tell(Input::Save).answer(200, r#"{"meta":{},"conversations":[]}"#);
    assert_eq!((desk.notes(), desk.editor.view().is_changed), (vec![note("b", "")], false));
    // One of two conversations that took them is enough.
    let two = r#"{"conversations":[{"conversation_type":"whatsapp","notes":[]},{"conversation_type":"tdlib","notes":[{"title":"c"}]}]}"#;
    desk.write(0, Field::Title, "c").tell(Input::Save).answer(200, two);
    assert_eq!((desk.notes(), desk.editor.view().conversations.len()), (vec![note("c", "")], 2));
}

#[derive(Clone, Debug)]
enum Step {
    Add,
    Write(usize, Field, String),
    Remove(usize),
    Undo,
    Move(usize, usize),
    Save,
    DeleteAll,
    Discard,
    Confirm,
    Dismiss,
    TakeTheirs,
    Elsewhere(Vec<Note>),
    Given(Option<Vec<Note>>),
    Network(bool),
    Accept,
    Refuse(&'static str),
    Fail(ApiError),
    Reload,
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("a".into()),
        Just("b\r\n".into()),
        Just("😀".repeat(1001)),
        ".{0,4}"
    ]
}

fn notes() -> impl Strategy<Value = Vec<Note>> {
    prop::collection::vec((text(), text()).prop_map(|(title, body)| Note::new(&title, &body)), 0..3)
}

fn step() -> impl Strategy<Value = Step> {
    let field = prop_oneof![Just(Field::Title), Just(Field::Body)];
    prop_oneof![
        2 => Just(Step::Add),
        5 => (0..4_usize, field, text()).prop_map(|(index, field, text)| Step::Write(index, field, text)),
        1 => (0..4_usize).prop_map(Step::Remove),
        1 => Just(Step::Undo),
        1 => (0..4_usize, 0..4_usize).prop_map(|(from, to)| Step::Move(from, to)),
        5 => Just(Step::Save),
        1 => Just(Step::DeleteAll),
        1 => Just(Step::Discard),
        2 => Just(Step::Confirm),
        1 => Just(Step::Dismiss),
        1 => Just(Step::TakeTheirs),
        1 => notes().prop_map(Step::Elsewhere),
        1 => prop::option::of(notes()).prop_map(Step::Given),
        1 => any::<bool>().prop_map(Step::Network),
        3 => Just(Step::Accept),
        1 => prop_oneof![Just(r#"{"notes":["x"]}"#), Just(r#"{"notes[0]":["x"]}"#), Just(r#"{"phone":["x"]}"#)].prop_map(Step::Refuse),
        1 => prop_oneof![Just(ApiError::Timeout), Just(ApiError::Unauthorized)].prop_map(Step::Fail),
        1 => Just(Step::Reload),
    ]
}

proptest! {
    /// Whatever happens: one save at a time, of what is typed at that moment; and what is typed and not known to be
    /// there is kept as a draft, from which the editor comes back as it was.
    #[test]
    fn nothing_typed_is_lost(given in prop::option::of(notes()), steps in prop::collection::vec(step(), 0..40)) {
        let mut desk = Desk::new(given.clone());
        let mut waiting = None;
        for step in steps {
            let (before, asked) = (desk.notes(), desk.requests.len());
            let view = desk.editor.view();
            let id = |index: usize| view.entries.get(index).map_or(0, |entry| entry.id);
            match step.clone() {
                Step::Add => { desk.tell(Input::Add); }
                Step::Write(index, field, text) => { desk.tell(Input::Write { id: id(index), field, text }); }
                Step::Remove(index) => { desk.tell(Input::Remove(id(index))); }
                Step::Undo => { desk.tell(Input::Undo); }
                Step::Move(index, to) => { desk.tell(Input::Move { id: id(index), to }); }
                Step::Save => { desk.tell(Input::Save); }
                Step::DeleteAll => { desk.tell(Input::DeleteAll); }
                Step::Discard => { desk.tell(Input::Discard); }
                Step::Confirm => { desk.tell(Input::Confirm); }
                Step::Dismiss => { desk.tell(Input::Dismiss); }
                Step::TakeTheirs => { desk.tell(Input::TakeTheirs); }
                Step::Elsewhere(notes) => { desk.tell(Input::SavedElsewhere(notes)); }
                Step::Given(notes) => { desk.tell(Input::Given(notes)); }
                Step::Network(true) => { desk.tell(Input::Online); }
                Step::Network(false) => { desk.tell(Input::Offline); }
                Step::Accept if waiting.is_some() => { desk.accept(); waiting = None; }
                Step::Refuse(errors) if waiting.is_some() => {
                    desk.answer(422, &refusal(errors));
                    waiting = None;
                }
                Step::Fail(error) if waiting.is_some() => { desk.fail(error); waiting = None; }
                Step::Accept | Step::Refuse(_) | Step::Fail(_) => {}
                Step::Reload => {
                    let seen = desk.saved.last().cloned();
                    let mut again = Desk::with(given.clone(), seen, desk.kept.clone());
                    if desk.editor.view().is_changed && desk.kept.is_some() {
                        prop_assert_eq!(again.notes(), desk.notes());
                    }
                    std::mem::swap(&mut again.saved, &mut desk.saved);
                    (desk, waiting) = (again, None);
                    continue;
                }
            }
            if desk.requests.len() > asked {
                prop_assert_eq!(desk.requests.len(), asked + 1);
                prop_assert!(waiting.is_none(), "one at a time");
                let is_deletion = desk.editor.view().busy == Some(Busy::Deleting);
                let want = if is_deletion { vec![] } else { before.clone() };
                if !is_deletion {
                    prop_assert!(want.iter().all(|note| note.check().is_empty()));
                }
                // An empty text is left out, and is empty again when it is read.
                prop_assert_eq!(desk.sent(), want);
                waiting = desk.requests.last().map(|(attempt, _)| *attempt);
            }
            prop_assert_eq!(desk.editor.view().busy.is_some(), waiting.is_some());
            let view = desk.editor.view();
            prop_assert_eq!(view.is_changed, desk.kept.is_some());
            if let Some(draft) = &desk.kept {
                prop_assert_eq!(&draft.notes, &desk.notes());
                prop_assert_eq!(Draft::from_json(&draft.to_json()), Some(draft.clone()));
            }
            // Only these may change what is typed.
            let may_change = matches!(step, Step::Add | Step::Write(..) | Step::Remove(_) | Step::Undo
                | Step::Move(..) | Step::Confirm | Step::TakeTheirs);
            let was_changed = view.is_changed;
            if !may_change && was_changed && !matches!(step, Step::Accept | Step::Elsewhere(_) | Step::Given(_)) {
                prop_assert_eq!(before, desk.notes());
            }
            let mut ids: Vec<_> = view.entries.iter().map(|entry| entry.id).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), view.entries.len());
        }
    }
}
