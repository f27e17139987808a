//! The Markdown of notes: links, italics and line breaks ("Field specifications" of the reference), and nothing else.
//!
//! ```text
//! text     = { link | italic | break | character }
//! link     = "[", label, "](", address, ")"
//! label    = { italic | character - "[" - "]" - break }-              (an italic in a label holds no link)
//! italic   = "_", { link | character - break }-, "_"                  (a link in an italic holds no italic)
//! break    = "\n" | "\r\n" | "\r"
//! address  = ( "http://" | "https://" | "mailto:" | "tel:" ), { visible }-     (the scheme in any case)
//! visible  = any character but white space, control characters, "<", ">", '"', "\" and backquote;
//!            "(" and ")" in pairs, at most three deep
//! ```
//!
//! An italic opens where no letter, digit or `_` stands before its `_` and no white space or `_` behind it, and closes
//! where it is the other way round, so that `snake_case` stays as it is. The first link wins, then the shortest italic: no
//! `_` in a link closes an italic around it. Whatever is neither is text, as it was typed.

pub mod edit;

/// A part of a text. Neither links nor italics are nested in their like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span<'a> {
    /// As it is.
    Text(&'a str),
    /// A line break.
    Break,
    /// In italics.
    Italic(Vec<Span<'a>>),
    /// A link.
    Link {
        /// Where it leads: an address of one of the four schemes.
        address: &'a str,
        /// What is shown of it.
        label: Vec<Span<'a>>,
    },
}

/// The parts of a text. Every text has some; the time it takes grows with its length and no faster.
pub fn parse(text: &str) -> Vec<Span<'_>> {
    parts(text, true, true)
}

fn parts(text: &str, may_link: bool, may_lean: bool) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut at = 0;
    // Whether an italic closes does not depend on where it opens: where none closes, the next that opens on the same
    // line need not look again.
    let mut unclosed_to = 0;
    let mut before = None;
    while let Some(rest) = text.get(at..)
        && let Some(character) = rest.chars().next()
    {
        let found = match character {
            '\r' if rest.starts_with("\r\n") => Some((Span::Break, 2)),
            '\r' | '\n' => Some((Span::Break, 1)),
            '[' if may_link => link(rest, may_lean),
            '_' if may_lean && at >= unclosed_to && opens(before, rest) => {
                let found = italic(rest, may_link);
                if found.is_none() {
                    unclosed_to = at + rest.find(is_break).unwrap_or(rest.len());
                }
                found
            }
            _ => None,
        };
        let length = match found {
            None => character.len_utf8(),
            Some((span, length)) => {
                push_text(&mut spans, text.get(start..at));
                spans.push(span);
                start = at + length;
                length
            }
        };
        at += length;
        before = text.get(..at).and_then(|done| done.chars().next_back());
    }
    push_text(&mut spans, text.get(start..));
    spans
}

fn push_text<'a>(spans: &mut Vec<Span<'a>>, text: Option<&'a str>) {
    spans.extend(text.filter(|text| !text.is_empty()).map(Span::Text));
}

const fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n')
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether the `_` at the start of `rest` opens an italic.
fn opens(before: Option<char>, rest: &str) -> bool {
    let after = rest.chars().nth(1);
    !before.is_some_and(is_word) && after.is_some_and(|it| it != '_' && !it.is_whitespace())
}

/// The italic at the start of `rest`, with its length.
fn italic(rest: &str, may_link: bool) -> Option<(Span<'_>, usize)> {
    let mut before = '_';
    let mut at = 1;
    loop {
        let from = rest.get(at..)?;
        let mut ahead = from.chars();
        let character = ahead.next().filter(|it| !is_break(*it))?;
        if character == '_' && before != '_' && !before.is_whitespace() && !ahead.next().is_some_and(is_word)
        {
            return Some((Span::Italic(parts(rest.get(1..at)?, may_link, false)), at + 1));
        }
        let link = if may_link && character == '[' { link(from, false) } else { None };
        (before, at) = match link {
            Some((_, length)) => (')', at + length),
            None => (character, at + character.len_utf8()),
        };
    }
}

/// The link at the start of `rest`, with its length.
fn link(rest: &str, may_lean: bool) -> Option<(Span<'_>, usize)> {
    let inside = rest.get(1..)?;
    let end = inside.find(|c: char| is_break(c) || matches!(c, '[' | ']')).filter(|end| *end > 0)?;
    let label = inside.get(..end)?;
    let target = inside.get(end..)?.strip_prefix("](")?;
    let mut depth = 0;
    let close = target.char_indices().find(|(_, character)| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        !(0..=DEEPEST).contains(&depth) || !is_visible(*character)
    });
    let (length, _) = close.filter(|(_, character)| *character == ')')?;
    let address = target.get(..length).filter(|address| is_address(address))?;
    let label = parts(label, false, may_lean);
    Some((Span::Link { address, label }, 1 + end + 2 + length + 1))
}

const DEEPEST: i32 = 3;

fn is_visible(character: char) -> bool {
    !character.is_whitespace()
        && !character.is_control()
        && !matches!(character, '<' | '>' | '"' | '\\' | '`')
}

/// Whether a link may lead there.
pub fn is_address(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let rest = match &*scheme.to_ascii_lowercase() {
        "http" | "https" => rest.strip_prefix("//").unwrap_or_default(),
        "mailto" | "tel" => rest,
        _ => return false,
    };
    let mut depth = 0;
    let is_paired = rest.chars().all(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (0..=DEEPEST).contains(&depth)
    });
    !rest.is_empty() && is_paired && depth == 0 && rest.chars().all(is_visible)
}
