//! What the buttons above a text field do to the Markdown in it.

use std::slice;

use super::{Span, is_address, is_break, is_word, parse};

/// A change of a text field. Places count UTF-16 units, as text fields do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced: from, to.
    pub range: (usize, usize),
    /// By what.
    pub text: String,
    /// What is selected afterwards: from, to.
    pub selection: (usize, usize),
}

/// Puts what is selected in italics, each line of it; or takes it out of them, where all of it is. Part of a word, a link
/// or an italic stands for the whole. With nothing selected and no word there, the caret stands in an empty italic
/// afterwards. What can't be in italics, as a lone `_` can't, stays as it is.
pub fn italic(text: &str, selection: (usize, usize)) -> Edit {
    let (start, end) = whole_words(text, trimmed(text, places(text, selection)));
    let (start, end) = whole_spans(text, (start, end), |_| true);
    let chosen = text.get(start..end).unwrap_or_default();
    if matches!(chosen, "" | "__") {
        let (from, to) = (units(text, start), units(text, end));
        let made = if chosen.is_empty() { "__" } else { "" };
        let caret = from + made.len() / 2;
        return Edit { range: (from, to), text: made.into(), selection: (caret, caret) };
    }
    let is_italic =
        chosen.split(is_break).map(str::trim).all(|core| leaning(core).is_none_or(|it| it == core));
    let mut made = String::new();
    for line in chosen.split_inclusive(is_break) {
        let core = line.trim();
        let (lead, rest) = line.split_at_checked(line.find(core).unwrap_or_default()).unwrap_or_default();
        made.push_str(lead);
        made.push_str(&match leaning(core) {
            Some(leaning) if !is_italic => leaning,
            None if !is_italic => core.to_owned(),
            _ => without_italics(core),
        });
        made.push_str(rest.get(core.len()..).unwrap_or_default());
    }
    let around = |inside: &str| {
        let (before, after) = (text.get(..start), text.get(end..));
        without_italics(&[before.unwrap_or_default(), inside, after.unwrap_or_default()].concat())
    };
    if around(&made) != around(chosen) {
        made = chosen.to_owned();
    }
    replaced(text, (start, end), made)
}

/// Makes what is selected a link, in place of those in it, or shows the address where nothing is; `None` for an address
/// that no link may lead to. One without a scheme is taken for a site's.
pub fn link(text: &str, selection: (usize, usize), address: &str) -> Option<Edit> {
    let address = address.trim();
    let address = match address.contains(':') || !address.contains('.') {
        true => address.to_owned(),
        false => ["https://", address].concat(),
    };
    if !is_address(&address) {
        return None;
    }
    let (start, end) = trimmed(text, places(text, selection));
    let (start, end) = whole_spans(text, (start, end), |span| matches!(span, Span::Link { .. }));
    let mut label = String::new();
    write(&parse(text.get(start..end).unwrap_or_default()), "_", false, &mut label);
    if label.is_empty() {
        label.clone_from(&address);
    }
    // What would end the label early is said otherwise.
    let label: String = label
        .chars()
        .map(|character| match character {
            '[' => '(',
            ']' => ')',
            character if is_break(character) => ' ',
            character => character,
        })
        .collect();
    Some(replaced(text, (start, end), ["[", &label, "](", &address, ")"].concat()))
}

/// Puts a line break in place of what is selected.
pub fn line_break(text: &str, selection: (usize, usize)) -> Edit {
    let (start, end) = places(text, selection);
    let (from, to) = (units(text, start), units(text, end));
    Edit { range: (from, to), text: "\n".into(), selection: (from + 1, from + 1) }
}

/// A change after which all that was made is selected.
fn replaced(text: &str, (start, end): (usize, usize), made: String) -> Edit {
    let (from, to) = (units(text, start), units(text, end));
    let selection = (from, from + made.encode_utf16().count());
    Edit { range: (from, to), text: made, selection }
}

/// A line in italics as a whole and nowhere else, where it can be.
fn leaning(line: &str) -> Option<String> {
    let made = ["_", &*without_italics(line), "_"].concat();
    matches!(&*parse(&made), [Span::Italic(_)]).then_some(made)
}

fn without_italics(text: &str) -> String {
    let mut made = String::new();
    write(&parse(text), "", true, &mut made);
    made
}

