//! The Markdown of notes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jetapi::markdown::edit::{Edit, italic, line_break, link};
use jetapi::markdown::{Span, is_address, parse};
use proptest::prelude::*;

/// The parts as one line: `*…*` for italics, `<address|…>` for links, `/` for breaks.
fn shown(spans: &[Span<'_>]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => (*text).to_owned(),
            Span::Break => "/".to_owned(),
            Span::Italic(inside) => format!("*{}*", shown(inside)),
            Span::Link { address, label } => format!("<{address}|{}>", shown(label)),
        })
        .collect()
}

#[test]
fn the_subset_and_nothing_else() {
    for (text, want) in [
        ("", ""),
        ("plain Текст 😀", "plain Текст 😀"),
        // As the reference prints it.
        (
            "[Hello](https://google.com) Test_\n  Test _test_.",
            "<https://google.com|Hello> Test_/  Test *test*.",
        ),
        ("a\nb\r\nc\rd\n\ne", "a/b/c/d//e"),
        ("_a_", "*a*"),
        ("_a b_, _c_", "*a b*, *c*"),
        ("_курсив_", "*курсив*"),
        ("(_a_)", "(*a*)"),
        ("snake_case_name", "snake_case_name"),
        ("a_b_ c", "a_b_ c"),
        ("_a_b", "_a_b"),
        ("_a_b c_", "*a_b c*"),
        ("_ a_", "_ a_"),
        ("_a _", "_a _"),
        ("__", "__"),
        ("__a__", "__a__"),
        ("_a\nb_", "_a/b_"),
        ("_a\n_b_", "_a/*b*"),
        ("_a", "_a"),
        ("[a](https://b.example)", "<https://b.example|a>"),
        ("[a](HTTP://b.example/?c=d&e#f)", "<HTTP://b.example/?c=d&e#f|a>"),
        ("[a](mailto:b@c.example)[d](tel:+12015550123)", "<mailto:b@c.example|a><tel:+12015550123|d>"),
        ("[a](https://b.example/(c)_(d))e)", "<https://b.example/(c)_(d)|a>e)"),
        ("[_a_ b](https://c.example)", "<https://c.example|*a* b>"),
        ("_[a](https://b.example)_", "*<https://b.example|a>*"),
        ("_[_a_](https://b.example)_", "*<https://b.example|_a_>*"),
        ("_[a](https://b.example/c_(d))_", "*<https://b.example/c_(d)|a>*"),
        ("_a [b](https://c.example/_) d", "_a <https://c.example/_|b> d"),
        ("_a [b_](javascript:c) d_", "*a [b*](javascript:c) d_"),
        ("[a](https://b_.example/_c_)", "<https://b_.example/_c_|a>"),
        ("[[a](https://b.example)", "[<https://b.example|a>"),
        ("[a]](https://b.example)", "[a]](https://b.example)"),
        ("[](https://b.example)", "[](https://b.example)"),
        ("[a] (https://b.example)", "[a] (https://b.example)"),
        ("[a\nb](https://c.example)", "[a/b](https://c.example)"),
        ("[a](https://b.example", "[a](https://b.example"),
        ("[a](https://b.example c)", "[a](https://b.example c)"),
        ("[a](https://)", "[a](https://)"),
        ("[a](https:b.example)", "[a](https:b.example)"),
        ("[a](//b.example)", "[a](//b.example)"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](data:text/html,b)", "[a](data:text/html,b)"),
        ("[a](\u{1}https://b.example)", "[a](\u{1}https://b.example)"),
        ("[a](https:\\\\b.example)", "[a](https:\\\\b.example)"),
        ("[a](https://b.example\\@c)", "[a](https://b.example\\@c)"),
        ("[a](https://b\u{0}.example)", "[a](https://b\u{0}.example)"),
        ("[a](tel:\u{7f}1)", "[a](tel:\u{7f}1)"),
        ("[a](tel:\u{a0}1)", "[a](tel:\u{a0}1)"),
        ("[a](https://b.example\">)", "[a](https://b.example\">)"),
        ("<b>a</b> **c** # d `e` ![f](g) &amp;", "<b>a</b> **c** # d `e` ![f](g) &amp;"),
        ("![a](https://b.example)", "!<https://b.example|a>"),
    ] {
        assert_eq!(shown(&parse(text)), want, "{text:?}");
    }
}

#[test]
fn a_long_text_takes_no_longer_by_far() {
    // Quadratic time would be hours here.
    for part in [
        "[",
        "_a ",
        "_",
        "[a](",
        "[a](https://",
        "(",
        "[a](https://b(",
        "_[",
        "[_a](",
        "_a [b](https://c_) ",
        "]",
        "\r",
    ] {
        let text = part.repeat(1_000_000 / part.len());
        let length: usize = parse(&text).iter().map(length).sum();
        assert!(length > 0 && length <= text.len(), "{part}");
    }
}

