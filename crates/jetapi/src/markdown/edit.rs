//! What the buttons above a text field do to the Markdown in it.

use super::{is_address, is_break};

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

/// Puts what is selected in italics, each line of it; or takes it out of them, where all of it is. Part of a word stands
/// for the word. With nothing selected, the caret stands in an empty italic afterwards.
pub fn italic(text: &str, selection: (usize, usize)) -> Edit {
    let (mut start, mut end) = places(text, selection);
    let chosen = |start: usize, end: usize| text.get(start..end).unwrap_or_default();
    if chosen(start, end).trim().is_empty() {
        let at = units(text, end);
        return Edit { range: (at, at), text: "__".into(), selection: (at + 1, at + 1) };
    }
    let inside = chosen(start, end);
    start += inside.len() - inside.trim_start().len();
    end -= inside.len() - inside.trim_end().len();
    let is_word_at = |at: Option<char>| at.is_some_and(char::is_alphanumeric);
    while is_word_at(chosen(start, end).chars().next())
        && let Some(before) = chosen(0, start).chars().next_back().filter(|it| it.is_alphanumeric())
    {
        start -= before.len_utf8();
    }
    while is_word_at(chosen(start, end).chars().next_back())
        && let Some(after) =
            text.get(end..).and_then(|rest| rest.chars().next()).filter(|it| it.is_alphanumeric())
    {
        end += after.len_utf8();
    }
    // The signs may stand outside of what is selected.
    let is_around =
        chosen(0, start).ends_with('_') && text.get(end..).is_some_and(|rest| rest.starts_with('_'));
    if is_around && bare(chosen(start, end)).is_none() {
        start -= 1;
        end += 1;
    }
    let lines = || chosen(start, end).split_inclusive(is_break);
    let is_italic = lines().all(|line| line.trim().is_empty() || bare(line.trim()).is_some());
    let mut made = String::new();
    for line in lines() {
        let core = line.trim();
        let (lead, trail) = line.split_at_checked(line.find(core).unwrap_or_default()).unwrap_or_default();
        made.push_str(lead);
        match bare(core) {
            Some(bare) if is_italic => made.push_str(bare),
            None if !core.is_empty() => made.extend(["_", core, "_"]),
            _ => made.push_str(core),
        }
        made.push_str(trail.get(core.len()..).unwrap_or_default());
    }
    replaced(text, (start, end), made)
}

/// Makes what is selected a link, or shows the address where nothing is; `None` for an address that no link may lead to.
/// One without a scheme is taken for a site's.
pub fn link(text: &str, selection: (usize, usize), address: &str) -> Option<Edit> {
    let address = address.trim();
    let address = match address.contains(':') || !address.contains('.') {
        true => address.to_owned(),
        false => ["https://", address].concat(),
    };
    if !is_address(&address) {
        return None;
    }
    let (start, end) = places(text, selection);
    let chosen = text.get(start..end).unwrap_or_default();
    let core = chosen.trim();
    let label = if core.is_empty() { &*address } else { core };
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
    let lead = chosen.len() - chosen.trim_start().len();
    let range = if core.is_empty() { (start, end) } else { (start + lead, start + lead + core.len()) };
    Some(replaced(text, range, ["[", &label, "](", &address, ")"].concat()))
}

/// Puts a line break in place of what is selected.
pub fn line_break(text: &str, selection: (usize, usize)) -> Edit {
    let (start, end) = places(text, selection);
    let (from, to) = (units(text, start), units(text, end));
    Edit { range: (from, to), text: "\n".into(), selection: (from + 1, from + 1) }
}

/// What is selected, without what would be cut off at its ends by the selection of the whole of it.
fn replaced(text: &str, (start, end): (usize, usize), made: String) -> Edit {
    let (from, to) = (units(text, start), units(text, end));
    let selection = (from, from + made.encode_utf16().count());
    Edit { range: (from, to), text: made, selection }
}

/// What stands between the signs of an italic.
fn bare(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('_')?.strip_suffix('_')?;
    let is_one = !inside.is_empty() && !inside.contains('_') && !inside.starts_with(char::is_whitespace);
    is_one.then_some(inside)
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
            ("a ‹ ›b", "a  _‹›_b"),
            ("‹word›", "‹_word_›"),
            ("‹_word_›", "‹word›"),
            ("_‹word›_", "‹word›"),
            ("a‹ word ›b", "a ‹_word_› b"),
            ("one w‹o›rd two", "one ‹_word_› two"),
            ("sn‹ake›_case", "‹_snake_›_case"),
            ("😀‹Ж😀›", "😀‹_Ж😀_›"),
            ("‹one\n\n two›", "‹_one_\n\n _two_›"),
            ("‹_one_\n_two_›", "‹one\ntwo›"),
            ("‹_one_\ntwo›", "‹_one_\n_two_›"),
            ("‹_›", "‹___›"),
            ("‹_a_b_›", "‹__a_b__›"),
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