/// Writes what the spans were read from, with another sign for italics, and links as such or as their labels.
fn write(spans: &[Span<'_>], sign: &str, is_linked: bool, out: &mut String) {
    for span in spans {
        match span {
            Span::Text(text) => out.push_str(text),
            Span::Break => out.push('\n'),
            Span::Italic(inside) => {
                out.push_str(sign);
                write(inside, sign, is_linked, out);
                out.push_str(sign);
            }
            Span::Link { address, label } if is_linked => {
                out.push('[');
                write(label, sign, is_linked, out);
                for part in ["](", address, ")"] {
                    out.push_str(part);
                }
            }
            Span::Link { label, .. } => write(label, sign, is_linked, out),
        }
    }
}

/// The places of what is selected, without the white space at its ends.
fn trimmed(text: &str, (start, end): (usize, usize)) -> (usize, usize) {
    let chosen = text.get(start..end).unwrap_or_default();
    let core = chosen.trim();
    let start = start + chosen.find(core).unwrap_or_default();
    (start, start + core.len())
}

fn whole_words(text: &str, (start, end): (usize, usize)) -> (usize, usize) {
    let [before, chosen, after] =
        [text.get(..start), text.get(start..end), text.get(end..)].map(Option::unwrap_or_default);
    let is_cut = |at: Option<char>| at.is_none_or(is_word);
    let from = if is_cut(chosen.chars().next()) { before.trim_end_matches(is_word).len() } else { start };
    let after = if is_cut(chosen.chars().next_back()) { after.trim_start_matches(is_word) } else { after };
    (from, text.len() - after.len())
}

/// The places moved out of those spans that they are in the middle of.
fn whole_spans(
    text: &str,
    (start, end): (usize, usize),
    is_whole: impl Fn(&Span<'_>) -> bool,
) -> (usize, usize) {
    let (mut from, mut to) = (start, end);
    // No span but a break is on two lines, and what is read from a line is as long as the line.
    let mut line_at = 0;
    for line in text.split(is_break) {
        let mut at = line_at;
        for span in parse(line) {
            let mut source = String::new();
            write(slice::from_ref(&span), "_", true, &mut source);
            let next = at + source.len();
            if !matches!(span, Span::Text(_)) && is_whole(&span) {
                if at < start && start < next {
                    from = at;
                }
                if at < end && end < next {
                    to = next;
                }
            }
            at = next;
        }
        line_at += line.len() + 1;
    }
    (from, to)
}

/// The places in bytes. One inside of a character counts as the one before it.
fn places(text: &str, (from, to): (usize, usize)) -> (usize, usize) {
    let place = |units: usize| {
        let mut count = 0;
        let found = text.char_indices().find(|(_, character)| {
            count += character.len_utf16();
            count > units
        });
        found.map_or(text.len(), |(at, _)| at)
    };
    let (from, to) = (place(from), place(to));
    (from, to.max(from))
}

/// A place in UTF-16 units.
fn units(text: &str, place: usize) -> usize {
    text.get(..place).unwrap_or_default().encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with its selection between `‹` and `›`, before and after.
    fn marked(text: &str) -> (String, (usize, usize)) {
        let count = |text: &str| text.encode_utf16().count();
        let (before, rest) = text.split_once('‹').unwrap();
        let (inside, after) = rest.split_once('›').unwrap();
        let start = count(before);
        ([before, inside, after].concat(), (start, start + count(inside)))
    }

    fn done(text: &str, edit: &Edit) -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        let part = |from: usize, to: usize| String::from_utf16(&units[from..to]).unwrap();
        let whole = [part(0, edit.range.0), edit.text.clone(), part(edit.range.1, units.len())].concat();
        let units: Vec<u16> = whole.encode_utf16().collect();
        let part = |from: usize, to: usize| String::from_utf16(&units[from..to]).unwrap();
        let (from, to) = edit.selection;
        [&part(0, from), "‹", &part(from, to), "›", &part(to, units.len())].concat()
    }

    #[test]
    fn italics_come_and_go() {
        for (before, after) in [
            ("‹›", "_‹›_"),
            ("_‹›_", "‹›"),
            ("( ‹ › )", "( _‹›_  )"),
            ("wo‹›rd", "‹_word_›"),
            ("word‹›.", "‹_word_›."),
            ("_one t‹›wo_", "‹one two›"),
            ("‹word›", "‹_word_›"),
            ("‹_word_›", "‹word›"),
            ("_‹word›_", "‹word›"),
            ("a‹ word ›b", "a ‹_word_› b"),
            ("one w‹o›rd two", "one ‹_word_› two"),
            ("sn‹ake›_case", "‹_snake_case_›"),
            ("‹_snake_case_›", "‹snake_case›"),
            ("_one ‹two› three_", "‹one two three›"),
            ("‹one _two_ three›", "‹_one two three_›"),
            ("_one_ ‹two›", "_one_ ‹_two_›"),
            ("‹_(a)_›", "‹(a)›"),
            ("_‹(a)›_", "‹(a)›"),
            ("[a ‹b›](https://crm.example/_)", "‹_[a b](https://crm.example/_)_›"),
            ("_[a](https://crm.‹example›/_)_", "‹[a](https://crm.example/_)›"),
            ("😀‹Ж😀›", "😀‹_Ж😀_›"),
            ("‹one\n\n two›", "‹_one_\n\n _two_›"),
            ("‹_one_\n_two_›", "‹one\ntwo›"),
            ("‹_one_\ntwo›", "‹_one_\n_two_›"),
            ("‹_one_\n_›", "‹one\n_›"),
            // It can't be said.
            ("‹_›", "‹_›"),
            ("‹_ a_b›", "‹_ a_b›"),
            ("a‹(b)›", "a‹(b)›"),
        ] {
            let (text, selection) = marked(before);
            assert_eq!(done(&text, &italic(&text, selection)), after, "{before}");
        }
    }

    #[test]
    fn a_link_shows_what_was_selected() {
        let to = "https://crm.example/a";
        for (before, address, after) in [
            ("‹›", to, Some("‹[https://crm.example/a](https://crm.example/a)›")),
            ("see ‹here›.", " https://crm.example/a ", Some("see ‹[here](https://crm.example/a)›.")),
            ("see‹ here ›.", to, Some("see ‹[here](https://crm.example/a)› .")),
            ("‹a[b]\nc›", to, Some("‹[a(b) c](https://crm.example/a)›")),
            ("‹ a_b _c_›", to, Some(" ‹[a_b _c_](https://crm.example/a)›")),
            ("[o‹›ld](tel:1) x", to, Some("‹[old](https://crm.example/a)› x")),
            ("‹x [old](tel:1)› y", to, Some("‹[x old](https://crm.example/a)› y")),
            ("x ‹y [o›ld](tel:1)", to, Some("x ‹[y old](https://crm.example/a)›")),
            ("‹Ж😀›", "mailto:ann@crm.example", Some("‹[Ж😀](mailto:ann@crm.example)›")),
            ("‹x›", "crm.example", Some("‹[x](https://crm.example)›")),
            ("‹x›", "TEL:+12015550123", Some("‹[x](TEL:+12015550123)›")),
            ("‹x›", "https://crm.example/(a)", Some("‹[x](https://crm.example/(a))›")),
            ("‹x›", "https://crm.example/a)", None),
            ("‹x›", "https://crm.example/a b", None),
            ("‹x›", "javascript:alert(1)", None),
            ("‹x›", "https://", None),
            ("‹x›", "localhost", None),
            ("‹x›", "", None),
        ] {
            let (text, selection) = marked(before);
            let edit = link(&text, selection, address);
            assert_eq!(edit.map(|edit| done(&text, &edit)).as_deref(), after, "{before} {address}");
        }
    }

    #[test]
    fn a_line_break_replaces_what_was_selected() {
        for (before, after) in [("a‹›b", "a\n‹›b"), ("😀‹x›😀", "😀\n‹›😀")] {
            let (text, selection) = marked(before);
            assert_eq!(done(&text, &line_break(&text, selection)), after);
        }
    }

    #[test]
    fn a_selection_that_cannot_be_costs_nothing() {
        for selection in [(1, 1), (0, 1), (7, 99), (99, 0), (usize::MAX, usize::MAX)] {
            let text = "😀a";
            let edit = italic(text, selection);
            assert!(edit.range.0 <= edit.range.1 && edit.range.1 <= 3, "{edit:?}");
            assert!(edit.range.0 != 1 && edit.range.1 != 1, "a character is not split: {edit:?}");
        }
    }
}