fn length(span: &Span<'_>) -> usize {
    match span {
        Span::Text(text) => text.len(),
        Span::Break => 1,
        Span::Italic(inside) | Span::Link { label: inside, .. } => inside.iter().map(length).sum(),
    }
}

/// What was typed, put together again.
fn source(spans: &[Span<'_>]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => (*text).to_owned(),
            Span::Break => "\n".to_owned(),
            Span::Italic(inside) => format!("_{}_", source(inside)),
            Span::Link { address, label } => format!("[{}]({address})", source(label)),
        })
        .collect()
}

/// The same without italics.
fn upright(spans: &[Span<'_>]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => (*text).to_owned(),
            Span::Break => "\n".to_owned(),
            Span::Italic(inside) => upright(inside),
            Span::Link { address, label } => format!("[{}]({address})", upright(label)),
        })
        .collect()
}

fn after(text: &str, edit: &Edit) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let made: Vec<u16> = edit.text.encode_utf16().collect();
    String::from_utf16(&[&units[..edit.range.0], &made, &units[edit.range.1..]].concat()).unwrap()
}

fn check(spans: &[Span<'_>], may_link: bool, may_lean: bool) {
    for span in spans {
        match span {
            Span::Text(text) => assert!(!text.is_empty() && !text.contains(['\r', '\n'])),
            Span::Break => assert!(may_link && may_lean, "breaks stand between the others"),
            Span::Italic(inside) => {
                assert!(may_lean && !inside.is_empty());
                check(inside, may_link, false);
            }
            Span::Link { address, label } => {
                assert!(may_link && !label.is_empty() && is_address(address));
                let scheme = address.split(':').next().unwrap().to_ascii_lowercase();
                assert!(["http", "https", "mailto", "tel"].contains(&&*scheme));
                check(label, false, may_lean);
            }
        }
    }
}

fn typed() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop::sample::select(vec![
            "_", "__", "[", "]", "](", "(", ")", "[a](https://b.example)", "https://", "HTTPS://x", "mailto:a@b", "tel:1",
            "javascript:x", "\n", "\r\n", "\r", " ", "a", "Ж", "😀", "\u{202e}", "\0", "<script>", "&lt;", "\\", "\"", "`",
        ]).prop_map(str::to_owned),
        1 => ".{0,3}",
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn nothing_of_a_text_is_lost(text in typed()) {
        let spans = parse(&text);
        check(&spans, true, true);
        prop_assert_eq!(source(&spans), text.replace("\r\n", "\n").replace('\r', "\n"));
    }

    #[test]
    fn a_button_changes_what_it_says(text in typed(), from in 0..40_usize, length in 0..40_usize) {
        let selection = (from, from + length);
        let units: Vec<u16> = text.encode_utf16().collect();
        let edits = [
            Some(italic(&text, selection)),
            link(&text, selection, "https://crm.example"),
            Some(line_break(&text, selection)),
        ];
        for Edit { range, text: made, selection } in edits.into_iter().flatten() {
            prop_assert!(range.0 <= range.1 && range.1 <= units.len());
            let whole = [&units[..range.0], &made.encode_utf16().collect::<Vec<_>>(), &units[range.1..]].concat();
            prop_assert!(String::from_utf16(&whole).is_ok(), "no character is split");
            prop_assert!(selection.0 <= selection.1 && selection.1 <= whole.len());
        }
    }

    #[test]
    fn italics_change_nothing_but_italics(text in typed(), from in 0..40_usize, length in 1..40_usize) {
        let edit = italic(&text, (from, from + length));
        if !["", "__"].contains(&&*edit.text) {
            prop_assert_eq!(upright(&parse(&after(&text, &edit))), upright(&parse(&text)));
        }
    }

    #[test]
    fn italics_come_out_again(text in typed(), from in 0..40_usize, length in 0..40_usize) {
        let text = upright(&parse(&text));
        prop_assume!(upright(&parse(&text)) == source(&parse(&text)));
        let made = italic(&text, (from, from + length));
        let once = after(&text, &made);
        prop_assert_eq!(after(&once, &italic(&once, made.selection)), text);
    }

    #[test]
    fn words_can_be_put_in_italics(words in "[a-zЖ](_{0,2}[a-zЖ]){0,3}( [a-zЖ](_{0,2}[a-zЖ]){0,3}){0,3}") {
        let made = italic(&words, (0, words.encode_utf16().count()));
        prop_assert_eq!(parse(&made.text), vec![Span::Italic(vec![Span::Text(&words)])]);
    }

    #[test]
    fn a_made_link_is_a_link(label in "[^\r\n]{0,12}", address in "(https?://|mailto:|tel:)[a-zA-Z0-9./?&=#()-]{1,12}") {
        let all = (0, label.encode_utf16().count());
        match link(&label, all, &address) {
            Some(edit) => {
                let spans = parse(&edit.text);
                let found = spans.iter().any(|span| matches!(span, Span::Link { address: to, .. } if *to == address));
                prop_assert!(found, "{:?}", edit.text);
            }
            None => prop_assert!(!is_address(&address)),
        }
    }
}
